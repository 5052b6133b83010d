"""OpenDocument sheets (.ods), by lxml: each cell as it was shown when the file was saved. No formula is followed.

python-calamine reads them too, but gives values without their looks: a date, a percentage, a sum of money. The file
itself has each cell's text as people saw it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from index.load.archive import MAX_STREAMED, Parts
from index.load.odf import CONTENT, TABLE, TEXT, count_of, metadata_of, open_parts, words_of
from index.load.parsed import Composer, Parsed, Raw, plain_line
from index.load.sheets.rows import Merged, SheetComposer, SheetRow
from index.types import SegmentKind

MOST_REPEATED = 1000  # times that a row or a cell with words in it stands, at most; of empty ones all are counted
MOST = 20_000_000  # rows or columns
_CELLS = (TABLE + "table-cell", TABLE + "covered-table-cell")


def read(raw: Raw) -> Parsed:
    """Return the sheets in order, each under its name. `metadata`: title, author and date where they are stated.

    Raises `DamagedFileError`, `EncryptedFileError`, `SourceTooLargeError`.
    """
    parts = open_parts(raw, ".ods", max_xml=MAX_STREAMED)
    composer = Composer()
    sheets = SheetComposer(raw.name, composer, raw.header_rows)
    for name, rows, merged in _sheets(parts):
        if rows:
            first = len(composer.segments)
            composer.add(SegmentKind.HEADING, plain_line(name), level=1)
            sheets.add(rows, merged)
            composer.enclose(SegmentKind.SHEET, first, name=plain_line(name))
    return composer.parsed(metadata_of(parts))


def _sheets(parts: Parts) -> Iterator[tuple[str, list[SheetRow], Merged]]:
    """Yield the name of each sheet, its rows that hold something, and which of its cells cover others."""
    name, rows, number, depth = "", list[SheetRow](), 0, 0
    merged: dict[tuple[int, int], tuple[int, int]] = {}
    for event, element in parts.elements(CONTENT, (TABLE + "table", TABLE + "table-row")):
        if element.tag == TABLE + "table":
            depth += 1 if event == "start" else -1
            if event == "start" and depth == 1:
                name, rows, merged, number = element.get(TABLE + "name", ""), [], {}, 0
            elif event == "end" and depth == 0:
                yield name, rows, merged
        elif event == "end" and depth == 1:
            cells, covers = _row(element)
            times = count_of(element, TABLE + "number-rows-repeated", MOST)
            if cells:
                merged.update({(number + 1, column): span for column, span in covers.items()})
                rows += [SheetRow(number + 1 + i, cells) for i in range(min(times, MOST_REPEATED))]
            number += times


def _row(row: Any) -> tuple[list[tuple[int, str]], dict[int, tuple[int, int]]]:
    """Return what the cells of a row show, by column, and how many rows and columns the larger ones cover."""
    cells: list[tuple[int, str]] = []
    covers: dict[int, tuple[int, int]] = {}
    column = 0
    for cell in row.iter(*_CELLS):
        times = count_of(cell, TABLE + "number-columns-repeated", MOST)
        text = plain_line("\n".join(words_of(p) for p in cell.findall(TEXT + "p")))
        if text:
            cells += [(column + 1 + i, text) for i in range(min(times, MOST_REPEATED))]
            span = tuple(count_of(cell, f"{TABLE}number-{what}-spanned", MOST_REPEATED) for what in ("rows", "columns"))
            if span != (1, 1):
                covers[column + 1] = (span[0], span[1])
        column += times
    return cells, covers
