"""Cuts excerpts of documents that show an answer and the gold answer in their places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index import Chunk, Document
from pincite.evaluation.gold import GoldSpan

AROUND = 300  # characters before and after a span that lies in no passage


@dataclass(frozen=True, slots=True)
class Excerpt:
    """`[start, end)` of the document, and the text that stands there."""

    document_id: str
    start: int
    end: int
    text: str


def excerpts(spans: Iterable[GoldSpan], passages: Sequence[Chunk], documents: Mapping[str, Document]) -> list[Excerpt]:
    """Disjoint excerpts that hold `spans`, the passage around each or some text.

    A span whose document is not there (it was withheld) is left out.
    """
    wanted = [_around(span, passages, documents) for span in spans if span.document_id in documents]
    merged: list[GoldSpan] = []
    for span in sorted(set(wanted), key=lambda s: (s.document_id, s.start, s.end)):
        last = merged[-1] if merged else None
        if last is not None and last.document_id == span.document_id and span.start <= last.end:
            merged[-1] = GoldSpan(last.document_id, last.start, max(last.end, span.end))
        else:
            merged.append(span)
    return [
        Excerpt(span.document_id, span.start, span.end, documents[span.document_id].text[span.start : span.end])
        for span in merged
    ]


def _around(span: GoldSpan, passages: Sequence[Chunk], documents: Mapping[str, Document]) -> GoldSpan:
    for chunk in passages:
        if chunk.document_id == span.document_id and chunk.start <= span.start and span.end <= chunk.end:
            return GoldSpan(chunk.document_id, chunk.start, chunk.end)
    text = documents[span.document_id].text
    return GoldSpan(span.document_id, max(0, span.start - AROUND), min(len(text), span.end + AROUND))
