"""Groups a page's glyphs into stretches that stand close together, and stretches into rows.

Raised figures stay apart from the word before them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from index.geometry import Box
from index.load.marked import is_figure, is_note
from index.load.pdf.glyphs import ADDED, CARET, CLOSING, OPENING, Glyphs, character, is_seen, is_space, union
from index.load.pdf.pdfium import BOLD, GENERATED, QUARTER
from index.load.pdf.tables import Grid

_SMALLER = 0.88  # a raised glyph's height to the line's, at most
_LOOKED_BACK = 80  # characters before what is raised
_HIGHER = 0.12  # of the line's height that its foot stands above the line's, at least


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
        if rows and beside(rows[-1][-1], stretch):
            rows[-1].append(stretch)
        else:
            rows.append([stretch])
    for row in rows:
        put_in_order(row)
    return rows


def put_in_order(row: StretchRow) -> None:
    """Sort a row in the direction of its script."""
    backwards = sum(len(s.glyphs) for s in row if s.rtl) * 2 > sum(len(s.glyphs) for s in row)
    row.sort(key=lambda s: -s.box[2] if backwards else s.box[0])


def beside(first: Stretch, other: Stretch) -> bool:
    """Return whether two stretches stand at the same height."""
    shared = min(first.box[3], other.box[3]) - max(first.box[1], other.box[1])
    return shared >= 0.5 * min(first.height, other.height)


Turned = Callable[[Box], Box]

# A box of text that runs down, upside down or up, as it is when the page is held so that the text is upright.
UPRIGHT: tuple[Turned, ...] = (
    lambda box: box,
    lambda box: (box[1], -box[2], box[3], -box[0]),
    lambda box: (-box[2], -box[3], -box[0], -box[1]),
    lambda box: (-box[3], box[0], -box[1], box[2]),
)


def stretches_of(page: Glyphs) -> list[tuple[int, Stretch]]:
    """Return stretches in the file's order, each with the direction in which it runs."""
    stretches = list(_runs(page))
    for turn, (_, stretch) in enumerate(stretches):
        stretch.turn = turn
    raised = [_raised(page, quarter, stretch) for quarter, stretch in stretches]
    # A note at the foot of a page begins with what is raised.
    labels = {
        page.text(stretch.glyphs[: parts[0][1]])
        for (_, stretch), parts in zip(stretches, raised, strict=True)
        if parts and parts[0][0] == 0
    }
    for (_, stretch), parts in zip(stretches, raised, strict=True):
        _keep_apart(page, stretch, parts, labels)
    return stretches


def _runs(page: Glyphs) -> Iterator[tuple[int, Stretch]]:
    """Yield runs of glyphs in the file's order, broken where the next one is not beside the last."""
    current: Stretch | None = None
    quarter, last = 0, (0.0, 0.0, 0.0, 0.0)
    space = ""
    for i, code in enumerate(page.codes):
        if is_space(code):
            space = space if space == " " else "\n" if page.flags[i] & GENERATED and code != 0x20 else " "
            continue
        if not is_seen(code):
            continue
        turned = page.flags[i] // QUARTER % 4
        box = UPRIGHT[turned](page.box(i))
        alone = i in page.shapes or (current is not None and current.glyphs[-1] in page.shapes)
        if current is None or alone or turned != quarter or _is_apart(last, box):
            if current is not None:
                yield quarter, current
            current = Stretch([], box, 0, bold=bool(page.flags[i] & BOLD), rtl=False)
            quarter = turned
        elif space == " " or (space and _gap(last, box) > 0.1 * min(box[3] - box[1], last[3] - last[1])):
            current.glyphs.append(ADDED)
        current.box = union([current.box, box])
        current.glyphs.append(i)
        current.bold = current.bold and bool(page.flags[i] & BOLD)
        current.has_figure = current.has_figure or chr(code).isdigit()
        current.rtl = current.rtl or unicodedata.bidirectional(character(code)) in ("R", "AL")
        last, space = box, ""
    if current is not None:
        yield quarter, current


def _gap(first: Box, other: Box) -> float:
    return max(other[0], first[0]) - min(other[2], first[2])


def _is_apart(first: Box, other: Box) -> bool:
    height = min(other[3] - other[1], first[3] - first[1])
    return min(other[3], first[3]) - max(other[1], first[1]) < 0.4 * height or _gap(first, other) > 0.9 * height


def _raised(page: Glyphs, quarter: int, stretch: Stretch) -> list[tuple[int, int]]:
    """Return the spans of `stretch.glyphs` that stand smaller and higher than the rest of it."""
    upright = UPRIGHT[quarter]
    boxes = [None if glyph < 0 else upright(page.box(glyph)) for glyph in stretch.glyphs]
    heights = [box[3] - box[1] for box in boxes if box is not None]
    line = max(heights)
    if line <= 0 or min(heights) > _SMALLER * line:
        return []
    foot = median(box[3] for box in boxes if box is not None and box[3] - box[1] > _SMALLER * line)
    raised: list[tuple[int, int]] = []
    for i, box in enumerate(boxes):
        if box is None or box[3] - box[1] > _SMALLER * line or foot - box[3] < _HIGHER * line:
            continue
        if raised and raised[-1][1] == i:
            raised[-1] = (raised[-1][0], i + 1)
        else:
            raised.append((i, i + 1))
    return raised


def _keep_apart(page: Glyphs, stretch: Stretch, parts: Sequence[tuple[int, int]], labels: set[str]) -> None:
    """Put a caret before exponents, and brackets around the numbers of notes."""
    for first, last in reversed(parts):
        raised = page.text(stretch.glyphs[first:last])
        before = page.text(stretch.glyphs[max(0, first - _LOOKED_BACK) : first])
        if not first or not before.strip() or stretch.glyphs[first - 1] == ADDED:
            continue
        if is_note(before, raised, labels):
            stretch.glyphs[last:last] = [CLOSING]
            stretch.glyphs[first:first] = [ADDED, OPENING]
        elif is_figure(before, raised):
            stretch.glyphs[first:first] = [CARET]
