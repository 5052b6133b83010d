"""Finds the headers of a table's cells: of the column, of the group of rows, and of the row."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, field

_FIGURE = re.compile(r"[\s\d.,:%€$£+()/−–-]*\d[\s\d.,:%€$£+()/−–-]*")
_YEAR = re.compile(r"(?:1[0-9]|20)\d\d(?:[-–/]\d{2,4})?")
_LONG = 60  # characters of a value; no header is longer
_MOST_HEADS = 8  # rows of a head
_MOST_COLUMNS = 100  # of a cell, whose headers are looked for


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell at (`row`, `column`), from 0, that spans `rows` and `columns`.

    `is_header`: as the format states it, None if it does not; `heads_row`: whether it states that the cell is the
    header of its row alone. `is_strong`: whether it is set in bold.
    """

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1
    is_header: bool | None = None
    heads_row: bool = False
    is_strong: bool = False


@dataclass(slots=True)
class _Rows:
    """The cells of a table, by row; `width`: how many columns there are."""

    cells: Sequence[TableCell]
    rows: dict[int, list[int]] = field(default_factory=dict)
    width: int = 0

    def __post_init__(self) -> None:
        for i, cell in enumerate(self.cells):
            self.rows.setdefault(cell.row, []).append(i)
            self.width = max(self.width, cell.column + cell.columns)

    def filled(self, row: int) -> list[TableCell]:
        """Return the cells with words that begin in `row`."""
        return [self.cells[i] for i in self.rows.get(row, ()) if self.cells[i].text.strip()]

    def is_group(self, row: int) -> bool:
        """Return whether one cell runs across all columns."""
        filled = self.filled(row)
        return self.width > 1 and len(filled) == 1 and filled[0].columns == self.width


def is_figure(text: str) -> bool:
    """Return whether a cell holds a number, a date in figures, a sum of money, and no words."""
    return _FIGURE.fullmatch(text) is not None


def head_rows(cells: Sequence[TableCell]) -> int:
    """Return how many rows at the top are headers."""
    return _head_rows(_Rows(cells))


def headers_of(cells: Sequence[TableCell]) -> list[list[int]]:
    """Return for each of `cells` which of them are its headers: its column's, top down, its group's and its row's.

    Where the format marks no header, the first row is one if it looks like one; a cell that covers several columns or
    rows of it makes the next row a header too. A row's first cell is its header, and the next one too where first cells
    cover several rows. A cell across all columns is the header of the rows below it.
    """
    table = _Rows(cells)
    if _are_pairs(table):
        return _labels_of_pairs(table)
    heads = _head_rows(table)
    above = _column_heads(table, heads)
    groups = _groups(table, heads)
    grouping = set(groups.values())
    labels = _row_labels(table, heads, grouping)
    headers = []
    for i, cell in enumerate(cells):
        columns = range(cell.column, cell.column + min(cell.columns, _MOST_COLUMNS))
        own = list(dict.fromkeys(h for column in columns for h in above.get(column, ())))
        if cell.row < heads:
            headers.append([h for h in above.get(cell.column, ()) if cells[h].row < cell.row])
        elif i in grouping:
            headers.append([])
        else:
            own += [groups[cell.row]] if cell.row in groups else []
            headers.append(own + [h for h in labels.get(cell.row, ()) if cells[h].column < cell.column])
    return headers


def _column_heads(table: _Rows, heads: int) -> dict[int, list[int]]:
    """Return each column's headers, top down; one with nothing on its right stands above the columns there too."""
    column_heads: dict[int, list[int]] = {}
    for row in sorted(row for row in table.rows if row < heads):
        taken: dict[int, int] = {}
        for i in table.rows[row]:
            cell = table.cells[i]
            for column in range(cell.column, cell.column + cell.columns) if cell.text.strip() else ():
                taken[column] = i
        for column in range(1, table.width) if row < heads - 1 else ():
            if column not in taken and column > 1 and column - 1 in taken and column not in column_heads:
                taken[column] = taken[column - 1]
        for column, i in taken.items():
            column_heads.setdefault(column, []).append(i)
    return column_heads


def _are_pairs(table: _Rows) -> bool:
    """Return whether every second column is the value of the label on its left, as in a form with colons."""
    if table.width % 2 or any(cell.is_header is not None for cell in table.cells):
        return False
    labels = [cell for cell in table.cells if cell.column % 2 == 0 and cell.text.strip()]
    values = [cell for cell in table.cells if cell.column % 2 and cell.text.strip()]
    colons = sum(cell.text.rstrip().endswith(":") for cell in labels)
    return colons > 0.5 * len(labels) and not any(cell.text.rstrip().endswith(":") for cell in values)


def _labels_of_pairs(table: _Rows) -> list[list[int]]:
    places = {(cell.row, cell.column): i for i, cell in enumerate(table.cells) if cell.text.strip()}
    return [
        [places[cell.row, cell.column - 1]] if cell.column % 2 and (cell.row, cell.column - 1) in places else []
        for cell in table.cells
    ]


def _row_labels(table: _Rows, heads: int, grouping: Set[int]) -> dict[int, list[int]]:
    """Return the header cells of each row below the head, from the left."""
    body = [(i, cell) for i, cell in enumerate(table.cells) if cell.row >= heads and cell.text.strip()]
    stated = {i for i, cell in body if cell.is_header and i not in grouping}
    tall = any(cell.column == 0 and cell.rows > 1 for _, cell in body)
    first = 1 if tall and table.width > 2 else 0
    row_labels: dict[int, list[int]] = {}
    for i, cell in body:
        if (i in stated) if stated else cell.column <= first:
            for row in range(cell.row, cell.row + cell.rows):
                row_labels.setdefault(row, []).append(i)
    return {row: sorted(labels, key=lambda i: table.cells[i].column) for row, labels in row_labels.items()}


def _groups(table: _Rows, heads: int) -> dict[int, int]:
    """Return for each row below a cell that runs across all columns, and for its own row, that cell."""
    groups: dict[int, int] = {}
    group: int | None = None
    for row in sorted(row for row in table.rows if row >= heads):
        if table.is_group(row):
            group = next(i for i in table.rows[row] if table.cells[i].text.strip())
        if group is not None:
            groups[row] = group
    return groups


def _head_rows(table: _Rows) -> int:
    order = sorted(table.rows)
    if any(cell.is_header is not None for cell in table.cells):
        return _stated_rows(table, order)
    if len(order) < 2 or not _looks_like_head(table, order):
        return 0
    heads = order[0] + 1
    while heads <= min(order[-1], order[0] + _MOST_HEADS):
        above = [cell for cell in table.cells if cell.row < heads]
        below = any(cell.row + cell.rows > heads for cell in above)
        across = any(cell.columns > 1 and cell.row == heads - 1 and cell.text.strip() for cell in above)
        words = not any(is_figure(cell.text) for cell in table.filled(heads))
        if not (below or (words and (across or _fills_gaps(table, heads)))) or (
            len(table.rows[order[0]]) < 2 and not table.is_group(order[0])
        ):
            break
        heads += 1
    return heads if heads <= order[-1] else order[0] + 1


def _fills_gaps(table: _Rows, row: int) -> bool:
    """Return whether a row of words continues the headers above: not in the first column, but where they are empty."""
    columns, above = ({cell.column for cell in table.filled(n)} for n in (row, row - 1))
    return 0 in above and 0 not in columns and bool(columns - above) and len(columns) > 1


def _stated_rows(table: _Rows, order: Sequence[int]) -> int:
    """Return the rows at the top whose cells are all headers, and not of their rows alone."""
    heads = 0
    for row in order:
        filled = table.filled(row)
        ends = any(not cell.is_header or cell.heads_row for cell in filled)
        if ends or (row > order[0] and table.is_group(row)):
            break
        heads = row + 1
    # A table that is all head by its marks has no more headers a cell than others.
    return min(heads, order[0] + _MOST_HEADS) if heads <= order[-1] else 0


def _looks_like_head(table: _Rows, order: Sequence[int]) -> bool:
    """Return whether the first row is one of headers, where the format says nothing."""
    first, others = table.filled(order[0]), [cell for row in order[1:] for cell in table.filled(row)]
    if first and all(cell.is_strong for cell in first) and not all(cell.is_strong for cell in others):
        return True
    figures = [cell for cell in first if cell.column > 0 and is_figure(cell.text)]
    labelled = any(cell.column == 0 for cell in others)
    if figures:
        corner = not any(cell.column == 0 for cell in first)
        years = all(_YEAR.fullmatch(cell.text.strip()) for cell in figures) and len(figures) > 1
        same = all(_YEAR.fullmatch(cell.text.strip()) for cell in others if cell.column > 0)
        return labelled and len(first) > 1 and (corner or years) and not same
    return not (table.width == 2 and _are_values(first, others))


def _are_values(first: Sequence[TableCell], others: Sequence[TableCell]) -> bool:
    """Return whether two columns are labels and their values, the first row too."""
    value = next((cell.text for cell in first if cell.column == 1), "")
    below = [cell for cell in others if cell.column == 1]
    if below and all(is_figure(cell.text) for cell in below):
        return False
    return any(c.isdigit() for c in value) or len(value) > _LONG or value.rstrip().endswith((".", "!", "?"))
