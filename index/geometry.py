"""Defines where words stand on pages and in pictures: rectangles, and the lines that they form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ["Box", "PageBox", "Word", "merged", "touches"]

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1, from the top left corner."""


@dataclass(frozen=True, slots=True)
class PageBox:
    """A rectangle on page `page` (from 1), in points from the top left corner of the page as it is shown."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def place(self) -> tuple[int, float, float, float, float]:
        """Page and edges, as a citation holds them."""
        return self.page, self.x0, self.y0, self.x1, self.y1


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word `[start, end)` of a text, and its place: on page `page` (from 1), as a `PageBox` has it.

    For a picture that is not a page, `page` is its number in the document, and a pixel counts as a point.
    """

    start: int
    end: int
    page: int
    x0: float
    y0: float
    x1: float
    y1: float

    def moved(self, by: int) -> Word:
        """Return the same word, `by` characters further on."""
        return Word(self.start + by, self.end + by, *self.place)

    @property
    def place(self) -> tuple[int, float, float, float, float]:
        """Page and box."""
        return self.page, self.x0, self.y0, self.x1, self.y1


def merged(boxes: Iterable[PageBox]) -> Iterator[PageBox]:
    """Merge `boxes` that touch, in reading order: a box for each line."""
    current: PageBox | None = None
    for box in boxes:
        if current is not None and current.page == box.page and touches(_edges(current), _edges(box)):
            x0, y0 = min(current.x0, box.x0), min(current.y0, box.y0)
            current = PageBox(box.page, x0, y0, max(current.x1, box.x1), max(current.y1, box.y1))
            continue
        if current is not None:
            yield current
        current = box
    if current is not None:
        yield current


def touches(one: Box, other: Box) -> bool:
    """Return whether two boxes stand on one line, across or down the page, at most a word's space apart."""
    for along, across in ((0, 1), (1, 0)):
        thickness = min(one[across + 2] - one[across], other[across + 2] - other[across])
        shared = min(one[across + 2], other[across + 2]) - max(one[across], other[across])
        gap = max(one[along], other[along]) - min(one[along + 2], other[along + 2])
        if thickness > 0 and shared >= 0.5 * thickness and gap <= 1.5 * thickness:
            return True
    return False


def _edges(box: PageBox) -> Box:
    return box.x0, box.y0, box.x1, box.y1
