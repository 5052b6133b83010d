"""Writes a document, or its segments and unread parts, as plain data for JSON, and reads them back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from index.geometry import Word
from index.types import Document, Segment, SegmentKind, Unread, UnreadKind


def plain_document(document: Document) -> dict[str, Any]:
    """Return all of a document but what follows from its text."""
    return {
        "id": document.id,
        "source": document.source,
        "media_type": document.media_type,
        "metadata": dict(document.metadata),
        "segments": plain_segments(document.segments),
        "unread": plain_unread(document.unread),
        "text": document.text,
    }


def document_of(plain: Mapping[str, Any]) -> Document:
    """Return the document that `plain_document` made `plain` of. Raises `ValueError`, `TypeError` or `KeyError`.

    One that was written before unread parts were noted has none.
    """
    known = {name: plain[name] for name in ("id", "text", "source", "media_type", "metadata")}
    return Document(**known, segments=segments_of(plain["segments"]), unread=unread_of(plain.get("unread", ())))


def plain_segments(segments: Iterable[Segment]) -> list[list[Any]]:
    """Return a row a segment: kind, start, end, level, number; the spans of a cell's headers; a place's name; the words
    recognised there, each with its place.
    """
    return [[s.kind, s.start, s.end, s.level, s.number, *_rest(s)] for s in segments]


def _rest(segment: Segment) -> list[Any]:
    """Return headers, name and words, as far as there are any."""
    rest: list[Any] = [[list(span) for span in segment.headers], segment.name]
    rest.append([[word.start, word.end, *word.place] for word in segment.words])
    while rest and not rest[-1]:
        rest.pop()
    return rest


def segments_of(rows: Iterable[list[Any]]) -> tuple[Segment, ...]:
    """Return the segments that `plain_segments` made rows of. Raises `ValueError` and `TypeError` for other rows."""
    return tuple(
        Segment(SegmentKind(kind), start, end, level, number, *_rest_of(*rest))
        for kind, start, end, level, number, *rest in rows
    )


def _rest_of(
    headers: Iterable[list[int]] = (), name: str = "", words: Iterable[list[Any]] = ()
) -> tuple[tuple[tuple[int, int], ...], str, tuple[Word, ...]]:
    return tuple((a, b) for a, b in headers), name, tuple(_word_of(*word) for word in words)


def _word_of(start: int, end: int, page: int, *box: float) -> Word:
    return Word(int(start), int(end), int(page), *map(float, box))


def plain_unread(unread: Iterable[Unread]) -> list[list[Any]]:
    """Return a row for each: kind, pages, count, detail."""
    return [[entry.kind, list(entry.pages), entry.count, entry.detail] for entry in unread]


def unread_of(rows: Iterable[list[Any]]) -> tuple[Unread, ...]:
    """Return what `plain_unread` made rows of."""
    return tuple(Unread(UnreadKind(kind), tuple(pages), count, detail) for kind, pages, count, detail in rows)
