"""Starting the page: where it listens, and what it says when it cannot."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from ports import free_port
from web_fakes import ROOT, ScriptedAnswerer

import app
from index.errors import PinciteError
from pincite.web import launching

# A child whose first port is another, so that nothing depends on whether 7860 is free here; without a page to build.
LAUNCH = """
import sys
from unittest.mock import patch
import app, pincite.web.page, pincite.web.server
from pincite.service import preflight
from index.errors import PinciteError
first, host, port = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]) or None
def serve(page, answerer, config, listener, *, ready):
    assert listener.getsockname() == (config.host, config.port)
    ready()
with patch.multiple(preflight, PORT=first, LAST_PORT=first + 9), patch("pincite.web.server.serve", serve):
    with patch("pincite.web.page.build_page"):
        try:
            app.launch(None, host=host, port=port)
        except PinciteError as error:
            sys.exit(str(error))
"""


def launched(first: int, *, port: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", LAUNCH, str(first), "127.0.0.1", str(port)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def test_the_page_listens_only_on_this_machine_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def listen(host: str, port: int | None) -> None:
        asked.append((host, port))
        raise PinciteError("that is all this test wants to know")

    monkeypatch.setattr(launching, "listen", listen)
    with pytest.raises(PinciteError):
        app.launch(ScriptedAnswerer())
    assert asked == [("127.0.0.1", None)]


def test_without_a_named_port_the_next_free_one_is_used_and_said() -> None:
    first = free_run(3)
    with socket.create_server(("127.0.0.1", first)), socket.create_server(("127.0.0.1", first + 1)):
        done = launched(first)
    moved = f"Port {first} is taken, so Pincite is at http://127.0.0.1:{first + 2} (Ctrl+C stops it)\n"
    assert (done.stdout, done.stderr) == (moved, "")
    assert launched(first).stdout == f"Pincite is at http://127.0.0.1:{first} (Ctrl+C stops it)\n"


def test_a_named_port_that_is_taken_stays_an_error() -> None:
    first = free_run(1)
    with socket.create_server(("127.0.0.1", first)):
        done = launched(first, port=first)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"cannot listen on 127.0.0.1:{first} (Address already in use); choose another --port\n"


def free_run(length: int) -> int:
    """The first of so many ports in a row that are free."""
    while True:
        first = free_port()
        try:
            for port in range(first, first + length):
                socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return first


def test_a_taken_port_is_named_before_gradio_is_loaded() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        script = (
            "import sys, app\nfrom index.errors import PinciteError\n"
            f"try:\n    app.launch(None, port={port})\n"
            "except PinciteError as error:\n    print(error)\nprint('gradio' in sys.modules)"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT)
    expected = f"cannot listen on 127.0.0.1:{port} (Address already in use); choose another --port\nFalse\n"
    assert (done.stdout, done.stderr) == (expected, "")


@pytest.mark.parametrize("port", [-1, 0, 65536])
def test_an_impossible_port_is_refused(port: int) -> None:
    with pytest.raises(PinciteError, match=rf"^port {port} does not exist; give --port a number from 1 to 65535$"):
        app.launch(ScriptedAnswerer(), port=port)


def test_a_host_that_is_not_this_machine_is_refused() -> None:
    with pytest.raises(PinciteError, match=r"cannot listen on 192\.0\.2\.1:7860 \(.+\)"):
        app.launch(ScriptedAnswerer(), host="192.0.2.1", port=7860)


def test_the_app_stays_small_enough_to_read_at_a_glance() -> None:
    assert len(Path(app.__file__).read_text(encoding="utf-8").splitlines()) < 60


def test_nothing_in_the_page_names_an_address_of_another_server() -> None:
    files = [file for file in (ROOT / "pincite" / "web").rglob("*") if file.suffix in {".py", ".js", ".css", ".svg"}]
    assert len(files) > 20
    for file in [*files, ROOT / "prompts" / "page.toml"]:
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert re.findall(r"(?:https?:)?//\w[\w.-]*\.\w+/?", text) == [], file
