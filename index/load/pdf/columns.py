"""Finds the reading order of a page: stretches of glyphs into lines, lines into columns.

Columns are found by the white gutter between them, as in a recursive X-Y cut (Nagy and Seth 1984), but lines that
run across the gutter (a title, a wide figure's caption) may stand above, below and between the columns. A table has
gutters too and is read row by row: its cells are short, and they are written row by row in the file as well. Where no
gutter goes through all of a page, a box of text may still stand beside some of its lines.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise
from statistics import median

from index.load.pdf.frames import table_rows
from index.load.pdf.stretches import Stretch, StretchRow, rows

DEEPEST = 6  # columns within columns
_BINS = 512
_SPANNING = 0.25  # share of a region's stretches that may run across a gutter
_LONGEST_LABEL = 40  # characters
_GUTTER = 0.7  # its least width, in line heights
_PROSE = 18  # characters of a prose column's line, at least
_FILLED = 0.55  # share of a prose column's width that its lines fill
_WIDE = 0.8  # share of a region's width that a line has which nothing can stand beside
_ALIKE = 0.75  # the narrower of two columns to the wider, at least; it is a box otherwise


def columns(stretches: Sequence[Stretch], depth: int = 0) -> list[list[StretchRow]]:
    """Return regions in reading order; each holds the rows of one column, top to bottom."""
    gutter = _gutter(stretches, _divides) if depth < DEEPEST else None
    if gutter is None:
        return _with_boxes(stretches, depth) if stretches else []
    left = [s for s in stretches if s.box[2] <= gutter]
    right = [s for s in stretches if s.box[0] >= gutter]
    across = sorted((s for s in stretches if s.box[0] < gutter < s.box[2]), key=lambda s: s.middle)
    column_rows: list[list[StretchRow]] = []
    wide: list[Stretch] = []
    edges = [s.middle for s in across]
    bands = zip(_banded(left, edges), _banded(right, edges), strict=True)
    for inside, spanning in zip(bands, [*across, None], strict=True):
        if any(inside):
            column_rows += [rows(wide)] if wide else []
            wide = []
            for side in inside:
                column_rows += columns(side, depth + 1)
        if spanning is not None:
            wide.append(spanning)
    return [*column_rows, rows(wide)] if wide else column_rows


def _banded(side: Sequence[Stretch], edges: Sequence[float]) -> list[list[Stretch]]:
    """Return the stretches above the first of `edges`, which rise, those between it and the next, and so on."""
    bands: list[list[Stretch]] = [[] for _ in range(len(edges) + 1)]
    for stretch in side:
        bands[bisect_right(edges, stretch.middle)].append(stretch)
    return bands


def _with_boxes(stretches: Sequence[Stretch], depth: int) -> list[list[StretchRow]]:
    """Return regions where no gutter goes through: text in columns for a while, and boxes beside some of the lines.

    A box is read after the text that it stands in, whose sentences go on below it.
    """
    wide = _WIDE * _breadth(stretches)
    regions: list[list[StretchRow]] = [[]]
    boxes: list[list[StretchRow]] = []
    for is_wide, group in groupby(rows(stretches), key=lambda row: len(row) == 1 and _breadth(row) >= wide):
        band = list(group)
        inside = [s for row in band for s in row]
        gutter = None if is_wide else _gutter(inside, _sets_apart)
        if gutter is None and not is_wide and len(inside) < len(stretches) and _gutter(inside, _divides_in_turn):
            regions += [*columns(inside, depth + 1), []]
        elif gutter is None:
            table, beside = (None if is_wide or _is_labelled(inside) else table_rows(inside)) or (band, [])
            if beside:
                top = min(s.box[1] for group in beside for s in group)
                regions[-1] += [row for row in table if row[0].middle < top]
                regions += [*map(rows, beside), []]
                table = [row for row in table if row[0].middle >= top]
            regions[-1] += table
        else:
            sides = [s for s in inside if s.box[0] < gutter], [s for s in inside if s.box[0] >= gutter]
            narrow, broad = sorted(sides, key=_breadth)
            if _breadth(narrow) > _ALIKE * _breadth(broad):
                regions += [rows(sides[0]), rows(sides[1]), []]
            else:
                boxes.append(rows(narrow))
                regions[-1] += rows(broad)
    return [region for region in regions + boxes if region]


def _is_labelled(stretches: Sequence[Stretch]) -> bool:
    """Return whether a gutter divides labels from values."""
    return _gutter(stretches, lambda inside, gutter: _are_labelled(_near(inside, gutter))) is not None


def _edges(stretches: Sequence[Stretch]) -> tuple[float, float]:
    return min(s.box[0] for s in stretches), max(s.box[2] for s in stretches)


def _breadth(stretches: Sequence[Stretch]) -> float:
    left, right = _edges(stretches)
    return right - left


def _gutter(stretches: Sequence[Stretch], parts: Callable[[Sequence[Stretch], float], bool]) -> float | None:
    """Return the x of the white strip between two columns that `parts` agrees with, None where there is none."""
    if len(stretches) < 4:
        return None
    left, right = _edges(stretches)
    width = (right - left) / _BINS
    height = median(s.height for s in stretches)
    if width <= 0 or height <= 0:
        return None
    candidates = _strips(_coverage(stretches, left, width), int(_SPANNING * len(stretches)))
    wide = [
        (count, stop - start, start, stop)
        for count, start, stop in candidates
        if (stop - start) * width >= _GUTTER * height
    ]
    for _, _, start, stop in sorted(wide, key=lambda strip: (strip[0], -strip[1]))[:4]:
        gutter = left + (start + stop) / 2 * width
        if parts(stretches, gutter):
            return gutter
    return None


def _coverage(stretches: Sequence[Stretch], left: float, width: float) -> list[int]:
    """Return how many stretches lie over each of the bins."""
    steps = [0] * (_BINS + 1)
    for stretch in stretches:
        first = min(_BINS - 1, int((stretch.box[0] - left) / width))
        last = min(_BINS - 1, int((stretch.box[2] - left) / width))
        steps[first] += 1
        steps[last + 1] -= 1
    covered, total = [], 0
    for step in steps[:-1]:
        total += step
        covered.append(total)
    return covered


def _strips(covered: Sequence[int], most: int) -> Iterator[tuple[int, int, int]]:
    """Yield (stretches across, first bin, bin after) of the valleys that at most `most` stretches run across.

    A number at the foot of the page stands in the middle of a gutter: valleys are looked for at every height.
    """
    for height in sorted({count for count in covered if count <= most}):
        start = None
        for i, count in enumerate(covered):
            if count > height:
                if start:
                    yield height, start, i
                start = None
            elif start is None:
                start = i


def _divides(stretches: Sequence[Stretch], gutter: float) -> bool:
    """Return whether what stands left and right of `gutter` are columns, and not a table's cells or a stray number."""
    near = _near(stretches, gutter)
    fewest = min(len(side) for side in near)
    if fewest < 2 or _are_labelled(near):
        return False
    if all(_is_prose(side) for side in near) and fewest >= 3:
        return True
    return _is_in_turn(near)


def _divides_in_turn(stretches: Sequence[Stretch], gutter: float) -> bool:
    """Return whether `gutter` divides columns of prose that the file has one after the other."""
    near = _near(stretches, gutter)
    return _divides(stretches, gutter) and all(map(_is_prose, near)) and _is_in_turn(near)


def _sets_apart(stretches: Sequence[Stretch], gutter: float) -> bool:
    """Return whether `gutter` parts a few lines of prose from what stands beside them, with nothing across."""
    if any(s.box[0] < gutter < s.box[2] for s in stretches):
        return False
    near = _near(stretches, gutter)
    return min(len(side) for side in near) >= 3 and any(_is_prose(side) for side in near) and _is_in_turn(near)


def _are_labelled(sides: Sequence[Sequence[StretchRow]]) -> bool:
    """Return whether the left side labels the right: level row by row, short, and mostly figures on the right.

    A program may write all labels first, and then all values.
    """
    left, right = sides
    level = len(left) == len(right) > 0 and all(
        abs(a[0].middle - b[0].middle) <= 0.5 * min(a[0].height, b[0].height) for a, b in zip(left, right, strict=True)
    )
    if not level:
        return False
    lengths = sorted(sum(len(s.glyphs) for s in row) for side in sides for row in side)
    figures = sum(any(s.has_figure for s in row) for row in right)
    labels = sum(any(s.has_figure for s in row) for row in left)
    return lengths[-1] <= _LONGEST_LABEL and figures >= 0.5 * len(right) and labels < figures


def _near(stretches: Sequence[Stretch], gutter: float) -> list[list[StretchRow]]:
    """Return the rows left and right of `gutter`, those that stand beside each other."""
    left = rows([s for s in stretches if s.box[2] <= gutter])
    right = rows([s for s in stretches if s.box[0] >= gutter])
    if not left or not right:
        return [[], []]
    top, bottom = max(left[0][0].box[1], right[0][0].box[1]), min(left[-1][0].box[3], right[-1][0].box[3])
    return [[row for row in side if top <= row[0].middle <= bottom] for side in (left, right)]


def _is_prose(side: Sequence[StretchRow]) -> bool:
    width = max(row[-1].box[2] for row in side) - min(row[0].box[0] for row in side)
    filled = median(sum(s.box[2] - s.box[0] for s in row) for row in side)
    return median(sum(len(s.glyphs) for s in row) for row in side) >= _PROSE and filled >= _FILLED * width


def _is_in_turn(sides: Sequence[Sequence[StretchRow]]) -> bool:
    """Return whether the file changes sides about once, as for columns; for a table it does at every row."""
    turns = sorted((s.turn, number) for number, side in enumerate(sides) for row in side for s in row)
    return sum(a[1] != b[1] for a, b in pairwise(turns)) <= max(1, min(map(len, sides)) // 4)
