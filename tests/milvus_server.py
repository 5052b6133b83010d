"""A real Milvus server, from the wheel `milvus`, in a folder of its own on this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

PATIENCE = 180  # seconds; a busy machine takes a minute


class LocalServer:
    """Started by `start`, killed without warning by `kill`; started again, it finds its data.

    One at a time: the etcd inside listens on port 2380 whatever it is told.
    """

    def __init__(self, folder: Path) -> None:
        from milvus import MilvusServerConfig, _initialize_data_files

        self.folder = folder
        self.port, self._health = free_port(0), free_port(1)
        MilvusServerConfig(data_dir=str(folder), proxy_port=self.port).resolve()
        _initialize_data_files(str(folder))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        binary = self.folder / "bin" / "milvus"
        environment = os.environ | {
            "DEPLOY_MODE": "STANDALONE",
            "METRICS_PORT": str(self._health),
            "MILVUS_RUN_DIR": str(self.folder / "run"),
            "LD_LIBRARY_PATH": str(binary.parent),
        }
        with (self.folder / "logs" / "output.log").open("ab") as log:
            self._process = subprocess.Popen(
                [binary, "run", "standalone"], cwd=self.folder, env=environment, stdout=log, stderr=log
            )
        await_health(self._process, self._health, "/healthz", self.folder / "logs")
        time.sleep(1)  # healthy a moment before it takes requests

    def kill(self) -> None:
        """As the kernel would for want of memory."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def address(self, collection: str) -> str:
        return f"milvus://127.0.0.1:{self.port}/{collection}"


def await_health(process: subprocess.Popen[bytes], port: int, path: str, logs: Path) -> None:
    """Return as soon as the process says on that port that it is well."""
    began = time.monotonic()
    while not _is_well(f"http://127.0.0.1:{port}{path}"):
        if process.poll() is not None or time.monotonic() - began > PATIENCE:
            raise RuntimeError(f"{process.args!r} does not start; {logs} says why; are its ports free?")
        time.sleep(0.2)


def _is_well(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as answer:
            said = answer.read()
    except (URLError, OSError):
        return False
    return b"OK" in said or b'"health":"true"' in said


def free_port(number: int) -> int:
    """A port that was free a moment ago, below those that outgoing connections take; another one for each number."""
    for port in range(20_000 + 2 * (os.getpid() % 2_000) + number, 32_000, 2):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise OSError("no port is free")
