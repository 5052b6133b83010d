"""The Model Context Protocol, spoken by its own client: over standard input and output, and over HTTP."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from coroutines import run
from serving import PASSWORD, Server, json_body, refused_as_too_large, server, users_file
from web_fakes import NOTE, NOTE_TEXT, ROOT

from index.errors import ModelError
from pincite.cli import main
from pincite.service.mcp import require_mcp

mcp = pytest.importorskip("mcp", reason="the extra 'mcp' is not installed")
httpx2 = pytest.importorskip("httpx2")


async def check(client: Any, question: str, answer: str, document: str) -> None:
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == {"ask", "check_quotations", "list_documents", "show_passage"}
    assert tools["ask"].input_schema["required"] == ["question"]
    assert tools["ask"].annotations.read_only_hint

    listed = (await client.call_tool("list_documents", {})).structured_content["documents"]
    assert [one["id"] for one in listed] == [document]

    found = (await client.call_tool("ask", {"question": question})).structured_content
    assert (found["status"], found["text"]) == ("answered", answer)
    (citation, *_) = found["citations"]
    place = {"document_id": document, "start": citation["start"], "end": citation["end"]}
    assert (await client.call_tool("show_passage", place)).structured_content["text"] == answer

    for name, arguments, message in [
        ("ask", {"question": " "}, "the question is empty; ask something in words"),
        ("ask", {}, "the field 'question' is missing"),
        ("ask", {"question": "a", "top_k": "5"}, "'top_k' is '5': it should be a valid integer"),
        ("show_passage", {"document_id": "../x"}, "there is no document '../x'; list the documents for their ids"),
        ("list_documents", {"x": 1}, "there is no field 'x'; leave it out"),
        ("fly", {}, "there is no tool 'fly'; there are ask, check_quotations, list_documents, show_passage"),
    ]:
        wrong = await client.call_tool(name, arguments)
        assert (wrong.is_error, wrong.content[0].text) == (True, message)


@pytest.mark.slow
def test_a_program_asks_over_standard_input_and_output() -> None:
    from mcp.client.stdio import StdioServerParameters, stdio_client

    async def talk() -> None:
        command = StdioServerParameters(command=sys.executable, args=["-m", "pincite.cli", "mcp"], cwd=str(ROOT))
        async with mcp.Client(stdio_client(command)) as client:
            await check(client, "Who claimed responsibility for the attack?", "Jaish al-Adl", "islamabad-talks.md")

    run(talk())


def over_http(found: Server, talk: Callable[[Any], Awaitable[None]], **options: Any) -> None:
    from mcp.client.streamable_http import streamable_http_client

    async def connect() -> None:
        async with (
            httpx2.AsyncClient(timeout=60, **options) as http,
            mcp.Client(streamable_http_client(f"{found.address}/mcp", http_client=http)) as client,
        ):
            await talk(client)

    run(connect())


def test_a_program_asks_over_http() -> None:
    with server(mcp=True) as found:
        over_http(found, lambda client: check(client, "Who is *Ruth Vale*?", "Ruth Vale", NOTE))
        with found.client() as client:
            refused_as_too_large(client, "/mcp")


def test_documents_can_be_sent_with_a_question_over_mcp() -> None:
    async def talk(client: Any) -> None:
        found = await client.call_tool("ask", {"question": "*Oslo*?", "text": "Bob came from Oslo."})
        assert found.structured_content["text"] == "Oslo"
        assert NOTE_TEXT not in str(found)

    with server(mcp=True) as found:
        over_http(found, talk)


def test_a_program_signs_in_over_http(tmp_path) -> None:
    async def talk(client: Any) -> None:
        assert len((await client.list_tools()).tools) == 4

    with server(mcp=True, auth=str(users_file(tmp_path, "ann"))) as found:
        over_http(found, talk, auth=("ann", PASSWORD))
        with found.client() as client:
            assert client.post("/mcp", json={}).status_code == 401


def test_without_the_switch_there_is_no_mcp() -> None:
    with server() as found, found.client() as client:
        assert json_body(client.post("/mcp", json={}))[:2] == (404, "NotFound")


def test_without_the_package_the_way_to_get_it_is_named(monkeypatch, capsys) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    with pytest.raises(ModelError, match=r"pip install 'pincite\[mcp\]'"):
        require_mcp()
    for command in (["mcp"], ["serve", "--mcp", "--port", "7997"]):
        assert main(command) == 1
        assert capsys.readouterr().err == (
            "pincite: MCP needs the package mcp; install it with: pip install 'pincite[mcp]'\n"
        )
