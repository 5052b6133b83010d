"""Joins words within drawn rules into one table that stands in the flow of the page."""

from __future__ import annotations

from collections.abc import Sequence

from index.load.pdf.glyphs import ADDED, Glyphs, union
from index.load.pdf.pdfium import QUARTER
from index.load.pdf.stretches import UPRIGHT, Stretch, rows
from index.load.pdf.tables import Frame, Grid, GridCell, frames, is_table, joined_lines, place

_MOST = 250_000  # pairs of a frame and a stretch that are compared; a page with more is a drawing
Regions = dict[tuple[int, int], tuple[int, int, int, int]]


def with_tables(page: Glyphs, stretches: Sequence[Stretch]) -> list[Stretch]:
    """`stretches`, those within the rules of a table as one stretch that holds the table."""
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
    """Return every cell with the lines that stand in it; None where words stand outside of all cells."""
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
        drawn = [glyph for glyph in glyphs if glyph >= 0]
        if drawn:
            box = union([page.box(glyph) for glyph in drawn])
            trimmed.append(Stretch(_trimmed(glyphs), box, stretch.turn, stretch.bold, stretch.rtl))
    return trimmed


def _trimmed(glyphs: list[int]) -> list[int]:
    """Without spaces at its ends."""
    first = next(i for i, glyph in enumerate(glyphs) if glyph != ADDED)
    last = next(i for i in range(len(glyphs), 0, -1) if glyphs[i - 1] != ADDED)
    return glyphs[first:last]
