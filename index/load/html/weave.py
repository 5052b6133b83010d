"""The story of a web page as it stands on the page: which of the page's own blocks belong to it, in the page's order.

An extractor says what the story is about, but it may put its parts in another order, and lose headings, standfirsts and
captions on the way. So what it tells is taken as a sign, and the blocks that are read are the page's.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from index.load.html.blocks import BLOCKS, Element, is_element, text_lengths, words_of
from index.load.html.sections import stands_around
from index.load.parsed import Composer, Draft
from index.types import SegmentKind

COVERED = 0.8  # share of what the story tells that the page's blocks hold at least
TOLD = 0.5  # share of a block that the story tells at least
LINKED = 0.8  # share of a block's words in links from which on it leads elsewhere
LONGEST_CAPTION = 2_000  # characters
LARGEST_CAPTION = 200  # elements
_RUN = 4  # words in a row that are compared
_PROSE, _SENTENCE = 8, 3  # words of a paragraph between others, at least; of one that ends as a sentence does
_ENDS = tuple('.!?:;…。！？”"»)')

Runs = set[tuple[str, ...]]


def woven(page: Composer, story: Composer, linked: set[str], captions: set[str]) -> list[Draft] | None:
    """The blocks of `page` from its title to the end of the story, without what does not belong to it.

    `linked`: texts of blocks that lead elsewhere; `captions`: of what stands below pictures. None where `page` lacks
    much of what `story` tells.
    """
    told = [draft.text for draft in story.drafts]
    runs = set().union(*map(_runs, told))
    blocks = page.drafts
    found = [_runs(draft.text) for draft in blocks]
    if not told or len(runs & set().union(*found)) < COVERED * len(runs):
        return None
    whole = set(map(_plain, told))
    tells = [
        _plain(draft.text) in whole or len(own & runs) >= TOLD * len(own)
        for draft, own in zip(blocks, found, strict=True)
    ]
    if not any(tells):
        return None
    first, last = tells.index(True), _end(blocks, tells)
    start = _start(blocks, first)
    standfirst = start + 1 if start < first else start
    kept: list[Draft] = []
    listed = _listed(blocks, start, last, tells, linked)
    for i in range(last, start - 1, -1):
        draft, text = blocks[i], blocks[i].text
        belongs = (draft.kind is not SegmentKind.HEADING or i == standfirst) and _belongs(draft, captions)
        if draft.kind is SegmentKind.HEADING and kept:
            belongs = belongs or kept[-1] is blocks[i + 1]
        if i == start or tells[i] or i in listed or (belongs and text not in linked):
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
    """The texts of captions of pictures and tables in `tree`, whole and in their parts.

    What is longer than a caption can be is none.
    """
    lengths = text_lengths(tree)
    captions = tree.iter("figcaption", "caption")
    inside = {e: None for caption in captions for e in islice(caption.iter(), LARGEST_CAPTION)}
    found = (words_of(e) for e in inside if is_element(e) and lengths[e] <= LONGEST_CAPTION)
    return set(found) - {""}


def _end(blocks: Sequence[Draft], tells: Sequence[bool]) -> int:
    """Where the story ends: at the last block that it tells, or at the last item of a list that this one begins."""
    last = len(tells) - 1 - tells[::-1].index(True)
    if _introduces(blocks[last]):
        while last + 1 < len(blocks) and blocks[last + 1].kind is SegmentKind.LIST_ITEM:
            last += 1
    return last


def _listed(blocks: Sequence[Draft], first: int, last: int, tells: Sequence[bool], linked: set[str]) -> set[int]:
    """The items of lists that belong to the story though it does not tell them.

    They lead nowhere; or they stand below an item or a line that introduces them ("Done:"), or their list holds items
    that the story tells.
    """
    found: set[int] = set()
    i = first
    while i <= last:
        end = i
        while end <= last and blocks[end].kind is SegmentKind.LIST_ITEM:
            end += 1
        items = range(i, end)
        if items:
            introduced = i > 0 and ((tells[i - 1] and _introduces(blocks[i - 1])) or _titles(blocks[i - 1]))
            plain = not all(blocks[item].text in linked for item in items)
            if introduced or plain or any(tells[item] or _introduces(blocks[item]) for item in items):
                found.update(items)
        i = max(end, i + 1)
    return found


def _titles(draft: Draft) -> bool:
    """Whether a block is the heading of a list of the text's own."""
    return draft.kind is SegmentKind.HEADING and not stands_around(draft.text)


def _introduces(draft: Draft) -> bool:
    return draft.text.endswith((":", "：")) and draft.kind is not SegmentKind.HEADING


def _start(blocks: Sequence[Draft], first: int) -> int:
    """Where the story begins whose first block is at `first`: at the title above it, or at a heading right above."""
    titles = [i for i in range(first) if blocks[i].level == 1]
    if titles:
        return titles[-1]
    return first - 1 if first and blocks[first - 1].kind is SegmentKind.HEADING else first


def _belongs(draft: Draft, captions: set[str]) -> bool:
    """Whether a block between those of the story is one of them though the story does not tell it."""
    words = len(draft.text.split())
    prose = words >= _PROSE or (words >= _SENTENCE and draft.text.endswith(_ENDS))
    return prose or draft.kind in (SegmentKind.CODE, SegmentKind.TABLE) or draft.text in captions


def _plain(text: str) -> str:
    return " ".join(text.split())


def _runs(text: str) -> Runs:
    """Every few words in a row; of fewer words, all of them."""
    words = text.split()
    return {tuple(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1))}
