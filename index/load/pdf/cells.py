"""Reads table cells that have several lines, cell by cell.

A table is written cell by cell in nearly every file: lines that follow each other there, and stand below each other on
the page, are one cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.load.pdf.glyphs import ADDED, union
from index.load.pdf.stretches import Stretch, StretchRow, put_in_order, rows

_APART = 0.6  # between the lines of a cell, in line heights, at most
_LOOKED_AT = 100  # cells of a row that another one is compared with
_MOST = 2_000_000  # pairs of lines that are compared: no table has so many
_SIGN = 3  # characters of a bullet or an item's number, at most: no cell


def table_rows(stretches: Sequence[Stretch]) -> tuple[list[StretchRow], list[list[Stretch]]] | None:
    """The rows of a table in which a cell has several lines, None where there is no such cell beside another one.

    Lines that stand beside several rows of labels and values, such as a letter's address, are no cell: they come
    second, each group of them on its own.
    """
    groups = list(_cells(stretches))
    few = len(groups) * len(stretches) <= _MOST
    beside = [group for group in groups if few and len(group) > 1 and _is_beside_rows(group, groups)]
    if beside:
        taken = {id(s) for group in beside for s in group}
        rest = [s for s in stretches if id(s) not in taken]
        return (table_rows(rest) or (rows(rest), []))[0], beside
    cells = [_merged(cell) for cell in groups]
    cell_rows: list[StretchRow] = []
    for cell in sorted(cells, key=lambda c: (c.box[1], c.box[0])):
        if cell_rows and any(_beside(cell, other) for other in cell_rows[-1][-_LOOKED_AT:]):
            cell_rows[-1].append(cell)
        else:
            cell_rows.append([cell])
    for row in cell_rows:
        put_in_order(row)
    return (cell_rows, []) if any(_is_tabular(row) for row in cell_rows) else None


def _is_beside_rows(group: Sequence[Stretch], groups: Sequence[Sequence[Stretch]]) -> bool:
    """Return whether each of the lines of `group` stands level with a row of several cells of one line each."""
    box = union([s.box for s in group])
    single = [g[0] for g in groups if len(g) == 1 and (g[0].box[2] <= box[0] or g[0].box[0] >= box[2])]
    level = [sum(abs(s.middle - line.middle) <= 0.5 * min(s.height, line.height) for s in single) for line in group]
    stacked = sum(box[1] <= s.middle <= box[3] for s in single)
    return sum(count >= 2 for count in level) >= max(2, len(group) - 1) and stacked >= 4


def _cells(stretches: Sequence[Stretch]) -> Iterator[list[Stretch]]:
    cell: list[Stretch] = []
    for stretch in sorted(stretches, key=lambda s: s.turn):
        framed = stretch.grid is not None or (cell and cell[-1].grid is not None)
        if cell and (framed or not (stretch.turn == cell[-1].turn + 1 and _below(cell[-1], stretch))):
            yield cell
            cell = []
        cell.append(stretch)
    yield cell


def _below(upper: Stretch, other: Stretch) -> bool:
    shared = min(upper.box[2], other.box[2]) - max(upper.box[0], other.box[0])
    gap = other.box[1] - upper.box[3]
    narrower = min(upper.box[2] - upper.box[0], other.box[2] - other.box[0])
    return shared >= 0.5 * narrower and -0.5 * upper.height <= gap <= _APART * upper.height


def _merged(cell: Sequence[Stretch]) -> Stretch:
    if len(cell) == 1:
        return cell[0]
    glyphs = list(cell[0].glyphs)
    for stretch in cell[1:]:
        glyphs += [ADDED, *stretch.glyphs]
    box = union([s.box for s in cell])
    bold, rtl = all(s.bold for s in cell), any(s.rtl for s in cell)
    return Stretch(glyphs, box, cell[0].turn, bold, rtl, is_cell=True)


def _beside(left: Stretch, other: Stretch) -> bool:
    shared = min(left.box[3], other.box[3]) - max(left.box[1], other.box[1])
    return shared >= 0.5 * min(left.height, other.height) and not (
        left.box[0] < other.box[2] and other.box[0] < left.box[2]
    )


def _is_tabular(row: StretchRow) -> bool:
    return any(cell.is_cell for cell in row) and sum(len(cell.glyphs) > _SIGN for cell in row) > 1
