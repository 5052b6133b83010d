"""Finds blocks that stand apart from a page's main content: boxes that tell nothing of its subject."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

from index.load.html.blocks import Element
from index.load.html.sections import stands_around
from index.load.html.teasers import COPYRIGHT, READ_ALSO, TextPlaces, ancestors_of, is_credit, speaks_to_visitor
from index.load.parsed import BlockDraft
from index.types import SegmentKind

BOXES = 3  # around a block, from which on it stands apart
CARDS = 3  # blocks of cards at the end of a page, from which on they are no part of it
ENDS = tuple('.!?:;…。！？”"»)')
_SHORT = 8  # words that a line beside a link has fewer than
_ROWS = frozenset(("tbody", "thead", "tfoot", "tr"))  # of a table: parts of one box


def asides_in(told: Iterable[str], others: Iterable[str], places: TextPlaces) -> Set[str]:
    """Return the texts of `others` that are always in boxes of their own; `told`: the texts of the main content.

    A box that is one of several of its kind, in one of which the story tells something, is no box of its own.
    """
    holders = ancestors_of(element for text in told for element in places.elements.get(text, ())[:1])
    series: dict[Element, set[tuple[str, str | None]]] = {}
    asides = set()
    for text in dict.fromkeys(others):
        elements = places.elements.get(text, ())
        boxes = 1 if text in places.cards else BOXES
        if elements and all(_is_apart(element, boxes, holders, series) for element in elements):
            asides.add(text)
    return asides


def _is_apart(
    block: Element, fewest: int, holders: Set[Element], series: dict[Element, set[tuple[str, str | None]]]
) -> bool:
    outermost, boxes = block, 0
    for around in block.iterancestors():
        if around in holders:
            if boxes < fewest:
                return False
            if around not in series:
                series[around] = {(e.tag, e.get("class")) for e in around if e in holders}
            return (outermost.tag, outermost.get("class")) not in series[around]
        outermost, boxes = around, boxes + (around.tag not in _ROWS)
    return False


def elsewhere(blocks: Sequence[BlockDraft], places: TextPlaces) -> set[int]:
    """Return the blocks that never belong to the text of a page.

    Links below headings such as "Related articles", with the headings; lines such as "Read also"; picture credits; in
    the second half, copyright lines.
    """
    positions: set[int] = set()
    i = 0
    while i < len(blocks):
        draft, end = blocks[i], i + 1
        if draft.kind is SegmentKind.HEADING and stands_around(draft.text):
            while end < len(blocks) and _leads_on(blocks[end], places):
                end += 1
            if any(blocks[j].text in places.linked for j in range(i + 1, end)):
                positions.update(range(i, end))
        elif _is_remark(draft, places) or (2 * i > len(blocks) and COPYRIGHT.match(draft.text)):
            positions.add(i)
        i = end
    return positions


def _is_remark(draft: BlockDraft, places: TextPlaces) -> bool:
    leads = draft.text in places.linked and READ_ALSO.match(draft.text) is not None
    return leads or speaks_to_visitor(draft.text) or (draft.kind is SegmentKind.PARAGRAPH and is_credit(draft.text))


def trimmed(blocks: Sequence[BlockDraft], places: TextPlaces) -> list[BlockDraft]:
    """Return the blocks without those that are of no text here, and without the cards that they end with."""
    never = elsewhere(blocks, places)
    blocks = [draft for i, draft in enumerate(blocks) if i not in never]
    end, cards = len(blocks), 0
    for i in range(len(blocks) - 1, 0, -1):
        draft = blocks[i]
        leads = draft.text in places.linked or draft.text in places.cards
        card = leads and draft.kind is not SegmentKind.LIST_ITEM
        if not card and (draft.kind is not SegmentKind.HEADING or end > i + 1):
            break
        cards += card
        end = i
    return blocks[:end] if cards >= CARDS else blocks


def _leads_on(draft: BlockDraft, places: TextPlaces) -> bool:
    """Return whether a block is one of other texts: a link, or what stands beside one, such as a date."""
    if draft.text in places.linked or draft.text in places.cards:
        return True
    return draft.kind is not SegmentKind.HEADING and len(draft.text.split()) < _SHORT and not draft.text.endswith(ENDS)
