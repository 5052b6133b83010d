"""What the page makes of answers: words, numbers and escaping, without a browser."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from web_fakes import GATE, HOSTILE, LIGHTHOUSE, OIL, WHEN, WHO, ScriptedAnswerer

from index.types import Document
from qa.rendering import percent
from qa.types import Reason
from web.answer import messages, source_name
from web.conversation import Exchange, numbered, turns
from web.pane import pane_html, title_of

ANSWERER = ScriptedAnswerer()


def asked(*questions: str) -> list[Exchange]:
    return [Exchange(question, answer=ANSWERER.ask(question)) for question in questions]


def replies(*exchanges: Exchange) -> list[str]:
    return [m["content"] for m in messages(exchanges, ANSWERER.documents) if m["role"] == "assistant"]


@pytest.mark.parametrize(
    ("probability", "words"), [(0.0, "1%"), (0.004, "1%"), (0.125, "12%"), (0.873, "87%"), (0.999, "99%"), (1.0, "99%")]
)
def test_no_estimate_is_called_certain(probability: float, words: str) -> None:
    assert percent(probability) == words


def test_numbers_run_on_through_the_conversation_so_that_each_means_one_place() -> None:
    exchanges = [*asked(WHO), Exchange("", error="the question is empty"), *asked(OIL, WHEN)]
    found = [[(c.number, c.citation.quote, c.nearest) for c in cited] for _, cited in numbered(exchanges)]
    assert found == [
        [(1, "Ann Gray", False), (2, "Jane Gray", False)],
        [],
        [(3, "Nobody cheered.", True)],
        [(4, "1851", False)],
    ]


def test_history_leaves_out_what_could_not_be_asked() -> None:
    exchanges = [*asked(WHO), Exchange("", error="the question is empty"), *asked(OIL)]
    assert turns(exchanges) == [{"question": WHO, "answer": "Ann Gray"}, {"question": OIL, "answer": None}]


def test_every_message_is_one_line_so_that_none_of_it_is_read_as_markdown() -> None:
    exchanges = [*asked(GATE), Exchange("a\n\n# b\r\n\r\n<i>", error="x\n\n*y*"), Exchange("waiting")]
    for message in messages(exchanges, ANSWERER.documents):
        assert re.fullmatch(r"<div [^\n\r]*</div>", message["content"])


def test_names_and_questions_are_escaped() -> None:
    shown = "".join(m["content"] for m in messages(asked(GATE, "<script>"), ANSWERER.documents))
    assert "<script" not in shown
    assert "<img" not in shown
    assert "&lt;script&gt;" in shown
    assert "<img" not in pane_html(ANSWERER.documents[HOSTILE], asked(GATE))


def test_a_reader_without_calibration_gives_no_number() -> None:
    [exchange] = asked(WHEN)
    assert exchange.answer is not None
    uncalibrated = replace(exchange, answer=replace(exchange.answer, confidence=None))
    [reply] = replies(uncalibrated)
    assert "This reader gives no confidence" in reply
    assert "%" not in reply


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_to_abstain_has_its_words(reason: Reason) -> None:
    [exchange] = asked(OIL)
    assert exchange.answer is not None
    [reply] = replies(replace(exchange, answer=replace(exchange.answer, reason=reason, nearest=None)))
    assert re.fullmatch(r'<div class="pc-answer"><p class="pc-abstained">[^<]+</p></div>', reply)


def test_a_source_is_called_by_its_file_and_page() -> None:
    citation = ANSWERER.cite(LIGHTHOUSE, "1851")
    assert source_name(citation) == "lighthouse.txt"
    assert source_name(replace(citation, document_id="reports/2024/fire.pdf", page=12)) == "fire.pdf, p. 12"
    assert source_name(replace(citation, document_id="https://example.org/")) == "example.org"


def test_a_document_is_called_by_its_title_where_it_has_one() -> None:
    assert title_of(Document("a/b.md", "words")) == "a/b.md"
    assert title_of(Document("a/b.md", "words", metadata={"title": "Words"})) == "Words"


def test_the_pane_marks_only_what_stands_in_its_document() -> None:
    exchanges = asked(WHEN, GATE)
    assert 'id="pc-cite-1"' in pane_html(ANSWERER.documents[LIGHTHOUSE], exchanges)
    assert "pc-cite-2" not in pane_html(ANSWERER.documents[LIGHTHOUSE], exchanges)
    assert 'id="pc-cite-2"' in pane_html(ANSWERER.documents[HOSTILE], exchanges)
