"""Markdown (CommonMark with tables), by markdown-it-py: the text is the raw source, the blocks are its segments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from index.load.decoding import decode
from index.load.parsed import Format, Parsed, Raw
from index.types import Segment, SegmentKind

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_NEWLINE = re.compile(r"\r\n?|\n")
_MARKER = re.compile(r"(?:[ \t>]*(?:[-*+]|\d{1,9}[.)])?[ \t]+|[ \t]*>)*(?:#{1,6}[ \t]+)?")
_LEAVES = {
    "heading_open": SegmentKind.HEADING,
    "paragraph_open": SegmentKind.PARAGRAPH,
    "fence": SegmentKind.CODE,
    "code_block": SegmentKind.CODE,
    "html_block": SegmentKind.PARAGRAPH,
    "table_open": SegmentKind.TABLE,
}


def segments(text: str) -> tuple[Segment, ...]:
    """Headings, paragraphs, list items, quotes, tables and code blocks, without the markers before them."""
    # A byte order mark belongs to no block, and would hide the mark of a heading.
    bom = int(text.startswith("\ufeff"))
    starts = [bom, *(match.end() for match in _NEWLINE.finditer(text)), len(text)]
    found: list[Segment] = []
    for token, kind in _leaves(_parser().parse(text[bom:])):
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
        start = end - len(text[start:end].lstrip())
        if start < end and (not found or found[-1].end <= start):
            level = int(token.tag[1]) if kind is SegmentKind.HEADING else None
            found.append(Segment(kind, start, end, level=level))
    return tuple(found)


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
    """A parser of its own for whoever changes its rules."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table")


_parser = cache(make_parser)


def read(raw: Raw) -> Parsed:
    """The source as it is written, marks and all. Raises `EncodingError`."""
    text = decode(raw)
    return Parsed(text, segments(text))


FORMAT = Format(("text/markdown", "text/x-markdown"), (".md", ".markdown"), read)
