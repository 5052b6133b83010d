"""Plain text: paragraphs stand between blank lines, or one on each line where lines are not wrapped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.load.decoding import decode
from index.load.parsed import Format, Parsed, Raw
from index.types import Segment, SegmentKind

# Wrapped text keeps its lines shorter than this, in characters; a longer line is a whole paragraph.
LONGEST_WRAPPED_LINE = 120

_LINE = re.compile(r"[^\r\n\v\f\x85\u2028\u2029]+")
_SPACE = re.compile(r"\s+")
_BLANK_LINE = re.compile(r"(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)")


def segments(text: str) -> tuple[Segment, ...]:
    """The paragraphs of `text`, without the white space around them."""
    unwrapped = any(len(line[0]) > LONGEST_WRAPPED_LINE for line in _LINE.finditer(text))
    bom = int(text.startswith("\ufeff"))  # a byte order mark belongs to no paragraph
    found = []
    for first, last in _lines(text, bom) if unwrapped else _between_blank_lines(text, bom):
        start = last - len(text[first:last].lstrip())
        end = first + len(text[first:last].rstrip())
        if start < end:
            found.append(Segment(SegmentKind.PARAGRAPH, start, end))
    return tuple(found)


def _lines(text: str, start: int) -> Iterator[tuple[int, int]]:
    yield from (line.span() for line in _LINE.finditer(text, start))


def _between_blank_lines(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Each stretch of white space is looked at once: one expression for a whole paragraph would take its square."""
    for space in _SPACE.finditer(text, start):
        if _BLANK_LINE.search(space[0]):
            yield start, space.start()
            start = space.end()
    yield start, len(text)


def read(raw: Raw) -> Parsed:
    """The text as it is written. Raises `EncodingError`."""
    text = decode(raw)
    return Parsed(text, segments(text))


FORMAT = Format(("text/plain",), (".txt",), read)
