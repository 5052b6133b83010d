"""reStructuredText (.rst): the text is the source as it is written, as that of any plain text.

Titles, paragraphs and lists are found as in plain text; pure markup is hidden, and code and tables are recognised.
docutils gives no offsets into the source, and does not know the directives and roles that Sphinx adds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from index.load.decoding import decode
from index.load.parsed import Parsed, Raw, trimmed
from index.load.plain import outlined, segments
from index.types import Segment, SegmentKind

_SILENT = re.compile(
    r"\.\. (?:_[^\n]*:|image::|figure::|toctree::|index::|highlight::|include::|raw::|only::|currentmodule::|module::|"
    r"meta::|contents::|default-role::|role::|\|[^|\n]+\| replace::|\[)|\.\.[ \t]*(?:\r?\n|\Z)|\.\. (?![\w:-]+::)"
)
_CODE = re.compile(r"\.\. (?:code|code-block|sourcecode|parsed-literal|math|literalinclude|productionlist|doctest)::")
_DIRECTIVE = re.compile(r"[ \t]*\.\. [\w:-]+::[ \t]*")
_OPTIONS = re.compile(r"(?:\r?\n[ \t]+:[\w-]+:[^\n]*)+")
_RULE = re.compile(r"[ \t]*(?:=+|-+|~+|\^+|\"+|\*+|\++|#+)[ \t]*\r?\n(?=[^\r\n])")
_GRID, _SIMPLE = re.compile(r"[ \t]*\+[-=+]{3,}\+"), re.compile(r"[ \t]*={2,}(?:[ \t]+={2,})+[ \t]*\r?\n")
_LINE = re.compile(r"[^\r\n]+")
_COLUMN = re.compile(r"=+")


def read(raw: Raw) -> Parsed:
    """Return the text as it is written. Raises `EncodingError`."""
    text = decode(raw)
    blocks: list[Segment] = []
    code_above = -1  # how far the block is indented whose last words announce code
    for block in outlined(text, [_without_overline(text, segment) for segment in segments(text, wrapped=True)]):
        indent = _indent(text, block.start)
        if code_above >= 0 and indent > code_above:
            blocks.append(Segment(SegmentKind.CODE, block.start, block.end))
            continue
        code_above = -1
        blocks += _read_block(text, block)
        if text.endswith("::", block.start, block.end) or _CODE.match(text, block.start):
            code_above = indent
    return Parsed(text, tuple(sorted(blocks, key=lambda s: (s.start, not s.kind.is_block))))


def _read_block(text: str, block: Segment) -> Iterator[Segment]:
    """Yield a block of plain text as what it is here: a table, code, hidden markup, or what it was."""
    if block.kind is SegmentKind.PARAGRAPH and _SIMPLE.match(text, block.start):
        yield replace(block, kind=SegmentKind.TABLE)
        yield from _cells(text, block)
    elif block.kind is SegmentKind.PARAGRAPH and _GRID.match(text, block.start):
        yield replace(block, kind=SegmentKind.TABLE)
    elif _CODE.match(text, block.start) or _SILENT.match(text, block.start):
        yield replace(block, kind=SegmentKind.HIDDEN, level=None)
    elif directive := _DIRECTIVE.match(text, block.start, block.end):
        yield from _after_mark(text, block, directive.end())
    else:
        yield block


def _after_mark(text: str, block: Segment, start: int) -> Iterator[Segment]:
    """Yield what a directive such as a note says; its name is markup, and so are its options."""
    options = _OPTIONS.search(text, start, block.end)
    stretches = [(start, block.end)] if options is None else [(start, options.start()), (options.end(), block.end)]
    for first, last in stretches:
        if text[first:last].strip():
            yield Segment(SegmentKind.PARAGRAPH, trimmed(text, first, last)[0], last)


def _without_overline(text: str, block: Segment) -> Segment:
    """Return a title without the line above it."""
    if block.kind is not SegmentKind.PARAGRAPH or _SIMPLE.match(text, block.start):
        return block
    line = _RULE.match(text, block.start, block.end)
    if line is None or line.end() >= block.end:
        return block
    lines = text[line.end() : block.end].splitlines()
    is_title = len(lines) > 1 and lines[1].strip() == line[0].strip()
    return replace(block, start=line.end()) if is_title else block


def _indent(text: str, start: int) -> int:
    line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    return len(text[line:start].expandtabs(8)) if not text[line:start].strip() else 0


def _cells(text: str, table: Segment) -> Iterator[Segment]:
    """Yield the cells of a simple table, whose columns the line above them draws."""
    lines = list(_LINE.finditer(text, table.start - _indent(text, table.start), table.end))
    columns = [match.start() for match in _COLUMN.finditer(lines[0][0])]
    rules = [n for n, line in enumerate(lines) if not line[0].strip(" \t=-")]
    heads = rules[1] if len(rules) > 2 else 0
    headers: dict[int, tuple[int, int]] = {}
    number = 0
    for n, line in enumerate(lines):
        if n in rules:
            continue
        number += 1
        places = _places(text, line, columns)
        for column, span in places.items():
            above = (headers[column],) if column in headers and n > heads else ()
            beside = (places[1],) if n > heads and column > 1 and 1 in places else ()
            yield Segment(SegmentKind.CELL, *span, level=column, number=number, headers=above + beside)
        if n < heads:
            headers |= places


def _places(text: str, line: re.Match[str], columns: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return the place of the words of each column that has some, by its number from 1. `columns`: where they begin."""
    places = {}
    edges = [*columns, line.end() - line.start()]
    for column, (first, following) in enumerate(pairwise(edges), start=1):
        start, end = min(line.end(), line.start() + first), min(line.end(), line.start() + following)
        if text[start:end].strip():
            places[column] = trimmed(text, start, end)
    return places
