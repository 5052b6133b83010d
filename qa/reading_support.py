"""Scores how well the documents support an answer to one of two readings of a follow-up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from qa.citing import same_place
from qa.types import Answer
from qa.understand.mentions import content_words

Rest = TypeVar("Rest")


def better_supported(read: Sequence[tuple[Answer, Rest]], focus: frozenset[str]) -> tuple[Answer, Rest]:
    """Return the answer that the documents support best, of those to each reading, the likeliest reading's first.

    It is the first of equals, of those that cite the same place, and where none is answered.
    """
    best = max(read, key=lambda reading: _support(reading[0], focus))
    likeliest, supported = read[0][0].citations[:1], best[0].citations[:1]
    same = any(same_place(*places) for places in zip(likeliest, supported, strict=False))
    return best if best[0].answered and not same else read[0]


def _support(answer: Answer, focus: frozenset[str]) -> tuple[bool, bool, float]:
    """Return the sort key of a reading: whether it is answered, speaks of what was asked, and how likely it is right.

    `focus`: the words that the follow-up added. After "Can I drive after taking it?", a sentence about driving does
    not answer "What about alcohol?", however sure it is.
    """
    cited = " ".join(f"{place.heading or ''} {place.quote}" for place in answer.citations)
    cited_stems = {_stem(word) for word in content_words(cited)}
    speaks = not focus or not cited_stems.isdisjoint(_stem(word) for word in focus)
    return answer.answered, speaks, answer.confidence or 0.0


def _stem(word: str) -> str:
    return word.removesuffix("s") if len(word) > 3 else word
