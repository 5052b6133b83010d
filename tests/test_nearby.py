"""A follow-up is answered near the answer before: its passage is read, its neighbours count for more."""

from __future__ import annotations

from typing import Any

import pytest
from fakes import HashingEmbedder, WordReader

from index import Document, Hit, Index
from index.types import Chunk, ScoreParts
from qa import Answerer
from qa.compose.evidence import Sentence
from qa.compose.previous_answer import GAIN, NOWHERE, Nearby, beside, nearby, nearest_first

TEXT = "Ada kept bees. They gave honey in June. " + "Nothing else happened on that day in town. " * 40


@pytest.fixture(scope="module")
def answerer() -> Answerer:
    index = Index.build([Document("bees.txt", TEXT, "bees.txt")], embedder=HashingEmbedder())
    return Answerer(index, reader=WordReader())


def sentence(start: int, end: int, score: float = 0.0) -> Sentence:
    return Sentence("bees.txt", start, end, 0.0, 0.0, 0.0, 0.0, 0, 0.5, score=score)


def test_an_answer_without_citations_is_found_by_its_words(answerer: Answerer) -> None:
    found = nearby([{"question": "What did they give?", "answer": "Honey, in June"}], answerer.index)
    assert [TEXT[start:end] for _, start, end in found.places] == ["honey in June"]
    assert all(hit.chunk.start <= TEXT.index("honey") < hit.chunk.end for hit in found.passages)


def test_the_previous_answers_place_comes_from_its_citations(answerer: Answerer) -> None:
    given: dict[str, Any] = answerer.ask("Who kept *bees*?").to_dict()
    found = nearby([given], answerer.index)
    assert found.places == (("bees.txt", given["citations"][0]["start"], given["citations"][0]["end"]),)


@pytest.mark.parametrize("answer", ["a pony", "", None])
def test_an_answer_that_stands_nowhere_is_near_nothing(answerer: Answerer, answer: str | None) -> None:
    assert nearby([{"question": "What?", "answer": answer}], answerer.index) == NOWHERE
    assert nearby([], answerer.index) == NOWHERE


def test_the_previous_answers_passage_is_read_once_after_those_of_the_search() -> None:
    parts = ScoreParts(0.5, 0.5, 0.5)
    first, other = (Hit(Chunk("bees.txt", start, start + 9), score, parts) for start, score in ((0, 0.9), (9, 0.1)))
    assert [(hit.chunk, hit.score) for hit in beside([first], [first, other])] == [
        (first.chunk, 0.9),
        (other.chunk, 0.9),
    ]


def test_the_sentences_after_the_answer_gain_and_distant_ones_do_not(answerer: Answerer) -> None:
    spans = answerer.index.sentences("bees.txt")
    near = Nearby((), (("bees.txt", *spans[0]),))
    ranked = nearest_first([sentence(*spans[9], 1.0), sentence(*spans[1], 0.5)], near, answerer.index)
    assert [(s.start, s.score) for s in ranked] == [(spans[1][0], 0.5 + GAIN[1]), (spans[9][0], 1.0)]


def test_what_the_answer_before_shows_is_known() -> None:
    near = Nearby((), (("bees.txt", 4, 8),))
    assert near.shows("bees.txt", 0, 5)
    assert not near.shows("bees.txt", 8, 9)
    assert not near.shows("wasps.txt", 0, 5)
