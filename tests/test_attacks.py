"""Attacks on a server that runs: others are answered meanwhile, and nothing of the server's disk is opened."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest
from serving import Server, found, server
from web_fakes import NOTE

WAITED = 60.0  # seconds: others wait one or two on a machine that does nothing else
ClientAt = Callable[..., httpx.Client]
ELSEWHERE = "127.0.0.2"  # another address of this machine: limits count by address


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with server() as found_server:
        yield found_server


@pytest.fixture
def client_at(running: Server) -> Iterator[ClientAt]:
    """A browser that has just come, from an address of this machine's."""
    with ExitStack() as stack:

        def client(address: str | None = None) -> httpx.Client:
            transport = httpx.HTTPTransport(local_address=address)
            new = stack.enter_context(httpx.Client(base_url=running.address, timeout=300, transport=transport))
            new.get("/", headers={"accept": "text/html"})
            return new

        yield client


def events(client: httpx.Client) -> dict[str, int]:
    return {target[1]: one["id"] for one in client.get("/config").json()["dependencies"] for target in one["targets"]}


def arrives(client: httpx.Client) -> str:
    """What the page is first told, whose last words are the visitor's token."""
    session = secrets.token_hex(6)
    client.post(
        "/gradio_api/queue/join", json={"data": [], "fn_index": events(client)["load"], "session_hash": session}
    )
    text = ""
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream:
        for part in stream.iter_text():
            text += part
            if "data-token" in text:
                return text.partition('data-token=\\"')[2].partition("\\")[0]
    raise AssertionError("the page was told nothing")


def within(seconds: float, work: Callable[[], object]) -> None:
    began = time.monotonic()
    work()
    assert time.monotonic() < began + seconds


def asks(client: httpx.Client) -> None:
    said = client.post("/v1/ask", json={"question": "What is the *4711*?", "text": "The code is 4711."})
    assert said.json()["text"] == "4711"


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/dev/zero", "/etc/passwd", "/etc/no-such-file"])
def test_no_event_makes_the_server_open_a_file(running: Server, client_at: ClientAt, path: str) -> None:
    file = {"path": path, "meta": {"_type": "gradio.FileData"}}
    shapes: list[list[object]] = [
        [file], [[file]], ["Who?", [{"question": "a", "answer": file}]], ["Who?", [], 5, None, [file]],
        [{"a": [{"b": file}]}], ["a.txt", file], ["a.txt", None, file], ["a.txt", None, None, file],
        [{**file, "orig_name": "a", "url": path}], [{"image": file}], [{"files": [file], "text": "a"}],
        [{"path": path}],
        [[[[[[file]]]]]], [{"_type": "gradio.FileData", "path": path}], [{"meta": {"_type": "gradio.FileData"}}],
    ]  # fmt: skip
    client = client_at()
    known = events(client)
    answers = set()
    for shape in shapes:
        for name in ("ask", "index", "documents"):
            said = {"data": shape, "session_hash": secrets.token_hex(6)}
            answers.add(client.post(f"/gradio_api/call/{name}", json=said).status_code)
        for event in ("load", "submit", "show", "added", "wake"):
            said = {"data": shape, "fn_index": known[event], "session_hash": secrets.token_hex(6)}
            answers.add(client.post("/gradio_api/queue/join", json=said).status_code)
            said = {"data": [], "event_data": shape[0], "fn_index": known[event], "session_hash": secrets.token_hex(6)}
            answers.add(
                client.post("/gradio_api/queue/join", json={**said, "event_data": {"value": shape}}).status_code
            )
    assert answers == {422}
    within(WAITED, lambda: asks(client_at()))
    assert [one for one in found(running.folder, "gradio/**/*") if one.is_file()] == []


@pytest.mark.slow
def test_a_client_that_sends_much_does_not_block_other_peoples_answers(client_at: ClientAt) -> None:
    texts = ["!?" * 100_000, "a" + "\f" * 300_000 + "b", "1. " * 60_000, "a " * 100_000, "\u201c" * 100_000]

    def attack(text: str) -> int:
        return client_at(ELSEWHERE).post("/v1/ask", json={"question": "Who?", "text": text}).status_code

    with ThreadPoolExecutor(len(texts)) as pool:
        under_way = [pool.submit(attack, text) for text in texts]
        time.sleep(0.5)
        ann = client_at()
        for _ in range(3):
            within(WAITED, lambda: asks(ann))
            within(WAITED, lambda: ann.get("/v1/documents").raise_for_status())
        assert {one.result() for one in under_way} <= {200, 400, 413, 503}


SLOW_PAGE = ("<html><body>" + "<figcaption>" * 150 + "Ann Gray signed the lease in 1851. " * 8_000).encode()
SLOW_TEXT = ("> " * 10 + "* a\n") * 20_000


@pytest.mark.slow
def test_slow_documents_and_many_requests_of_one_visitor_do_not_block_the_page(client_at: ClientAt) -> None:
    eve = client_at(ELSEWHERE)
    token, known, over = arrives(eve), events(eve), threading.Event()
    for name, content in [("x.html", SLOW_PAGE), ("x.md", SLOW_TEXT.encode())] * 4:
        eve.post(f"/pincite/{token}/file", content=content, headers={"x-name": name})
        eve.post("/gradio_api/queue/join", json={"data": [], "fn_index": known["added"], "session_hash": token})

    def pester(path: str) -> None:
        while not over.is_set():
            eve.get(path) if path.endswith("d1") else eve.post(
                path, content=b"He says: \xe2\x80\x9ca b c d\xe2\x80\x9d" * 9_000
            )

    with ThreadPoolExecutor(20) as pool:
        for _ in range(10):
            pool.submit(pester, f"/pincite/{token}/document/d1")
            pool.submit(pester, f"/pincite/{token}/check")
        try:
            time.sleep(1)
            ann = client_at()
            within(WAITED, lambda: arrives(ann))
            own = arrives(ann)
            within(WAITED, lambda: ann.get(f"/pincite/{own}/document/d1").raise_for_status())
            within(WAITED, lambda: asks(ann))
        finally:
            over.set()
    assert NOTE in client_at().get("/v1/documents").text


def test_streams_heartbeats_and_uploads_need_the_owners_cookie(running: Server, client_at: ClientAt) -> None:
    ann, nobody = client_at(), client_at()
    nobody.cookies.clear()
    session = secrets.token_hex(6)
    said = {"data": [], "session_hash": session}
    event = ann.post("/gradio_api/call/documents", json=said).json()["event_id"]
    closed = [
        "/gradio_api/upload",
        "/gradio_api/upload_progress",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/run/ask",
    ]
    assert {nobody.get(path).status_code for path in closed} == {404}
    assert {nobody.post(path, files={"files": b"a"}).status_code for path in closed} == {404}
    for path in (
        f"/gradio_api/heartbeat/{session}",
        f"/gradio_api/call/documents/{event}",
        f"/gradio_api/call/ask/{session}",
    ):
        assert nobody.get(path).status_code == 403
    assert nobody.get("/gradio_api/queue/data", params={"session_hash": session}).status_code == 403
    for path in ("/gradio_api/cancel", "/gradio_api/reset"):
        assert nobody.post(path, json={**said, "event_id": event, "fn_index": 0}).status_code == 403
    assert NOTE in ann.get(f"/gradio_api/call/documents/{event}").text


def test_what_is_nested_too_deep_is_refused_in_one_line(client_at: ClientAt) -> None:
    client = client_at()
    deep = b"[" * 100_000
    for path in ("/v1/ask", "/v1/check", "/gradio_api/call/ask", "/gradio_api/queue/join"):
        answer = client.post(path, content=b'{"data": ' + deep, headers={"content-type": "application/json"})
        assert answer.status_code in (400, 422)
        assert "\n" not in answer.json()["error"]["message"]
