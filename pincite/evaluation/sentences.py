"""Scores the sentences that an answer cites against those that hold a gold answer: for the wider forms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pincite.evaluation.gold import GoldSpan, LocatedPair
from qa.types import Answer, Citation, Form

SentencesOf = Callable[[str], Sequence[tuple[int, int]]]
"""The sentences of a document, by its id, as half-open spans in order."""


@dataclass(frozen=True, slots=True)
class SentenceScore:
    """`cited`: sentences cited; `good`: of them those with a gold answer, wholly or in part.

    `recall`: from 0 to 1, of the sentences of a gold answer the share cited: of the one that is covered best, or where
    all are wanted, the mean. `right`: whether one was cited, of an abstention whether the nearest statement is one;
    None for a span, which is judged by its words.
    """

    cited: int
    good: int
    recall: float
    right: bool | None


def score_sentences(answer: Answer, asked: LocatedPair, sentences_of: SentencesOf, *, several: bool) -> SentenceScore:
    """Return the score of `answer` to a question that is answerable as `asked` says."""
    cited = _sentences(map(_place, answer.citations), sentences_of)
    golden = _sentences(asked.places, sentences_of)
    good = len(cited & golden)
    covered = [_covered(gold.places, cited, sentences_of) for gold in asked.gold if gold.places]
    best = sum(covered) / len(covered) if several and covered else max(covered, default=0.0)
    right = None
    if answer.form is not Form.SPAN:
        near = cited if answer.nearest is None else _sentences([_place(answer.nearest)], sentences_of)
        right = bool(near & golden)
    return SentenceScore(len(cited), good, best, right)


def _covered(places: Sequence[GoldSpan], cited: set[GoldSpan], sentences_of: SentencesOf) -> float:
    """Of the sentences of a gold answer the share cited, at the place where that is most."""
    sentences = [_sentences([place], sentences_of) for place in places]
    return max((len(wanted & cited) / len(wanted) for wanted in sentences if wanted), default=0.0)


def _place(citation: Citation) -> GoldSpan:
    return GoldSpan(citation.document_id, citation.start, citation.end)


def _sentences(places: Iterable[GoldSpan], sentences_of: SentencesOf) -> set[GoldSpan]:
    """Return the sentences that share a character with one of `places`."""
    return {
        GoldSpan(place.document_id, start, end)
        for place in places
        for start, end in sentences_of(place.document_id)
        if place.overlaps(place.document_id, start, end)
    }
