"""Tells columns of prose by their gutters: splits lines found across one, and puts columns one after the other."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from index.geometry import Box
from index.load.ocr.recogniser import Line

__all__ = ["in_columns", "parted"]

_BESIDE = 5  # lines that end where the gutter begins, and as many that begin where it ends
_WIDTH = 0.5  # of a gutter, in line heights, at least
_NEAR = 0.6  # line heights within which edges lie in a row
_PROSE = 18  # characters of a line of prose, at least
_FEWEST = 3  # lines of prose with another on their left, for columns to be read one after the other


def parted(lines: Sequence[Line]) -> list[Line]:
    """`lines`, each cut where a space of it lies between the ends and the beginnings of several others."""
    ends = sorted(max(word[1][2] for word in line.words) for line in lines)
    starts = sorted(min(word[1][0] for word in line.words) for line in lines)
    return [part for line in lines for part in _parts(line, starts, ends)]


def in_columns(lines: Sequence[Line]) -> list[Line]:
    """`lines` as a file would have them: where prose stands beside prose, one column after the other.

    A recogniser goes from the top to the bottom. Lines that run across a gutter stay between what is above and below.
    """
    placed = sorted(((_box(line), line) for line in lines), key=lambda one: _middle(one[0]))
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


def _box(line: Line) -> Box:
    x0, y0, x1, y1 = zip(*(word[1] for word in line.words), strict=True)
    return min(x0), min(y0), max(x1), max(y1)


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


def _parts(line: Line, starts: Sequence[float], ends: Sequence[float]) -> Iterator[Line]:
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
