"""Starting the page: where it listens, and what it says when it cannot."""

from __future__ import annotations

import inspect
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from web_fakes import ROOT, ScriptedAnswerer

import app
from index.errors import PinciteError


def test_the_page_listens_on_this_machine_alone_unless_told() -> None:
    assert inspect.signature(app.launch).parameters["host"].default == "127.0.0.1"


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


@pytest.mark.parametrize("port", [-1, 65536])
def test_an_impossible_port_is_refused(port: int) -> None:
    with pytest.raises(PinciteError, match=rf"^port {port} does not exist; give --port a number from 1 to 65535$"):
        app.launch(ScriptedAnswerer(), port=port)


def test_a_host_that_is_not_this_machine_is_refused() -> None:
    with pytest.raises(PinciteError, match=r"cannot listen on 192\.0\.2\.1:7860 \(.+\)"):
        app.launch(ScriptedAnswerer(), host="192.0.2.1", port=7860)


def test_the_app_stays_small_enough_to_read_at_a_glance() -> None:
    assert len(Path(app.__file__).read_text(encoding="utf-8").splitlines()) < 60


def test_nothing_of_the_page_names_an_address_outside() -> None:
    files = [file for file in (ROOT / "pincite" / "web").rglob("*") if file.suffix in {".py", ".js", ".css", ".svg"}]
    assert len(files) > 20
    for file in [*files, ROOT / "prompts" / "page.toml"]:
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert re.findall(r"(?:https?:)?//\w[\w.-]*\.\w+/?", text) == [], file
