"""Lays out a table's rows: which of them are headers, and which columns the first one begins after."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from index.types import Document, Segment, SegmentKind
from pincite.web.layout import MARKDOWN, CellRow, HtmlBlock

__all__ = ["corner", "head_rows"]

_LOOKED_AT = 200  # cells, by which both are told
_MOST_HEADS = 4


def head_rows(document: Document, block: HtmlBlock, rows: Sequence[CellRow]) -> int:
    """Return how many of the first rows hold headers: in Markdown one, else those where a loader found them."""
    if document.media_type == MARKDOWN:
        return 1
    heads = {start for cell in _cells(document, block) for start, _ in document.column_headers(cell)}
    count = 0
    while count < min(len(rows), _MOST_HEADS) and any(a <= start < b for a, _, _, b in rows[count] for start in heads):
        count += 1
    return count


def corner(document: Document, block: HtmlBlock, rows: Sequence[CellRow]) -> int:
    """Return how many cells stand empty before the first row's, which its text does not begin with."""
    if document.media_type == MARKDOWN or not rows:
        return 0
    columns = {body: i for i, (_, body, _, _) in enumerate(rows[0])}
    moved = [
        _column(document, block, cell) - columns[start]
        for cell in _cells(document, block)
        for start, _ in document.column_headers(cell)
        if start in columns
    ]
    return max(0, min(moved, default=0))


def _cells(document: Document, block: HtmlBlock) -> list[Segment]:
    """Return the first cells of a table."""
    first = bisect_left(document.segments, block.body, key=lambda segment: segment.start)
    segments: list[Segment] = []
    for segment in document.segments[first : first + 4 * _LOOKED_AT]:
        if segment.start >= block.end or len(segments) == _LOOKED_AT:
            break
        if segment.kind is SegmentKind.CELL:
            segments.append(segment)
    return segments


def _column(document: Document, block: HtmlBlock, cell: Segment) -> int:
    """In which column of its line a cell stands, from 0."""
    line = max(block.body, document.text.rfind("\n", block.body, cell.start) + 1)
    return document.text.count("\t", line, cell.start)
