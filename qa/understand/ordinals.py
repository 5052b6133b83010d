"""Resolves items of an answer that a follow-up names by position: "how are the first two different?".

An item is a line of an answer in lines, a numbered part ("1) …"), or a member of an enumeration ("Golf, Polo and
Jetta").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

__all__ = ["items_of", "with_items"]

LONGEST = 6  # words of an item
LOOKED_BACK = 3  # answers
_PLACES = {"first": 0, "former": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1, "latter": -1}
_NUMBERS = {"two": 2, "three": 3, "four": 4}
_NAMED = re.compile(
    rf"\bthe (?P<place>{'|'.join(_PLACES)})(?: (?P<number>{'|'.join(_NUMBERS)}))?"
    r"(?P<noun> (?:ones?|options?|items?|choices?|suggestions?|things?|approach(?:es)?|types?|technolog(?:y|ies)"
    r"|methods?))?"
    r"(?: (?:that )?you (?:mentioned|named|listed|suggested|said))?(?(noun)\b|(?=\s*(?:[?.!,;]|$)|['’]s\b|"
    r" (?:is|are|was|were|do|does|did|have|has|cost|different|compare|better|and|or|in|for|with|to|of|work|mean)\b))",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)")
_NUMBERED = re.compile(r"(?:^|\s)\d+[.)]\s+([^\s.:;,][^.:;,]*)")
_ITEM = r"(?:an? |the )?[\w’'&/-]+(?: [\w’'&/-]+){0,3}?"
# "popular ones include A, B, and C": what announces it, and its members.
_ENUMERATED = re.compile(
    rf"(?:\binclud(?:e|es|ed|ing)|\bsuch as|\blike|:|\b(?:options|ones|choices|types|kinds) are)\s+"
    rf"(?P<members>{_ITEM}(?:, {_ITEM})*,? (?:and|or) {_ITEM})"
    r"(?=[.,;:!?\n]|$| (?:that|which|who|can|could|may|in|for)\b)",
    re.IGNORECASE,
)
_MEMBER = re.compile(r",\s*(?:and|or)\s+|,\s*|\s+(?:and|or)\s+")


def with_items(question: str, answers: Sequence[str]) -> str:
    """`question` with the items of the latest of `answers` that has them in the place of "the second one".

    `answers`: the latest last. The question itself where it names none, or none of the answers has so many.
    """
    if not _NAMED.search(question):
        return question
    for answer in list(reversed(answers))[:LOOKED_BACK]:
        items = items_of(answer)
        if len(items) > 1:
            return _NAMED.sub(partial(_said, items), question)
    return question


def items_of(answer: str) -> list[str]:
    """Return the items of `answer`, in order; none where it is no list."""
    lines = [line.strip(" -*•\t") for line in answer.splitlines() if line.strip()]
    if len(lines) > 1:
        return lines if all(len(line.split()) <= LONGEST for line in lines) else []
    plain = _IN_BRACKETS.sub("", answer)
    numbered = [item.strip() for item in _NUMBERED.findall(plain)]
    if len(numbered) > 1:
        return numbered if all(len(item.split()) <= LONGEST for item in numbered) else []
    match = _ENUMERATED.search(plain)
    return _MEMBER.split(match["members"]) if match else []


def _said(items: Sequence[str], named: re.Match[str]) -> str:
    place, number = named["place"].casefold(), _NUMBERS.get((named["number"] or "").casefold())
    if number is not None:
        if number > len(items) or place not in {"first", "last"}:
            return named[0]
        return _joined(items[:number] if place == "first" else items[-number:])
    at = _PLACES[place]
    return items[at] if at < len(items) else named[0]


def _joined(items: Sequence[str]) -> str:
    return f"{', '.join(items[:-1])} and {items[-1]}"
