"""Each form of answer as the page shows it, without a browser."""

from __future__ import annotations

import re
from dataclasses import replace

from web_fakes import ABOUT, COST, HOW, KEEPER, LIGHTHOUSE, LIST, LIT, PARTS, THANKS, WAS, WHEN, WHERE, ScriptedAnswerer

from pincite.web.answer import messages
from pincite.web.conversation import ChatExchange
from pincite.web.pane import marks

ANSWERER = ScriptedAnswerer()
TEXT = ANSWERER.documents[LIGHTHOUSE].text
TAG = re.compile(r"<[^>]+>")


def reply(question: str, **changed: object) -> str:
    exchange = ChatExchange(question, answer=replace(ANSWERER.answer(question), **changed))
    return messages([exchange], ANSWERER.documents)[1]["content"]


def quotes(html: str) -> list[str]:
    return [TAG.sub("", quote) for quote in re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", html)]


def marked(html: str) -> list[str]:
    return re.findall(r"<mark[^>]*>(.*?)</mark>", html)


def items(html: str) -> list[str]:
    return [TAG.sub("", item) for item in re.findall(r"<li>(.*?)</li>", html)]


def paragraphs(html: str, name: str) -> list[str]:
    return re.findall(rf'<p class="{name}">(.*?)</p>', html)


def test_an_answer_names_its_form() -> None:
    shown = [paragraphs(reply(question), "pc-form") for question in (WHEN, LIST, WAS, HOW, ABOUT)]
    assert shown == [["Words"], ["List"], ["Sentence"], ["Passage"], ["Overview: key sentences, in the text’s order"]]


def test_a_sentence_is_quoted_whole_with_the_words_that_matter_most_marked() -> None:
    html = reply(WAS)
    assert quotes(html) == ["The lamp was first lit in 1851, on a clear night."]
    assert marked(html) == ["1851"]
    assert paragraphs(html, "pc-verdict") == ["Yes."]


def test_a_verdict_is_shown_only_where_there_is_one() -> None:
    assert paragraphs(reply(WAS, verdict=None), "pc-verdict") == []
    assert paragraphs(reply(WAS, verdict="no"), "pc-verdict") == ["No."]


def test_a_passage_is_quoted_whole_and_nothing_is_marked_where_nothing_matters_most() -> None:
    kept = "It was kept by Ann Gray. Her sister Jane Gray helped."
    without = replace(ANSWERER.answer(HOW).citations[0], focus_start=None, focus_end=None)
    assert quotes(reply(HOW)) == quotes(reply(HOW, citations=(without,))) == [kept]
    assert (marked(reply(HOW)), marked(reply(HOW, citations=(without,)))) == (["Her sister"], [])


def test_an_overview_is_a_list_of_sentences_with_a_chip_each_and_no_number_for_how_sure() -> None:
    html = reply(ABOUT)
    assert items(html) == [
        "[1] The lighthouse stands on Skerry Point.",
        "[2] The lamp was first lit in 1851, on a clear night.",
        "[3] It was kept by Ann Gray.",
    ]
    assert re.findall(r'href="#pc-cite-(\d+)"', html) == ["1", "2", "3"]
    assert "pc-confidence" not in html
    assert "%" not in html
    assert "confidence" not in TAG.sub("", html)


def test_each_item_of_a_list_follows_the_number_that_opens_its_place() -> None:
    html = reply(LIST)
    assert items(html) == ["[1] Ann Gray", "[2] Jane Gray"]
    assert re.findall(r'href="#pc-cite-(\d+)"', html) == ["1", "2"]
    assert paragraphs(html, "pc-note pc-where") == ["lighthouse.txt"]


def test_items_of_several_documents_are_grouped_below_their_names() -> None:
    first, second = ANSWERER.answer(LIST).citations
    html = reply(LIST, citations=(first, replace(second, document_id="reports/other.txt")))
    order = [html.index(words) for words in ("lighthouse.txt</p>", "Ann Gray", "other.txt</p>", "Jane Gray")]
    assert order == sorted(order)


def test_each_part_of_a_question_is_named_with_its_answer_or_as_missing() -> None:
    html = reply(PARTS)
    assert paragraphs(html, "pc-part-of") == [f"On “{KEEPER}”:", f"On “{LIT}”:"]
    assert quotes(html) == ["It was kept by Ann Gray.", "The lamp was first lit in 1851, on a clear night."]
    assert marked(html) == ["Ann Gray", "1851"]
    assert paragraphs(html, "pc-missing") == [f"The text does not say: “{COST}”"]


def test_a_reply_to_talk_is_words_alone() -> None:
    html = reply(THANKS)
    assert TAG.sub("", html) == "You are welcome."
    assert "<a" not in html


def test_a_reply_about_the_previous_answer_shows_its_citations() -> None:
    html = reply(WHERE)
    assert quotes(html) == ["The lamp was first lit in 1851, on a clear night."]
    assert re.findall(r'href="(#[^"]*)"', html) == ["#pc-cite-1"]
    assert "pc-confidence" not in html


def test_in_the_document_the_words_that_matter_most_are_marked_within_the_sentence() -> None:
    exchanges = [ChatExchange(question, answer=ANSWERER.answer(question)) for question in (WAS, ABOUT)]
    focused, plain, *_ = marks(exchanges, ANSWERER.documents)
    assert TEXT[focused["start"] : focused["end"]] == "1851"
    assert TEXT[slice(*focused["sentence"])] == "The lamp was first lit in 1851, on a clear night."
    assert TEXT[plain["start"] : plain["end"]] == "The lighthouse stands on Skerry Point."
