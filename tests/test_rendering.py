"""Answers of each form as text for a terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from web_fakes import ABOUT, HOW, LIST, OIL, PARTS, THANKS, WAS, WHEN, WHERE, ScriptedAnswerer

from qa.rendering import answer_text
from qa.types import Reason

ANSWERER = ScriptedAnswerer()


def lines(question: str, **changed: object) -> list[str]:
    """The lines, without where each quotation stands."""
    text = answer_text(replace(ANSWERER.answer(question), **changed))
    return [line.partition(" (lighthouse.txt, characters")[0] for line in text.splitlines()]


def test_a_span_stands_before_its_sentence() -> None:
    assert lines(WHEN) == [
        "1851  (span, 87% likely to be right)",
        "  [1] …The lamp was first lit in **1851**, on a clear night.…",
    ]


def test_a_sentence_is_whole_and_the_words_that_matter_most_are_marked() -> None:
    assert lines(WAS) == [
        "Yes.",
        "  [1] The lamp was first lit in **1851**, on a clear night.",
        "  (statement, 87% likely to be right)",
    ]
    assert lines(WAS, verdict=None)[0].startswith("  [1] The lamp")


def test_a_passage_is_whole() -> None:
    assert lines(HOW)[0] == "  [1] It was kept by Ann Gray. **Her sister** Jane Gray helped."


def test_an_overview_has_a_line_a_sentence_and_no_number_for_how_sure() -> None:
    assert lines(ABOUT) == [
        "  [1] The lighthouse stands on Skerry Point.",
        "  [2] The lamp was first lit in 1851, on a clear night.",
        "  [3] It was kept by Ann Gray.",
        "  (overview)",
    ]


def test_a_list_has_a_line_an_item() -> None:
    assert lines(LIST) == ["  [1] Ann Gray", "  [2] Jane Gray", "  (list, 87% likely to be right)"]


def test_each_part_is_named_with_what_answers_it_or_as_missing() -> None:
    assert lines(PARTS) == [
        "On “Who kept the light?”:",
        "  [1] …It was kept by **Ann Gray**.…",
        "On “when was the lamp lit?”:",
        "  [2] …The lamp was first lit in **1851**, on a clear night.…",
        "The text does not say: “what did it cost?”",
        "  (list, 87% likely to be right)",
    ]


def test_a_reply_is_printed_with_its_citations() -> None:
    assert lines(THANKS) == ["You are welcome."]
    assert lines(WHERE) == ["You are welcome.", "  [1] The lamp was first lit in 1851, on a clear night."]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (Reason.LOW_CONFIDENCE, ["The text does not clearly answer this.", "The nearest it comes:"]),
        (Reason.NOT_DISCUSSED, ["The text does not speak of this.", "The nearest it comes:"]),
        (Reason.NOT_SAID, ["The text speaks of this, but does not say that.", "The nearest it comes:"]),
        (
            Reason.PREMISE_DIFFERS,
            ["The text says otherwise than the question takes for granted.", "What it says:"],
        ),
        (
            Reason.UNREAD,
            [
                "What could be read does not answer this: page 2 of lamp.pdf has no text and was not read.",
                "The nearest it comes:",
            ],
        ),
    ],
)
def test_an_abstention_says_why_and_what_the_text_does_say(reason: Reason, said: list[str]) -> None:
    unread = ("page 2 of lamp.pdf has no text and was not read",) if reason is Reason.UNREAD else ()
    assert lines(OIL, reason=reason, unread=unread) == [*said, "  “Nobody cheered.”"]
