"""Places the cells of Markdown's tables, and the notes of its text, in the source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.load.headers import TableCell, headers_of
from index.types import Segment, SegmentKind

_LINE = re.compile(r"[^\r\n]+")
_PREFIX = re.compile(r"[ \t>]*\|?")
# The number of a note in the text, "[^3]", and the note itself (GitHub, Pandoc).
_NUMBER = re.compile(r"\[\^[^\]\s]{1,80}\](?!:)")
_NOTE = re.compile(r"\[\^[^\]\s]{1,80}\]:[ \t]+(?=\S)")
_NOTES = re.compile(r"^[ \t]{0,3}(\[\^[^\]\s]{1,80}\]:[ \t]+[^\r\n]*\S)", re.MULTILINE)


def cells_of(text: str, table: Segment) -> Iterator[Segment]:
    """Yield the cells of a table, each with its headers: those of its column and of its row."""
    cells: list[TableCell] = []
    places: list[tuple[int, int]] = []
    for number, line in enumerate(_LINE.finditer(text, table.start, table.end)):
        if number == 1:
            continue  # the line that parts the head from the body
        for column, (start, end) in enumerate(_in_row(text, *line.span())):
            cells.append(TableCell(number, column, text[start:end], is_header=number == 0))
            places.append((start, end))
    for cell, (start, end), headers in zip(cells, places, headers_of(cells), strict=True):
        if start < end:
            spans = tuple(places[h] for h in headers if places[h][0] < places[h][1])
            row = max(cell.row, 1)  # the line that parts head and body is no row
            yield Segment(SegmentKind.CELL, start, end, level=cell.column + 1, number=row, headers=spans)


def _in_row(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the words of each cell of a line; a bar after a backslash does not divide cells."""
    prefix = _PREFIX.match(text, start, end)
    position = prefix.end() if prefix else start
    end = start + len(text[start:end].rstrip())
    while position < end:
        stop = position
        while stop < end and text[stop] != "|":
            stop += 2 if text[stop] == "\\" else 1
        stop = min(stop, end)
        cell = text[position:stop]
        first = position + len(cell) - len(cell.lstrip())
        yield first, max(first, position + len(cell.rstrip()))
        position = stop + 1


def with_notes(text: str, blocks: Sequence[Segment]) -> list[Segment]:
    """`blocks`, those that are notes as such, with the numbers that lead to them; and notes that no block holds."""
    segments: list[Segment] = []
    position = 0
    for block in [*blocks, None]:
        edge = block.start if block is not None else len(text)
        segments += [Segment(SegmentKind.NOTE, *match.span(1)) for match in _NOTES.finditer(text, position, edge)]
        if block is None:
            break
        is_note = block.kind is SegmentKind.PARAGRAPH and _NOTE.match(text, block.start, block.end)
        segments.append(Segment(SegmentKind.NOTE, block.start, block.end) if is_note else block)
        if block.kind is not SegmentKind.CODE:
            segments += [
                Segment(SegmentKind.NOTE_NUMBER, *m.span()) for m in _NUMBER.finditer(text, block.start, block.end)
            ]
        position = block.end
    return segments
