"""Lists and neighbouring sentences of a document, around a place in it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from index.types import Document, Segment, SegmentKind

Span = tuple[int, int]

# Blocks that stand between two items of one list at most: none. Items of one list are neighbours.
_LIST = (SegmentKind.LIST_ITEM,)


def blocks(document: Document) -> list[Segment]:
    """The document's blocks in order, without its pages."""
    return [segment for segment in document.segments if segment.kind is not SegmentKind.PAGE]


def block_at(document: Document, offset: int) -> int | None:
    """The place among `blocks` of the one that holds the character at `offset`, or None."""
    every = blocks(document)
    at = bisect_right(every, offset, key=lambda segment: segment.start) - 1
    return at if at >= 0 and offset < every[at].end else None


def list_around(document: Document, offset: int) -> list[Span]:
    """The items of the list that holds the character at `offset`, in order; empty if it is no list's."""
    every, at = blocks(document), block_at(document, offset)
    if at is None or every[at].kind not in _LIST:
        return []
    first = last = at
    while first > 0 and every[first - 1].kind in _LIST:
        first -= 1
    while last + 1 < len(every) and every[last + 1].kind in _LIST:
        last += 1
    return [(segment.start, segment.end) for segment in every[first : last + 1]]


def list_below(document: Document, offset: int) -> list[Span]:
    """The items of the list that follows the block at `offset`, as "… these:" or a heading announces one."""
    every, at = blocks(document), block_at(document, offset)
    if at is None or at + 1 >= len(every) or every[at + 1].kind not in _LIST:
        return []
    return list_around(document, every[at + 1].start)


def neighbours(sentences: Sequence[Span], span: Span, text: str) -> tuple[Span | None, Span | None]:
    """The sentences before and after `span` that stand in one paragraph with it."""
    at = bisect_right(sentences, span[0], key=lambda s: s[0]) - 1
    before = sentences[at - 1] if at > 0 else None
    after = sentences[at + 1] if at + 1 < len(sentences) else None
    if before and "\n\n" in text[before[1] : span[0]]:
        before = None
    if after and "\n\n" in text[span[1] : after[0]]:
        after = None
    return before, after
