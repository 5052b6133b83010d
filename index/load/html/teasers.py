"""Blocks of a page that lead elsewhere: links, cards that are links as a whole, lines such as "Read also: ...".

What they hold is told somewhere else, on a page of its own. So they belong to the text only where something in it says
so: a line that introduces them, a list that holds more than links.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from index.load.html.blocks import BLOCKS, Element, words_of

LINKED = 0.8  # share of a block's words in links from which on it leads elsewhere
_LONGEST_CARD = 600  # characters of a link that is a card; a longer one is one that nobody closed
# What stands before the title of another text, in the languages of most pages.
_READ_ALSO = re.compile(
    r"\W*(?:(?:you (?:may|might) also like|also read|don[’']t miss|learn more|more|read(?: also| more| next)?|related"
    r"(?: (?:articles?|stor(?:y|ies)))?|recommended)"
    r"|(?:auch interessant|lesen sie(?: auch)?|lies(?: auch| mehr)|mehr(?: dazu| lesen| zum thema)?|passend dazu"
    r"|siehe auch|zum thema)"
    r"|(?:(?:à )?lire(?: aussi| également)?|(?:à )?voir aussi|sur le même sujet)"
    r"|(?:le[ae]r?(?: además| más| también)?|te puede interesar|ver(?: más| también)|vea(?: más| también)?)"
    r"|(?:leia(?: mais| também)?|saiba mais|veja(?: mais| também)?)"
    r"|(?:leggi(?: anche)?|lees(?: meer| ook)?|läs(?: mer| också)|l[eæ]s også"
    r"|(?:prze)?czytaj(?: także| też| więcej)?|zobacz(?: także| też)?|čtěte(?: také)?"
    r"|читайте(?: также)?|смотрите также))\s*(?:[:»>|–—]|\s-\s)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Places:
    """Where the texts of a page stand: by the text of a block that holds no other block, its elements.

    `linked`: the texts most of whose words lead elsewhere.
    """

    elements: Mapping[str, Sequence[Element]]
    linked: Set[str]


def places_in(tree: Element) -> Places:
    """Look at each block of `tree` that holds no other block."""
    elements: dict[str, list[Element]] = {}
    linked = set()
    cards: dict[Element, bool] = {}
    for block in tree.iter(*BLOCKS):
        words = "" if next(block.iterdescendants(*BLOCKS), None) is not None else words_of(block)
        if not words:
            continue
        elements.setdefault(words, []).append(block)
        card = next(block.iterancestors("a"), None)
        if card is not None and card not in cards:
            cards[card] = bool(card.get("href")) and len(words_of(card)) <= _LONGEST_CARD
        if cards.get(card, False) or _leads(block, words):
            linked.add(words)
    return Places(elements, linked)


def is_read_also(text: str) -> bool:
    """Whether a block that leads elsewhere says by its first words that it does ("Read also: ...")."""
    return _READ_ALSO.match(text) is not None


def _leads(block: Element, words: str) -> bool:
    return sum(len(words_of(link)) for link in block.iter("a")) > LINKED * len(words)
