"""Gathers candidate spans of single passages as places in documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from index import Hit
from qa.read import PassageReading

_WORD = re.compile(r"\w+")
_ARTICLES = {"a", "an", "the"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible answer: `document.text[start:end]`; `words` are its words in small letters.

    `margin`, `probability` and `support` are the reader's (see `SpanScore`); `rank` and `retrieval` are the passage's,
    its place among the hits from 0 and its fused score. `score` is what orders the candidates of a question.
    """

    document_id: str
    start: int
    end: int
    words: str
    margin: float
    probability: float
    rank: int
    retrieval: float
    score: float
    support: float = 0.0


def gather(
    hits: Sequence[Hit], texts: Sequence[str], readings: Sequence[PassageReading], *, retrieval_weight: float = 0.0
) -> list[Candidate]:
    """Return all spans as candidates, best score first; of those that overlap in a document only the best is kept.

    Passages overlap, so that the same words are often read twice. `texts`: of the passages.
    """
    candidates = [
        Candidate(
            hit.chunk.document_id,
            hit.chunk.start + s.start,
            hit.chunk.start + s.end,
            text[s.start : s.end].casefold(),
            s.margin,
            s.probability,
            rank,
            hit.score,
            s.margin,
            s.support,
        )
        for rank, (hit, text, reading) in enumerate(zip(hits, texts, readings, strict=True))
        for s in reading.spans
    ]
    kept: list[Candidate] = []
    for candidate in ranked(candidates, retrieval_weight):
        if not any(_overlap(candidate, other) for other in kept):
            kept.append(candidate)
    return kept


def ranked(candidates: Iterable[Candidate], retrieval_weight: float) -> list[Candidate]:
    """Return the candidates by their margin and `retrieval_weight` times their passage's search score, best first.

    The null answer makes the margins of passages comparable. The search score adds what the reader, which sees one
    passage at a time, cannot know.
    """
    scored = (replace(c, score=c.margin + retrieval_weight * c.retrieval) for c in candidates)
    return sorted(scored, key=lambda c: (-c.score, c.rank, c.start))


def plain(words: str) -> str:
    """Return `words` without case, punctuation, white space and articles, in which documents that agree may differ."""
    return " ".join(word for word in _WORD.findall(words.casefold()) if word not in _ARTICLES)


def _overlap(a: Candidate, b: Candidate) -> bool:
    return a.document_id == b.document_id and a.start < b.end and b.start < a.end
