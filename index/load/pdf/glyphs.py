"""Holds a PDF page as PDFium gives it, and tells which of its glyphs are text.

Bullets that are drawn as shapes, and the values of form fields, are added to the glyphs.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from index.geometry import Box

Rule = tuple[str, float, float, float, float]
"""A line that is drawn `across` or `down` the page, and its box."""

# What stands in a text for a glyph that is not on the page: white space, and characters that keep raised figures apart.
ADDED = -1
CARET, OPENING, CLOSING = -2, -3, -4
TAB = -5  # between two cells of a table
_ADDED = {ADDED: " ", TAB: "\t", CARET: "^", OPENING: "[", CLOSING: "]"}

SOFT_HYPHEN = 0xAD
HYPHENS = {0x2, SOFT_HYPHEN, 0xFFFE}  # what PDFium makes of a hyphen at the end of a line
_UNSEEN = {0xFEFF, 0xFFFF, 0x200B}
_SYMBOL_BULLETS = {0xF0B7, 0xF0A7, 0xF0D8, 0xF076, 0xF0FC, 0xF02D, 0xF06C, 0xF06E}  # of the fonts Symbol and Wingdings

_BAND = 4.0  # points: glyphs are looked for in bands of this height
_FAR = 3.5  # line heights between a bullet and its text, at most
_BULLET = (0.12, 0.75)  # line heights across a bullet, at least and at most
_MOST = 1000  # bullets of a page; more shapes are a drawing
_LONGEST_LINE = 2_000  # glyphs that are looked at
_TALLEST = 14.0  # points of a field's line of text, at most
_NARROW = 0.5  # of its height: how wide a field's character is, at most


@dataclass(frozen=True, slots=True)
class Glyphs:
    """A page: size in points, and for each glyph its code point, box and flags.

    `rules`: lines drawn on it. `shapes`: the glyphs that stand for shapes, such as drawn bullets. `remarks`: what
    reviewers wrote beside it. `garbled`: how many glyphs have no known character, and are left out. `picture`: share of
    the page that its largest picture covers; `pictures`: how many large ones there are; `placed`: the boxes
    of these; `drawn`: how many shapes.
    """

    number: int
    width: float
    height: float
    codes: Sequence[int]
    boxes: Sequence[float]
    flags: Sequence[int]
    rules: tuple[Rule, ...] = ()
    shapes: frozenset[int] = frozenset()
    remarks: tuple[str, ...] = ()
    garbled: int = 0
    picture: float = 0.0
    pictures: int = 0
    placed: tuple[Box, ...] = ()
    drawn: int = 0

    def box(self, glyph: int) -> Box:
        """Return x0, y0, x1, y1 in points, from the top left corner of the page as it is shown."""
        x0, y0, x1, y1 = self.boxes[4 * glyph : 4 * glyph + 4]
        return x0, y0, x1, y1

    def glyph_boxes(self) -> list[Box]:
        """Return the boxes of all glyphs."""
        return [self.box(glyph) for glyph in range(len(self.codes))]

    def is_added(self, glyph: int) -> bool:
        """Return whether the file does not hold the character that stands for a glyph, and it is no white space."""
        return CLOSING <= glyph <= CARET or glyph in self.shapes

    def character(self, glyph: int) -> str:
        """Return the characters of the text for a glyph, which may be an added one."""
        return _ADDED[glyph] if glyph < 0 else character(self.codes[glyph])

    def text(self, glyphs: Iterable[int]) -> str:
        """Return the characters of the text for `glyphs`."""
        return "".join(map(self.character, glyphs))


def character(code: int) -> str:
    """Return the character of a code point, as the eye sees it."""
    return "-" if code in HYPHENS else "•" if code in _SYMBOL_BULLETS else chr(code)


def is_space(code: int) -> bool:
    """Return whether a glyph is white space."""
    return code < 0x110000 and code not in HYPHENS and chr(code).isspace()


def is_seen(code: int) -> bool:
    """Return whether a glyph is seen on the page."""
    if code in HYPHENS:
        return True
    return 0x20 < code < 0x110000 and code not in _UNSEEN and not 0x7F <= code < 0xA0 and not 0xD800 <= code < 0xE000


def union(boxes: Sequence[Box]) -> Box:
    """Return the smallest box around all of `boxes`."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


@dataclass(frozen=True, slots=True)
class _Insert:
    """Glyphs that stand before the glyph `at`. `is_shape`: for what the file draws."""

    at: int
    text: str
    boxes: tuple[Box, ...]
    is_shape: bool


def with_marks(page: Glyphs, dots: Sequence[Box], fields: Sequence[Sequence[Any]]) -> Glyphs:
    """Return `page` with glyphs for bullets and fields (x0, y0, x1, y1, text) beside what they belong to."""
    if not dots and not fields:
        return page
    bands = _Bands(page)
    inserts = [*_bullets(bands, dots), *_values(bands, fields)]
    if not inserts:
        return page
    codes, boxes, flags, shapes = array("I"), array("f"), array("B"), set[int]()
    position = 0
    for insert in sorted(inserts, key=lambda insert: insert.at):
        codes.extend(page.codes[position : insert.at])
        boxes.extend(page.boxes[4 * position : 4 * insert.at])
        flags.extend(page.flags[position : insert.at])
        position = insert.at
        for character, box in zip(insert.text, insert.boxes, strict=True):
            shapes |= {len(codes)} if insert.is_shape else set()
            codes.append(ord(character))
            boxes.extend(box)
            flags.append(0)
    codes.extend(page.codes[position:])
    boxes.extend(page.boxes[4 * position :])
    flags.extend(page.flags[position:])
    return replace(page, codes=codes, boxes=boxes, flags=flags, shapes=frozenset(shapes))


class _Bands:
    """The glyphs of a page by the height at which they stand."""

    def __init__(self, page: Glyphs) -> None:
        self.box, self.count = page.box, len(page.codes)
        self._bands: dict[int, list[int]] = defaultdict(list)
        for i, code in enumerate(page.codes):
            if is_seen(code):
                _, y0, _, y1 = self.box(i)
                for band in range(int(y0 // _BAND), min(int(y1 // _BAND), int(y0 // _BAND) + 40) + 1):
                    self._bands[band].append(i)

    def beside(self, y: float) -> list[int]:
        """Return the glyphs on the line at `y`."""
        near = self._bands.get(int(y // _BAND), ())[:_LONGEST_LINE]
        return [i for i in near if self.box(i)[1] <= y <= self.box(i)[3]]


def _bullets(bands: _Bands, dots: Sequence[Box]) -> Iterator[_Insert]:
    """Yield the dots that stand alone, shortly before the first words of a line."""
    if len(dots) > _MOST:
        return
    for dot in dots:
        line = bands.beside((dot[1] + dot[3]) / 2)
        after = min((i for i in line if bands.box(i)[0] >= dot[2] - 0.5), key=lambda i: bands.box(i)[0], default=None)
        if after is None or any(bands.box(i)[2] > dot[0] - 40 and bands.box(i)[0] < dot[0] for i in line):
            continue
        x0, y0, _, y1 = bands.box(after)
        height = y1 - y0
        if all(_BULLET[0] * height <= side <= _BULLET[1] * height for side in (dot[2] - dot[0], dot[3] - dot[1])) and (
            x0 - dot[2] <= _FAR * height
        ):
            yield _Insert(after, "•", ((dot[0], y0, dot[2], y1),), is_shape=True)


def _values(bands: _Bands, fields: Sequence[Sequence[Any]]) -> Iterator[_Insert]:
    """Yield the values of fields, a line of glyphs for each line of text, after the words to the left of it."""
    for x0, y0, x1, y1, text in fields:
        lines = [line for line in str(text).splitlines() if line.strip()]
        at = _place(bands, x0, y0, (y0 + y1) / 2)
        height = min((y1 - y0) / max(1, len(lines)), _TALLEST)
        top = y0 if len(lines) > 1 else (y0 + y1 - height) / 2
        for n, line in enumerate(lines):
            width = min((x1 - x0) / max(1, len(line)), _NARROW * height)
            y = top + n * height
            boxes = tuple((x0 + i * width, y, x0 + (i + 1) * width, y + height) for i in range(len(line)))
            yield _Insert(at, line, boxes, is_shape=False)


def _place(bands: _Bands, x: float, top: float, middle: float) -> int:
    """Return where a field's value comes among the glyphs: after its label, else before what stands on its right."""
    line = bands.beside(middle)
    before = max((i for i in line if bands.box(i)[2] <= x + 2), key=lambda i: bands.box(i)[2], default=None)
    if before is not None:
        return before + 1
    after = min((i for i in line if bands.box(i)[0] > x), key=lambda i: bands.box(i)[0], default=None)
    if after is not None:
        return after
    above = [bands.beside(top - step * _BAND) for step in (1, 2, 3, 4)]
    return next((max(rows) + 1 for rows in above if rows), bands.count)
