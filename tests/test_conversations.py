"""The same conversation, in the terminal, over REST and over the Model Context Protocol: read and replied to alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from coroutines import run
from serving import Server, server
from web_fakes import growing

from pincite.cli import main
from qa.rendering import answer_text
from qa.types import Answer

SAID = (
    "hello",
    "Who is *Ruth Vale*?",
    "When did she come?",
    "Where does it say that?",
    "no, I mean who is *harbour master*",
    "tell me more",
    "thanks!",
)


@pytest.fixture(scope="module")
def expected() -> list[Answer]:
    """What `Answerer.ask` answers where each turn brings the whole answers before it."""
    answerer, found = growing(), []
    for said in SAID:
        found.append(answerer.ask(said, [answer.to_dict() for answer in found]))
    assert found[2].read_as == "When did Ruth Vale come?"
    assert [str(answer.status) for answer in found if str(answer.status) == "replied"] == ["replied"] * 4
    return found


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with server(mcp=True) as found:
        yield found


def alike(given: list[dict[str, Any]], expected: list[Answer]) -> None:
    for answer, wanted in zip(given, expected, strict=True):
        assert (answer["read_as"], answer["status"], answer["text"]) == (wanted.read_as, wanted.status, wanted.text)
        assert [(one["start"], one["end"]) for one in answer["citations"]] == [
            (one.start, one.end) for one in wanted.citations
        ]


def test_the_chat_in_the_terminal_carries_a_conversation(
    expected: list[Answer], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = iter([*SAID, ""])
    monkeypatch.setattr("pincite.cli.chat.answerer_of", lambda arguments, source: growing())
    monkeypatch.setattr("builtins.input", lambda _: next(lines))
    assert main(["chat"]) == 0
    printed = capsys.readouterr().out
    assert printed.endswith("".join(f"{answer_text(answer)}\n" for answer in expected))


def test_rest_carries_the_conversation_that_comes_with_each_turn(expected: list[Answer], running: Server) -> None:
    given: list[dict[str, Any]] = []
    with running.client() as client:
        for said in SAID:
            response = client.post("/v1/ask", json={"question": said, "history": given})
            assert response.status_code == 200, response.text
            given.append(response.json())
    alike(given, expected)


def test_mcp_carries_the_conversation_that_comes_with_each_turn(expected: list[Answer], running: Server) -> None:
    over_http = _over_http(running)
    given: list[dict[str, Any]] = []

    async def talk(client: Any) -> None:
        for said in SAID:
            result = await client.call_tool("ask", {"question": said, "history": list(given)})
            assert not result.is_error, result.content[0].text
            given.append(result.structured_content)

    over_http(talk)
    alike(given, expected)


def _over_http(found: Server) -> Callable[..., None]:
    mcp = pytest.importorskip("mcp", reason="the extra 'mcp' is not installed")
    httpx2 = pytest.importorskip("httpx2")
    from mcp.client.streamable_http import streamable_http_client

    def talk_to(talk: Callable[[Any], Any]) -> None:
        async def connect() -> None:
            async with (
                httpx2.AsyncClient(timeout=60) as http,
                mcp.Client(streamable_http_client(f"{found.address}/mcp", http_client=http)) as client,
            ):
                await talk(client)

        run(connect())

    return talk_to
