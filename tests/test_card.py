"""The model card says what the shipped reader does."""

from __future__ import annotations

import re

import pytest
from web_fakes import ROOT

from qa import Answerer

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
    assert answer.confidence == pytest.approx(int(row["percent"]) / 100, abs=0.011)
