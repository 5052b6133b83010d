"""Spans of single passages, brought together as places in documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index import Hit
from qa.reading import PassageReading


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible answer: `document.text[start:end]`.

    `margin` and `probability` are the reader's (see `SpanScore`); `rank` is that of the passage, from 0.
    """

    document_id: str
    start: int
    end: int
    margin: float
    probability: float
    rank: int


def gather(hits: Sequence[Hit], readings: Sequence[PassageReading]) -> list[Candidate]:
    """All spans as candidates, best margin first; of those that overlap in a document only the best is kept.

    Chunks share sentences, so that the same words are often read twice.
    """
    found = [
        Candidate(
            hit.chunk.document_id, hit.chunk.start + s.start, hit.chunk.start + s.end, s.margin, s.probability, rank
        )
        for rank, (hit, reading) in enumerate(zip(hits, readings, strict=True))
        for s in reading.spans
    ]
    kept: list[Candidate] = []
    for candidate in sorted(found, key=lambda c: (-c.margin, c.rank, c.start)):
        if not any(_overlap(candidate, other) for other in kept):
            kept.append(candidate)
    return kept


def _overlap(a: Candidate, b: Candidate) -> bool:
    return a.document_id == b.document_id and a.start < b.end and b.start < a.end
