"""Blocks that stand apart from the story of a page: in boxes of their own, in which it tells nothing."""

from __future__ import annotations

from collections.abc import Iterable, Set

from index.load.html.blocks import Element
from index.load.html.teasers import Places

BOXES = 3  # around a block, from which on it stands apart
_ROWS = frozenset(("tbody", "thead", "tfoot", "tr"))  # of a table: parts of one box


def apart(told: Iterable[str], others: Iterable[str], places: Places) -> Set[str]:
    """The texts of `others` that stand in boxes of their own wherever they stand; `told`: what the story tells.

    A box that is one of several of its kind, in one of which the story tells something, is no box of its own.
    """
    holders: set[Element] = set()
    for text in told:
        for element in places.elements.get(text, ())[:1]:
            for around in element.iterancestors():
                if around in holders:
                    break
                holders.add(around)
    series: dict[Element, set[tuple[str, str | None]]] = {}
    found = set()
    for text in others:
        elements = places.elements.get(text, ())
        boxes = 1 if text in places.cards else BOXES
        if elements and all(_is_apart(element, boxes, holders, series) for element in elements):
            found.add(text)
    return found


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
