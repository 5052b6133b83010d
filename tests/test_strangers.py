"""Every route of the application, asked by a stranger who knows another's names, tells nothing of theirs."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from serving import Server, server
from starlette.routing import BaseRoute, Mount
from web_fakes import growing

from pincite.service.preflight import ServeConfig
from pincite.web.page import build_page
from pincite.web.server import Uploads, app_of

SECRET = "The treasure is buried under the old oak in Bergen."


def paths(routes: list[BaseRoute], before: str = "") -> Iterator[str]:
    """Every path that the application knows, Gradio's too."""
    for route in routes:
        if isinstance(route, Mount):
            yield from paths(list(route.routes), before + route.path)
        elif (included := getattr(route, "original_router", None)) is not None:  # so FastAPI keeps what it includes
            yield from paths(list(included.routes), before)
        elif hasattr(route, "path"):
            yield before + route.path


@pytest.fixture(scope="module")
def every_path(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    uploads = Uploads(tmp_path_factory.mktemp("uploads"))
    try:
        app = app_of(build_page(growing()), growing(), ServeConfig(), uploads)
        return sorted(set(paths(list(app.routes))))
    finally:
        uploads.close()


def told(client: httpx.Client, path: str, **params: str) -> str:
    """What a stream says within two seconds."""
    text = ""
    try:
        with client.stream("GET", path, params=params, timeout=2) as stream:
            for part in stream.iter_text():
                text += part
    except httpx.TransportError:  # it says nothing more for now, or was broken off
        return text
    return text


def arrived(running: Server, client: httpx.Client) -> dict[str, str]:
    """A person who has added a document and opened the page; the names of what is theirs."""
    client.get("/", headers={"accept": "text/html"})
    events = client.get("/config").json()["dependencies"]
    load = next(one["id"] for one in events for target in one["targets"] if target[1] == "load")
    session = secrets.token_hex(6)
    said = {"data": ["safe.txt", SECRET, None, None], "session_hash": session}
    event = client.post("/gradio_api/call/index", json=said).json()["event_id"]
    assert "complete" in client.get(f"/gradio_api/call/index/{event}").text
    client.post("/gradio_api/queue/join", json={"data": [], "fn_index": load, "session_hash": session})
    (token,) = set(re.findall(r'data-token=\\+"([\w-]+)', told(client, "/gradio_api/queue/data", session_hash=session)))
    waiting = client.post("/gradio_api/call/documents", json={"data": [], "session_hash": session}).json()["event_id"]
    return {"session": session, "event": waiting, "token": token}


@pytest.mark.slow
def test_a_stranger_finds_nothing_on_any_route(every_path: list[str], tmp_path: Path) -> None:
    assert {"/gradio_api/queue/data", "/pincite/{token}/document/{key}", "/v1/ask"} <= set(every_path)
    with server() as running, running.client() as ann, running.client() as nobody, running.client() as eve:
        names = arrived(running, ann)
        assert SECRET in ann.get(f"/pincite/{names['token']}/document/d2").text
        eve.get("/", headers={"accept": "text/html"})
        for number, path in enumerate(every_path):
            for name in names.values():
                filled = re.sub(r"\{token\}", names["token"], path)
                filled = re.sub(r"\{key\}", "d2", filled)
                filled = re.sub(r"\{\w+:int\}", "1", filled)
                filled = re.sub(r"\{[^}]+\}", name, filled)
                stranger = (nobody, eve)[number % 2]
                said = {"data": [], "fn_index": 0, "session_hash": names["session"], "event_id": names["event"]}
                found = told(stranger, filled, session_hash=names["session"])
                found += stranger.post(filled, json=said, timeout=30).text
                assert "old oak" not in found, filled
                # What was asked for is said again, and no more of it than fits in a line.
                found = re.sub(r"there is nothing at \w+ '[^']*'", "", found).replace(filled, "")
                assert names["token"] not in found, filled
                if "{" not in path:
                    break
        assert SECRET in ann.get(f"/pincite/{names['token']}/document/d2").text  # nobody ended it
        assert "safe.txt" in ann.get(f"/gradio_api/call/documents/{names['event']}").text
