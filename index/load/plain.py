"""Plain text: paragraphs stand between blank lines, or one on each line where lines are not wrapped."""

from __future__ import annotations

import re

from index.load.decoding import decode
from index.load.parsed import Format, Parsed, Raw
from index.types import Segment, SegmentKind

# Wrapped text keeps its lines shorter than this, in characters; a longer line is a whole paragraph.
LONGEST_WRAPPED_LINE = 120

_LINE = re.compile(r"[^\r\n\v\f\x85\u2028\u2029]+")
_BETWEEN_BLANK_LINES = re.compile(r"\S[\s\S]*?(?=\s*(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)|\s*\Z)")


def segments(text: str) -> tuple[Segment, ...]:
    """The paragraphs of `text`, without the white space around them."""
    unwrapped = any(len(line[0]) > LONGEST_WRAPPED_LINE for line in _LINE.finditer(text))
    bom = int(text.startswith("\ufeff"))  # a byte order mark belongs to no paragraph
    found = []
    for match in (_LINE if unwrapped else _BETWEEN_BLANK_LINES).finditer(text, bom):
        start = match.end() - len(match[0].lstrip())
        end = match.start() + len(match[0].rstrip())
        if start < end:
            found.append(Segment(SegmentKind.PARAGRAPH, start, end))
    return tuple(found)


def read(raw: Raw) -> Parsed:
    """The text as it is written. Raises `EncodingError`."""
    text = decode(raw)
    return Parsed(text, segments(text))


FORMAT = Format(("text/plain",), (".txt",), read)
