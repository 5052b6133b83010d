"""Turns rows of stretches into lines of text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from index.load.pdf.glyphs import ADDED, TAB, Box, Glyphs, union
from index.load.pdf.pdfium import QUARTER
from index.load.pdf.stretches import UPRIGHT, Stretch, StretchRow
from index.load.pdf.tables import joined_lines

_CELL = 1.6  # a gap between cells, in line heights
_NOTE = re.compile(
    r"(?:\d{1,3}|[*†‡§¶]{1,3}|\[\d{1,3}\]|(?:notes?|sources?|n\.?b\.?)(?=[:. ]))[.):]?\s?\S", re.IGNORECASE
)
_LETTER = re.compile(r"[a-z]\s?[A-Z“\"(]")  # of a note, where it is raised
_COUNTED = re.compile(r"\(?(\d{1,2})[.)]\s")
_RAISED = 0.88  # a raised glyph's height to that of its line, at most


@dataclass(slots=True)
class Line:
    """A row of a column: `text` with a glyph for each character, and the cells that it has.

    `box` is upright; `top` and `bottom` are those of the page as it is shown. `mark`: whether a bullet or a number
    stands before its words, which begin at `words`. `first_word`: how wide its first word is. `note`: whether it
    begins as a note does; `leads_raised`: whether that number is raised.
    """

    text: str
    glyphs: list[int]
    box: Box
    size: float
    bold: bool
    cells: list[tuple[Box, tuple[int, ...]]] = field(default_factory=list)
    top: float = 0.0
    bottom: float = 0.0
    mark: bool = False
    words: float = 0.0
    first_word: float = 0.0
    note: bool = False
    leads_raised: bool = False


def line_of(page: Glyphs, row: StretchRow) -> Line:
    """Return the stretches of `row` as a line, a tab between those that stand far apart."""
    glyphs: list[int] = []
    cells: list[list[Stretch]] = []
    for before, stretch in zip([None, *row], row, strict=False):
        if before is not None:
            gap = max(stretch.box[0] - before.box[2], before.box[0] - stretch.box[2])
            is_cell = stretch.is_cell or before.is_cell or gap > _CELL * min(stretch.height, before.height)
            glyphs.append(TAB if is_cell else ADDED)
            if is_cell:
                cells.append([])
        if not cells:
            cells.append([])
        cells[-1].append(stretch)
        glyphs += stretch.glyphs
    text = "".join(map(page.character, glyphs))
    longest = max(len(s.glyphs) for s in row)
    size = max(_size(page, s) for s in row if len(s.glyphs) * 3 >= longest)
    drawn = union([page.box(glyph) for glyph in glyphs if glyph >= 0])
    held = [(union([s.box for s in cell]), joined_lines([s.glyphs for s in cell])) for cell in cells]
    line = Line(text, glyphs, union([s.box for s in row]), size, all(s.bold for s in row), held, drawn[1], drawn[3])
    _describe(page, line, row[0])
    return line


def table_lines(page: Glyphs, rows: Sequence[list[int]], box: Box) -> list[Line]:
    """Return the rows of a table within rules as lines."""
    table_lines = []
    for glyphs in rows:
        boxes = [page.box(glyph) for glyph in glyphs if glyph >= 0]
        drawn = union(boxes)
        size = median(y1 - y0 for _, y0, _, y1 in boxes)
        text = "".join(map(page.character, glyphs))
        table_lines.append(
            Line(text, glyphs, (box[0], drawn[1], box[2], drawn[3]), size, False, [], drawn[1], drawn[3])
        )
    return table_lines


def _size(page: Glyphs, stretch: Stretch) -> float:
    """Return the height of most of its glyphs: a raised figure is none of the line's size."""
    return median(box[3] - box[1] for box in _upright(page, stretch.glyphs))


def _upright(page: Glyphs, glyphs: Sequence[int]) -> list[Box]:
    drawn = [glyph for glyph in glyphs if glyph >= 0]
    turn = UPRIGHT[page.flags[drawn[0]] // QUARTER % 4]
    return [turn(page.box(glyph)) for glyph in drawn]


def _describe(page: Glyphs, line: Line, first: Stretch) -> None:
    boxes = _upright(page, first.glyphs)
    line.mark = first.mark > 0
    after = _upright(page, first.glyphs[first.mark :])
    line.words = after[0][0] if after else line.box[0]
    count = len(line.text.split(maxsplit=1)[0])
    word = boxes[: max(1, count)]
    line.first_word = word[-1][2] - word[0][0]
    line.note = _NOTE.match(line.text) is not None
    small = [b for b in boxes[:3] if b[3] - b[1] <= _RAISED * line.size and b[3] < line.box[3] - 0.1 * line.size]
    leads = line.note or _LETTER.match(line.text) is not None
    line.leads_raised = leads and bool(small) and small[0] is boxes[0] and len(boxes) > len(small)


def counted_lines(lines: Sequence[Line]) -> set[int]:
    """Return the lines that begin with numbers that follow each other, one below the other."""
    counted_lines: set[int] = set()
    before: dict[int, tuple[int, int]] = {}  # by where it begins: the last number there, and its line
    for i, line in enumerate(lines):
        number = _COUNTED.match(line.text)
        if number is None:
            continue
        at, value = round(line.box[0] / 3), int(number[1])
        last = next((before[x] for x in (at, at - 1, at + 1) if x in before), None)
        if last is not None and value == last[0] + 1:
            counted_lines |= {last[1], i}
        before[at] = value, i
    return counted_lines
