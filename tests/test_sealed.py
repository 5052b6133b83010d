"""Nothing leaves: each way of starting Pincite, watched by the kernel's own account of its connections and files."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SECONDS = 15  # onnxruntime, left alone, posts for the first time after ten
LEASE = "Ann Gray signed the lease in Leeds in 1851. The mill burned down in 1862, and nobody was hurt.\n"

# What runs in a process of its own; each stays alive for the time after its work.
WAYS = {
    "ask": "import qa; assert '1851' in qa.ask('When was the lease signed?', source=SOURCE).text; time.sleep(SECONDS)",
    "index": "main(['index', SOURCE, '--out', HOME + '-index']); time.sleep(SECONDS)",
    "chat": "give('When was the lease signed?\\n'); main(['chat', '--source', SOURCE])",
    "mcp": "give(json.dumps({'jsonrpc': '2.0', 'id': 1, 'method': 'ping'}) + '\\n'); main(['mcp', '--source', SOURCE])",
    "serve": "visit(); main(['serve', SOURCE, '--port', PORT])",
}
PREPARED = """
import json, os, sys, threading, time, urllib.request
HOME, SOURCE, PORT, SECONDS = os.environ["HOME"], sys.argv[1], sys.argv[2], int(sys.argv[3])

def main(arguments):
    from pincite.cli import main
    assert main(arguments) in (0, 130)  # 130: interrupted, which ends the server

def give(line):  # standard input that stays open for a while after the line
    read, write = os.pipe()
    os.dup2(read, 0)
    os.write(write, line.encode())
    threading.Thread(target=lambda: (time.sleep(SECONDS + 5), os.close(write)), daemon=True).start()

def visit():  # a person and a program, then the end
    def come():
        here = f"http://127.0.0.1:{PORT}"
        for _ in range(600):
            try:
                urllib.request.urlopen(here + "/", timeout=30).read()
                break
            except OSError:
                time.sleep(0.2)
        body = json.dumps({"question": "Who signed?", "text": "Ann Gray signed the lease."}).encode()
        request = urllib.request.Request(here + "/v1/ask", body, {"content-type": "application/json"})
        assert b"Ann Gray" in urllib.request.urlopen(request, timeout=60).read()
        time.sleep(SECONDS)
        os.kill(os.getpid(), 2)
    threading.Thread(target=come, daemon=True).start()
"""
_ADDRESS = re.compile(r'sa_family=AF_INET6?, .*?(?:inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)")')


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def outside(trace: str) -> list[str]:
    """The addresses beyond loopback that a trace of system calls names."""
    named = [found[1] or found[2] for found in _ADDRESS.finditer(trace)]
    return [address for address in named if not address.startswith("127.") and address not in ("::1", "0.0.0.0", "::")]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, list[str], str]]:
    """For each of `WAYS`: its system calls to the network, the files that appeared at home, and what it printed.

    A recorder in Python would not see what compiled libraries do: strace does.
    """
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("needs strace, which sees what compiled code sends (apt-get install strace)")
    folder = tmp_path_factory.mktemp("sealed")
    source = folder / "lease.txt"
    source.write_text(LEASE, encoding="utf-8")
    running = {}
    for way, code in WAYS.items():
        home = folder / way
        home.mkdir()
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ORT_", "GRADIO_", "HF_", "RAY_", "XDG_"))}
        environment = {**kept, "HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        environment.pop("PINCITE_DATA", None)
        calls = "trace=connect,sendto,sendmsg,sendmmsg"
        command = [strace, "-f", "-qq", "-e", calls, "-o", str(folder / f"{way}.trace"), sys.executable, "-c"]
        arguments = [PREPARED + code, str(source), str(free_port()), str(SECONDS)]
        with (folder / f"{way}.out").open("wb") as out:
            running[way] = subprocess.Popen([*command, *arguments], cwd=folder, env=environment, stdout=out, stderr=out)
    found = {}
    for way, process in running.items():
        process.wait(timeout=300)
        files = [str(path.relative_to(folder / way)) for path in (folder / way).rglob("*") if path.is_file()]
        trace = (folder / f"{way}.trace").read_text(encoding="utf-8", errors="replace")
        found[way] = trace, files, (folder / f"{way}.out").read_text(encoding="utf-8", errors="replace")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_sent_beyond_this_machine_and_nothing_is_left_at_home(way: str, watched) -> None:
    trace, files, printed = watched[way]
    assert "Traceback" not in printed
    assert (outside(trace), files) == ([], [])


@pytest.mark.slow
def test_each_command_did_its_work_while_it_was_traced(watched) -> None:
    assert "1851" in watched["chat"][2]
    assert '"jsonrpc":"2.0","id":1,"result"' in watched["mcp"][2].replace(" ", "")
    assert '"path": "/v1/ask", "status": 200' in watched["serve"][2]
    assert "1 document" in watched["index"][2]


def test_a_connection_beyond_this_machine_would_be_noticed() -> None:
    trace = (
        'connect(3, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("10.0.0.53")}, 16) = 0\n'
        'connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}, 16) = 0\n'
        'connect(4, {sa_family=AF_INET6, sin6_port=htons(443), inet_pton(AF_INET6, "2606:2800::1", &a), x=0}, 28) = 0\n'
    )
    assert outside(trace) == ["10.0.0.53", "2606:2800::1"]


@pytest.mark.parametrize(
    "package", ["index", "qa", "pincite.web", "app", "pincite.cli", "index.store.ray_ingest", "training"]
)
def test_whatever_is_imported_first_turns_the_reports_of_libraries_off(package: str) -> None:
    script = f"import {package}, os; from index.offline import SETTINGS; print(SETTINGS.items() <= os.environ.items())"
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("ORT_", "GRADIO_", "HF_", "RAY_"))}
    done = subprocess.run([sys.executable, "-c", script], env=kept, cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_a_warning_says_that_onnxruntime_was_imported_before() -> None:
    script = "import onnxruntime, qa"
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ORT_")}
    done = subprocess.run([sys.executable, "-c", script], env=kept, cwd=ROOT, capture_output=True, text=True)
    assert "onnxruntime was imported before pincite" in done.stderr
    quiet = {**kept, "ORT_DISABLE_TELEMETRY": "1"}
    done = subprocess.run([sys.executable, "-c", script], env=quiet, cwd=ROOT, capture_output=True, text=True)
    assert done.stderr == ""
