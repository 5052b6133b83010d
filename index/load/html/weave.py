"""The story of a web page as it stands on the page: which of the page's own blocks belong to it, in the page's order.

An extractor says what the story is about, but it may put its parts in another order, and lose headings, standfirsts and
captions on the way. So what it tells is taken as a sign, and the blocks that are read are the page's.
"""

from __future__ import annotations

from collections.abc import Sequence

from index.load.html.blocks import BLOCKS, Element, is_element, words_of
from index.load.parsed import Composer
from index.types import Segment, SegmentKind

COVERED = 0.8  # share of what the story tells that the page's blocks hold at least
TOLD = 0.5  # share of a block that the story tells at least
LINKED = 0.8  # share of a block's words in links from which on it leads elsewhere
_RUN = 4  # words in a row that are compared
_PROSE, _SENTENCE = 8, 4  # words of a paragraph between others, at least; of one that ends as a sentence does
_ENDS = tuple('.!?:;…。！？”"»)')

Block = tuple[Segment, str]
Runs = set[tuple[str, ...]]


def woven(page: Composer, story: Composer, linked: set[str], captions: set[str]) -> list[Block] | None:
    """The blocks of `page` from its title to the end of the story, without what does not belong to it.

    `linked`: texts of blocks that lead elsewhere; `captions`: of what stands below pictures. None where `page` lacks
    much of what `story` tells.
    """
    told = [text for _, text in story.blocks()]
    runs = set().union(*map(_runs, told))
    blocks = page.blocks()
    found = [_runs(text) for _, text in blocks]
    if not told or len(runs & set().union(*found)) < COVERED * len(runs):
        return None
    whole = set(map(_plain, told))
    tells = [
        _plain(text) in whole or len(own & runs) >= TOLD * len(own)
        for (_, text), own in zip(blocks, found, strict=True)
    ]
    if not any(tells):
        return None
    first, last = tells.index(True), len(tells) - 1 - tells[::-1].index(True)
    start = _start(blocks, first)
    standfirst = start + 1 if start < first else start
    kept: list[Block] = []
    for i in range(last, start - 1, -1):
        segment, text = blocks[i]
        belongs = (segment.kind is not SegmentKind.HEADING or i == standfirst) and _belongs(segment, text, captions)
        if segment.kind is SegmentKind.HEADING and kept:
            belongs = belongs or kept[-1] is blocks[i + 1]
        if i == start or tells[i] or (belongs and text not in linked):
            kept.append(blocks[i])
    return kept[::-1]


def linked_texts(tree: Element) -> set[str]:
    """The texts of blocks in `tree` that hold no other block, and most of whose words lead elsewhere."""
    found = set()
    for block in tree.iter(*BLOCKS):
        inner = next(block.iterdescendants(*BLOCKS), None) is not None
        words = "" if inner or next(block.iter("a"), None) is None else words_of(block)
        if words and sum(len(words_of(link)) for link in block.iter("a")) > LINKED * len(words):
            found.add(words)
    return found


def captions_of(tree: Element) -> set[str]:
    """The texts of captions in `tree`, whole and in their parts."""
    return {words_of(e) for caption in tree.iter("figcaption") for e in caption.iter() if is_element(e)} - {""}


def _start(blocks: Sequence[Block], first: int) -> int:
    """Where the story begins whose first block is at `first`: at the title above it, or at a heading right above."""
    titles = [i for i in range(first) if blocks[i][0].level == 1]
    if titles:
        return titles[-1]
    return first - 1 if first and blocks[first - 1][0].kind is SegmentKind.HEADING else first


def _belongs(segment: Segment, text: str, captions: set[str]) -> bool:
    """Whether a block between those of the story is one of them though the story does not tell it."""
    words = len(text.split())
    prose = words >= _PROSE or (words >= _SENTENCE and text.endswith(_ENDS))
    return prose or segment.kind in (SegmentKind.CODE, SegmentKind.TABLE) or text in captions


def _plain(text: str) -> str:
    return " ".join(text.split())


def _runs(text: str) -> Runs:
    """Every few words in a row; of fewer words, all of them."""
    words = text.split()
    return {tuple(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1))}
