"""Tells whether words alone say something: mark-up, page numbers and the question's own words do not."""

from __future__ import annotations

import re

from qa.compose.draft import Material, Place
from qa.compose.evidence import stems

_WORD = re.compile(r"\w+")
_MARKUP = re.compile(r"[\[\]{}<>|`*_#=~\\^]|\w://")
# An address is an answer to a question for one.
_ADDRESS = re.compile(r"\W*(?:\S+@\S+\.\w+|(?:[\w-]+\.)+(?:com|org|net|edu|gov|int|info|io|eu|uk|de)(?:/\S*)?)\W*")
_ASKS_ADDRESS = re.compile(
    r"\b(?:e-?mail|address|url|link|web ?site|site|domain|page|online|contact|reach|host|write)\w*", re.IGNORECASE
)
# Words that, alone, say nothing of anything.
_EMPTY = frozenset(
    "a an the and or not no do does did don doesn didn is are was were be been lacking none this that these those it"
    " its they them he she him her his their we our you your i my of in on at to for from by with as if so than"
    " then there here which who what when where page pages section chapter figure table note".split()
)


def says_enough(material: Material, place: Place) -> bool:
    """Return whether the words at `place` say something by themselves that the question does not say already.

    Not: mark-up, an address that was not asked for, words that lean on others ("do not", "lacking"), that only announce
    a list ("the following"), or the question's own words.
    """
    words = material.text(place.document_id, place.start, place.end)
    if _MARKUP.search(words) or _crosses_blocks(material, place):
        return False
    if _ADDRESS.fullmatch(words.lower()) and not _ASKS_ADDRESS.search(material.asked.question):
        return False
    if _announces(material, place):
        return False
    if all(word.lower() in _EMPTY for word in _WORD.findall(words)):
        return False
    own = stems(words)
    return not own or not own <= stems(material.asked.question)


def _announces(material: Material, place: Place) -> bool:
    """Return whether the words are the end of a sentence that announces the list below it."""
    start, end = material.index.sentence_at(place.document_id, place.start, place.end)
    sentence = material.text(place.document_id, start, end).rstrip()
    if not sentence.endswith(":") or place.end < start + len(sentence) - 1:
        return False
    return bool(material.blocks(place.document_id).list_below(start))


def _crosses_blocks(material: Material, place: Place) -> bool:
    """Return whether the words begin in one block and end in another: the reader took neighbours for one phrase."""
    blocks = material.blocks(place.document_id)
    return blocks.place(place.start) != blocks.place(place.end - 1)
