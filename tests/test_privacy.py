"""Several people at once: what one adds, nobody else sees, by page, endpoint or path; and it goes when they do."""

from __future__ import annotations

import json
import os
import signal
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from serving import Server, json_body, server
from web_fakes import NOTE

from pincite.web.server import UPLOADS, Uploads

SECRET = "The code of the safe is 4711."
ASKED = "What is the *4711*?"


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with server() as found:
        yield found


def until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.1)


def visitor(running: Server) -> Client:
    return Client(running.address, verbose=False, httpx_kwargs={"timeout": 300})


# -- the endpoints


def test_there_are_exactly_three_endpoints_with_types_and_descriptions(running: Server) -> None:
    found = visitor(running).view_api(return_format="dict", print_info=False)
    endpoints = found["named_endpoints"]
    assert set(endpoints) == {"/ask", "/index", "/documents"}
    assert found["unnamed_endpoints"] == {}
    names = [one["parameter_name"] for one in endpoints["/ask"]["parameters"]]
    assert names == ["question", "history", "top_k", "min_confidence", "where", "form"]
    types = [one["python_type"]["type"] for one in endpoints["/ask"]["parameters"]]
    assert types[0] == "str"
    assert types[2] == "int"
    assert endpoints["/ask"]["description"].startswith("Ask the documents of this session")


def test_a_session_asks_its_own_documents_and_the_servers(running: Server) -> None:
    client = visitor(running)
    added = client.predict(name="safe.md", text=f"# Safe\n\n{SECRET}", api_name="/index")
    assert (added["id"], added["media_type"]) == ("safe.md", "text/markdown")
    answer = client.predict(question=ASKED, api_name="/ask")
    assert (answer["text"], answer["citations"][0]["source"]) == ("4711", "safe.md")
    assert [one["id"] for one in client.predict(api_name="/documents")] == [NOTE, "safe.md"]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"question": " ", "api_name": "/ask"}, "the question is empty; ask something in words"),
        ({"question": 5, "api_name": "/ask"}, "'question' is 5: it should be a valid string"),
        ({"question": "a", "where": ["x=1"], "api_name": "/ask"}, "no document has 'x'; filter by"),
        ({"name": "a.txt", "api_name": "/index"}, "give a name, and one of text, base64 and url"),
        ({"name": "a.txt", "url": "/etc/passwd", "api_name": "/index"}, "'/etc/passwd' is not a web address"),
        (
            {"name": "a.txt", "url": "file:///etc/passwd", "api_name": "/index"},
            "'file:///etc/passwd' is not a web address",
        ),
        (
            {"name": "a.txt", "url": "http://127.0.0.1:9/", "api_name": "/index"},
            "'127.0.0.1' leads to 127.0.0.1, an address that is",
        ),
        ({"name": "a.pdf", "base64": "!", "api_name": "/index"}, "base64 cannot be read"),
        ({"name": "a.pdf", "base64": "aGVsbG8=", "api_name": "/index"}, "'a.pdf' is not a PDF"),
        ({"name": "a.exe", "text": "a", "api_name": "/index"}, "cannot read 'a.exe'"),
        ({"name": "/", "text": "a", "api_name": "/index"}, "the name is not a file name"),
    ],
)
def test_an_endpoint_says_what_is_wrong_in_the_words_of_the_command_line(running, said: dict, message: str) -> None:
    with pytest.raises(AppError) as caught:
        visitor(running).predict(**said)
    assert str(caught.value).startswith(message)
    assert str(running.folder) not in str(caught.value)


def test_a_name_with_a_path_in_it_stays_in_its_folder(running: Server) -> None:
    client = visitor(running)
    assert client.predict(name="../../escaped.txt", text="Some words.", api_name="/index")["id"] == "escaped.txt"
    assert {path.relative_to(running.folder).parts[0][: len(UPLOADS)] for path in running.uploads()} == {UPLOADS}


# -- one another's


def test_another_session_does_not_see_added_documents(running: Server) -> None:
    one, other = visitor(running), visitor(running)
    one.predict(name="safe.txt", text=SECRET, api_name="/index")
    assert other.predict(question=ASKED, api_name="/ask")["status"] == "abstained"
    assert [document["id"] for document in other.predict(api_name="/documents")] == [NOTE]
    with running.client() as client:
        assert client.post("/v1/ask", json={"question": ASKED}).json()["status"] == "abstained"
        assert [document["id"] for document in client.get("/v1/documents").json()["documents"]] == [NOTE]


def test_knowing_the_name_of_a_session_is_not_enough(running: Server) -> None:
    one = visitor(running)
    one.predict(name="safe.txt", text=SECRET, api_name="/index")
    name = one.session_hash
    function = next(f["id"] for f in one.config["dependencies"] if f["api_name"] == "documents")
    for cookies in ({}, {f"pincite-{running.port}": "forged"}):
        with running.client(cookies=cookies) as thief:
            said = {"data": [], "fn_index": function, "session_hash": name}
            foreign = (403, "ForeignSession", "this session is another's; begin one of your own")
            assert json_body(thief.post("/gradio_api/queue/join", json=said)) == foreign
            assert json_body(thief.post("/gradio_api/call/documents", json=said)) == foreign
            assert json_body(thief.get("/gradio_api/queue/data", params={"session_hash": name})) == foreign
            assert json_body(thief.get(f"/gradio_api/heartbeat/{name}")) == foreign  # which would end it
            twice = [("session_hash", "mine"), ("session_hash", name)]
            assert json_body(thief.get("/gradio_api/queue/data", params=twice))[0] == 422
            assert json_body(thief.get(f"/gradio_api/call/documents/{name}")) == foreign
    assert [one["id"] for one in one.predict(api_name="/documents")] == [NOTE, "safe.txt"]


@pytest.mark.parametrize(
    "body",
    [
        b"[",
        b"[]",
        b'{"session_hash": 5}',
        b'{"session_hash": "' + b"a" * 101 + b'"}',
        b"[" * 200000,
        b'{"data": [], "fn_index": 999, "session_hash": "mine"}',
        b'{"data": [], "fn_index": "ask", "session_hash": "mine"}',
    ],
)
def test_a_body_that_is_not_an_event_is_refused(running: Server, body: bytes) -> None:
    with running.client() as client:
        assert json_body(client.post("/gradio_api/queue/join", content=body))[0] in (400, 422)


GRADIO = [
    "/gradio_api/file=/etc/passwd",
    "/gradio_api/file=../../../../etc/passwd",
    "/gradio_api/file/etc/passwd",
    "/file=/etc/passwd",
    "/gradio_api/proxy=http://127.0.0.1/",
    "/gradio_api/deep_link?session_hash=x",
    "/?deep_link=x",
    "/gradio_api/stream/x/1/2/playlist.m3u8",
    "/gradio_api/upload_progress?upload_id=x",
    "/gradio_api/openapi.json",
    "/gradio_api/queue/status",
    "/gradio_api/runs",
    "/gradio_api/token",
    "/gradio_api/dev/reload",
    "/gradio_api/vibe-code",
    "/gradio_api/call/ask_1/x",
    "/gradio_api/../file=/etc/passwd",
    "/static/../../../../../etc/passwd",
    "/assets/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/svelte/..%2f..%2f..%2f..%2fetc/passwd",
    "//etc/passwd",
    "/custom_component/x/y/z/w",
    "/monitoring",
    "/monitoring/summary",
    "/login",
]


@pytest.mark.parametrize("path", GRADIO)
def test_no_file_of_the_server_and_no_unused_route_of_gradio_can_be_reached(running: Server, path: str) -> None:
    with running.client() as client:
        response = client.get(path)
        assert "root:" not in response.text
        assert SECRET not in response.text
        if not path.startswith("/?"):
            assert response.status_code in (403, 404)


@pytest.mark.parametrize(
    "path",
    [
        "upload",
        "component_server",
        "run/ask",
        "run/ask_1",
        "api/ask",
        "call/ask_1",
        "call/clear",
        "call/v2/ask",
        "vibe-edit",
    ],
)
def test_nothing_can_be_sent_but_events(running: Server, path: str) -> None:
    with running.client() as client:
        assert json_body(client.post(f"/gradio_api/{path}", json={"data": []}))[:2] == (404, "NotFound")


def test_a_private_function_that_is_called_anyway_stays_in_the_callers_session(running: Server) -> None:
    one = visitor(running)
    one.predict(name="safe.txt", text=SECRET, api_name="/index")
    with running.client() as client:
        client.get("/")
        name = uuid.uuid4().hex
        for dependency in one.config["dependencies"]:
            for data in ([], [None] * 5, ["x"], [{"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}]):
                said = {"data": data, "fn_index": dependency["id"], "session_hash": name, "event_data": {"key": "d2"}}
                client.post("/gradio_api/queue/join", json=said)
        with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": name}) as stream:
            told = "".join(_lines(stream))
    assert "process_completed" in told
    assert "code of the safe" not in told
    assert "root:" not in told
    assert str(running.folder) not in told
    assert [line for line in running.log() if line["event"] == "an event of the page failed"] != []


def _lines(stream: httpx.Response) -> Iterator[str]:
    for line in stream.iter_lines():
        yield line
        if "close_stream" in line:
            return


# -- gone with their visitor


def test_uploads_are_deleted_when_the_session_ends() -> None:
    # gradio_client hangs up at the next heartbeat: with this it beats four times a second, otherwise every 15 seconds.
    with server(environment={"GRADIO_IS_E2E_TEST": "1"}) as found:
        client = visitor(found)
        client.predict(name="safe.txt", text=SECRET, api_name="/index")
        assert [path.name for path in found.uploads()] == ["upload.txt"]  # names from outside are no paths
        client.close()
        until(lambda: found.uploads() == [])


def test_uploads_are_deleted_when_the_server_stops() -> None:
    with server() as found:
        visitor(found).predict(name="safe.txt", text=SECRET, api_name="/index")
        found.process.terminate()
        found.process.wait(timeout=60)
        assert list(found.folder.glob("pincite-*")) == []


def test_uploads_of_a_killed_server_are_deleted_when_the_next_one_starts(tmp_path: Path) -> None:
    with server(tmp_path) as first:
        visitor(first).predict(name="safe.txt", text=SECRET, api_name="/index")
        os.kill(first.process.pid, signal.SIGKILL)
        first.process.wait(timeout=60)
        (left,) = first.uploads()
        with server(tmp_path) as second:
            assert not left.exists()
            assert second.uploads() == []


def test_a_running_server_keeps_its_uploads_when_another_starts(tmp_path: Path) -> None:
    first = Uploads(tmp_path)
    (first.folder / "a.txt").write_text("a")
    other = tmp_path / f"{UPLOADS}stranger"
    other.symlink_to("/etc")
    second = Uploads(tmp_path)
    assert (first.folder / "a.txt").exists()
    assert Path("/etc").exists()
    first.close()
    second.close()
    assert [path.name for path in tmp_path.iterdir()] == [other.name]


def test_the_log_contains_no_secret_of_a_session(running: Server) -> None:
    client = visitor(running)
    client.predict(api_name="/documents")
    assert client.session_hash not in json.dumps(running.log())
