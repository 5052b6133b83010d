"""What the page makes of answers: words, numbers and escaping, without a browser."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape

import pytest
from web_fakes import GATE, HOSTILE, LIGHTHOUSE, OIL, WHEN, WHO, ScriptedAnswerer

from index.types import Chunk, Document, Hit, ScoreParts
from pincite.service.explaining import ExplainedPassage
from pincite.web.answer import messages
from pincite.web.conversation import ChatExchange, numbered, turns
from pincite.web.names import place_name, title_of
from pincite.web.page_state import dial_html
from pincite.web.pane import marks, pane_html
from pincite.web.why import why_html
from qa.read.windowed import TokenScore
from qa.rendering import percent
from qa.types import Reason

ANSWERER = ScriptedAnswerer()


def asked(*questions: str) -> list[ChatExchange]:
    return [ChatExchange(question, answer=ANSWERER.answer(question)) for question in questions]


def replies(*exchanges: ChatExchange) -> list[str]:
    return [m["content"] for m in messages(exchanges, ANSWERER.documents) if m["role"] == "assistant"]


@pytest.mark.parametrize(
    ("probability", "words"), [(0.0, "1%"), (0.004, "1%"), (0.125, "12%"), (0.873, "87%"), (0.999, "99%"), (1.0, "99%")]
)
def test_no_estimate_is_called_certain(probability: float, words: str) -> None:
    assert percent(probability) == words


def test_numbers_run_on_through_the_conversation_so_that_each_means_one_place() -> None:
    exchanges = [*asked(WHO), ChatExchange("", error="the question is empty"), *asked(OIL, WHEN)]
    found = [[(c.number, c.citation.quote, c.nearest) for c in cited] for _, cited in numbered(exchanges)]
    assert found == [
        [(1, "Ann Gray", False), (2, "Jane Gray", False)],
        [],
        [(3, "Nobody cheered.", True)],
        [(4, "1851", False)],
    ]


def test_history_leaves_out_questions_that_failed() -> None:
    exchanges = [*asked(WHO), ChatExchange("", error="the question is empty"), *asked(OIL)]
    kept = turns(exchanges)
    assert [(turn["question"], turn["text"]) for turn in kept] == [(WHO, "Ann Gray"), (OIL, None)]
    assert kept[0]["citations"][0]["quote"] == "Ann Gray"  # talk about the answer acts on what it cited


def test_history_contains_citations_so_that_talk_can_refer_to_them() -> None:
    [turn] = turns(asked(WHEN))
    assert [citation["quote"] for citation in turn["citations"]] == ["1851"]
    assert turn["status"] == "answered"


def test_every_message_is_one_line_so_that_none_of_it_is_read_as_markdown() -> None:
    exchanges = [*asked(GATE), ChatExchange("a\n\n# b\r\n\r\n<i>", error="x\n\n*y*")]
    for message in messages(exchanges, ANSWERER.documents):
        assert re.fullmatch(r"<div [^\n\r]*</div>", message["content"])


def test_names_and_questions_are_escaped() -> None:
    shown = "".join(m["content"] for m in messages(asked(GATE, "<script>"), ANSWERER.documents))
    assert "<script" not in shown
    assert "<img" not in shown
    assert "&lt;script&gt;" in shown
    assert "<img" not in pane_html(ANSWERER.documents[HOSTILE])


def test_a_reader_without_calibration_gives_no_number() -> None:
    [exchange] = asked(WHEN)
    assert exchange.answer is not None
    uncalibrated = replace(exchange, answer=replace(exchange.answer, confidence=None))
    [reply] = replies(uncalibrated)
    assert "No confidence is given" in reply
    assert "%" not in reply


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_to_abstain_has_its_words(reason: Reason) -> None:
    [exchange] = asked(OIL)
    assert exchange.answer is not None
    [reply] = replies(replace(exchange, answer=replace(exchange.answer, reason=reason, nearest=None)))
    assert re.match(r'<div class="pc-answer"><p class="pc-abstained">[^<]+</p><p class="pc-why-link">', reply)


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (0.95, "Almost certainly right"),
        (0.8, "Very likely right"),
        (0.5, "Probably right"),
        (0.31, "Possibly right"),
        (0.1, "Little more than a guess"),
    ],
)
def test_a_confidence_is_shown_in_words_with_its_number_on_demand(confidence: float, words: str) -> None:
    [exchange] = asked(WHEN)
    assert exchange.answer is not None
    [reply] = replies(replace(exchange, answer=replace(exchange.answer, confidence=confidence)))
    summary, below = re.search(r"<summary>(.*?)</summary><p>(.*?)</p></details>", reply).groups()
    assert re.sub("<[^>]+>", "", summary) == words
    assert below.startswith(f"{percent(confidence)} likely to be right")


def test_answers_in_several_sentences_are_a_list_with_a_chip_each() -> None:
    [reply] = replies(*asked(WHO))
    items = re.findall(r"<li>(.*?)</li>", reply)
    assert [re.findall(r"<mark[^>]*>(.*?)</mark>", item) for item in items] == [["Ann Gray"], ["Jane Gray"]]
    assert [re.findall(r'href="(#pc-cite-\d+)"', item) for item in items] == [["#pc-cite-1"], ["#pc-cite-2"]]


def test_answers_in_one_sentence_share_it() -> None:
    [exchange] = asked(WHEN)
    assert exchange.answer is not None
    second = ANSWERER.cite(LIGHTHOUSE, "a clear night")
    [reply] = replies(
        replace(exchange, answer=replace(exchange.answer, citations=(*exchange.answer.citations, second)))
    )
    assert reply.count("<blockquote") == 1
    assert re.findall(r"<mark[^>]*>(.*?)</mark>", reply) == ["1851", "a clear night"]
    assert "<ol" not in reply


def test_different_answers_in_one_sentence_have_chips_with_their_words() -> None:
    [exchange] = asked(WHEN)
    assert exchange.answer is not None
    cited = (*exchange.answer.citations, ANSWERER.cite(LIGHTHOUSE, "a clear night"))
    [reply] = replies(replace(exchange, answer=replace(exchange.answer, citations=cited)))
    assert re.findall(r'<span class="pc-source">(.*?)</span>', reply) == ["1851", "a clear night"]


def test_further_places_of_the_same_words_are_chips_of_one_answer() -> None:
    [exchange] = asked(WHO)
    assert exchange.answer is not None
    first, second = exchange.answer.citations
    again = replace(second, quote="ANN  Gray")
    [reply] = replies(replace(exchange, answer=replace(exchange.answer, citations=(first, again, second))))
    items = re.findall(r"<li>(.*?)</li>", reply)
    assert [re.findall(r'href="(#pc-cite-\d+)"', item) for item in items] == [
        ["#pc-cite-1", "#pc-cite-2"],
        ["#pc-cite-3"],
    ]
    assert "also in" in items[0]
    assert "<summary>" in items[0]  # the confidence is that of the first
    assert "<summary>" not in items[1]


def test_a_warning_stands_above_the_answer() -> None:
    [exchange] = asked(WHEN)
    assert exchange.answer is not None
    [reply] = replies(replace(exchange, answer=replace(exchange.answer, warnings=("the <b> language",))))
    assert reply.index("the &lt;b&gt; language") < reply.index("<blockquote")


def test_an_answer_from_a_document_that_has_gone_keeps_its_quote() -> None:
    [message] = [m for m in messages(asked(GATE), {}) if m["role"] == "assistant"]
    assert "4711" in message["content"]


def test_why_shows_scores_matched_words_and_heat() -> None:
    document = ANSWERER.documents[LIGHTHOUSE]
    start = document.text.index("The lamp")
    chunk = Chunk(LIGHTHOUSE, start, start + 30)
    hit = Hit(chunk, 1.0, ScoreParts(dense=0.25, lexical=8.0, fused=1.0))
    tokens = (TokenScore(start, start + 3, 0.001, 0.0), TokenScore(start + 4, start + 8, 0.62, 0.3))
    passage = ExplainedPassage(hit, 0.4, 2.5, (start + 4, start + 8), ((start + 4, start + 8),), tokens)
    html = why_html([passage], ANSWERER.documents, ANSWERER.answer(WHEN))
    assert re.findall(r"width:(\d+)%", html) == ["25", "100", "40"]
    assert '<mark class="pc-word"><span class="pc-heat pc-starts-3 pc-ends-2">lamp</span></mark>' in html
    [passages] = re.findall(r"<ol.*</ol>", html)
    assert passages.count("pc-heat ") == 1  # what is as good as nothing has no shade


def test_a_source_is_named_by_its_file_and_page() -> None:
    assert place_name(LIGHTHOUSE, None) == "lighthouse.txt"
    assert place_name("reports/2024/fire.pdf", 12) == "fire.pdf, p. 12"
    assert place_name("https://example.org/", None) == "example.org"


def test_a_document_is_named_by_its_title_if_it_has_one() -> None:
    assert title_of(Document("a/b.md", "words")) == "a/b.md"
    assert title_of(Document("a/b.md", "words", metadata={"title": "Words"})) == "Words"
    # Of a PDF that is what some program wrote there.
    assert title_of(Document("a.pdf", "words", media_type="application/pdf", metadata={"title": "untitled"})) == "a.pdf"


def test_the_script_gets_the_offsets_of_citations_to_mark() -> None:
    found = marks(asked(WHEN, OIL), ANSWERER.documents)
    assert [(one["number"], one["document"], one["nearest"]) for one in found] == [
        (1, LIGHTHOUSE, False),
        (2, LIGHTHOUSE, True),
    ]
    text = ANSWERER.documents[LIGHTHOUSE].text
    assert text[found[0]["start"] : found[0]["end"]] == "1851"
    assert text[slice(*found[0]["sentence"])] == "The lamp was first lit in 1851, on a clear night."
    assert WHEN in found[0]["hint"]


def test_citations_of_a_removed_document_are_not_marked() -> None:
    assert marks(asked(WHEN), {}) == []


def test_the_dial_is_at_the_calibrated_threshold_and_has_the_calibration_data() -> None:
    calibration = replace(ANSWERER.calibration, short_threshold=0.4, short_coverage=((0.0, 1.0, 0.4),))
    html, short = dial_html(calibration, short=False), dial_html(calibration, short=True)
    assert 'data-kind="long"' in html
    assert 'min="0" max="99" value="20"' in html
    assert 'data-kind="short"' in short
    assert 'min="0" max="99" value="40"' in short
    (data,) = re.findall('data-dial="([^"]*)"', html)
    costs = json.loads(unescape(data))
    assert costs["long"][-1] == [0.9, 0.3, 0.95]
    assert costs["short"] == [[0.0, 1.0, 0.4]]
    assert dial_html(None, short=False) == ""
