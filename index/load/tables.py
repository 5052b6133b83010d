"""Tables of any format: rows of cells as text, and the headers of each cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.load.marked import Unmarked, unmarked

Span = tuple[int, int]
MAX_COLUMNS = 1000
MAX_HEADS = 12  # rows at the top of a table that can be headers
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d(?:[/–-]\d{2,4})?")
_FIGURE = re.compile(r"[\s\d.,:%€$£+()/−–-]*\d[\s\d.,:%€$£+()/−–-]*")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell `[start, end)` of a table's text, and the spans of its row and column headers there."""

    start: int
    end: int
    headers: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell at (`row`, `column`), from 0, that covers so many `rows` and `columns`.

    `is_header`: what the format says, None where it says nothing.
    """

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1
    is_header: bool | None = None


def table_text(rows: list[list[str]]) -> str:
    """Rows as lines, with a tab between cells; white space within a cell is one space, and empty rows are left out."""
    lines = ["\t".join(" ".join(cell.split()) for cell in row).rstrip() for row in rows]
    return "\n".join(line for line in lines if line)


def table_block(cells: Sequence[TableCell]) -> tuple[Unmarked, list[Cell]]:
    """The text of a table, a line a row and a tab between columns, and where its cells stand.

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
        first = 0 if parts else min(columns)  # no text begins with a tab, though the corner may be empty
        for column in range(first, max(columns) + 1):
            line += "\t" if column > first else ""
            i = lines[row].get(column, -1)
            plain = unmarked(" ".join(cells[i].text.split()) if i >= 0 else "")
            text, at = plain.text, length + len(line)
            if text:
                added += [(a + at, b + at) for a, b in plain.added]
                notes += [(a + at, b + at) for a, b in plain.notes]
                spans[i] = length + len(line), length + len(line) + len(text)
            line += text
        parts.append(line)
        length += len(line)
    headers = headers_of(cells)
    found = [
        Cell(*span, tuple(spans[h] for h in headers[i] if h in spans))
        for i, span in sorted(spans.items(), key=lambda item: item[1])
    ]
    return Unmarked("".join(parts), tuple(added), tuple(notes)), found


def headers_of(cells: Sequence[TableCell]) -> list[list[int]]:
    """Of each of `cells`, which of them are its column headers, top down, and its row's header.

    Where the format marks no header, the first row is one if its cells are words; a cell that covers several columns
    or rows of it makes the next row a header too. A row's first cell is its header.
    """
    if not cells:
        return []
    heads = head_rows(cells)
    by_column: dict[int, list[int]] = {}
    firsts: dict[int, int] = {}
    for i, cell in enumerate(cells):
        if cell.text.strip() and cell.row < heads:
            for column in range(cell.column, cell.column + cell.columns):
                by_column.setdefault(column, []).append(i)
        if cell.column == 0 and cell.text.strip() and cell.row >= heads:
            for row in range(cell.row, cell.row + cell.rows):
                firsts.setdefault(row, i)
    found = []
    for i, cell in enumerate(cells):
        own: list[int] = []
        if cell.row >= heads:
            columns = range(cell.column, cell.column + cell.columns)
            own = list(dict.fromkeys(h for column in columns for h in by_column.get(column, ())))
            own += [firsts[cell.row]] if cell.column > 0 and cell.row in firsts else []
        else:
            above = [h for h in by_column.get(cell.column, ()) if cells[h].row < cell.row]
            own = [h for h in above if h != i]
        found.append(own)
    return found


def is_figure(text: str) -> bool:
    """Whether a cell holds a number, a date in figures, a sum of money, and no words."""
    return _FIGURE.fullmatch(text) is not None


def head_rows(cells: Sequence[TableCell]) -> int:
    """How many rows at the top are headers."""
    rows: dict[int, list[TableCell]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell)
    order = sorted(rows)
    if any(cell.is_header is not None for cell in cells):
        stated = 0
        for row in order:
            if not all(cell.is_header for cell in rows[row] if cell.text.strip()):
                break
            stated = row + 1
        return min(stated, order[0] + MAX_HEADS) if stated <= order[-1] else 0
    first = [cell for cell in rows[order[0]] if cell.text.strip()]
    if len(order) < 2 or (any(is_figure(c.text) for c in first if c.column > 0) and not _are_years(first, cells)):
        return 0
    heads, last = order[0] + 1, min(order[-1], order[0] + MAX_HEADS - 1)
    while heads <= last:
        above = [cell for cell in cells if cell.row < heads]
        below = any(cell.row + cell.rows > heads for cell in above)
        across = any(cell.columns > 1 and cell.row == heads - 1 and cell.text.strip() for cell in above)
        words = not any(is_figure(cell.text) for cell in rows.get(heads, ()))
        if not (below or (across and words)) or len(rows[order[0]]) < 2:
            break
        heads += 1
    return heads if heads <= order[-1] else order[0] + 1


def _are_years(first: Sequence[TableCell], cells: Sequence[TableCell]) -> bool:
    """Whether the figures of the first row are years above other things than years, as headers are."""
    years = {cell.column for cell in first if cell.column > 0 and _YEAR.fullmatch(cell.text.strip())}
    if any(is_figure(cell.text) for cell in first if cell.column > 0 and cell.column not in years):
        return False
    below = [cell.text.strip() for cell in cells if cell.row > first[0].row and cell.column in years]
    return not any(_YEAR.fullmatch(text) for text in below)
