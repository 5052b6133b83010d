"""Tells raised figures that are exponents from those that are note numbers; in a text both follow a word directly."""

from __future__ import annotations

import re
from collections.abc import Set

_FIGURE = re.compile(r"[+\-−–]?(?:\d{1,6}(?:[.,/]\d{1,4})?|[nkxy])(?:[+\-−–]\d)?|\d[+\-−–]")
_NOTE = re.compile(r"\d{1,4}(?:\s*[,–-]\s*\d{1,4})*|[*†‡§¶]{1,3}|[a-z]")
_LAST_WORD = re.compile(r"[^\W\d_]+$")
_ENDS = tuple('.,;:!?"”’»…')
_LONGEST_UNIT = 3  # letters: what stands before a square or a cube ("km", "min"); a longer word is followed by a note


def is_figure(before: str, raised: str) -> bool:
    """Return whether `raised` would be read as part of the characters `before` it."""
    return _FIGURE.fullmatch(raised) is not None and (before[-1:].isalnum() or before[-1:] in ")]}′'")


def is_note(before: str, raised: str, labels: Set[str] = frozenset()) -> bool:
    """Return whether `raised` is the number of a note; `labels` are the numbers that notes on the page begin with."""
    if not _NOTE.fullmatch(raised) or (raised.isalpha() and raised not in labels):
        return False
    if raised.isdigit() and before.endswith("10") and not before[-3:-2].isdigit():
        return False  # a power of ten
    word = _LAST_WORD.search(before)
    if word is not None and len(word[0]) <= _LONGEST_UNIT:
        return False
    return raised in labels or word is not None or before.endswith(_ENDS)
