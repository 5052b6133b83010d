"""Turns rows of stretches into lines of text, and reads what stands beside lines.

That is the numbers that count them, and the bullets and numbers of list items.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from index.geometry import Box
from index.load.pdf.glyphs import ADDED, TAB, Glyphs, union
from index.load.pdf.pdfium import QUARTER
from index.load.pdf.stretches import UPRIGHT, Stretch, StretchRow, rows
from index.load.pdf.tables import joined_lines

_CELL = 1.6  # a gap between cells, in line heights
_NOTE = re.compile(
    r"(?:\d{1,3}|[*†‡§¶]{1,3}|\[\d{1,3}\]|(?:notes?|sources?|n\.?b\.?)(?=[:. ]))[.):]?\s?\S", re.IGNORECASE
)
_LETTER = re.compile(r"[a-z]\s?[A-Z“\"(]")  # of a note, where it is raised
_COUNTED = re.compile(r"\(?(\d{1,2})[.)]\s")
_RAISED = 0.88  # a raised glyph's height to that of its line, at most

# A row of the same signs is a rule, and no bullet begins it.
BULLET = re.compile(r"(?:([•‣◦▪●○■□∙·–—*⁃➢✓✔➤►▶❖☐☒-])(?!\s*\1)|o(?=\s|$))(?:\s|$)")
NUMBER = re.compile(r"\(?(?:\d{1,2}|[a-z]|[ivx]{1,5})[.)](?:\s|$)")
_LEGAL = re.compile(r"\(?(?:\d{1,2}|[A-Za-z]|[ivxIVX]{1,5})[.)]|(?:\d{1,2}\.){1,4}\d{0,2}|§\s?\d{1,3}")
_FAR = 5.0  # line heights between an item's bullet or number and its words, at most
_COUNT = re.compile(r"\d{1,4}")
_FEWEST = 4  # numbers that count lines, at least
_ALIGNED = 3.0  # points between their edges, at most
_LONG = 30  # characters of half of the lines that are counted, at least
_BESIDE = 3  # numbers that have words beside them, at least: the last lines of a page may be empty
_MOST = 2_000_000  # pairs of a number and a stretch that are compared: no page has so many lines
_GOES_ON = 0.2  # share of the counted lines that begin inside a sentence, at least
# Numbers from 1 on that count a page's lines though few go on: so many, and so many of no line.
_PAGEFUL, _EMPTY = 10, 2


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
    text = page.text(glyphs)
    longest = max(len(s.glyphs) for s in row)
    # The height of most glyphs: a raised figure is none of the line's size.
    sizes = (median(b[3] - b[1] for b in _upright(page, s.glyphs)) for s in row if len(s.glyphs) * 3 >= longest)
    size = max(sizes)
    drawn = union([page.box(glyph) for glyph in glyphs if glyph >= 0])
    boxed_cells = [(union([s.box for s in cell]), joined_lines([s.glyphs for s in cell])) for cell in cells]
    line = Line(
        text, glyphs, union([s.box for s in row]), size, all(s.bold for s in row), boxed_cells, drawn[1], drawn[3]
    )
    _describe(page, line, row[0])
    return line


def table_lines(page: Glyphs, rows: Sequence[list[int]], box: Box) -> list[Line]:
    """Return the rows of a table within rules as lines."""
    table_lines = []
    for glyphs in rows:
        boxes = [page.box(glyph) for glyph in glyphs if glyph >= 0]
        drawn = union(boxes)
        size = median(y1 - y0 for _, y0, _, y1 in boxes)
        text = page.text(glyphs)
        table_lines.append(
            Line(text, glyphs, (box[0], drawn[1], box[2], drawn[3]), size, False, [], drawn[1], drawn[3])
        )
    return table_lines


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


def joined_marks(page: Glyphs, stretches: Sequence[Stretch]) -> list[Stretch]:
    """Return `stretches`, every bullet and item's number that stands alone joined to the words on its right."""
    texts = {id(s): page.text(s.glyphs) for s in stretches if len(s.glyphs) <= 8}
    marks = {key for key, text in texts.items() if BULLET.fullmatch(text) or _LEGAL.fullmatch(text)}
    if not marks:
        return list(stretches)
    gone: set[int] = set()
    made: dict[int, Stretch] = {}
    for row in rows(stretches):
        edges = sorted(s.box[2] for s in row)
        for mark, words in pairwise(row):
            near = words.box[0] - mark.box[2] <= _FAR * words.height
            if id(mark) not in marks or id(words) in marks or not near or not _starts_line(mark, edges):
                continue
            glyphs = [*mark.glyphs, ADDED, *words.glyphs]
            box = union([mark.box, words.box])
            made[id(words)] = replace(words, glyphs=glyphs, box=box, mark=len(mark.glyphs))
            gone.add(id(mark))
    return [made.get(id(s), s) for s in stretches if id(s) not in gone]


def _starts_line(mark: Stretch, edges: Sequence[float]) -> bool:
    """Return whether a mark stands first in its row, or far from what stands before it, as in a second column.

    `edges`: where the stretches of the row end, from the left.
    """
    before = bisect_right(edges, mark.box[0])
    return not before or mark.box[0] - edges[before - 1] > mark.height


def line_numbers(page: Glyphs, stretches: Sequence[Stretch]) -> tuple[list[Stretch], list[Stretch]]:
    """Return the numbers that count the lines of the page, from the top, and all other stretches."""
    for side in (0, 2):
        numbers = _column(page, stretches, side)
        if numbers:
            taken = {id(s) for s in numbers}
            return numbers, [s for s in stretches if id(s) not in taken]
    return [], list(stretches)


def _column(page: Glyphs, stretches: Sequence[Stretch], side: int) -> list[Stretch]:
    """Return numbers that rise by one or by five down the edge of the page, beside lines of prose."""
    counts = [s for s in stretches if len(s.glyphs) <= 4 and _COUNT.fullmatch(page.text(s.glyphs))]
    others = [s for s in stretches if len(s.glyphs) > 4]
    if len(counts) < _FEWEST or not others or len(counts) * len(stretches) > _MOST:
        return []
    outermost = min(counts, key=lambda s: s.box[0]) if side == 0 else max(counts, key=lambda s: s.box[2])
    column = [
        s
        for s in counts
        if min(abs(s.box[0] - outermost.box[0]), abs(s.box[2] - outermost.box[2])) <= _ALIGNED
        and not any(s.box[0] < o.box[2] and o.box[0] < s.box[2] and _is_level(s, o) for o in others)
    ]
    run = _rising(page, sorted(column, key=lambda s: s.middle))
    if len(run) < _FEWEST:
        return []
    edge = max(s.box[2] for s in run) if side == 0 else min(s.box[0] for s in run)
    text = [s for s in others if (s.box[0] > edge - 0.5 if side == 0 else s.box[2] < edge + 0.5)]
    return run if _counts_prose(page, run, text) else []


def _rising(page: Glyphs, column: Sequence[Stretch]) -> list[Stretch]:
    """Return the longest run of numbers, each one or five above the one before."""
    best: list[Stretch] = []
    run: list[Stretch] = []
    for stretch in column:
        step = int(page.text(stretch.glyphs)) - int(page.text(run[-1].glyphs)) if run else 0
        steady = len(run) < 2 or step == int(page.text(run[1].glyphs)) - int(page.text(run[0].glyphs))
        run = [*run, stretch] if step in (1, 5) and steady else [stretch]
        best = max(best, run, key=len)
    return best


def _counts_prose(page: Glyphs, numbers: Sequence[Stretch], text: Sequence[Stretch]) -> bool:
    beside = [[s for s in text if _is_level(number, s)] for number in numbers]
    filled = [min(stretches, key=lambda s: s.box[0]) for stretches in beside if stretches]
    if len(filled) < _BESIDE or sum(len(stretches) > 1 for stretches in beside) > 0.5 * len(filled):
        return False
    if len(numbers) >= _PAGEFUL and page.text(numbers[0].glyphs) == "1" and len(numbers) - len(filled) >= _EMPTY:
        return True
    lengths = sorted(len(s.glyphs) for s in filled)
    starts = [page.text(s.glyphs)[:1] for s in filled]
    return lengths[len(lengths) // 2] >= _LONG and sum(c.islower() for c in starts) >= _GOES_ON * len(filled)


def _is_level(first: Stretch, other: Stretch) -> bool:
    return abs(first.middle - other.middle) <= 0.5 * max(first.height, other.height)
