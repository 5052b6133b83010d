"""Lays out what was recognised in a picture as the glyphs of a page, with the place of each word."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from statistics import median

from index.geometry import Box, Word
from index.load.ocr.gutters import in_columns, parted
from index.load.ocr.recogniser import Line, Pictured
from index.load.pdf.glyphs import Glyphs
from index.load.pdf.layout import Layout, PageBlock, lay_out
from index.load.pdf.pdfium import QUARTER

LEAST = 3  # letters and figures of a picture in a document, at least, for these to be words
_STEP = 1.25  # between the sizes that are told apart: the heights of recognised lines vary
_PADDING = 0.15  # line heights that a recogniser takes for a line on its left and right where there are no words
_UPRIGHT = 1.5  # times as high as wide: a line that runs down the page, or up
_LEVEL = math.radians(0.2)  # lines that fall less are level
_STEEPEST = math.radians(20)


def laid_out(pictured: Pictured, number: int, *, width: float, height: float, without: Sequence[Box] = ()) -> Layout:
    """The text of a picture that is `width` by `height` points large, in reading order; its blocks have their words.

    `number`: of the page, or of the picture. Words that stand on a box of `without` are left out: they are text.
    """
    glyphs = _Recognised(pictured, width / max(pictured.width, 1), height / max(pictured.height, 1), without)
    layout = lay_out(glyphs.page(number, width, height))
    blocks = tuple(_with_words(block, layout.glyphs, glyphs, number) for block in layout.blocks)
    return replace(layout, blocks=blocks)


def aside(layout: Layout) -> tuple[PageBlock, ...]:
    """Return the blocks of a picture that stands in a text, none of which is a heading of that."""
    return tuple(replace(block, size=0.0, bold=False) for block in layout.blocks)


def _with_words(block: PageBlock, glyphs: Sequence[int], recognised: _Recognised, number: int) -> PageBlock:
    """`block` with the words that its glyphs are of."""
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
        lines = in_columns(parted([kept for line in lines if (kept := _without(line, without)).words]))
        tilt = _tilt(lines)
        placed = [_straightened(line, tilt) for line in lines]
        usual = _usual([height for line in placed for *_, height in line])
        for line, boxes in zip(lines, placed, strict=True):
            self._add(line, boxes, usual)

    def page(self, number: int, width: float, height: float) -> Glyphs:
        """As a page."""
        return Glyphs(number, width, height, self._codes, self._edges, self._flags)

    def _add(self, line: Line, boxes: Sequence[tuple[float, float, float, float]], usual: float) -> None:
        """Glyphs for the words of a line, each word's width shared by its characters."""
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
        """The same of a line that runs down the page."""
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


def _scaled(line: Line, across: float, down: float) -> Line:
    """`line` in points."""

    def scaled(box: Box) -> Box:
        x0, y0, x1, y1 = box
        return round(x0 * across, 1), round(y0 * down, 1), round(x1 * across, 1), round(y1 * down, 1)

    words = ((text, scaled(upright), scaled(place), space) for text, upright, place, space in line.words)
    return Line(tuple(word for word in words if word[0].strip()), line.angle)


def _without(line: Line, taken: Sequence[Box]) -> Line:
    """`line` without the words whose middle stands in a box of `taken`."""
    return Line(tuple(word for word in line.words if not any(_holds(box, word[2]) for box in taken)), line.angle)


def _holds(box: Box, other: Box) -> bool:
    x, y = (other[0] + other[2]) / 2, (other[1] + other[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _runs_down(line: Line) -> bool:
    x0, y0 = min(word[1][0] for word in line.words), min(word[1][1] for word in line.words)
    x1, y1 = max(word[1][2] for word in line.words), max(word[1][3] for word in line.words)
    return y1 - y0 > _UPRIGHT * (x1 - x0) and sum(len(word[0]) for word in line.words) > 1


def _tilt(lines: Sequence[Line]) -> float:
    """By how many radians the lines of a page that lay askew fall to the right."""
    angles = [line.angle for line in lines if abs(line.angle) <= _STEEPEST and len(line.words) > 1]
    tilt = median(angles) if angles else 0.0
    return tilt if abs(tilt) > _LEVEL else 0.0


def _straightened(line: Line, tilt: float) -> list[tuple[float, float, float, float]]:
    """Of each word left and right edge, middle and height, as they were if the page did not lie askew."""
    cosine, sine = math.cos(tilt), math.sin(tilt)
    straightened = []
    for _, (x0, y0, x1, y1), *_ in line.words:
        x, y, half = (x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2
        height = max((y1 - y0) - abs(sine) * (x1 - x0), 0.5 * (y1 - y0))
        x, y = x * cosine + y * sine, y * cosine - x * sine
        straightened.append((x - half, x + half, y, height))
    return straightened


def _usual(heights: Sequence[float]) -> float:
    return median(heights) if heights else 0.0


def _stepped(height: float, usual: float) -> float:
    """Return the nearest of the sizes that are told apart."""
    if height <= 0 or usual <= 0:
        return max(height, 0.1)
    steps = round(math.log(height / usual) / math.log(_STEP))
    return float(usual * _STEP**steps)
