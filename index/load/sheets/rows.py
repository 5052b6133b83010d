"""Turns the rows of a sheet into blocks: titles, tables with the headers of their cells, and notes below them.

Rows that follow each other without an empty one are read together. Lines of one cell above a table are paragraphs. A
table's header rows are found as those of any table are (`index.load.tables`); rows after an empty one go on with the
headers above where they fill the same columns with the same kind of values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from index.errors import SourceTooLargeError
from index.load.headers import TableCell, head_rows, is_figure
from index.load.parsed import BlockDraft, Composer
from index.types import Segment, SegmentKind, Span

Merged = Mapping[tuple[int, int], tuple[int, int]]
"""Of a cell at (row, column) how many of both it covers."""

MAX_CELLS = 1_500_000  # that hold something
LOOKED_AT = 8  # rows at the top of a table, among which its headers are
MOST_HEADERS = 3  # rows
_NOTE = 40  # characters of a last line of one cell, from which on it is a note and no row
_NOTES = ("source", "note", "*", "¹", "†")


@dataclass(slots=True)
class SheetRow:
    """A row, counted from 1 as the file does, and what its cells show, by column from 1; empty ones left out."""

    number: int
    cells: list[tuple[int, str]]


@dataclass(slots=True)
class _Headers:
    """The spans of a table's column headers, by column, and which columns hold figures below them."""

    by_column: dict[int, tuple[Span, ...]] = field(default_factory=dict)
    first: int = 0
    last: int = 0
    figures: frozenset[int] = frozenset()
    lone: bool = False  # whether they are a row with empty ones around it, which heads what follows if that has figures


class SheetComposer:
    """Appends sheets to a `Composer`.

    `name`: the file's, for messages. `header_rows`: the first and the last row of headers, as `Raw` has them.
    """

    def __init__(self, name: str, composer: Composer, header_rows: tuple[int, int] | None = None) -> None:
        self._name = name
        self._told = header_rows
        self._composer = composer
        self._cells = 0

    def add(self, rows: Iterable[SheetRow], merged: Merged | None = None) -> None:
        """Append the rows of one sheet. Raises `SourceTooLargeError` for more than `MAX_CELLS` cells in the file."""
        headers = _Headers()
        for run in self._runs(rows):
            if self._told is None or run[-1].number < self._told[0]:
                headers = self._run(run, headers, merged or {})
            else:
                # Rows below the first of the header rows that are told, or among them: these head them all.
                self._lines([row for row in run if row.number < self._told[0]])
                table = [row for row in run if row.number >= self._told[0]]
                heads = sum(row.number <= self._told[1] for row in table)
                headers = self._table(table, headers, merged or {}, heads)

    def _runs(self, rows: Iterable[SheetRow]) -> Iterator[list[SheetRow]]:
        """Yield rows that follow each other."""
        run: list[SheetRow] = []
        for row in rows:
            self._cells += len(row.cells)
            if self._cells > MAX_CELLS:
                raise SourceTooLargeError(
                    f"{self._name!r} has more than {MAX_CELLS} cells that hold something; split it by rows"
                )
            if run and row.number > run[-1].number + 1:
                yield run
                run = []
            if row.cells:
                run.append(row)
        if run:
            yield run

    def _run(self, run: list[SheetRow], above: _Headers, merged: Merged) -> _Headers:
        first = next((i for i, row in enumerate(run) if len(row.cells) > 1), len(run))
        if first == len(run) and not _is_column(run):
            self._lines(run)
            return above
        first = 0 if first == len(run) else first
        last = len(run)
        while last - first > 2 and _is_note(run[last - 1]):
            last -= 1
        self._lines(run[:first])
        headers = self._table(run[first:last], above, merged)
        self._lines(run[last:])
        return headers

    def _lines(self, rows: Sequence[SheetRow]) -> None:
        for row in rows:
            self._composer.add(SegmentKind.PARAGRAPH, " ".join(text for _, text in row.cells))

    def _table(self, rows: list[SheetRow], above: _Headers, merged: Merged, told: int | None = None) -> _Headers:
        """Append a table below the headers `above`, or its own; `told`: how many of its rows are headers, if known."""
        left = min(row.cells[0][0] for row in rows)
        right = max(row.cells[-1][0] for row in rows)
        goes_on = _goes_on(rows, above, left, right) if told is None else not told
        heads = 0 if goes_on else told or _heads(rows, merged)
        headers = above if goes_on else _Headers({}, left, right, _figures(rows[heads:]))
        base = self._composer.length + (2 if self._composer.drafts else 0)
        parts: list[str] = []
        segments: list[Segment] = []
        length = base
        for number, row in enumerate(rows):
            line, places = _line(row, left if number else row.cells[0][0], length + (1 if number else 0))
            parts.append(line)
            length = places[-1][1]
            is_head = number < heads
            label = () if is_head or row.cells[0][0] != left else (places[0],)
            for (column, _), span in zip(row.cells, places, strict=True):
                own = headers.by_column.get(column, ())
                spans = own + label if label and span != places[0] else own
                segments.append(Segment(SegmentKind.CELL, *span, level=column, number=row.number, headers=spans))
            if is_head:
                for (column, _), span in zip(row.cells, places, strict=True):
                    wide = merged.get((row.number, column), (1, 1))[1]
                    for under in range(column, column + wide):
                        headers.by_column[under] = (*headers.by_column.get(under, ()), span)
        self._composer.put(BlockDraft(SegmentKind.TABLE, "\n".join(parts)), segments)
        if told is None and not goes_on and _is_lone(rows):
            names = {s.level: ((s.start, s.end),) for s in segments if s.level is not None}
            return _Headers(dict(names), left, right, lone=True)
        return headers


def _line(row: SheetRow, left: int, at: int) -> tuple[str, list[Span]]:
    """Return a row as a line, with a tab between columns from `left` on, and its cells' places if it begins `at`."""
    parts: list[str] = []
    places: list[Span] = []
    column = left
    for where, text in row.cells:
        tabs = where - column
        column = where
        parts.append("\t" * tabs + text)
        at += tabs
        places.append((at, at + len(text)))
        at += len(text)
    return "".join(parts), places


def _is_column(run: Sequence[SheetRow]) -> bool:
    """Return whether lines of one cell are a table of one column: several short ones below each other."""
    columns = {row.cells[0][0] for row in run}
    return len(run) > 2 and len(columns) == 1 and all(len(row.cells[0][1]) <= 2 * _NOTE for row in run)


def _is_note(row: SheetRow) -> bool:
    text = row.cells[0][1]
    return len(row.cells) == 1 and (len(text) >= _NOTE or text.lower().startswith(_NOTES))


def _heads(rows: Sequence[SheetRow], merged: Merged) -> int:
    """Return how many of the rows are headers."""
    if len(rows) < 2:
        return 0
    left = min(row.cells[0][0] for row in rows)
    cells = []
    for i, row in enumerate(rows[:LOOKED_AT]):
        for column, text in row.cells:
            high, wide = merged.get((row.number, column), (1, 1))
            cells.append(TableCell(i, column - left, text, high, wide))
    return min(head_rows(cells), MOST_HEADERS)


def _figures(rows: Sequence[SheetRow]) -> frozenset[int]:
    """Return the columns that mostly hold figures."""
    counts: dict[int, list[int]] = {}
    for row in rows[:50]:
        for column, text in row.cells:
            counts.setdefault(column, []).append(is_figure(text))
    return frozenset(column for column, are_figures in counts.items() if 2 * sum(are_figures) > len(are_figures))


def _is_lone(rows: Sequence[SheetRow]) -> bool:
    """Return whether a row with empty ones around it may head the table that follows: several names, and no figure."""
    return len(rows) == 1 and len(rows[0].cells) > 1 and not any(is_figure(text) for _, text in rows[0].cells)


def _goes_on(rows: Sequence[SheetRow], above: _Headers, left: int, right: int) -> bool:
    """Return whether rows continue the table above an empty row: the same columns, and figures where it has figures."""
    if not above.by_column or (above.first, above.last) != (left, right):
        return False
    first = dict(rows[0].cells)
    if above.lone:
        return len(rows) > 1 and bool(_figures(rows)) and any(is_figure(text) for text in first.values())
    return bool(above.figures) and all(is_figure(first.get(column, "0")) for column in above.figures)
