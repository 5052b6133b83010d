"""Plain text: paragraphs stand between blank lines, or one on each line where lines are not wrapped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.load.decoding import decode
from index.load.outline import outlined
from index.load.pagebreaks import running_heads
from index.load.parsed import Parsed, Raw
from index.types import Segment, SegmentKind

# Wrapped text keeps its lines shorter than this, in characters; a longer line is a whole paragraph.
LONGEST_WRAPPED_LINE = 120

_LINE = re.compile(r"[^\r\n\v\f\x85\u2028\u2029]+")
_SPACE = re.compile(r"\s+")
_END = r"(?:\r\n|\r(?!\n)|\n)"  # a carriage return and a line feed are one end
_BLANK_LINE = re.compile(rf"{_END}[ \t]*{_END}")
_ENDS = tuple('.!?:;”"»…')
_MARKED = re.compile(r"(?:[-*•]|\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-z])[.)])\s|\d{1,3}(?:\.\d{1,3})+\s")
_LONGEST_HEADING = 60  # characters


def segments(text: str, *, wrapped: bool = False) -> tuple[Segment, ...]:
    """The paragraphs of `text`, without the white space around them, and the running heads of its pages.

    A paragraph that goes on after the end of a page is one; the running heads lie inside of it. `wrapped`: the format
    says that lines are, however long they are.
    """
    unwrapped = not wrapped and any(len(line[0]) > LONGEST_WRAPPED_LINE for line in _LINE.finditer(text))
    heads = [] if unwrapped else running_heads(text)
    found: list[Segment] = []
    position = int(text.startswith("\ufeff"))  # a byte order mark belongs to no paragraph
    last: int | None = None  # where in `found` the last paragraph is
    for head in [*heads, None]:
        paragraphs = _paragraphs(text, position, head.start if head else len(text), unwrapped=unwrapped)
        if paragraphs and last is not None and _goes_on(text, found[last], paragraphs[0]):
            found[last] = Segment(SegmentKind.PARAGRAPH, found[last].start, paragraphs[0].end)
            paragraphs = paragraphs[1:]
        if paragraphs:
            found += paragraphs
            last = len(found) - 1
        if head:
            found.append(head)
            position = head.end
    return tuple(found)


def _paragraphs(text: str, start: int, end: int, *, unwrapped: bool) -> list[Segment]:
    found = []
    for a, b in _lines(text, start, end) if unwrapped else _between_blank_lines(text, start, end):
        first = b - len(text[a:b].lstrip())
        last = a + len(text[a:b].rstrip())
        if first < last:
            found.append(Segment(SegmentKind.PARAGRAPH, first, last))
    return found


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    yield from (line.span() for line in _LINE.finditer(text, start, end))


def _between_blank_lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Each stretch of white space is looked at once: one expression for a whole paragraph would take its square."""
    for space in _SPACE.finditer(text, start, end):
        if _BLANK_LINE.search(space[0]):
            yield start, space.start()
            start = space.end()
    yield start, end


def _goes_on(text: str, above: Segment, following: Segment) -> bool:
    """Whether `following`, below running heads, goes on in the middle of a sentence of the paragraph above them."""
    if text.endswith(_ENDS, above.start, above.end) or _MARKED.match(text, following.start, following.end):
        return False
    return text[following.start].islower() or _is_prose(text, above)


def _is_prose(text: str, paragraph: Segment) -> bool:
    """Whether a paragraph is more than a heading."""
    if paragraph.end - paragraph.start > _LONGEST_HEADING:
        return True
    return any(mark in text[paragraph.start : paragraph.end] for mark in (". ", ", "))


def read(raw: Raw) -> Parsed:
    """The text as it is written. Raises `EncodingError`."""
    text = decode(raw)
    return Parsed(text, outlined(text, segments(text)))
