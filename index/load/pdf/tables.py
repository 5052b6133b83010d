"""Finds the tables of a PDF: within drawn rules, or of words that stand below each other."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from index.geometry import Box
from index.load.headers import TableCell, headers_of
from index.load.pdf.glyphs import ADDED, TAB, Glyphs, Rule
from index.load.tables import cell_segments
from index.types import Segment

Place = tuple[int, int]
_NEAR = 3.0  # points between rules that meet
_MOST = 400_000  # pairs of rules that are compared; a page with more is a drawing
_MOST_PLACES = 20_000  # of a table's rows and columns; a grid of more is a drawing
_MOST_COLUMNS = 200  # of words that stand below each other
_FEWEST = 3  # cells with words in a table


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a table, and the glyphs of its text, `ADDED` for a space between words or lines."""

    row: int
    column: int
    rows: int
    columns: int
    glyphs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a table, row by row."""

    cells: tuple[GridCell, ...]

    def lines(self, page: Glyphs) -> tuple[list[list[int]], list[Segment]]:
        """Return the glyphs of each row, and the cells in them; offsets count one character more between two rows."""
        cells = [TableCell(c.row, c.column, page.text(c.glyphs), c.rows, c.columns) for c in self.cells]
        headers = headers_of(cells)
        order = sorted(
            (i for i, cell in enumerate(self.cells) if cell.glyphs),
            key=lambda i: (self.cells[i].row, self.cells[i].column),
        )
        rows: list[list[int]] = []
        spans: dict[int, tuple[int, int]] = {}
        offset = 0
        for _, inside in groupby(order, key=lambda i: self.cells[i].row):
            line: list[int] = []
            contents = list(inside)
            column = 0 if rows else self.cells[contents[0]].column  # no text begins with a tab
            for i in contents:
                line += [TAB] * (self.cells[i].column - column)
                column = self.cells[i].column
                spans[i] = offset + len(line), offset + len(line) + len(self.cells[i].glyphs)
                line += self.cells[i].glyphs
            rows.append(line)
            offset += len(line) + 1
        return rows, list(cell_segments(spans, headers))


@dataclass(frozen=True, slots=True)
class Frame:
    """The rules of one table: where its columns and its rows end, and which rules part them."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    across: tuple[Rule, ...]
    down: tuple[Rule, ...]

    @property
    def box(self) -> Box:
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def regions(self) -> dict[tuple[int, int], tuple[int, int, int, int]]:
        """Return for each place (row, column) the cell that covers it: row, column, rows, columns."""
        rows, columns = len(self.ys) - 1, len(self.xs) - 1
        across, down = self._parted()
        regions: dict[tuple[int, int], tuple[int, int, int, int]] = {}
        for row in range(rows):
            for column in range(columns):
                if (row, column) in regions:
                    continue
                wide = 1
                while column + wide < columns and (row, column + wide) not in across:
                    wide += 1
                high = 1
                while row + high < rows and not any((row + high, c) in down for c in range(column, column + wide)):
                    high += 1
                for place in ((r, c) for r in range(row, row + high) for c in range(column, column + wide)):
                    regions.setdefault(place, (row, column, high, wide))
        return regions

    def _parted(self) -> tuple[set[Place], set[Place]]:
        """Return the places (row, column) that a rule parts from the one to the left, and those from the one above."""
        rows, columns = _middles(self.ys), _middles(self.xs)
        across = {
            (row, column)
            for rule in self.down
            for column in _near(self.xs, _x(rule))
            for row in _within(rows, rule[2], rule[4])
        }
        down = {
            (row, column)
            for rule in self.across
            for row in _near(self.ys, _y(rule))
            for column in _within(columns, rule[1], rule[3])
        }
        return across, down


def frames(rules: Sequence[Rule]) -> list[Frame]:
    """Return the tables that `rules` frame, of two rows and two columns at least."""
    across = [r for r in rules if r[0] == "across"]
    down = [r for r in rules if r[0] == "down"]
    if not across or not down or len(across) * len(down) > _MOST:
        return []
    group = list(range(len(across) + len(down)))

    def root(i: int) -> int:
        while group[i] != i:
            group[i] = group[group[i]]
            i = group[i]
        return i

    for i, a in enumerate(across):
        for j, d in enumerate(down, start=len(across)):
            if a[1] - _NEAR <= _x(d) <= a[3] + _NEAR and d[2] - _NEAR <= _y(a) <= d[4] + _NEAR:
                group[root(i)] = root(j)
    members: dict[int, list[Rule]] = {}
    for i, rule in enumerate([*across, *down]):
        members.setdefault(root(i), []).append(rule)
    frames = [_frame(together) for together in members.values()]
    return [f for f in frames if len(f.xs) > 2 and len(f.ys) > 2 and len(f.xs) * len(f.ys) <= _MOST_PLACES]


def _middles(edges: Sequence[float]) -> list[float]:
    return [(a + b) / 2 for a, b in pairwise(edges)]


def _near(edges: Sequence[float], at: float) -> range:
    """Return which of `edges` a rule stands at."""
    return range(bisect_left(edges, at - _NEAR), bisect_right(edges, at + _NEAR))


def _within(middles: Sequence[float], start: float, end: float) -> range:
    """Return which of the spaces between edges a rule runs along."""
    return range(bisect_left(middles, start - 1), bisect_right(middles, end + 1))


def _frame(rules: Sequence[Rule]) -> Frame:
    across = tuple(r for r in rules if r[0] == "across")
    down = tuple(r for r in rules if r[0] == "down")
    edges_x = [_x(r) for r in down] + [edge for r in across for edge in (r[1], r[3])]
    edges_y = [_y(r) for r in across] + [edge for r in down for edge in (r[2], r[4])]
    return Frame(_distinct(edges_x), _distinct(edges_y), across, down)


def _distinct(edges: Iterable[float]) -> tuple[float, ...]:
    distinct: list[float] = []
    for edge in sorted(edges):
        if not distinct or edge - distinct[-1] > _NEAR:
            distinct.append(edge)
    return tuple(distinct)


def _x(rule: Rule) -> float:
    return (rule[1] + rule[3]) / 2


def _y(rule: Rule) -> float:
    return (rule[2] + rule[4]) / 2


def place(edges: Sequence[float], at: float) -> int | None:
    """Return which of the spaces between `edges` holds `at`."""
    i = bisect_right(edges, at) - 1
    return i if 0 <= i < len(edges) - 1 else None


def is_table(cells: Sequence[GridCell]) -> bool:
    """Return whether words stand in several rows and columns, and not nearly all of them in one cell."""
    filled = [cell for cell in cells if cell.glyphs]
    rows, columns = {cell.row for cell in filled}, {cell.column for cell in filled}
    longest = max((len(cell.glyphs) for cell in filled), default=0)
    total = sum(len(cell.glyphs) for cell in filled)
    return len(filled) >= _FEWEST and len(rows) > 1 and len(columns) > 1 and (longest < 400 or longest < 0.6 * total)


def joined_lines(lines: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Return the glyphs of a cell's lines as one, a space between two lines."""
    joined_lines: list[int] = []
    for line in lines:
        joined_lines += [ADDED, *line] if joined_lines else line
    return tuple(joined_lines)


Aligned = Sequence[tuple[Box, tuple[int, ...]]]
"""The cells of a row, each with its box and its glyphs."""


def aligned(rows: Sequence[Aligned]) -> Grid | None:
    """Return rows of cells, each with its box, as a table whose columns are those of the row with most cells.

    None where a cell cannot be told a column of its own.
    """
    widest = max(rows, key=len)
    if len(widest) > _MOST_COLUMNS:
        return None
    columns = [[box[0], box[2]] for box, _ in widest]
    if any(a[1] > b[0] for a, b in pairwise(columns)):
        return None
    cells: list[GridCell] = []
    for number, row in enumerate(rows):
        free = 0
        for box, glyphs in row:
            over = [i for i, (x0, x1) in enumerate(columns) if min(x1, box[2]) - max(x0, box[0]) > 0]
            if not over:
                middle = (box[0] + box[2]) / 2
                over = [min(range(len(columns)), key=lambda i: abs(sum(columns[i]) / 2 - middle))]
            if over[0] < free:
                return None
            free = over[-1] + 1
            cells.append(GridCell(number, over[0], 1, len(over), glyphs))
            if len(over) == 1:
                column = columns[over[0]]
                left = columns[over[0] - 1][1] if over[0] else float("-inf")
                right = columns[over[0] + 1][0] if over[0] + 1 < len(columns) else float("inf")
                column[0], column[1] = max(min(column[0], box[0]), left), min(max(column[1], box[2]), right)
    return Grid(tuple(_spread(rows, cells, columns)))


def _spread(rows: Sequence[Aligned], cells: Sequence[GridCell], columns: Sequence[Sequence[float]]) -> list[GridCell]:
    """Return `cells`, with headers of the first row spread over the columns of the second that they stand above.

    Such a second row says nothing in the first column, or the first one does not.
    """
    first, second = ([cell for cell in cells if cell.row == row] for row in (0, 1))
    above, below = ({cell.column for cell in row} for row in (first, second))
    tops = [i for i, cell in enumerate(first) if cell.column > 0]
    if len(rows) < 3 or 0 in above & below or not above | below >= {0} or not 0 < len(tops) < len(below - {0}):
        return list(cells)
    middles = {i: (rows[0][i][0][0] + rows[0][i][0][2]) / 2 for i in tops}
    reach: dict[int, list[int]] = {}
    for column in sorted(below - {0}):
        middle = sum(columns[column]) / 2
        reach.setdefault(min(tops, key=lambda i: abs(middles[i] - middle)), []).append(column)
    spread = [
        replace(cell, column=reach[i][0], columns=reach[i][-1] - reach[i][0] + 1)
        if i in reach
        else replace(cell, rows=2)
        if cell.column == 0
        else cell
        for i, cell in enumerate(first)
    ]
    return [*spread, *(cell for cell in cells if cell.row > 0)]
