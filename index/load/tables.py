"""Writes the tables of any format as text: rows of cells, with the headers of each cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.load.headers import TableCell, headers_of
from index.load.marked import Unmarked, unmarked
from index.types import Span

__all__ = ["MAX_COLUMNS", "Cell", "Span", "table_block"]

MAX_COLUMNS = 1000


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell `[start, end)` of a table's text, and the spans of its row and column headers there."""

    start: int
    end: int
    headers: tuple[Span, ...] = ()


def table_block(cells: Sequence[TableCell]) -> tuple[Unmarked, list[Cell]]:
    """Return the text of a table, a line a row and a tab between columns, and where its cells stand.

    A cell that covers several rows or columns stands in the first of them, and the others are empty.
    """
    added: list[Span] = []
    notes: list[Span] = []
    lines: dict[int, dict[int, int]] = {}
    for i, cell in enumerate(cells):
        lines.setdefault(cell.row, {})[cell.column] = i
    parts: list[str] = []
    length = 0
    spans: dict[int, tuple[int, int]] = {}
    for row in sorted(lines):
        columns = [c for c, i in lines[row].items() if cells[i].text.strip()]
        if not columns:
            continue
        line = "\n" if parts else ""
        before = 0 if parts else min(columns)  # no text begins with a tab, though the corner may be empty
        for column in sorted(columns):
            line += "\t" * (column - before)
            before = column
            plain = unmarked(" ".join(cells[lines[row][column]].text.split()))
            at = length + len(line)
            added += [(a + at, b + at) for a, b in plain.added]
            notes += [(a + at, b + at) for a, b in plain.notes]
            if plain.text:
                spans[lines[row][column]] = at, at + len(plain.text)
            line += plain.text
        parts.append(line)
        length += len(line)
    headers = headers_of(cells)
    table_cells = [
        Cell(*span, tuple(spans[h] for h in headers[i] if h in spans))
        for i, span in sorted(spans.items(), key=lambda item: item[1])
    ]
    return Unmarked("".join(parts), tuple(added), tuple(notes)), table_cells
