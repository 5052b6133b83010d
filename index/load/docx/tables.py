"""Reads the cells of a table in a Word document, at their rows and columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from index.errors import SourceTooLargeError
from index.load.docx.lists import value
from index.load.docx.words import is_strong, name_of
from index.load.headers import TableCell
from index.load.tables import MAX_COLUMNS

MAX_DEPTH = 60  # tables in tables, controls in controls

Words = Callable[[Any], str]


def cells_of(table: Any, words: Words, depth: int) -> list[TableCell]:
    """Return the cells of a table at their places; nested tables are text of their cell. `words`: of a paragraph."""
    placed: dict[tuple[int, int], TableCell] = {}
    latest: dict[int, TableCell] = {}  # by column, the cell that reaches down to the last row
    for number, row in enumerate(child for child in _through(table) if name_of(child) == "tr"):
        column = min(_count(row, "trPr/gridBefore", 0), MAX_COLUMNS)
        is_header = True if value(row, "trPr/tblHeader") is not None else None
        for cell in (child for child in _through(row) if name_of(child) == "tc"):
            wide = max(1, min(_count(cell, "tcPr/gridSpan", 1), MAX_COLUMNS))
            merged = value(cell, "tcPr/vMerge")
            above = latest.get(column) if merged is not None and merged != "restart" else None
            if above is None:
                table_cell = TableCell(
                    number, column, _cell(cell, words, depth), 1, wide, is_header, is_strong=is_strong(cell)
                )
            else:
                table_cell = replace(above, rows=number - above.row + 1)
            placed[table_cell.row, column] = latest[column] = table_cell
            column += wide
    stated = any(cell.is_header for cell in placed.values())
    return [replace(cell, is_header=bool(cell.is_header)) if stated else cell for cell in placed.values()]


def _count(element: Any, path: str, default: int) -> int:
    stated = value(element, path) or ""
    return int(stated) if stated.isdigit() and len(stated) < 6 else default


def _through(parent: Any) -> Iterator[Any]:
    """Yield children, and those inside content controls."""
    for child in parent:
        if name_of(child) in ("sdt", "sdtContent", "customXml", "ins"):
            yield from _through(child)
        else:
            yield child


def _cell(cell: Any, words: Words, depth: int) -> str:
    if depth > MAX_DEPTH:
        raise SourceTooLargeError(f"the document nests more than {MAX_DEPTH} tables; simplify it")
    parts = []
    for child in _through(cell):
        if name_of(child) == "p":
            parts.append(words(child))
        elif name_of(child) == "tbl":
            parts += [inner.text for inner in cells_of(child, words, depth + 1)]
    return " ".join(part for part in parts if part.strip())
