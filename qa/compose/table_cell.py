"""Finds the table cell that answers: in the row that the question names, in the column that it asks for.

Cells are selected as schema linking does it for questions to databases (Wang et al. 2020, RAT-SQL):
words of the question are linked to values, which tell the row, and to headers, which tell the column. A row is named by
cells all of whose content words stand in the question, rare words counting more; a column by the words of its header,
or, where the question has other words for it, by meaning and by the kind of thing that is asked for. Nothing is added
up, compared or sorted.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from index.types import Document, Segment, SegmentKind
from qa.compose.blocks import Span
from qa.compose.draft import DraftAnswer, Material, Place
from qa.compose.evidence import content_stems, stems
from qa.types import Form
from qa.understand.answer_type import asks_for_several, holds_answer_type

# From which likeness of header and question on a column is meant by it, and how much more than of the next one.
ALIKE, AHEAD = 0.33, 0.03
OF_THE_KIND = 0.15  # what it counts that a cell holds the kind of thing that is asked for
MOST = 10  # rows of one answer
_ASKS = re.compile(
    r"\b(?:what|which|who|whose|whom|when|where|how (?!do\b|does\b|did\b|can\b|to\b|should\b)\w+)\b", re.IGNORECASE
)
_COMPUTES = re.compile(
    r"\b(?:most|least|fewest|highest|lowest|largest|smallest|biggest|cheapest|longest|shortest|oldest|newest|latest|"
    r"earliest|average|total|sum|altogether|more than|less than|fewer than|at least|at most|between)\b",
    re.IGNORECASE,
)
_WHO = re.compile(r"\b(?:who|whose|whom)\b", re.IGNORECASE)
# What a question asks for without saying it, in words of headers.
_IMPLIED = ((re.compile(r"^\W*when\b", re.IGNORECASE), "date"), (re.compile(r"\bhow much\b", re.IGNORECASE), "amount"))
_WORD = re.compile(r"\w+")
_LINE_END = re.compile(r"\n")
_NAME = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class _Named:
    """A row, how clearly the question names it, and by which of its cells."""

    row: TableRow
    score: float
    by: tuple[TableCell, ...]


def cell_answer(material: Material, minimum: float | None) -> DraftAnswer | None:
    """Draft the cell that answers, or that no cell does; None if the question is not about the tables that were found.

    No fit tells how often such a cell is right, so it has no confidence. `minimum`: the confidence that is asked for,
    or None; if there is one, this function never says that nothing answers.
    """
    if not _may_ask_for_cell(material):
        return None
    rows = _rows(material)
    asked = set(content_stems(material.asked.question))
    chosen = [(named_row.row, _column(material, named_row, asked)) for named_row in _named(rows, asked)]
    answering = [(row, cell) for row, cell in chosen if cell is not None]
    if not answering:
        return _none(material, rows, asked) if minimum is None else None
    several = len({cell.words for _, cell in answering}) > 1
    if several and material.asked.form is not Form.LIST and not asks_for_several(material.asked.question):
        return None
    places = tuple(Place(row.document_id, cell.start, cell.end) for row, cell in answering[: MOST if several else 1])
    return DraftAnswer(Form.LIST if several else Form.SPAN, places, None, likely=True)


def _none(material: Material, rows: Sequence[TableRow], asked: set[str]) -> DraftAnswer | None:
    """Draft that no cell answers, if the reader's best words are in a table that the question is about.

    The question names a row or a column of it, and what else it asks for is nowhere there; or it wants cells compared.
    """
    if not rows or not material.candidates:
        return None
    best = material.candidates[0]
    if material.blocks(best.document_id).kind(best.start) is not SegmentKind.TABLE:
        return None
    known_stems = {stem for row in rows for cell in row.cells for stem in cell.stems | stems(cell.header or "")}
    if asked & known_stems and (asked - known_stems or _COMPUTES.search(material.asked.question)):
        return DraftAnswer(Form.SPAN, (), None, likely=False)
    return None


def _may_ask_for_cell(material: Material) -> bool:
    asked = material.asked
    if asked.form in (Form.OVERVIEW, Form.REPLY, Form.STATEMENT):
        return False
    return _ASKS.search(asked.question) is not None


def _rows(material: Material) -> list[TableRow]:
    """Return the rows of the tables among the passages that were read, each once."""
    rows: dict[tuple[str, int], TableRow] = {}
    for hit in material.hits[: len(material.readings)]:
        document = material.index.documents[hit.chunk.document_id]
        for row in rows_near(document, hit.chunk.start, hit.chunk.end):
            if row.cells:
                rows.setdefault((row.document_id, row.cells[0].start), row)
    return list(rows.values())


def _named(rows: Sequence[TableRow], asked: set[str]) -> list[_Named]:
    """Return the rows that the question names most clearly; none if it names no cell as a whole."""
    counts = Counter(stem for row in rows for stem in {s for cell in row.cells for s in cell.stems})
    named_rows = [named for row in rows if (named := _scored(row, asked, counts, len(rows))) is not None]
    best = max((named.score for named in named_rows), default=0.0)
    return [named for named in named_rows if named.score >= best - 1e-9]


def _scored(row: TableRow, asked: set[str], counts: Counter[str], size: int) -> _Named | None:
    by = tuple(cell for cell in row.cells if _is_named(cell, asked))
    if not by:
        return None
    words = {stem for cell in by for stem in cell.stems & asked}
    return _Named(row, sum(math.log(1 + size / counts[stem]) for stem in words), by)


def _is_named(cell: TableCell, asked: set[str]) -> bool:
    """Return whether the question holds the words of a cell: all of them, or of a long name the greater part."""
    shared = len(cell.stems & asked)
    return shared > 0 and (shared == len(cell.stems) or (shared >= 2 and shared >= 0.6 * len(cell.stems)))


def _column(material: Material, named: _Named, asked: set[str]) -> TableCell | None:
    """Return the cell of the row that the question asks for, None where it asks for none."""
    cells = [cell for cell in named.row.cells if cell not in named.by]
    if not cells:
        return None
    implied = {word for asks, word in _IMPLIED if asks.search(material.asked.question)}
    left = (asked | implied) - {stem for cell in named.by for stem in cell.stems}
    shares = [_share(cell, left) for cell in cells]
    best = max(shares)
    if best >= 0.5:
        first = [cell for cell, share in zip(cells, shares, strict=True) if share == best]
        first = _literally(material.asked.question, first)
        if len(first) > 1:
            return _by_meaning(material, first, named)
        # Its header may say the unit that is asked for.
        fits = _is_of_the_kind(material.asked.question, first[0].words, first[0].header or "")
        return first[0] if fits else None
    if all(cell.header is None for cell in cells):
        return cells[0] if len(cells) == 1 else None
    return _by_meaning(material, cells, named)


def _share(cell: TableCell, left: set[str]) -> float:
    """Return how much of its header's words the question has beside those that name the row, from 0 to 1."""
    header = set(stems(cell.header or ""))
    return len(header & left) / len(header) if header else 0.0


def _by_meaning(material: Material, cells: Sequence[TableCell], named: _Named) -> TableCell | None:
    """Return the cell whose header is nearest to the question, and that holds the kind of thing it asks for."""
    question = material.asked.question
    asked = question
    for cell in named.by:
        asked = re.sub(re.escape(cell.words), "it", asked, flags=re.IGNORECASE)
    vectors = material.index.embedder.embed([asked, *(cell.header or cell.words for cell in cells)])
    likeness = [float(v) for v in vectors[1:] @ vectors[0]]
    scores = [
        like + (OF_THE_KIND if _is_of_the_kind(question, cell.words) else -OF_THE_KIND)
        for like, cell in zip(likeness, cells, strict=True)
    ]
    order = sorted(range(len(cells)), key=lambda i: -scores[i])
    ahead = len(order) < 2 or scores[order[0]] - scores[order[1]] >= AHEAD
    first = order[0]
    return cells[first] if likeness[first] >= ALIKE and ahead else None


def _literally(question: str, cells: Sequence[TableCell]) -> list[TableCell]:
    """Keep, of cells whose headers share the same stems with the question, those that share most words."""
    words = set(_WORD.findall(question.lower()))
    shared = [len(words & set(_WORD.findall((cell.header or "").lower()))) for cell in cells]
    return [cell for cell, count in zip(cells, shared, strict=True) if count == max(shared)]


def _is_of_the_kind(question: str, words: str, unit: str = "") -> bool:
    """Return whether `words` are of the kind asked for: a name, a number, a date …; `unit`: what is counted."""
    if _WHO.search(question):
        return _NAME.search(words) is not None and not any(map(str.isdigit, words))
    return holds_answer_type(question, f"{words} {unit}".strip())


# Rows around a passage that are looked at, where the table has more: a passage holds a few of them.
MOST_ROWS = 400


@dataclass(frozen=True)
class TableCell:
    """`document.text[start:end]`, at `column`, from 1; `header`: the words of its column's headers, None without."""

    start: int
    end: int
    column: int
    words: str
    header: str | None

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of its content words."""
        return frozenset(stems(self.words))


@dataclass(frozen=True)
class TableRow:
    """The cells of one row of the table that begins at `table`."""

    document_id: str
    table: int
    cells: tuple[TableCell, ...]


def rows_near(document: Document, start: int, end: int) -> Iterator[TableRow]:
    """Yield the rows, header rows left out, of the tables that the characters `[start, end)` touch."""
    for table in document.segments:
        if table.start >= end:
            break
        if table.kind is SegmentKind.TABLE and table.end > start:
            yield from _rows_of(document, table, max(start, table.start), min(end, table.end))


def _rows_of(document: Document, table: Segment, start: int, end: int) -> Iterator[TableRow]:
    """Yield the rows of `table`, or of one of many rows those around `[start, end)`."""
    starts = _line_starts(document.text, table)
    first = max(0, bisect_left(starts, start) - MOST_ROWS // 2)
    last = min(len(starts), bisect_left(starts, end) + MOST_ROWS // 2)
    if len(starts) <= MOST_ROWS:
        first, last = 0, len(starts)
    low = starts[first]
    high = starts[last] if last < len(starts) else table.end
    at = bisect_left(document.segments, low, key=lambda segment: segment.start)
    by_line: dict[int, list[Segment]] = {}
    heads: set[Span] = set()
    for cell in document.segments[at:]:
        if cell.start >= high:
            break
        if cell.kind is SegmentKind.CELL:
            by_line.setdefault(bisect_left(starts, cell.start + 1) - 1, []).append(cell)
            heads.update(document.column_headers(cell))
    for line, cells in by_line.items():
        if not any((cell.start, cell.end) in heads for cell in cells):
            yield TableRow(document.id, table.start, tuple(_cell(document, cell, starts[line]) for cell in cells))


def _cell(document: Document, cell: Segment, line: int) -> TableCell:
    above = document.column_headers(cell)
    header = " ".join(document.text[a:b] for a, b in above) if above else None
    column = cell.level or document.text.count("\t", line, cell.start) + 1
    return TableCell(cell.start, cell.end, column, document.text[cell.start : cell.end], header)


def _line_starts(text: str, table: Segment) -> list[int]:
    return [table.start, *(match.end() for match in _LINE_END.finditer(text, table.start, table.end))]
