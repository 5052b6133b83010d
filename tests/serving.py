"""A server over the fakes in a process of its own, and what it logged."""

from __future__ import annotations

import glob
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import bcrypt
import httpx
from ports import free_port
from web_fakes import ROOT, WAITED

__all__ = ["PASSWORD", "Server", "found", "json_body", "refused_as_too_large", "server", "users_file"]

PASSWORD = "correct horse"


def found(folder: Path, pattern: str) -> list[Path]:
    """What matches, where a server may be deleting it meanwhile: `Path.glob` fails where a folder has just gone."""
    pattern = f"{glob.escape(str(folder))}/{pattern}"
    return [Path(match) for match in glob.glob(pattern, recursive=True, include_hidden=True)]  # noqa: PTH207


@dataclass
class Server:
    """`address` of a running server; `folder` is where it keeps temporary files."""

    address: str
    process: subprocess.Popen[bytes]
    folder: Path
    errors: Path

    def log(self) -> list[dict]:
        """Every whole line that the server has written to stderr; each has to be JSON."""
        text = self.errors.read_text(encoding="utf-8")
        return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]

    def logged(self, request: str) -> dict:
        """What the log says of a request, which it does once the answer is out."""
        for _ in range(600):
            for line in self.log():
                if line["event"] == "request" and line.get("request") == request:
                    return line
            time.sleep(0.1)
        raise AssertionError(f"request {request} was not logged")

    def uploads(self) -> list[Path]:
        """The files that visitors have sent and that are still there."""
        return [file for file in found(self.folder, "pincite-*/**/*") if file.is_file() and file.name != ".lock"]

    def client(self, **options) -> httpx.Client:
        return httpx.Client(base_url=self.address, timeout=300, **options)

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])


@contextmanager
def server(folder: Path | None = None, *, environment: Mapping[str, str] | None = None, **options) -> Iterator[Server]:
    """The growing page of `web_fakes`, with the options of `app.launch`; temporary files lie in `folder`.

    `environment`: further variables of the server's.
    """
    port = free_port()
    with tempfile.TemporaryDirectory() as own:
        found = _start(port, folder or Path(own), Path(own) / "stderr", options, environment or {})
        try:
            _wait(found)
            yield found
        finally:
            found.process.terminate()
            found.process.wait(timeout=120)


def _start(port: int, folder: Path, errors: Path, options: dict, more: Mapping[str, str]) -> Server:
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    environment = {**os.environ, "TMPDIR": str(folder), "PYTHONPATH": path, **more}
    code = "import runpy; runpy.run_path('tests/web_fakes.py', run_name='__main__')"
    command = [sys.executable, "-c", code, str(port), "growing", json.dumps(options)]
    with errors.open("wb") as stderr:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=stderr)
    return Server(f"http://127.0.0.1:{port}", process, folder, errors)


def _wait(found: Server) -> None:
    deadline = time.monotonic() + WAITED
    while time.monotonic() < deadline:
        assert found.process.poll() is None, found.errors.read_text()
        try:
            if httpx.get(f"{found.address}/healthz", timeout=5).json() == {"ready": True}:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise TimeoutError(f"{found.address} was not ready")


def users_file(folder: Path, *names: str) -> Path:
    """A file in which each of `names` has `PASSWORD`."""
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    path = folder / "users.txt"
    path.write_text("".join(f"{name}:{hashed}\n" for name in names), encoding="utf-8")
    return path


def json_body(response: httpx.Response) -> tuple[int, str, str]:
    """Status, type and message of an error."""
    error = response.json()["error"]
    assert set(error) == {"type", "message", "request_id"}
    assert error["request_id"] == response.headers["x-request-id"]
    return response.status_code, error["type"], error["message"]


def refused_as_too_large(client: httpx.Client, path: str) -> None:
    """Holds `path` to its limit, whether a body that is over it says its length or not."""
    large = b'{"question": "' + b"a" * 5_000_000 + b'"}'
    headers = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    expected = (413, "BodyTooLarge", "the body is larger than 4000000 bytes, which is the limit; send less")
    assert json_body(client.post(path, content=large, headers=headers)) == expected
    pieces = (large[first : first + 65536] for first in range(0, len(large), 65536))
    assert json_body(client.post(path, content=pieces, headers=headers)) == expected  # chunked: no Content-Length
