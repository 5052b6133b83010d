"""Divides a document into visible blocks: headings, paragraphs, lists, tables and their cells, pages."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from index.types import Document, Segment, SegmentKind

__all__ = [
    "MARKDOWN",
    "CellRow",
    "HtmlBlock",
    "HtmlList",
    "blocks",
    "cells",
    "corner",
    "grouped",
    "head_rows",
    "rows_of",
]

MARKDOWN = "text/markdown"

# Kinds of blocks that may lie inside another block.
_INSIDE = (SegmentKind.HIDDEN, SegmentKind.RUNNING_HEAD, SegmentKind.LINE_NUMBER)

CellRow = list[tuple[int, int, int, int]]
"""A table row: for each cell the offsets (start, start of its words, end of its words, end)."""

_ORDERED = re.compile(r"[ \t>]*\d{1,9}[.)]")
_BULLET = re.compile(r"[ \t>]*[-*+•‣◦▪–]")
_ITEM_MARK = re.compile(rf"(?:{_ORDERED.pattern}|{_BULLET.pattern})[ \t]+")
_ROW = re.compile(r"[^\r\n]+(?:\r\n?|\n|\Z)|(?:\r\n?|\n)")
_DELIMITERS = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*(?:\r\n?|\n|\Z)")
_LOOKED_AT = 200  # first cells of a table, by which `head_rows` and `corner` decide
_MOST_HEADS = 4


@dataclass(frozen=True, slots=True)
class HtmlBlock:
    """A block that becomes one element: its marker is at `[start, body)`, its words at `[body, end)`."""

    start: int
    body: int
    end: int
    kind: SegmentKind | None  # None: text that no segment claims
    level: int = 1
    depth: int = 0  # of a list item, from 1; 0 if its marker shows it
    number: int | None = None  # of an item in a numbered list, if its marker does not show it


@dataclass(slots=True)
class HtmlList:
    """Consecutive items of one list, each with its blocks and nested lists."""

    ordered: bool
    indent: int
    first: int  # the number of the first item
    items: list[list[HtmlBlock | HtmlList]] = field(default_factory=list)

    @property
    def last(self) -> int | None:
        """The number of the last item, None in a list of bullets."""
        return self.first + len(self.items) - 1 if self.ordered else None

    def continues_with(self, block: HtmlBlock, number: int | None) -> bool:
        """Return whether `block` is the next item.

        If the format states item numbers, a number out of sequence begins another list.
        """
        if self.last is None or block.number is None:
            return self.ordered == (number is not None)
        return block.number == self.last + 1


def blocks(
    document: Document, *, start: int = 0, end: int | None = None, page_starts: Sequence[int] = ()
) -> Iterator[HtmlBlock]:
    """Yield the blocks of the document, and the text between blocks as blocks of kind None: together the whole text.

    With `[start, end)`, only the segments that these characters touch are read.
    """
    text, position = document.text, 0
    for segment in _touched(document.segments, start, len(text) if end is None else end):
        if segment.start < position:
            continue  # segments that overlap lose their layout, never their text
        marker = _marker_start(text, position, segment.start)
        yield from _between(position, marker, page_starts)
        body = _words_start(document, segment)
        depth = (segment.level or 0) if segment.kind is SegmentKind.LIST_ITEM else 0
        yield HtmlBlock(marker, body, segment.end, segment.kind, segment.level or 1, depth, segment.number)
        position = segment.end
    yield from _between(position, len(text), page_starts)


def grouped(document: Document, html_blocks: Sequence[HtmlBlock]) -> list[HtmlBlock | HtmlList]:
    """Group consecutive list items of `html_blocks`, and the white space between them, into lists."""
    text, marked = document.text, document.media_type == MARKDOWN
    groups: list[HtmlBlock | HtmlList] = []
    opened: list[HtmlList] = []  # the open list, preceded by the lists that contain it
    waiting: list[HtmlBlock] = []  # white space after an item: inside the list if another item follows
    for block in html_blocks:
        if block.kind is SegmentKind.LIST_ITEM:
            marker = text[block.start : block.body]
            if marked and opened and not marker.strip():  # a further paragraph of the item
                opened[-1].items[-1] += [*waiting, block]
            else:
                _add_item(text, block, waiting, opened, groups)
            waiting = []
        elif opened and block.kind is None and not text[block.start : block.end].strip():
            waiting.append(block)
        else:
            groups += [*waiting, block]
            opened, waiting = [], []
    return groups + waiting


def cells(text: str, block: HtmlBlock, document: Document) -> list[CellRow]:
    """Return the rows of a table. Together their cells are the whole block.

    A Markdown delimiter row belongs to the cell before it.
    """
    pipes = document.media_type == MARKDOWN
    rows: list[CellRow] = []
    for line in _ROW.finditer(text, block.body, block.end):
        if rows and (not line[0].strip() or (pipes and _DELIMITERS.fullmatch(line[0]))):
            start, body, stop, _ = rows[-1][-1]
            rows[-1][-1] = (start, body, stop, line.end())
            continue
        rows.append(list(_cells_of(text, line.start(), line.end(), r"(?<!\\)\|" if pipes else r"\t", pipes)))
    return rows


def rows_of(document: Document, start: int, end: int) -> tuple[int, int] | None:
    """Return the span of the table rows that contain the characters `[start, end)`; None outside tables."""
    for block in blocks(document, start=start, end=end):
        if block.kind is SegmentKind.TABLE and block.body <= start and end <= block.end:
            rows = [(row[0][0], row[-1][2]) for row in cells(document.text, block, document)]
            touched = [(first, last) for first, last in rows if first < end and start < last]
            return (touched[0][0], touched[-1][1]) if touched else None
    return None


def _cells_of(text: str, start: int, end: int, edge: str, framed: bool) -> Iterator[tuple[int, int, int, int]]:
    edges = [match.start() for match in re.compile(edge).finditer(text, start, end)]
    if framed and edges and not text[start : edges[0]].strip(" \t>"):
        edges = edges[1:]  # a pipe at the row's beginning is part of its frame
    if framed and edges and not text[edges[-1] + 1 : end].strip():
        edges = edges[:-1]
    for left, right in pairwise([start, *(i + 1 for i in edges), end]):
        words = text[left:right]
        frame = " \t|>" if framed and left == start else " \t|"  # ">" of a block quote is only before the row
        inner = words.lstrip(frame).rstrip(" \t|\r\n") if framed else words.strip()
        body = left + words.index(inner) if inner else right
        yield left, body, body + len(inner), right


def _add_item(
    text: str, block: HtmlBlock, waiting: list[HtmlBlock], opened: list[HtmlList], groups: list[HtmlBlock | HtmlList]
) -> None:
    indent, number = _indent_and_number(text, block)
    while opened and indent < opened[-1].indent:
        opened.pop()
    if opened and indent > opened[-1].indent + 1:
        nested = HtmlList(number is not None, indent, 1 if number is None else number)
        opened[-1].items[-1] += [*waiting, nested]
        opened.append(nested)
    elif opened and block.number is not None and block.number == opened[-1].last:
        opened[-1].items[-1] += [*waiting, block]  # a further paragraph of the item
        return
    elif not opened or not opened[-1].continues_with(block, number):
        if opened:
            opened.pop()
        new = HtmlList(number is not None, indent, 1 if number is None else number)
        (opened[-1].items[-1] if opened else groups).extend([*waiting, new])
        opened.append(new)
    else:
        opened[-1].items[-1] += waiting
    opened[-1].items.append([block])


def _indent_and_number(text: str, block: HtmlBlock) -> tuple[int, int | None]:
    """Return an item's indentation, and its number in a numbered list or None."""
    if block.depth:
        return 2 * block.depth, block.number
    marker = text[block.start : block.body]
    ordered = _ORDERED.match(marker) is not None
    return len(marker) - len(marker.lstrip(" \t>")), _number(marker) if ordered else None


def _number(marker: str) -> int:
    match = re.search(r"\d+", marker)
    return int(match[0]) if match else 1


def _touched(segments: Sequence[Segment], start: int, end: int) -> Sequence[Segment]:
    """Return the block segments from the one at `start` to the last that begins before `end`, in reading order."""
    first = bisect_right(segments, start, key=lambda segment: segment.start)
    last = bisect_left(segments, end, key=lambda segment: segment.start)
    while first > 0:
        first -= 1
        if segments[first].kind.is_block and segments[first].kind not in _INSIDE:
            break
    return [segment for segment in segments[first:last] if segment.kind.is_block]


def _words_start(document: Document, segment: Segment) -> int:
    """Return where a block's words begin: in a PDF, for example, after the bullet or number that the item includes."""
    if segment.kind is not SegmentKind.LIST_ITEM or segment.level is not None or document.media_type == MARKDOWN:
        return segment.start
    match = _ITEM_MARK.match(document.text, segment.start, segment.end)
    return match.end() if match and match.end() < segment.end else segment.start


def _marker_start(text: str, start: int, end: int) -> int:
    """Return where a block's marker ("# ", "- ", "2. ") begins: after the last line break before the block's words."""
    line = max(text.rfind("\n", start, end), text.rfind("\r", start, end)) + 1
    line = max(line, start)
    return line if text[line:end].strip() else end


def _between(start: int, end: int, page_starts: Sequence[int]) -> Iterator[HtmlBlock]:
    edges = [start, *(page for page in page_starts if start < page < end), end]
    for left, right in pairwise(edges):
        if left < right:
            yield HtmlBlock(left, left, right, None)


def head_rows(document: Document, block: HtmlBlock, rows: Sequence[CellRow]) -> int:
    """Return the number of header rows: one in Markdown, else the first rows in which a loader found headers."""
    if document.media_type == MARKDOWN:
        return 1
    heads = {start for cell in _cells(document, block) for start, _ in document.column_headers(cell)}
    count = 0
    while count < min(len(rows), _MOST_HEADS) and any(a <= start < b for a, _, _, b in rows[count] for start in heads):
        count += 1
    return count


def corner(document: Document, block: HtmlBlock, rows: Sequence[CellRow]) -> int:
    """Return how many empty cells precede the first row's cells. The row's text does not contain them."""
    if document.media_type == MARKDOWN or not rows:
        return 0
    columns = {body: i for i, (_, body, _, _) in enumerate(rows[0])}
    shifts = [
        _column(document, block, cell) - columns[start]
        for cell in _cells(document, block)
        for start, _ in document.column_headers(cell)
        if start in columns
    ]
    return max(0, min(shifts, default=0))


def _cells(document: Document, block: HtmlBlock) -> list[Segment]:
    """Return the first `_LOOKED_AT` cells of a table."""
    first = bisect_left(document.segments, block.body, key=lambda segment: segment.start)
    segments: list[Segment] = []
    for segment in document.segments[first : first + 4 * _LOOKED_AT]:
        if segment.start >= block.end or len(segments) == _LOOKED_AT:
            break
        if segment.kind is SegmentKind.CELL:
            segments.append(segment)
    return segments


def _column(document: Document, block: HtmlBlock, cell: Segment) -> int:
    """Return the column of a cell in its line, from 0."""
    line = max(block.body, document.text.rfind("\n", block.body, cell.start) + 1)
    return document.text.count("\t", line, cell.start)
