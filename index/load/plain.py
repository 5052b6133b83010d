"""Plain text: paragraphs stand between blank lines, or one on each line where lines are not wrapped."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.load.decoding import decode
from index.load.outline import outlined
from index.load.pagebreaks import running_heads
from index.load.parsed import Format, Parsed, Raw
from index.types import Segment, SegmentKind

# Wrapped text keeps its lines shorter than this, in characters; a longer line is a whole paragraph.
LONGEST_WRAPPED_LINE = 120

_LINE = re.compile(r"[^\r\n\v\f\x85\u2028\u2029]+")
_END = r"(?:\r\n|\r(?!\n)|\n)"  # a carriage return and a line feed are one end
_BETWEEN_BLANK_LINES = re.compile(rf"\S[\s\S]*?(?=\s*{_END}[ \t]*{_END}|\s*\Z)")
_ENDS = tuple('.!?:;”"»…')
_MARKED = re.compile(r"(?:[-*•]|\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-z])[.)])\s|\d{1,3}(?:\.\d{1,3})+\s")


def segments(text: str) -> tuple[Segment, ...]:
    """The paragraphs of `text`, without the white space around them, and the running heads of its pages.

    A paragraph that goes on after the end of a page is one; the running heads lie inside of it.
    """
    unwrapped = any(len(line[0]) > LONGEST_WRAPPED_LINE for line in _LINE.finditer(text))
    pattern = _LINE if unwrapped else _BETWEEN_BLANK_LINES
    heads = [] if unwrapped else running_heads(text)
    found: list[Segment] = []
    position = int(text.startswith("\ufeff"))  # a byte order mark belongs to no paragraph
    for head in [*heads, None]:
        end = head.start if head else len(text)
        paragraphs = _paragraphs(text, pattern, position, end)
        if paragraphs and found and _goes_on(text, found, paragraphs[0]):
            whole = next(i for i in range(len(found) - 1, -1, -1) if found[i].kind is SegmentKind.PARAGRAPH)
            found[whole] = Segment(SegmentKind.PARAGRAPH, found[whole].start, paragraphs[0].end)
            paragraphs = paragraphs[1:]
        found += paragraphs
        if head:
            found.append(head)
            position = head.end
    return tuple(found)


def _paragraphs(text: str, pattern: re.Pattern[str], start: int, end: int) -> list[Segment]:
    found = []
    for match in pattern.finditer(text, start, end):
        first = match.end() - len(match[0].lstrip())
        last = match.start() + len(match[0].rstrip())
        if first < last:
            found.append(Segment(SegmentKind.PARAGRAPH, first, last))
    return found


def _goes_on(text: str, found: Sequence[Segment], following: Segment) -> bool:
    """Whether `following`, below running heads, goes on in the middle of a sentence of the paragraph above them."""
    if found[-1].kind is not SegmentKind.RUNNING_HEAD:
        return False
    above = next((s for s in reversed(found) if s.kind is SegmentKind.PARAGRAPH), None)
    if above is None or text[above.start : above.end].endswith(_ENDS):
        return False
    words = text[following.start : following.end]
    return not _MARKED.match(words) and (words[:1].islower() or _is_prose(text[above.start : above.end]))


def _is_prose(words: str) -> bool:
    """Whether a paragraph is more than a heading."""
    return len(words) > 60 or any(mark in words for mark in (". ", ", "))


def read(raw: Raw) -> Parsed:
    """The text as it is written. Raises `EncodingError`."""
    text = decode(raw)
    return Parsed(text, outlined(text, segments(text)))


FORMAT = Format(("text/plain",), (".txt",), read, version=2)
