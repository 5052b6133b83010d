"""What the confidence is fitted on."""

from __future__ import annotations

import numpy as np
import pytest

from qa.candidates import Candidate
from training.calibrate import MOST_SILENT, fit
from training.judging import COLLECTION, ELSEWHERE, PARAGRAPH, Judged


def judged(way: str, margin: float, right: bool, number: int) -> Judged:
    candidate = Candidate("d", 0, 3, "ada", margin, 0.5, 0, 0.5, margin)
    f1 = {("d", 0, 3): float(right)}
    return Judged("Who?", f"article {number % 5}", [(0, "Ada")], way, way == PARAGRAPH, [candidate], f1, right)


@pytest.fixture(scope="module")
def paired() -> list[Judged]:
    rng = np.random.default_rng(0)
    margins = rng.normal(0, 3, 400)
    ways = (PARAGRAPH, COLLECTION)
    return [judged(ways[i % 2], float(m), bool(m + rng.normal() > 0), i) for i, m in enumerate(margins)]


def test_collections_that_are_asked_nothing_with_an_answer_teach_the_confidence_nothing(paired: list[Judged]) -> None:
    unpaired = [judged(ELSEWHERE, 5.0, False, i) for i in range(200)]
    assert fit([*paired, *unpaired], "reader") == fit(paired, "reader")


def test_a_twelfth_of_a_collections_answerable_questions_are_met_with_silence(paired: list[Judged]) -> None:
    assert MOST_SILENT["collection"] == pytest.approx(1 / 12)
    silent = fit(paired, "reader")["held_out"]["collection"]["declined_of_answerable"]
    assert silent == pytest.approx(1 / 12, abs=0.04)  # held out by article, so not quite what the fit declines
