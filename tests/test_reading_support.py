from __future__ import annotations

from dataclasses import replace

from qa.reading_support import better_supported
from qa.types import Answer, Citation, Form, Status, Timings


def answer(quote: str, confidence: float, *, start: int = 0, heading: str | None = None) -> Answer:
    end = start + len(quote)
    cited = Citation("d", "d", start, end, quote, start, end, None, "", "", "", heading=heading)
    return Answer("q", "q", Status.ANSWERED, quote, confidence, (cited,), None, None, Timings(), form=Form.STATEMENT)


def better(first: Answer, other: Answer, *focus: str) -> Answer:
    return better_supported([(first, None), (other, None)], frozenset(focus))[0]


def test_an_answer_that_speaks_of_what_was_asked_is_better_supported_than_a_surer_one() -> None:
    silent, speaks = answer("Do not drive.", 0.9), answer("Drink no alcohol with it.", 0.4, start=50)
    assert better(silent, speaks, "alcohol") == speaks
    assert better(speaks, silent) == silent
    headed = answer("Do not.", 0.4, start=90, heading="Alcohols")
    assert better(silent, headed, "alcohol") == headed


def test_an_abstention_is_supported_least() -> None:
    declined = replace(answer("x", 0.9), status=Status.ABSTAINED, text=None, citations=(), confidence=0.99)
    given = answer("Do not drive.", 0.1)
    assert better(declined, given, "alcohol") == given


def test_of_answers_from_the_same_place_the_likelier_readings_is_given() -> None:
    likelier, surer = answer("Do not drive.", 0.5), answer("Do not drive.", 0.9)
    assert better(likelier, surer) is likelier


def test_if_no_reading_is_answered_the_likelier_one_is_given() -> None:
    declined = replace(answer("x", 0.1), status=Status.ABSTAINED, text=None, citations=())
    assert better(declined, replace(declined, confidence=0.9)) is declined
