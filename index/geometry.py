"""Defines the boxes of words on pages and in pictures, and merges them into lines."""

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
        """The page and the edges, as a citation stores them."""
        return self.page, self.x0, self.y0, self.x1, self.y1


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word, `[start, end)` in the text, and its box on page `page` (from 1), as in `PageBox`.

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
        """Return the same word, `by` characters later in the text."""
        return Word(self.start + by, self.end + by, *self.place)

    @property
    def place(self) -> tuple[int, float, float, float, float]:
        """The page and the edges, as a `PageBox` has them."""
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


def touches(a: Box, b: Box) -> bool:
    """Return whether two boxes lie on one line, horizontal or vertical, with at most a space between them."""
    for along, across in ((0, 1), (1, 0)):
        thickness = min(a[across + 2] - a[across], b[across + 2] - b[across])
        shared = min(a[across + 2], b[across + 2]) - max(a[across], b[across])
        gap = max(a[along], b[along]) - min(a[along + 2], b[along + 2])
        if thickness > 0 and shared >= 0.5 * thickness and gap <= 1.5 * thickness:
            return True
    return False


def _edges(box: PageBox) -> Box:
    return box.x0, box.y0, box.x1, box.y1
