"""What of a document is stored beside its text, as plain data for JSON: its segments, and what of it is not read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from index.types import Segment, SegmentKind, Unread, UnreadKind


def plain_segments(segments: Iterable[Segment]) -> list[list[Any]]:
    """A row a segment: kind, start, end, level, number, and of a table's cell the spans of its headers."""
    return [
        [s.kind, s.start, s.end, s.level, s.number, *([[list(span) for span in s.headers]] if s.headers else [])]
        for s in segments
    ]


def segments_of(rows: Iterable[list[Any]]) -> tuple[Segment, ...]:
    """The segments that `plain_segments` made rows of. Raises `ValueError` and `TypeError` for other rows."""
    return tuple(
        Segment(SegmentKind(kind), start, end, level, number, tuple((a, b) for a, b in (rest[0] if rest else ())))
        for kind, start, end, level, number, *rest in rows
    )


def plain_unread(unread: Iterable[Unread]) -> list[list[Any]]:
    """A row for each: kind, pages, count, detail."""
    return [[each.kind, list(each.pages), each.count, each.detail] for each in unread]


def unread_of(rows: Iterable[list[Any]]) -> tuple[Unread, ...]:
    """What `plain_unread` made rows of."""
    return tuple(Unread(UnreadKind(kind), tuple(pages), count, detail) for kind, pages, count, detail in rows)
