"""Writes the tables of any format as text: rows of cells, with the headers of each cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from index.load.headers import TableCell, headers_of
from index.load.marked import moved, unmarked
from index.types import Segment, SegmentKind, Span

MAX_COLUMNS = 1000


def table_block(cells: Sequence[TableCell]) -> tuple[str, tuple[Segment, ...]]:
    """Return the text of a table, a line a row and a tab between columns, and what stands inside: marks, then cells.

    A cell that covers several rows or columns stands in the first of them, and the others are empty.
    """
    inside: list[Segment] = []
    lines: dict[int, dict[int, int]] = {}
    for i, cell in enumerate(cells):
        lines.setdefault(cell.row, {})[cell.column] = i
    parts: list[str] = []
    length = 0
    spans: dict[int, Span] = {}
    for row in sorted(lines):
        columns = [c for c, i in lines[row].items() if cells[i].text.strip()]
        if not columns:
            continue
        line = "\n" if parts else ""
        before = 0 if parts else min(columns)  # no text begins with a tab, though the corner may be empty
        for column in sorted(columns):
            line += "\t" * (column - before)
            before = column
            plain, marks = unmarked(" ".join(cells[lines[row][column]].text.split()))
            at = length + len(line)
            inside += (moved(mark, at) for mark in marks)
            if plain:
                spans[lines[row][column]] = at, at + len(plain)
            line += plain
        parts.append(line)
        length += len(line)
    return "".join(parts), (*inside, *cell_segments(spans, headers_of(cells)))


def cell_segments(spans: Mapping[int, Span], headers: Sequence[Sequence[int]]) -> Iterator[Segment]:
    """Yield the cells that stand at `spans`; `headers`: which cells are the headers of each."""
    for i, span in spans.items():
        yield Segment(SegmentKind.CELL, *span, headers=tuple(spans[h] for h in headers[i] if h in spans))
