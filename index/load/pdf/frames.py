"""Finds the cells of tables among stretches: within drawn rules, or of several lines each.

A table is written cell by cell in nearly every file: lines that follow each other there, and stand below each other on
the page, are one cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.load.pdf.glyphs import ADDED, Glyphs, union
from index.load.pdf.pdfium import QUARTER
from index.load.pdf.stretches import UPRIGHT, Stretch, StretchRow, beside, put_in_order, rows
from index.load.pdf.tables import Frame, Grid, GridCell, frames, is_table, joined_lines, place

_MOST = 250_000  # pairs of a frame and a stretch that are compared; a page with more is a drawing
Regions = dict[tuple[int, int], tuple[int, int, int, int]]

_APART = 0.6  # between the lines of a cell, in line heights, at most
_LOOKED_AT = 100  # cells of a row that another one is compared with
_MOST_LINES = 2_000_000  # pairs of lines that are compared: no table has so many
_SIGN = 3  # characters of a bullet or an item's number, at most: no cell


def with_tables(page: Glyphs, stretches: Sequence[Stretch]) -> list[Stretch]:
    """Return `stretches`, those within the rules of a table replaced by one stretch that holds the table."""
    tables = list(stretches)
    looked_at = 0
    for frame in frames(page.rules):
        looked_at += len(tables)
        if looked_at > _MOST:
            break
        x0, y0, x1, y1 = frame.box
        inside = [
            s
            for s in tables
            if s.grid is None and x0 - 2 <= s.box[0] and s.box[2] <= x1 + 2 and y0 - 2 <= s.middle <= y1 + 2
        ]
        cells = _cells(page, frame, inside)
        if cells is None or not is_table(cells):
            continue
        taken = {id(s) for s in inside}
        table = Stretch(
            [glyph for cell in cells for glyph in cell.glyphs],
            frame.box,
            min(s.turn for s in inside),
            bold=False,
            rtl=False,
            grid=Grid(tuple(cells)),
        )
        tables = [s for s in tables if id(s) not in taken]
        tables.append(table)
    return tables


def _cells(page: Glyphs, frame: Frame, inside: Sequence[Stretch]) -> list[GridCell] | None:
    """Return every cell with its lines; None if there are words outside of all cells."""
    regions = frame.regions()
    held: dict[tuple[int, int, int, int], list[Stretch]] = {region: [] for region in regions.values()}
    for stretch in inside:
        for piece in _pieces(page, frame, regions, stretch):
            row = place(frame.ys, piece.middle)
            column = place(frame.xs, (piece.box[0] + piece.box[2]) / 2)
            if row is None or column is None:
                return None
            held[regions[row, column]].append(piece)
    return [
        GridCell(row, column, high, wide, joined_lines([s.glyphs for line in rows(pieces) for s in line]))
        for (row, column, high, wide), pieces in sorted(held.items())
    ]


def _pieces(page: Glyphs, frame: Frame, regions: Regions, stretch: Stretch) -> list[Stretch]:
    """Return a stretch in the pieces that the rules between cells cut it into."""
    crossed = [x for x in frame.xs[1:-1] if stretch.box[0] + 1 < x < stretch.box[2] - 1]
    row = place(frame.ys, stretch.middle)
    if not crossed or row is None:
        return [stretch]
    cuts = [x for x in crossed if regions[row, frame.xs.index(x) - 1] != regions[row, frame.xs.index(x)]]
    pieces: list[list[int]] = [[] for _ in range(len(cuts) + 1)]
    at = 0
    for glyph in stretch.glyphs:
        if glyph >= 0:
            x0, _, x1, _ = UPRIGHT[page.flags[glyph] // QUARTER % 4](page.box(glyph))
            at = sum((x0 + x1) / 2 > x for x in cuts)
        pieces[at].append(glyph)
    trimmed = []
    for glyphs in pieces:
        if drawn := [glyph for glyph in glyphs if glyph >= 0]:
            marks = [i for i, glyph in enumerate(glyphs) if glyph != ADDED]  # no spaces at the ends
            box = union([page.box(glyph) for glyph in drawn])
            inside = glyphs[marks[0] : marks[-1] + 1]
            trimmed.append(Stretch(inside, box, stretch.turn, stretch.bold, stretch.rtl))
    return trimmed


def table_rows(stretches: Sequence[Stretch]) -> tuple[list[StretchRow], list[list[Stretch]]] | None:
    """Return the rows of a table with a cell of several lines; None if no such cell stands beside another one.

    Lines that stand beside several rows of labels and values, such as a letter's address, are no cell: they come
    second, each group of them on its own.
    """
    groups = list(_in_turn(stretches))
    few = len(groups) * len(stretches) <= _MOST_LINES
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


def _in_turn(stretches: Sequence[Stretch]) -> Iterator[list[Stretch]]:
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
    glyphs = list(joined_lines([s.glyphs for s in cell]))
    box = union([s.box for s in cell])
    bold, rtl = all(s.bold for s in cell), any(s.rtl for s in cell)
    return Stretch(glyphs, box, cell[0].turn, bold, rtl, is_cell=True)


def _beside(first: Stretch, other: Stretch) -> bool:
    return beside(first, other) and not (first.box[0] < other.box[2] and other.box[0] < first.box[2])


def _is_tabular(row: StretchRow) -> bool:
    return any(cell.is_cell for cell in row) and sum(len(cell.glyphs) > _SIGN for cell in row) > 1
