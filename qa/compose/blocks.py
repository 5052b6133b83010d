"""Looks up the blocks of a document by offset: headings, paragraphs, list items; and the sentences beside one."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from index.types import Document, Segment, SegmentKind

Span = tuple[int, int]

_LETTERED = re.compile(r"\s*(?:\([a-z]\)|[a-z]\)|\((?:i|ii|iii|iv|v|vi)\))\s")


class Blocks:
    """The blocks of `document` in order, without its pages. Made once for each question, as documents can be long."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.every: list[Segment] = [s for s in document.segments if s.kind.is_block]
        self._starts = [segment.start for segment in self.every]
        self._headings = [segment for segment in self.every if segment.kind is SegmentKind.HEADING]
        self._heading_starts = [segment.start for segment in self._headings]

    def place(self, offset: int) -> int | None:
        """Return the place among `every` of the block that holds the character at `offset`, or None."""
        at = bisect_right(self._starts, offset) - 1
        return at if at >= 0 and offset < self.every[at].end else None

    def kind(self, offset: int) -> SegmentKind | None:
        """Return the kind of that block."""
        at = self.place(offset)
        return None if at is None else self.every[at].kind

    def is_item(self, segment: Segment) -> bool:
        """Give whether it is an item of a list: marked as one or, in plain text, a paragraph that begins with "a)"."""
        if segment.kind is SegmentKind.LIST_ITEM:
            return True
        return segment.kind is SegmentKind.PARAGRAPH and _LETTERED.match(self.document.text, segment.start) is not None

    def heading(self, offset: int) -> str:
        """Return the words of the last heading at or before `offset`, or nothing."""
        at = bisect_right(self._heading_starts, offset) - 1
        return self.text(self._headings[at]) if at >= 0 else ""

    def text(self, segment: Segment) -> str:
        """Return its words."""
        return self.document.text[segment.start : segment.end]

    def list_below(self, offset: int) -> list[Span]:
        """Return the items of the list that follows the block at `offset`, as "… these:" announces one."""
        at = self.place(offset)
        items: list[Span] = []
        for segment in self.every[at + 1 :] if at is not None else []:
            if not self.is_item(segment):
                break
            items.append((segment.start, segment.end))
        return items

    def code_below(self, offset: int) -> Span | None:
        """Return the block of code that follows the block at `offset`."""
        at = self.place(offset)
        if at is None or at + 1 >= len(self.every) or self.every[at + 1].kind is not SegmentKind.CODE:
            return None
        return self.every[at + 1].start, self.every[at + 1].end


def neighbours(sentences: Sequence[Span], span: Span, text: str) -> tuple[Span | None, Span | None]:
    """Return the sentences before and after `span` that stand in one paragraph with it."""
    at = bisect_right(sentences, span[0], key=lambda s: s[0]) - 1
    before = sentences[at - 1] if at > 0 else None
    after = sentences[at + 1] if at + 1 < len(sentences) else None
    if before and "\n\n" in text[before[1] : span[0]]:
        before = None
    if after and "\n\n" in text[span[1] : after[0]]:
        after = None
    return before, after


# Sentences before, in the same paragraph, that "he" or "this" may take up.
REACH = 2


def before(sentences: Sequence[Span], start: int, text: str, *, most: int = REACH) -> int:
    """Return where the sentences begin that stand before the one at `start` in its paragraph, `most` of them at most.

    `sentences`: those of the document, in order.
    """
    at = bisect_right(sentences, start, key=lambda s: s[0]) - 1
    first = start
    for previous in reversed(sentences[max(0, at - most) : max(0, at)]):
        if "\n\n" in text[previous[1] : first]:
            break
        first = previous[0]
    return first


def after(sentences: Sequence[Span], end: int, text: str) -> int:
    """Return where the sentence ends that follows the one that ends at `end` in its paragraph; `end` if none does."""
    at = bisect_right(sentences, end - 1, key=lambda s: s[0])
    if at >= len(sentences) or "\n\n" in text[end : sentences[at][0]]:
        return end
    return sentences[at][1]


def announced_by(blocks: Blocks, start: int) -> str:
    """Give the words of the paragraph that announces the list in which the block at `start` is an item, or nothing."""
    at = blocks.place(start)
    if at is None or blocks.every[at].kind is not SegmentKind.LIST_ITEM:
        return ""
    while at > 0 and blocks.every[at].kind is SegmentKind.LIST_ITEM:
        at -= 1
    return blocks.text(blocks.every[at])
