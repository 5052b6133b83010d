"""Cells of a table that have several lines, read cell by cell.

A table is written cell by cell in nearly every file: lines that follow each other there, and stand below each other on
the page, are one cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.load.pdf.stretches import ADDED, Row, Stretch, put_in_order

_APART = 0.6  # between the lines of a cell, in line heights, at most
_SIGN = 3  # characters of a bullet or an item's number, at most: no cell


def table_rows(stretches: Sequence[Stretch]) -> list[Row] | None:
    """The rows of a table in which a cell has several lines, None where there is no such cell beside another one."""
    cells = [_merged(cell) for cell in _cells(stretches)]
    found: list[Row] = []
    for cell in sorted(cells, key=lambda c: (c.box[1], c.box[0])):
        if found and any(_beside(cell, other) for other in found[-1]):
            found[-1].append(cell)
        else:
            found.append([cell])
    for row in found:
        put_in_order(row)
    return found if any(_is_tabular(row) for row in found) else None


def _cells(stretches: Sequence[Stretch]) -> Iterator[list[Stretch]]:
    cell: list[Stretch] = []
    for stretch in sorted(stretches, key=lambda s: s.turn):
        if cell and not (stretch.turn == cell[-1].turn + 1 and _below(cell[-1], stretch)):
            yield cell
            cell = []
        cell.append(stretch)
    yield cell


def _below(one: Stretch, other: Stretch) -> bool:
    shared = min(one.box[2], other.box[2]) - max(one.box[0], other.box[0])
    gap = other.box[1] - one.box[3]
    narrower = min(one.box[2] - one.box[0], other.box[2] - other.box[0])
    return shared >= 0.5 * narrower and -0.5 * one.height <= gap <= _APART * one.height


def _merged(cell: Sequence[Stretch]) -> Stretch:
    if len(cell) == 1:
        return cell[0]
    glyphs = list(cell[0].glyphs)
    for stretch in cell[1:]:
        glyphs += [ADDED, *stretch.glyphs]
    edges = list(zip(*(s.box for s in cell), strict=True))
    box = min(edges[0]), min(edges[1]), max(edges[2]), max(edges[3])
    bold, rtl = all(s.bold for s in cell), any(s.rtl for s in cell)
    return Stretch(glyphs, box, cell[0].turn, bold, rtl, is_cell=True)


def _beside(one: Stretch, other: Stretch) -> bool:
    shared = min(one.box[3], other.box[3]) - max(one.box[1], other.box[1])
    return shared >= 0.5 * min(one.height, other.height) and not (
        one.box[0] < other.box[2] and other.box[0] < one.box[2]
    )


def _is_tabular(row: Row) -> bool:
    return any(cell.is_cell for cell in row) and sum(len(cell.glyphs) > _SIGN for cell in row) > 1
