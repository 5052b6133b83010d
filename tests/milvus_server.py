"""A real Milvus server, from the wheel `milvus`, in a folder of its own on this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import yaml

from tests.ports import free_port

PATIENCE = 180  # seconds; a busy machine takes a minute
TRIES = 4  # a port that was free can be taken before the server listens on it
ROLES = ("rootCoord", "proxy", "queryCoord", "queryNode", "indexNode", "dataCoord", "dataNode")


class LocalServer:
    """Started by `start`, killed without warning by `kill`; started again, it finds its data.

    Every port is one of its own, that of the etcd inside too: it stands beside others, and beside another run.
    """

    def __init__(self, folder: Path) -> None:
        from milvus import _initialize_data_files

        self.folder = folder
        _initialize_data_files(str(folder))
        self.port = self._health = 0
        self._home: Path | None = None  # where it has started once, with its data
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """The first time, on other ports if some turn out to be taken; afterwards where it was."""
        if self._home is not None:
            self._run(self._home)
            return
        for attempt in range(TRIES):
            home = self.folder / f"home{attempt}"
            self.port, self._health = configured(home)
            try:
                self._run(home)
            except RuntimeError:
                self.kill()
                if attempt == TRIES - 1:
                    raise
            else:
                self._home = home
                return

    def _run(self, home: Path) -> None:
        binary = self.folder / "bin" / "milvus"
        environment = os.environ | {
            "DEPLOY_MODE": "STANDALONE",
            "METRICS_PORT": str(self._health),
            "MILVUSCONF": str(home / "configs"),
            "MILVUS_RUN_DIR": str(home / "run"),
            "LD_LIBRARY_PATH": str(binary.parent),
        }
        with (home / "logs" / "output.log").open("ab") as log:
            self._process = subprocess.Popen(
                [binary, "run", "standalone"], cwd=home, env=environment, stdout=log, stderr=log
            )
        await_health(self._process, self._health, "/healthz", home / "logs")
        time.sleep(1)  # healthy a moment before it takes requests

    def kill(self) -> None:
        """As the kernel would for want of memory."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def address(self, collection: str) -> str:
        return f"milvus://127.0.0.1:{self.port}/{collection}"


def configured(home: Path) -> tuple[int, int]:
    """Write what a server in that folder is told, with ports that are free now; returns the proxy's, and for health."""
    from milvus import MilvusServerConfig

    MilvusServerConfig(data_dir=str(home)).resolve()
    file, etcd = home / "configs" / "milvus.yaml", home / "configs" / "etcd.yaml"
    told: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    for role in ROLES:
        told[role]["port"] = free_port()
    told["proxy"]["internalPort"] = free_port()
    client, peer = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    told["etcd"] |= {"endpoints": client.removeprefix("http://"), "config": {"path": str(etcd)}}
    listening = {"listen-client-urls": client, "advertise-client-urls": client}
    listening |= {"listen-peer-urls": peer, "initial-advertise-peer-urls": peer, "initial-cluster": f"default={peer}"}
    etcd.write_text(yaml.safe_dump({"data-dir": told["etcd"]["data"]["dir"], **listening}), encoding="utf-8")
    file.write_text(yaml.safe_dump(told), encoding="utf-8")
    return told["proxy"]["port"], free_port()


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
