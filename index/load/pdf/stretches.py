"""Defines stretches of glyphs and how they stand on a page: beside each other in a row, and which way up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from index.load.pdf.glyphs import Box
from index.load.pdf.tables import Grid


@dataclass(slots=True)
class Stretch:
    """Glyphs that stand close together on one line. `box` is upright: x0, y0, x1, y1, y growing downwards.

    `glyphs` are positions in the page's arrays, -1 for a space; `turn` is the order in the file.
    A cell of a table (`is_cell`) may have several lines. `grid`: of a table within drawn rules, which stands as one
    stretch. `mark`: how many of its first glyphs are a bullet or an item's number. `has_figure`: whether a digit is
    among them.
    """

    glyphs: list[int]
    box: Box
    turn: int
    bold: bool
    rtl: bool
    is_cell: bool = False
    grid: Grid | None = field(default=None, repr=False)
    mark: int = 0
    has_figure: bool = False

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2


StretchRow = list[Stretch]


def rows(stretches: Sequence[Stretch]) -> list[StretchRow]:
    """Return stretches that stand side by side, from top to bottom, each row in the direction of its script."""
    rows: list[StretchRow] = []
    for stretch in sorted(stretches, key=lambda s: (s.middle, s.box[0])):
        if rows and _beside(rows[-1][-1], stretch):
            rows[-1].append(stretch)
        else:
            rows.append([stretch])
    for row in rows:
        put_in_order(row)
    return rows


def put_in_order(row: StretchRow) -> None:
    """Sort a row in the direction of its script."""
    backwards = sum(len(s.glyphs) for s in row if s.rtl) * 2 > sum(len(s.glyphs) for s in row)
    row.sort(key=_rightmost if backwards else _leftmost)


def _leftmost(stretch: Stretch) -> float:
    return stretch.box[0]


def _rightmost(stretch: Stretch) -> float:
    return -stretch.box[2]


def _beside(one: Stretch, other: Stretch) -> bool:
    shared = min(one.box[3], other.box[3]) - max(one.box[1], other.box[1])
    return shared >= 0.5 * min(one.height, other.height)


Turned = Callable[[Box], Box]

# A box of text that runs down, upside down or up, as it is when the page is held so that the text is upright.
UPRIGHT: tuple[Turned, ...] = (
    lambda box: box,
    lambda box: (box[1], -box[2], box[3], -box[0]),
    lambda box: (-box[2], -box[3], -box[0], -box[1]),
    lambda box: (-box[3], box[0], -box[1], box[2]),
)
