"""How many passages are read, and how confidence depends on how much text is searched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from fakes import HashingEmbedder

from index import Document, Index
from qa import Answerer
from qa.confidence import FEATURES, Calibration
from qa.read import PassageReading, Reading, SpanScore
from qa.types import Form

# Confidence is 1 / (1 + e^-margin) of the best span, and no search score counts.
CALIBRATION = Calibration((1.0, *[0.0] * (len(FEATURES) - 1)), 0.0, 0.5, "any", "counting")
TEXTS = [f"Passage number {i} says that the river is {'blue ' * i}here." for i in range(6)]
INDEX = Index.build([Document(f"d{i}", text) for i, text in enumerate(TEXTS)], embedder=HashingEmbedder())


class CountingReader:
    """Takes a passage's first word, with the margin that `margins` has for the question; notes what it reads."""

    id = "counting"
    max_question_tokens = 100

    def __init__(self, margins: dict[str, float]) -> None:
        self.margins = margins
        self.read_by_question: dict[str, list[str]] = {}

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def read(self, pairs: Sequence[tuple[str, str]], *, best: int = 5) -> Reading:
        for question, passage in pairs:
            self.read_by_question.setdefault(question, []).append(passage)
        spans = [PassageReading((SpanScore(0, 7, self.margins[question], 0.5),)) for question, _ in pairs]
        return Reading(tuple(spans), 1.0)


SURE, SEVERAL = "Is the river blue?", "Which rivers are blue?"
MARGINS = {SURE: 2.0, SEVERAL: 2.0}


def test_as_many_passages_are_read_as_are_asked_for_each_once() -> None:
    reader = CountingReader(MARGINS)
    answerer = Answerer(INDEX, reader=reader, calibration=CALIBRATION)
    answerer.ask(SURE, form=Form.SPAN)
    answerer.ask(SEVERAL, form=Form.SPAN, answers=3, top_k=4)
    ranked = [INDEX.text(hit.chunk) for hit in INDEX.search(SURE)]
    assert reader.read_by_question[SURE] == ranked
    assert len(reader.read_by_question[SEVERAL]) == 4


def test_the_same_words_are_believed_otherwise_where_a_short_text_is_searched_than_in_a_collection() -> None:
    weights = tuple(1.0 if name == "short" else 0.0 for name in FEATURES)  # confidences 1 / (1 + e^-1) and 1 / 2
    calibration = Calibration(weights, 0.0, 0.6, "any", "counting")
    collection = Answerer(INDEX, reader=CountingReader(MARGINS), calibration=calibration)
    alone = Index.build([Document("d0", TEXTS[0])], embedder=HashingEmbedder())
    short = Answerer(alone, reader=CountingReader(MARGINS), calibration=calibration)
    assert (collection.ask(SURE, form=Form.SPAN).confidence, collection.ask(SURE, form=Form.SPAN).answered) == (
        0.5,
        False,
    )
    for answer in (
        short.ask(SURE, form=Form.SPAN),
        collection.ask(SURE, form=Form.SPAN, where="id=d0"),
    ):
        assert answer.confidence == pytest.approx(0.7311, abs=1e-4)
        assert answer.answered
    stricter = replace(calibration, short_threshold=0.8)
    short = Answerer(alone, reader=CountingReader(MARGINS), calibration=stricter)
    assert not short.ask(SURE, form=Form.SPAN).answered
    assert short.ask(SURE, form=Form.SPAN, min_confidence=0.7).answered
    assert (short.short, collection.short) == (True, False)
