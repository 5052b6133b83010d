"""Reading the likeliest passages first, and no more where they suffice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from fakes import HashingEmbedder

from index import Document, Index
from qa import Answerer
from qa.confidence import FEATURES, Calibration
from qa.config import AskConfig
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


SURE, UNSURE, SEVERAL = "Is the river blue?", "Does passage number five speak?", "Which rivers are blue?"
MARGINS = {SURE: 2.0, UNSURE: 1.0, SEVERAL: 2.0}  # confidences 0.881, 0.731 and 0.881


def asked(enough: float | None) -> tuple[Answerer, CountingReader]:
    reader = CountingReader(MARGINS)
    config = AskConfig(enough=enough)
    return Answerer(INDEX, reader=reader, calibration=CALIBRATION, config=config), reader


def test_all_passages_are_read_unless_settings_say_otherwise() -> None:
    answerer, reader = asked(None)
    answerer.ask(SURE, form=Form.SPAN)
    assert len(reader.read_by_question[SURE]) == 5


def test_two_passages_suffice_where_they_make_it_sure_enough_and_else_all_are_read_once() -> None:
    answerer, reader = asked(0.8)
    assert answerer.ask(SURE, form=Form.SPAN).confidence == pytest.approx(0.8808, abs=1e-4)
    answerer.ask(UNSURE, form=Form.SPAN)
    ranked = {question: [INDEX.text(hit.chunk) for hit in INDEX.search(question)] for question in (SURE, UNSURE)}
    assert reader.read_by_question == {SURE: ranked[SURE][:2], UNSURE: ranked[UNSURE]}


def test_a_question_for_several_answers_reads_all_that_it_may() -> None:
    answerer, reader = asked(0.8)
    answerer.ask(SEVERAL, form=Form.SPAN)
    answerer.ask(SURE, form=Form.SPAN, answers=3, top_k=4)
    assert {question: len(read) for question, read in reader.read_by_question.items()} == {SEVERAL: 5, SURE: 4}


def test_what_is_considered_for_measuring_is_all_of_it() -> None:
    answerer, reader = asked(0.0)
    answerer.consider([SURE])
    assert len(reader.read_by_question[SURE]) == 5


def test_a_confidence_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"enough is 1\.5; it is a confidence, from 0 to 1"):
        AskConfig(enough=1.5)


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
