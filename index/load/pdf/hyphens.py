"""Decides which words broken at the end of a line keep their hyphen and which become whole again."""

from __future__ import annotations

import json
import re
from collections.abc import Set
from functools import cache
from importlib.resources import files

WORD = re.compile(r"\w+(?:-\w+)*")
# First parts that make a word with what follows, with or without a hyphen: it was broken where it would be anyway.
_PREFIXES = frozenset(
    "anti auto be bi bio co con counter de dis en ex extra fore hydro hyper im in inter intra mal mega micro mid mini "
    "mis mono multi neo non out over para per photo poly post pre pro pseudo psycho re retro semi sub super sur tele "
    "trans ultra un under uni up".split()
)
# Those of them that people mostly part from a word that stands by itself.
_PARTED = frozenset("anti co ex mid non post pre semi".split())
# Last parts that are words as well as endings.
_ENDINGS = frozenset(
    "able ably age al ally an ance ant ate ation ed el en ence ent er ers es est ful hood ial ian ible ic ical ied ing "
    "ings ion ions ise ish ism ist ists ity ive ize less ling lings ly man men ment ments ness or ous ship ships some "
    "son th ties tion tions ton ty ure ward wards wise y".split()
)
_SHORT_WORDS = frozenset("up in off out on to by down".split())
# First parts that keep their hyphen: what stands before it is a word of its own.
_KEEP = frozenset("self well half twenty thirty forty fifty sixty seventy eighty ninety".split())
_SHORTEST = 3


def keeps_hyphen(head: str, tail: str, words: Set[str]) -> bool:
    """Return whether a word broken at its line's end into `head` and `tail` keeps its hyphen; `words`: of the page."""
    whole, compound = f"{head}{tail}".lower(), f"{head}-{tail}".lower()
    first, last = head.lower().rpartition("-")[2], WORD.match(tail.lower())
    if not (head[-1:].isalpha() and tail[:1].islower()):
        return True
    if whole in words or compound in words:
        return whole not in words
    if first in _KEEP or "-" in head or len(head) == 1:
        return True
    ending = last[0].partition("-")[0] if last else ""
    known = common_words()
    if first in _PARTED and f"{first}{ending}" not in known and len(ending) >= _SHORTEST and ending in known:
        return True
    if f"{first}{ending}" in known or first in _PREFIXES or ending in _ENDINGS:
        return False
    if ending in _SHORT_WORDS:
        return first in known and len(first) >= _SHORTEST
    return all(len(part) >= _SHORTEST and part in known for part in (first, ending))


@cache
def common_words() -> frozenset[str]:
    """Return some twenty thousand common English words: those that the shipped embedder's vocabulary holds whole."""
    stored = files("index").joinpath("models", "all-MiniLM-L6-v2", "tokenizer.json").read_text(encoding="utf-8")
    return frozenset(word for word in json.loads(stored)["model"]["vocab"] if word.isalpha())
