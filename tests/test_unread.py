"""What could not be read is said once, wherever documents are listed, and where it matters for an answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from coroutines import run
from fakes import HashingEmbedder, WordReader

from index import Document, Index, load_all
from index.load import Globs, load_each
from index.types import Unread, UnreadKind
from pincite.cli import main
from pincite.service.library import Library
from pincite.service.mcp import http_part
from pincite.service.rest import rest_app
from pincite.service.service import Service
from pincite.service.work import Work
from pincite.web.document_list import document_list_html
from pincite.web.visitor import Visitors
from qa import Answerer
from qa.types import Reason

LEASE = Document("lease.pdf", "The rent is set out in Annex A.", unread=(Unread(UnreadKind.PAGE, (2, 3), 2),))
SAID = "pages 2 and 3 of lease.pdf have no text and were not read"


def answerer(*documents: Document) -> Answerer:
    return Answerer(Index.build(documents or [LEASE], embedder=HashingEmbedder()), reader=WordReader())


def called(method: str, path: str, **body: Any) -> Any:
    """What a program gets from the REST interface over the lease."""

    async def call() -> Any:
        transport = httpx.ASGITransport(rest_app(Service(answerer(), Work())))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return (await client.request(method, path, json=body or None)).json()

    return run(call())


def tool(name: str, arguments: dict[str, Any]) -> Any:
    """What a tool of the MCP server over the lease gives."""
    from starlette.applications import Starlette

    async def call() -> Any:
        part = http_part(Service(answerer(), Work()), most_bytes=10_000)
        transport = httpx.ASGITransport(Starlette(routes=part.routes))
        request = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
        accept = {"accept": "application/json, text/event-stream"}
        async with part.running(), httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return (await client.post("/mcp", json=request, headers=accept)).json()["result"]

    return run(call())


def test_the_list_of_documents_names_unread_content_once() -> None:
    (document,) = called("GET", "/documents")["documents"]
    assert document["unread"] == [SAID]


def test_an_abstention_names_unread_content_to_a_program() -> None:
    answer = called("POST", "/ask", question="What is the fee for dogs?")
    assert (answer["status"], answer["reason"], answer["unread"]) == ("abstained", "unread", [SAID])


def test_mcps_tools_name_unread_content_too() -> None:
    pytest.importorskip("mcp", reason="the extra 'mcp' is not installed")
    (document,) = tool("list_documents", {})["structuredContent"]["documents"]
    assert document["unread"] == [SAID]
    answer = tool("ask", {"question": "What is the fee for dogs?"})["structuredContent"]
    assert (answer["reason"], answer["unread"]) == ("unread", [SAID])


def test_the_page_names_unread_content_once_beside_the_document() -> None:
    visitor = Visitors(lambda: Library(answerer())).of("session")
    assert document_list_html(visitor).count(SAID) == 1


def test_only_what_was_searched_is_named_and_pictures_are_no_reason() -> None:
    logo = Document("logo.pdf", "The mill grinds rye.", unread=(Unread(UnreadKind.IMAGE, (1,), 1),))
    assert answerer(logo).ask("What is the fee for dogs?").reason is not Reason.UNREAD
    assert answerer(logo, LEASE).ask("What is the fee for dogs?").unread == (SAID,)


def test_an_answer_does_not_mention_unread_content() -> None:
    answer = answerer().ask("Where is the rent set out?", min_confidence=0)
    assert (answer.answered, answer.unread) == (True, ())


def test_indexing_says_once_what_of_a_document_is_not_read_and_what_was_passed_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "papers"
    (folder / "old").mkdir(parents=True)
    (folder / "a.html").write_bytes(
        "<html><head><meta charset=gb2312></head><body><p>The café of Zoë, says José.</p></body></html>".encode()
    )
    for name in ("fees.xyz", "old/scan.tiff", "README", ".hidden.xyz"):
        (folder / name).write_text("words")
    assert main(["index", str(folder), "--out", str(tmp_path / "idx")]) == 0
    said = capsys.readouterr().err
    assert said.count("a.html is not in the charset gb2312 that it declares, and was read as utf-8") == 1
    assert "passed over, as Pincite does not read such files: README, fees.xyz, scan.tiff" in said
    assert ".hidden" not in said


def test_what_is_left_out_by_a_pattern_is_not_passed_over(tmp_path: Path) -> None:
    for name in ("a.txt", "b.xyz", "c.xyz"):
        (tmp_path / name).write_text("The clock strikes.")
    assert [path.name for path in load_each([tmp_path], globs=Globs(exclude=("b.*",))).skipped] == ["c.xyz"]
    assert [document.id for document in load_all([tmp_path])] == ["a.txt"]


def test_show_lists_unread_content_as_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(
        b"<html><head><meta charset=gb2312></head><body><p>Caf\xc3\xa9 No\xc3\xabl \xc3\xa0.</p></body></html>"
    )
    assert main(["show", str(path), "--json"]) == 0
    (unread,) = json.loads(capsys.readouterr().out)["unread"]
    assert (unread["kind"], unread["detail"]) == ("encoding", "gb2312 utf-8")
