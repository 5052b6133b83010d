"""Finds what stands around a sentence: its heading, the words that announce it, and sentences that it leans on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from index.types import SegmentKind
from qa.compose.blocks import Blocks, Span

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
