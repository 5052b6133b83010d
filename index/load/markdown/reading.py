"""Markdown (CommonMark with tables), by markdown-it-py: the text is the raw source, the blocks are its segments.

The cells of tables and the notes of a text are placed in the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from index.load.decoding import decode
from index.load.headers import TableCell, headers_of
from index.load.markdown.hidden import TAG, UNSEEN_TAG, front_matter, with_hidden
from index.load.parsed import Parsed, Raw, trimmed
from index.types import Segment, SegmentKind

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_NEWLINE = re.compile(r"\r\n?|\n")
_MARKER = re.compile(r"(?:[ \t]+|>|(?:[-*+]|\d{1,9}[.)])[ \t]+)*(?:#{1,6}[ \t]+)?")
_HEADING_TAG = re.compile(r"<h([1-6])\b", re.IGNORECASE)
_LEAVES = {
    "heading_open": SegmentKind.HEADING,
    "paragraph_open": SegmentKind.PARAGRAPH,
    "fence": SegmentKind.CODE,
    "code_block": SegmentKind.CODE,
    "html_block": SegmentKind.PARAGRAPH,
    "table_open": SegmentKind.TABLE,
}

_LINE = re.compile(r"[^\r\n]+")
_PREFIX = re.compile(r"[ \t>]*\|?")
# The number of a note in the text, "[^3]", and the note itself (GitHub, Pandoc).
_NUMBER = re.compile(r"\[\^[^\]\s]{1,80}\](?!:)")
_NOTE = re.compile(r"\[\^[^\]\s]{1,80}\]:[ \t]+(?=\S)")
_NOTES = re.compile(r"^[ \t]{0,3}(\[\^[^\]\s]{1,80}\]:[ \t]+[^\r\n]*\S)", re.MULTILINE)


def segments(text: str) -> tuple[Segment, ...]:
    """Return headings, paragraphs, list items, quotes, tables, code blocks, notes and cells, without marks."""
    front, _ = front_matter(text)
    blocks = with_hidden(text, _blocks(text, front), front)
    all_segments = with_notes(text, blocks)
    all_segments += [cell for block in blocks if block.kind is SegmentKind.TABLE for cell in cells_of(text, block)]
    return tuple(
        sorted(all_segments, key=lambda s: (s.start, not s.kind.is_block, s.kind is SegmentKind.HIDDEN, -s.end))
    )


def _blocks(text: str, front: int) -> list[Segment]:
    """Return the blocks of `text`, whose front matter ends at `front`."""
    # A byte order mark belongs to no block, and would hide the mark of a heading.
    bom = int(text.startswith("\ufeff"))
    starts = [bom, *(match.end() for match in _NEWLINE.finditer(text)), len(text)]
    segments: list[Segment] = []
    # Front matter is no Markdown: blank lines stand for it.
    source = re.sub(r"[^\r\n]", " ", text[:front]) + text[front:]
    for token, kind in _leaves(_block_parser().parse(source[bom:])):
        if token.map is None:
            continue
        first, last = token.map
        if token.markup in ("=", "-") and kind is SegmentKind.HEADING:
            last -= 1  # the line that underlines the heading
        start, end = starts[first], starts[min(last, len(starts) - 1)]
        marker = _MARKER.match(text, start, end)
        if marker is not None and kind is not SegmentKind.CODE:
            start = marker.end()
        end = start + len(text[start:end].rstrip())
        if kind is SegmentKind.HEADING and token.markup.startswith("#"):
            end = start + len(_without_closing(text[start:end]))
        start = end - len(text[start:end].lstrip())
        heading: int | None = None
        if token.type == "html_block":
            start, end, heading = _within_tags(text, start, end)
            kind = SegmentKind.HEADING if heading else kind
        if kind is SegmentKind.PARAGRAPH and not TAG.sub("", text[start:end]).strip():
            continue  # an anchor, a picture
        if start < end and (not segments or segments[-1].end <= start):
            level = heading or (int(token.tag[1]) if kind is SegmentKind.HEADING else None)
            segments.append(Segment(kind, start, end, level=level))
    return segments


def _within_tags(text: str, start: int, end: int) -> tuple[int, int, int | None]:
    """Return the words of a block of HTML, without the tags before and after them; of a heading, its level."""
    tags = list(TAG.finditer(text, start, end))
    level = None
    for tag in tags:
        if text[start : tag.start()].strip() or UNSEEN_TAG.match(tag[0]):
            break
        named = _HEADING_TAG.match(tag[0])
        level, start = int(named[1]) if named else level, tag.end()
    for tag in reversed(tags):
        if tag.start() < start or text[tag.end() : end].strip() or UNSEEN_TAG.match(tag[0]):
            break
        end = tag.start()
    return *trimmed(text, start, end), level if "<" not in text[start:end] else None


def _without_closing(heading: str) -> str:
    """Return a heading without the marks that may close it."""
    words = heading.rstrip("#")
    return words.rstrip(" \t") if words.endswith((" ", "\t")) or not words else heading


def _leaves(tokens: list[Token]) -> Iterator[tuple[Token, SegmentKind]]:
    around: list[str] = []
    for token in tokens:
        if token.nesting < 0:
            around.pop()
            continue
        kind = _LEAVES.get(token.type)
        if kind is SegmentKind.PARAGRAPH and "list_item_open" in around:
            kind = SegmentKind.LIST_ITEM
        elif kind is SegmentKind.PARAGRAPH and "blockquote_open" in around:
            kind = SegmentKind.QUOTE
        if kind is not None and "table_open" not in around:
            yield token, kind
        if token.nesting > 0:
            around.append(token.type)


def make_parser() -> MarkdownIt:
    """Return a new parser, whose rules may be changed."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table")


def make_block_parser() -> MarkdownIt:
    """Return a parser that looks for blocks alone, and for the addresses that links in them may name."""
    parser = make_parser()
    parser.core.ruler.disable(["inline", "text_join"])
    return parser


_block_parser = cache(make_block_parser)


def read(raw: Raw) -> Parsed:
    """Return the source as it is written, marks and all; `metadata` is what its front matter states.

    Raises `EncodingError`.
    """
    text = decode(raw)
    return Parsed(text, segments(text), front_matter(text)[1])


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
        yield trimmed(text, position, stop)
        position = stop + 1


def with_notes(text: str, blocks: Sequence[Segment]) -> list[Segment]:
    """Return `blocks`, with notes as such and the numbers that lead to them, and the notes that no block holds."""
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
