"""Holds a PDF page as PDFium gives it, and tells which of its glyphs are text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Box = tuple[float, float, float, float]
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
        """x0, y0, x1, y1 in points, from the top left corner of the page as it is shown."""
        x0, y0, x1, y1 = self.boxes[4 * glyph : 4 * glyph + 4]
        return x0, y0, x1, y1

    def is_added(self, glyph: int) -> bool:
        """Return whether the file does not hold the character that stands for a glyph, and it is no white space."""
        return CLOSING <= glyph <= CARET or glyph in self.shapes

    def character(self, glyph: int) -> str:
        """Return what stands in the text for a glyph, which may be one of those that are added."""
        return _ADDED[glyph] if glyph < 0 else character(self.codes[glyph])


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
