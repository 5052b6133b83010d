from __future__ import annotations

from dataclasses import replace

from qa.supported import supported
from qa.types import Answer, Citation, Form, Status, Timings


def answer(quote: str, confidence: float, *, heading: str | None = None) -> Answer:
    cited = Citation("d", "d", 0, len(quote), quote, 0, len(quote), None, "", "", "", heading=heading)
    return Answer(
        "q", "q", Status.ANSWERED, quote, confidence, (cited,), None, None, Timings.none(), form=Form.STATEMENT
    )


def test_an_answer_that_speaks_of_what_was_asked_is_better_supported_than_a_surer_one() -> None:
    focus = frozenset({"alcohol"})
    speaks, silent = answer("Drink no alcohol with it.", 0.4), answer("Do not drive.", 0.9)
    assert supported(speaks, focus) > supported(silent, focus)
    assert supported(silent, frozenset()) > supported(speaks, frozenset())
    assert supported(answer("Do not.", 0.4, heading="Alcohols"), focus) > supported(silent, focus)


def test_an_abstention_is_supported_least() -> None:
    declined = replace(answer("x", 0.9), status=Status.ABSTAINED, text=None, citations=(), confidence=0.99)
    assert supported(answer("Do not drive.", 0.1), frozenset({"alcohol"})) > supported(declined, frozenset())
