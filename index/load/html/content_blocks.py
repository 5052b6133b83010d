"""Chooses the page's own blocks that belong to its main content, in the page's order.

An extractor finds the main content, but may reorder its parts, and lose headings, standfirsts and captions. So its
output only tells which of the page's own blocks are read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from itertools import islice

from index.load.html.asides import ENDS, asides_in, elsewhere
from index.load.html.blocks import Element, is_element, text_lengths, words_of
from index.load.html.sections import stands_around
from index.load.html.teasers import TextPlaces
from index.load.parsed import BlockDraft, Composer
from index.types import SegmentKind

COVERED = 0.8  # share of what the story tells that the page's blocks hold at least
TOLD = 0.5  # share of a block that the story tells at least
LONGEST_CAPTION = 2_000  # characters
LARGEST_CAPTION = 200  # elements
TITLE = 6  # blocks between a title that is no heading of the first level and the story, at most
PICTURE = 2  # blocks that a picture has for its words, at most
_RUN = 4  # words in a row that are compared
_PROSE, _SENTENCE = 8, 3  # words of a paragraph between others, at least; of one that ends as a sentence does

_LONGEST_DATELINE = 30  # words
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.h]\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d\d")

Runs = set[tuple[str, ...]]


def with_main_content(
    page: Composer, story: Composer, places: TextPlaces, captions: set[str]
) -> list[BlockDraft] | None:
    """Return the blocks of `page` from its title to the end of the main content, without foreign blocks.

    `places`: where its texts are; `captions`: texts below pictures. None if `page` lacks much of what `story` has.
    """
    blocks = page.drafts
    tells = _main_runs(blocks, story)
    if tells is None or not any(tells):
        return None
    first, last = tells.index(True), _end(blocks, tells)
    never = elsewhere(blocks, places)
    told, others = ([blocks[i].text for i, tell in enumerate(tells) if tell is wanted] for wanted in (True, False))
    boxed = asides_in(told, others, places) - captions
    start = _start(blocks, first)
    standfirsts = _standfirsts(blocks, start, tells, places.linked)
    listed = _listed(blocks, first, last, tells, places.linked)
    doubted = places.linked | (boxed - {blocks[i].text for i in standfirsts})
    kept: list[int] = []
    never |= _datelines(blocks, start, tells)
    for i in range(last, start - 1, -1):
        below = kept[-1] if kept else None
        belongs = blocks[i].text not in doubted and _belongs(blocks, i, standfirsts, below, captions)
        if i not in never and (i == start or tells[i] or i in listed or belongs):
            kept.append(i)
    return [blocks[i] for i in reversed(kept)]


def without_links(blocks: Sequence[BlockDraft], linked: Set[str]) -> list[BlockDraft]:
    """Return the blocks of a page without known main content, without those that lead elsewhere.

    Links stay in lists that are introduced, or that hold more than links.
    """
    stays = [draft.text not in linked for draft in blocks]
    listed = _listed(blocks, 0, len(blocks) - 1, stays, linked)
    return [draft for i, draft in enumerate(blocks) if stays[i] or i in listed]


def _main_runs(blocks: Sequence[BlockDraft], story: Composer) -> list[bool] | None:
    """Return which blocks the main content has; None if they lack much of it."""
    texts = [draft.text for draft in story.drafts]
    runs = set().union(*map(_runs, texts))
    main_runs = [_runs(draft.text) for draft in blocks]
    if not texts or len(runs & set().union(*main_runs)) < COVERED * len(runs):
        return None
    whole = set(map(_plain, texts))
    return [
        _plain(draft.text) in whole or len(own & runs) >= TOLD * len(own)
        for draft, own in zip(blocks, main_runs, strict=True)
    ]


def captions_of(tree: Element) -> set[str]:
    """Return the texts of captions of pictures and tables in `tree`, whole and in their parts.

    Longer texts are not captions.
    """
    lengths = text_lengths(tree)
    captions = tree.iter("figcaption", "caption")
    inside = {e: None for caption in captions for e in islice(caption.iter(), LARGEST_CAPTION)}
    caption_texts = (words_of(e) for e in inside if is_element(e) and lengths[e] <= LONGEST_CAPTION)
    return set(caption_texts) - {""}


def _end(blocks: Sequence[BlockDraft], tells: Sequence[bool]) -> int:
    """Return the end of the main content: its last block, or the last item of a list that this block begins."""
    last = len(tells) - 1 - tells[::-1].index(True)
    if _introduces(blocks[last]):
        while last + 1 < len(blocks) and blocks[last + 1].kind is SegmentKind.LIST_ITEM:
            last += 1
    return last


def _listed(blocks: Sequence[BlockDraft], first: int, last: int, tells: Sequence[bool], linked: Set[str]) -> set[int]:
    """Return list items that belong to the main content though the extractor lost them.

    They lead nowhere; or they stand below an item or a line that introduces them ("Done:"), or their list holds items
    that the story tells.
    """
    listed: set[int] = set()
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
                listed.update(items)
        i = max(end, i + 1)
    return listed


def _titles(draft: BlockDraft) -> bool:
    """Return whether a block is the heading of a list of the text's own."""
    return draft.kind is SegmentKind.HEADING and not stands_around(draft.text)


def _heads(blocks: Sequence[BlockDraft], i: int, below: int) -> bool:
    """Return whether a heading that is a sentence stands above a block, with no more than a picture between them."""
    between = blocks[i + 1 : min(below, i + 2 + PICTURE)]
    pictured = len(between) <= PICTURE and all(draft.kind is SegmentKind.PARAGRAPH for draft in between)
    return pictured and len(blocks[i].text.split()) >= _PROSE


def _introduces(draft: BlockDraft) -> bool:
    return draft.text.endswith((":", "：")) and draft.kind is not SegmentKind.HEADING


def _start(blocks: Sequence[BlockDraft], first: int) -> int:
    """Return where the main content with first block `first` begins: at a title above, or a heading right above."""
    titles = [i for i in range(first) if blocks[i].kind is SegmentKind.HEADING and blocks[i].level == 1]
    if titles:
        return titles[-1]
    above = (i for i in range(first - 1, max(-1, first - 1 - TITLE), -1) if blocks[i].kind is SegmentKind.HEADING)
    title = next(above, first)
    level, below = blocks[title].level or 0, blocks[first]
    return title if below.kind is not SegmentKind.HEADING or level < (below.level or 0) or title == first - 1 else first


def _standfirsts(blocks: Sequence[BlockDraft], title: int, tells: Sequence[bool], linked: Set[str]) -> set[int]:
    """Return what may stand between a title and the story: the block below the title, and the first sentence.

    A title that leads elsewhere is the name of the site, whose motto may stand below it.
    """
    end = next((i for i in range(title + 1, len(blocks)) if tells[i]), title + 1)
    between = range(title + 1, min(end, title + 1 + TITLE))
    sentences = (i for i in between if blocks[i].text not in linked and _is_sentence(blocks[i]))
    return {*between[:1], *islice(sentences, blocks[title].text not in linked)}


def _datelines(blocks: Sequence[BlockDraft], title: int, tells: Sequence[bool]) -> set[int]:
    """Return the lines between the title and the story that say who wrote the text, and when."""
    titles = [draft.kind is SegmentKind.HEADING and draft.level == 1 for draft in blocks]
    end = next((i for i in range(title, len(blocks)) if tells[i] and not titles[i]), title)
    return {i for i in range(title + 1, end) if not tells[i] and _is_dateline(blocks[i])}


def _is_dateline(draft: BlockDraft) -> bool:
    """Return whether a line says who wrote the text, and when, as the metadata do."""
    words = draft.text.split()
    is_line = draft.kind is SegmentKind.PARAGRAPH and len(words) <= _LONGEST_DATELINE
    return is_line and not draft.text.endswith(ENDS) and _DATE.search(draft.text) is not None


def _is_sentence(draft: BlockDraft) -> bool:
    return len(draft.text.split()) >= _PROSE and draft.text.endswith(ENDS)


def _belongs(
    blocks: Sequence[BlockDraft], i: int, standfirsts: Set[int], below: int | None, captions: set[str]
) -> bool:
    """Return whether a block between those of the main content belongs to it though the extractor lost it.

    `below`: the next one that is kept. A heading goes with it, and a line that introduces something.
    """
    draft = blocks[i]
    words = len(draft.text.split())
    if draft.kind is SegmentKind.HEADING and i not in standfirsts:
        if below is None or stands_around(draft.text):
            return False
        return below == i + 1 or _heads(blocks, i, below)
    if _introduces(draft) and i + 1 < len(blocks):
        return words >= _SENTENCE and below == i + 1
    prose = words >= _PROSE or (words >= _SENTENCE and draft.text.endswith(ENDS))
    return prose or draft.kind in (SegmentKind.CODE, SegmentKind.TABLE) or draft.text in captions


def _plain(text: str) -> str:
    return " ".join(text.split())


def _runs(text: str) -> Runs:
    """Return every few words in a row; of fewer words, all of them."""
    words = text.split()
    return {tuple(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1))}
