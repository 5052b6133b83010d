"""Finds headings and list items that plain text only draws: underlined lines, lines that begin with a mark."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.types import Segment, SegmentKind

# A whole line at a time, and never back into one: a paragraph may be one line of a million characters.
_UNDERLINED = re.compile(r"(?P<title>[^\n\r]++)\r?\n(?P<line>([=\-~^\"'*+#`:.])\3{2,})[ \t]*(?=\r?\n|\Z)")
_WORD = re.compile(r"\w")
BULLETS = "-*+•‣◦"
_MARK = re.compile(r"^[ \t]*(?:[-*+•‣◦]|\(?\d{1,3}[.)]|\(?[a-z][.)])[ \t]+(?=\S)", re.MULTILINE)


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
        start = _after_space(text, title.end(), paragraph.end)
        if start == paragraph.end:
            return
    items = [mark.start() for mark in _MARK.finditer(text, start, paragraph.end)]
    numbered_once = len(items) == 1 and text[start] not in BULLETS  # "1. Rent" alone is a paragraph
    if not items or items[0] != start or numbered_once:
        yield Segment(SegmentKind.PARAGRAPH, start, paragraph.end)
        return
    for first, after in zip(items, [*items[1:], paragraph.end], strict=True):
        end = first + len(text[first:after].rstrip())
        first = _after_space(text, first, end)
        yield Segment(SegmentKind.LIST_ITEM, first, end)


def _after_space(text: str, start: int, end: int) -> int:
    while start < end and text[start].isspace():
        start += 1
    return start
