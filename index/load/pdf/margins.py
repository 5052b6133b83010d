"""Reads what stands beside the lines of a page: line numbers, and the bullets and numbers of list items."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from index.load.pdf.glyphs import ADDED, Glyphs, union
from index.load.pdf.stretches import Stretch, rows

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


def text_of(page: Glyphs, stretch: Stretch) -> str:
    """Return the words of a stretch."""
    return "".join(map(page.character, stretch.glyphs))


def joined_marks(page: Glyphs, stretches: Sequence[Stretch]) -> list[Stretch]:
    """`stretches` with every bullet and item's number that stands alone joined to the words on its right."""
    texts = {id(s): text_of(page, s) for s in stretches if len(s.glyphs) <= 8}
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
    """Numbers that rise by one or by five, one below the other at the edge of the page, beside lines of prose."""
    counts = [s for s in stretches if len(s.glyphs) <= 4 and _COUNT.fullmatch(text_of(page, s))]
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
        step = int(text_of(page, stretch)) - int(text_of(page, run[-1])) if run else 0
        steady = len(run) < 2 or step == int(text_of(page, run[1])) - int(text_of(page, run[0]))
        run = [*run, stretch] if step in (1, 5) and steady else [stretch]
        best = max(best, run, key=len)
    return best


def _counts_prose(page: Glyphs, numbers: Sequence[Stretch], text: Sequence[Stretch]) -> bool:
    beside = [[s for s in text if _is_level(number, s)] for number in numbers]
    filled = [min(stretches, key=lambda s: s.box[0]) for stretches in beside if stretches]
    if len(filled) < _BESIDE or sum(len(stretches) > 1 for stretches in beside) > 0.5 * len(filled):
        return False
    if len(numbers) >= _PAGEFUL and text_of(page, numbers[0]) == "1" and len(numbers) - len(filled) >= _EMPTY:
        return True
    lengths = sorted(len(s.glyphs) for s in filled)
    starts = [text_of(page, s)[:1] for s in filled]
    return lengths[len(lengths) // 2] >= _LONG and sum(c.islower() for c in starts) >= _GOES_ON * len(filled)


def _is_level(one: Stretch, other: Stretch) -> bool:
    return abs(one.middle - other.middle) <= 0.5 * max(one.height, other.height)
