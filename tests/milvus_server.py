"""A real Milvus server, from the wheel `milvus`, in a folder of its own on this machine."""

from __future__ import annotations

import os
import signal
import socket
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
        self.folder = folder
        self.port = free_port()
        self._server = None

    def start(self) -> None:
        from milvus import MilvusServer, MilvusServerConfig

        config = MilvusServerConfig(data_dir=str(self.folder), proxy_port=self.port)
        self._server = MilvusServer(config, wait_for_started=False)
        self._server.start()
        began = time.monotonic()
        while not self._is_well():
            if self._server.server_proc.poll() is not None or time.monotonic() - began > PATIENCE:
                raise RuntimeError(f"Milvus does not start; {self.folder / 'logs'} says why; is port 2380 free?")
            time.sleep(0.2)
        time.sleep(1)  # healthy a moment before it takes requests

    def kill(self) -> None:
        """As the kernel would for want of memory."""
        process = self._server.server_proc
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        self._server.server_proc = None
        self._server.stop()

    def address(self, collection: str) -> str:
        return f"milvus://127.0.0.1:{self.port}/{collection}"

    def _is_well(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self._server.webservice_port}/healthz", timeout=5) as answer:
                return b"OK" in answer.read()
        except (URLError, OSError):
            return False


def free_port() -> int:
    """A port that was free a moment ago, below those that outgoing connections take."""
    for port in range(21_000 + os.getpid() % 5_000, 32_000):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise OSError("no port is free")
