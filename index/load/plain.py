"""Reads plain text: paragraphs stand between blank lines, or one on each line where lines are not wrapped.

Whether they are is told for each stretch between blank lines: one long line, as of an address, does not say it of all.
Headings and list items that a text only draws are found by `outlined`: underlined lines, lines that begin with a mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.load.decoding import decode
from index.load.pagebreaks import running_heads
from index.load.parsed import Parsed, Raw, trimmed
from index.types import Segment, SegmentKind

# Wrapped text keeps its lines shorter than this, in characters; a longer line is a whole paragraph.
LONGEST_WRAPPED_LINE = 120
# In a text with longer lines, what is wrapped fills its lines with at least so many characters.
SHORTEST_WRAPPED_LINE = 40
_MOSTLY = 0.5  # share of a text in long lines from which on it has no pages of lines

_LINE = re.compile(r"[^\r\n\v\f\x85\u2028\u2029]+")
_SPACE = re.compile(r"\s{2,}")  # a blank line is at least two ends
_END = r"(?:\r\n|\r(?!\n)|\n)"  # a carriage return and a line feed are one end
_BLANK_LINE = re.compile(rf"{_END}[ \t]*{_END}")
_ENDS = tuple('.!?:;”"»…')
_MARKED = re.compile(r"(?:[-*•]|\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-z])[.)])\s|\d{1,3}(?:\.\d{1,3})+\s")
_LONGEST_HEADING = 60  # characters

# A whole line at a time, and never back into one: a paragraph may be one line of a million characters.
_UNDERLINED = re.compile(r"(?P<title>[^\n\r]++)\r?\n(?P<line>([=\-~^\"'*+#`:.])\3{2,})[ \t]*(?=\r?\n|\Z)")
_WORD = re.compile(r"\w")
BULLETS = "-*+•‣◦"
_MARK = re.compile(r"^[ \t]*(?:[-*+•‣◦]|\(?\d{1,3}[.)]|\(?[a-z][.)])[ \t]+(?=\S)", re.MULTILINE)


def segments(text: str, *, wrapped: bool = False) -> tuple[Segment, ...]:
    """Return the paragraphs of `text`, without the white space around them, and the running heads of its pages.

    A paragraph that goes on after the end of a page is one; the running heads lie inside of it. `wrapped`: the format
    says that lines are, however long they are.
    """
    long = 0 if wrapped else sum(len(line[0]) for line in _LINE.finditer(text) if _is_long(line[0]))
    heads = [] if long > _MOSTLY * len(text) else running_heads(text)
    segments: list[Segment] = []
    position = int(text.startswith("\ufeff"))  # a byte order mark belongs to no paragraph
    last: int | None = None  # where in `found` the last paragraph is
    for head in [*heads, None]:
        paragraphs = _paragraphs(text, position, head.start if head else len(text), unwrapped=long > 0)
        if paragraphs and last is not None and _goes_on(text, segments[last], paragraphs[0]):
            segments[last] = Segment(SegmentKind.PARAGRAPH, segments[last].start, paragraphs[0].end)
            paragraphs = paragraphs[1:]
        if paragraphs:
            segments += paragraphs
            last = len(segments) - 1
        if head:
            segments.append(head)
            position = head.end
    return tuple(segments)


def _paragraphs(text: str, start: int, end: int, *, unwrapped: bool) -> list[Segment]:
    paragraphs = []
    for stretch in _between_blank_lines(text, start, end):
        lines = [line.span() for line in _LINE.finditer(text, *stretch)] if unwrapped else []
        for a, b in lines if lines and not _is_wrapped([text[a:b].strip() for a, b in lines]) else [stretch]:
            first, last = trimmed(text, a, b)
            if first < last:
                paragraphs.append(Segment(SegmentKind.PARAGRAPH, first, last))
    return paragraphs


def _is_long(line: str) -> bool:
    """Return whether a line is longer than those of wrapped text, and more than one long word, such as an address."""
    return len(line) > LONGEST_WRAPPED_LINE and 2 * max(map(len, line.split()), default=0) < len(line)


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Return whether lines between blank ones are those of one paragraph, in a text that has longer ones too."""
    if any(map(_is_long, lines)) or any(_MARKED.match(line) for line in lines[1:]):
        return False
    filled = all(len(line) >= SHORTEST_WRAPPED_LINE for line in lines[:-1])
    return filled and any(not line.endswith(_ENDS) for line in lines[:-1])


def _between_blank_lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the spans between blank lines; looks at each stretch of white space once, to stay linear."""
    for space in _SPACE.finditer(text, start, end):
        if _BLANK_LINE.search(space[0]):
            yield start, space.start()
            start = space.end()
    yield start, end


def _goes_on(text: str, above: Segment, following: Segment) -> bool:
    """Return whether `following`, below running heads, continues a sentence of the paragraph above them."""
    if text.endswith(_ENDS, above.start, above.end) or _MARKED.match(text, following.start, following.end):
        return False
    words = text[above.start : above.end]
    is_prose = len(words) > _LONGEST_HEADING or ". " in words or ", " in words  # more than a heading
    return is_prose or text[following.start].islower()


def read(raw: Raw) -> Parsed:
    """Return the text as it is written. Raises `EncodingError`."""
    text = decode(raw)
    return Parsed(text, outlined(text, segments(text)))


def outlined(text: str, segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Turn paragraphs of `segments` that are underlined titles into headings, and lists into items.

    The level of a heading is the order in which its sign first underlines one, as in reStructuredText.
    """
    signs: list[str] = []
    outlined_segments: list[Segment] = []
    for segment, following in zip(segments, [*segments[1:], None], strict=False):
        # A paragraph that the head of a page cuts stays whole.
        cut = following is not None and following.start < segment.end
        if segment.kind is SegmentKind.PARAGRAPH and not cut:
            outlined_segments += _parts(text, segment, signs)
        else:
            outlined_segments.append(segment)
    return tuple(outlined_segments)


def _parts(text: str, paragraph: Segment, signs: list[str]) -> Iterator[Segment]:
    start = paragraph.start
    title = _UNDERLINED.match(text, start, paragraph.end)
    words = title["title"].rstrip() if title else ""
    if title and _WORD.search(words) and len(title["line"]) + 3 >= len(words):
        sign = title["line"][0]
        if sign not in signs:
            signs.append(sign)
        yield Segment(SegmentKind.HEADING, start, start + len(words), level=signs.index(sign) + 1)
        start, _ = trimmed(text, title.end(), paragraph.end)
        if start == paragraph.end:
            return
    items = [mark.start() for mark in _MARK.finditer(text, start, paragraph.end)]
    numbered_once = len(items) == 1 and text[start] not in BULLETS  # "1. Rent" alone is a paragraph
    if not items or items[0] != start or numbered_once:
        yield Segment(SegmentKind.PARAGRAPH, start, paragraph.end)
        return
    for first, after in zip(items, [*items[1:], paragraph.end], strict=True):
        yield Segment(SegmentKind.LIST_ITEM, *trimmed(text, first, after))
