"""The cells of Markdown tables (GitHub Flavored Markdown, 4.10), where they stand in the source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.types import Segment, SegmentKind

_LINE = re.compile(r"[^\r\n]+")
_FRAME = re.compile(r"[ \t>]*\|?")
_CELL = re.compile(r"(?:\\.|[^|\\])+")
_DELIMITERS = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")

Span = tuple[int, int]


def with_cells(text: str, segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """`segments` with the cells of each table after it, each with its column's header and its row's."""
    found: list[Segment] = []
    for segment in segments:
        found.append(segment)
        if segment.kind is SegmentKind.TABLE:
            found += _cells(text, segment)
    return tuple(sorted(found, key=lambda s: s.start))


def _cells(text: str, table: Segment) -> Iterator[Segment]:
    headers: dict[int, Span] = {}
    number = 0
    for line in _LINE.finditer(text, table.start, table.end):
        if _DELIMITERS.fullmatch(line[0]):
            continue
        number += 1
        places = dict(_places(text, *line.span()))
        for column, span in places.items():
            above = (headers[column],) if column in headers else ()
            beside = (places[1],) if number > 1 and column > 1 and 1 in places else ()
            yield Segment(SegmentKind.CELL, *span, level=column, number=number, headers=above + beside)
        headers = headers or places


def _places(text: str, start: int, end: int) -> Iterator[tuple[int, Span]]:
    """The column, from 1, and the place of each cell of a line that holds something."""
    frame = _FRAME.match(text, start, end)
    position, column = frame.end() if frame else start, 0
    while position < end:
        cell = _CELL.match(text, position, end)
        stop = cell.end() if cell else position
        column += 1
        words = text[position:stop].strip(" \t")
        if words:
            first = position + text[position:stop].index(words)
            yield column, (first, first + len(words))
        position = stop + 1
