"""Splits lines that a recogniser found across the gutter between two columns."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from index.load.ocr.recogniser import Line

__all__ = ["parted"]

_BESIDE = 5  # lines that end where the gutter begins, and as many that begin where it ends
_WIDTH = 0.5  # of a gutter, in line heights, at least
_NEAR = 0.6  # line heights within which edges lie in a row


def parted(lines: Sequence[Line]) -> list[Line]:
    """`lines`, each cut where a space of it lies between the ends and the beginnings of several others."""
    ends = sorted(max(word[1][2] for word in line.words) for line in lines)
    starts = sorted(min(word[1][0] for word in line.words) for line in lines)
    return [part for line in lines for part in _parts(line, starts, ends)]


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
