"""Lays out what was recognised in a picture as the glyphs of a page, with the place of each word."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from statistics import median

from index.geometry import Box, Word
from index.load.ocr.recogniser import Line, Pictured
from index.load.pdf.glyphs import Glyphs, union
from index.load.pdf.layout import Layout, PageBlock, lay_out
from index.load.pdf.pdfium import QUARTER

LEAST = 3  # letters and figures of a picture in a document, at least, for these to be words
_STEP = 1.25  # between the sizes that are told apart: the heights of recognised lines vary
_PADDING = 0.15  # line heights that a recogniser takes for a line on its left and right where there are no words
_UPRIGHT = 1.5  # times as high as wide: a line that runs down the page, or up
_LEVEL = math.radians(0.2)  # lines that fall less are level
_STEEPEST = math.radians(20)

# Columns of prose are told by their gutters.
_BESIDE = 5  # lines that end where the gutter begins, and as many that begin where it ends
_WIDTH = 0.5  # of a gutter, in line heights, at least
_NEAR = 0.6  # line heights within which edges lie in a row
_PROSE = 18  # characters of a line of prose, at least
_FEWEST = 3  # lines of prose with another on their left, for columns to be read one after the other


def laid_out(pictured: Pictured, number: int, width: float, height: float, without: Sequence[Box] = ()) -> Layout:
    """Return the text of a picture of `width` by `height` points in reading order, each block with its words.

    `number`: of the page, or of the picture. Words that stand on a box of `without` are left out: they are text.
    """
    glyphs = _Recognised(pictured, width / max(pictured.width, 1), height / max(pictured.height, 1), without)
    layout = lay_out(glyphs.page(number, width, height))
    blocks = tuple(_with_words(block, layout.glyphs, glyphs, number) for block in layout.blocks)
    return replace(layout, blocks=blocks)


def aside(layout: Layout) -> tuple[PageBlock, ...]:
    """Return the blocks of a picture inside a text; none of them is a heading of the text."""
    return tuple(replace(block, size=0.0, bold=False) for block in layout.blocks)


def _with_words(block: PageBlock, glyphs: Sequence[int], recognised: _Recognised, number: int) -> PageBlock:
    """Return `block` with the words that its glyphs are of."""
    of_words = ((i, recognised.word_of[glyphs[i]]) for i in range(block.start, block.end) if glyphs[i] >= 0)
    words = []
    for word, places in groupby(((i, word) for i, word in of_words if word >= 0), key=lambda pair: pair[1]):
        listed = [i for i, _ in places]
        words.append(Word(listed[0], listed[-1] + 1, number, *recognised.boxes[word]))
    block.words = tuple(words)
    return block


class _Recognised:
    """The glyphs of recognised words; `word_of` each, -1 for a space; `boxes` of the words, in points."""

    def __init__(self, pictured: Pictured, across: float, down: float, without: Sequence[Box]) -> None:
        self._codes, self._edges, self._flags = array("I"), array("f"), array("B")
        self.word_of: list[int] = []
        self.boxes: list[Box] = []
        lines = [_scaled(line, across, down) for line in pictured.lines]
        lines = _in_columns(_parted([kept for line in lines if (kept := _without(line, without)).words]))
        tilt = _tilt(lines)
        placed = [_straightened(line, tilt) for line in lines]
        usual = median([height for line in placed for *_, height in line] or [0.0])
        for line, boxes in zip(lines, placed, strict=True):
            self._add(line, boxes, usual)

    def page(self, number: int, width: float, height: float) -> Glyphs:
        """Return the glyphs as a page."""
        return Glyphs(number, width, height, self._codes, self._edges, self._flags)

    def _add(self, line: Line, boxes: Sequence[tuple[float, float, float, float]], usual: float) -> None:
        """Add glyphs for the words of a line; the characters of a word share its width."""
        if _runs_down(line):
            self._add_down(line)
            return
        middle, height = median(m for _, _, m, _ in boxes), _stepped(median(h for *_, h in boxes), usual)
        top, bottom = middle - height / 2, middle + height / 2
        before = None
        edges = [[x0, x1] for x0, x1, _, _ in boxes]
        edges[0][0] += min(_PADDING * height, (edges[0][1] - edges[0][0]) / 2)
        edges[-1][1] -= min(_PADDING * height, (edges[-1][1] - edges[-1][0]) / 2)
        for (text, _, place, space), (x0, x1) in zip(line.words, edges, strict=True):
            if space and before is not None:
                self._put(" ", (before, top, max(x0, before), bottom), 0, -1)
            self.boxes.append(place)
            step = (x1 - x0) / max(len(text), 1)
            for i, character in enumerate(text):
                self._put(character, (x0 + i * step, top, x0 + (i + 1) * step, bottom), 0, len(self.boxes) - 1)
            before = x1

    def _add_down(self, line: Line) -> None:
        """Add glyphs for the words of a line that runs down the page."""
        for n, (text, (x0, y0, x1, y1), place, space) in enumerate(line.words):
            step = (y1 - y0) / max(len(text), 1)
            if space and n:
                self._put(" ", (x0, y0, x1, y0), QUARTER, -1)
            self.boxes.append(place)
            for i, character in enumerate(text):
                self._put(character, (x0, y0 + i * step, x1, y0 + (i + 1) * step), QUARTER, len(self.boxes) - 1)

    def _put(self, character: str, box: Box, flags: int, word: int) -> None:
        self._codes.append(ord(character))
        self._edges.extend(box)
        self._flags.append(flags)
        self.word_of.append(word)


def _parted(lines: Sequence[Line]) -> list[Line]:
    """Return `lines`, each cut at a space that lies between the ends and the beginnings of several others."""
    ends = sorted(max(word[1][2] for word in line.words) for line in lines)
    starts = sorted(min(word[1][0] for word in line.words) for line in lines)
    return [part for line in lines for part in _cut(line, starts, ends)]


def _in_columns(lines: Sequence[Line]) -> list[Line]:
    """Return `lines` as a file would have them: where prose stands beside prose, one column after the other.

    A recogniser goes from the top to the bottom. Lines that run across a gutter stay between what is above and below.
    """
    placed = sorted(
        ((union([word[1] for word in line.words]), line) for line in lines), key=lambda one: _middle(one[0])
    )
    height = median(box[3] - box[1] for box, _ in placed) if placed else 0.0
    starts = sorted(_beside(_prose(placed)))
    edges = [x for x in starts if _near(starts, x, height) >= _BESIDE]
    gutters = [x - _NEAR * height for before, x in pairwise([-height, *edges]) if x - before > 2 * _NEAR * height]
    if not gutters:
        return list(lines)
    bands: list[list[tuple[Box, Line]]] = [[]]
    for box, line in placed:
        if any(box[0] < gutter and box[2] > gutter + 2 * _NEAR * height for gutter in gutters):
            bands += [[(box, line)], []]
        else:
            bands[-1].append((box, line))
    order = {id(line): i for i, line in enumerate(lines)}
    for band in bands:
        band.sort(key=lambda one: order[id(one[1])])
        if sum(1 for _ in _beside(sorted(_prose(band), key=_middle))) >= _FEWEST:
            band.sort(key=lambda one: bisect_right(gutters, one[0][0]))
    return [line for band in bands for _, line in band]


def _middle(box: Box) -> float:
    return (box[1] + box[3]) / 2


def _prose(placed: Sequence[tuple[Box, Line]]) -> list[Box]:
    return [box for box, line in placed if sum(len(word[0]) for word in line.words) >= _PROSE]


def _beside(boxes: Sequence[Box]) -> Iterator[float]:
    """Yield where boxes begin that have another on their left, at the same height; `boxes` rise by their middle."""
    middles = [_middle(box) for box in boxes]
    for box, middle in zip(boxes, middles, strict=True):
        reach = (box[3] - box[1]) / 2
        level = boxes[bisect_left(middles, middle - reach) : bisect_right(middles, middle + reach)]
        if any(other[0] < box[0] and other[2] <= box[0] + reach for other in level):
            yield box[0]


def _cut(line: Line, starts: Sequence[float], ends: Sequence[float]) -> Iterator[Line]:
    height = median(word[1][3] - word[1][1] for word in line.words)
    first = 0
    for i, (before, after) in enumerate(pairwise(line.words), start=1):
        left, right = before[1][2], after[1][0]
        if right - left >= _WIDTH * height and min(_near(ends, left, height), _near(starts, right, height)) >= _BESIDE:
            yield Line(line.words[first:i], line.angle)
            first = i
    yield Line(line.words[first:], line.angle)


def _near(edges: Sequence[float], at: float, height: float) -> int:
    """Return how many of the edges, which rise, lie in a row with `at`."""
    return bisect_right(edges, at + _NEAR * height) - bisect_left(edges, at - _NEAR * height)


def _scaled(line: Line, across: float, down: float) -> Line:
    """Return `line` in points."""

    def scaled(box: Box) -> Box:
        x0, y0, x1, y1 = box
        return round(x0 * across, 1), round(y0 * down, 1), round(x1 * across, 1), round(y1 * down, 1)

    words = ((text, scaled(upright), scaled(place), space) for text, upright, place, space in line.words)
    return Line(tuple(word for word in words if word[0].strip()), line.angle)


def _without(line: Line, taken: Sequence[Box]) -> Line:
    """Return `line` without the words whose middle is in a box of `taken`."""
    return Line(tuple(word for word in line.words if not any(_holds(box, word[2]) for box in taken)), line.angle)


def _holds(box: Box, other: Box) -> bool:
    x, y = (other[0] + other[2]) / 2, (other[1] + other[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _runs_down(line: Line) -> bool:
    x0, y0, x1, y1 = union([word[1] for word in line.words])
    return y1 - y0 > _UPRIGHT * (x1 - x0) and sum(len(word[0]) for word in line.words) > 1


def _tilt(lines: Sequence[Line]) -> float:
    """Return by how many radians the lines of a page that lay askew fall to the right."""
    angles = [line.angle for line in lines if abs(line.angle) <= _STEEPEST and len(line.words) > 1]
    tilt = median(angles or [0.0])
    return tilt if abs(tilt) > _LEVEL else 0.0


def _straightened(line: Line, tilt: float) -> list[tuple[float, float, float, float]]:
    """Return each word's left and right edge, middle and height, as if the page did not lie askew."""
    cosine, sine = math.cos(tilt), math.sin(tilt)
    straightened = []
    for _, (x0, y0, x1, y1), *_ in line.words:
        x, y, half = (x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2
        height = max((y1 - y0) - abs(sine) * (x1 - x0), 0.5 * (y1 - y0))
        x, y = x * cosine + y * sine, y * cosine - x * sine
        straightened.append((x - half, x + half, y, height))
    return straightened


def _stepped(height: float, usual: float) -> float:
    """Return the nearest of the distinct sizes."""
    if height <= 0 or usual <= 0:
        return max(height, 0.1)
    steps = round(math.log(height / usual) / math.log(_STEP))
    return float(usual * _STEP**steps)
