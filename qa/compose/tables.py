"""Reads the tables of a document: rows of cells, each with the words of its column's headers."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from index.types import Document, Segment, SegmentKind
from qa.compose.evidence import stems

Span = tuple[int, int]
# Rows around a passage that are looked at, where the table has more: a passage holds a few of them.
MOST_ROWS = 400


@dataclass(frozen=True)
class TableCell:
    """`document.text[start:end]`, at `column`, from 1; `header`: the words of its column's headers, None without."""

    start: int
    end: int
    column: int
    words: str
    header: str | None

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of its content words."""
        return frozenset(stems(self.words))


@dataclass(frozen=True)
class TableRow:
    """The cells of one row of the table that begins at `table`."""

    document_id: str
    table: int
    cells: tuple[TableCell, ...]


def rows_near(document: Document, start: int, end: int) -> Iterator[TableRow]:
    """Yield the rows, header rows left out, of the tables that the characters `[start, end)` touch."""
    for table in document.segments:
        if table.start >= end:
            break
        if table.kind is SegmentKind.TABLE and table.end > start:
            yield from _rows(document, table, max(start, table.start), min(end, table.end))


def _rows(document: Document, table: Segment, start: int, end: int) -> Iterator[TableRow]:
    """Yield the rows of `table`, or of one of many rows those around `[start, end)`."""
    starts = _line_starts(document.text, table)
    first = max(0, bisect_left(starts, start) - MOST_ROWS // 2)
    last = min(len(starts), bisect_left(starts, end) + MOST_ROWS // 2)
    if len(starts) <= MOST_ROWS:
        first, last = 0, len(starts)
    low = starts[first]
    high = starts[last] if last < len(starts) else table.end
    at = bisect_left(document.segments, low, key=lambda segment: segment.start)
    by_line: dict[int, list[Segment]] = {}
    heads: set[Span] = set()
    for cell in document.segments[at:]:
        if cell.start >= high:
            break
        if cell.kind is SegmentKind.CELL:
            by_line.setdefault(bisect_left(starts, cell.start + 1) - 1, []).append(cell)
            heads.update(document.column_headers(cell))
    for line, cells in by_line.items():
        if not any((cell.start, cell.end) in heads for cell in cells):
            yield TableRow(document.id, table.start, tuple(_cell(document, cell, starts[line]) for cell in cells))


def _cell(document: Document, cell: Segment, line: int) -> TableCell:
    above = document.column_headers(cell)
    header = " ".join(document.text[a:b] for a, b in above) if above else None
    column = cell.level or document.text.count("\t", line, cell.start) + 1
    return TableCell(cell.start, cell.end, column, document.text[cell.start : cell.end], header)


def _line_starts(text: str, table: Segment) -> list[int]:
    starts, at = [table.start], text.find("\n", table.start, table.end)
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1, table.end)
    return starts
