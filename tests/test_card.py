"""The model card says what the shipped reader does."""

from __future__ import annotations

import re

import pytest
from web_fakes import ROOT

from qa import Answerer

ROUNDED = 0.005  # the card gives whole per cents
# A processor with VNNI sums 8-bit products in 32 bits, one with AVX2 alone pairs of them in 16, which cuts large ones
# off. Six questions read on both (an emulated Haswell, and one with AVX-512 and VNNI): the same words, and confidences
# 0.013 apart at most; by the reader before this one, nine questions, 0.016.
BETWEEN_PROCESSORS = 0.02

ROW = re.compile(
    r"^\|[^|]*\| (?P<question>[^|]+\?) \| (?:(?P<declines>declines)|\*(?P<text>[^*]+)\*), at (?P<percent>\d+)%", re.M
)
ROWS = [match.groupdict() for match in ROW.finditer((ROOT / "docs" / "model-card.md").read_text(encoding="utf-8"))]


def test_the_card_has_a_row_for_every_kind_of_question_that_fails() -> None:
    assert len(ROWS) == 5


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["question"])
def test_a_question_that_the_card_says_fails_does_as_it_says(row: dict[str, str | None], answerer: Answerer) -> None:
    answer = answerer.ask(row["question"])
    assert answer.text == row["text"]
    assert answer.answered is (row["declines"] is None)
    assert answer.confidence == pytest.approx(int(row["percent"]) / 100, abs=ROUNDED + BETWEEN_PROCESSORS)
