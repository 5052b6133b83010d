"""Marks what is added to a text until its offsets are known: signs of formulas, brackets around note numbers.

Formulas that are set in two dimensions are written in one line: `h^2`, `a/(b+1)`, `√x`. Raised figures that are
exponents are told from those that are note numbers; in a text both follow a word directly.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import replace

from index.types import Segment, SegmentKind

# Code points that are no characters (Unicode 23.7) stand around what is added, and around a note's number.
FIRST, LAST, NOTE, NOTED = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
_OPENING = {FIRST: SegmentKind.ADDED, NOTE: SegmentKind.NOTE_NUMBER}
_CLOSING = {LAST: SegmentKind.ADDED, NOTED: SegmentKind.NOTE_NUMBER}
_SIGNS = _OPENING.keys() | _CLOSING.keys()
NO_SIGNS = dict.fromkeys(map(ord, _SIGNS))
"""For `str.translate`: takes the signs out of a source that holds them."""

LONGEST_FORMULA = 5000  # characters of a formula
_SIMPLE = re.compile(r"[\w.,]+")

_FIGURE = re.compile(r"[+\-−–]?(?:\d{1,6}(?:[.,/]\d{1,4})?|[nkxy])(?:[+\-−–]\d)?|\d[+\-−–]")
_NOTE = re.compile(r"\d{1,4}(?:\s*[,–-]\s*\d{1,4})*|[*†‡§¶]{1,3}|[a-z]")
_LAST_WORD = re.compile(r"[^\W\d_]+$")
_ENDS = tuple('.,;:!?"”’»…')
_LONGEST_UNIT = 3  # letters: what stands before a square or a cube ("km", "min"); a longer word is followed by a note


def added(text: str) -> str:
    """Mark `text` as added."""
    return f"{FIRST}{text}{LAST}" if text else ""


def note(number: str) -> str:
    """Write the number of a note in a text: in brackets, which are added if `number` has none."""
    inner = number if number.startswith("[") else f"{added('[')}{number}{added(']')}"
    return f"{NOTE}{inner}{NOTED}"


def unmarked(text: str) -> tuple[str, tuple[Segment, ...]]:
    """Return `text` without markers, and what they mark: added characters, then note numbers."""
    if not _SIGNS.intersection(text):
        return text, ()
    parts: list[str] = []
    inside: list[Segment] = []
    starts: dict[SegmentKind, int] = {}
    for character in text:
        if character in _OPENING:
            starts[_OPENING[character]] = len(parts)
        elif character in _CLOSING:
            kind = _CLOSING[character]
            start = starts.pop(kind, len(parts))
            inside += [Segment(kind, start, len(parts))] if start < len(parts) else []
        else:
            parts.append(character)
    return "".join(parts), tuple(sorted(inside, key=lambda segment: segment.kind))


def moved(segment: Segment, by: int) -> Segment:
    """Return the same segment `by` characters further on."""
    headers = tuple((start + by, end + by) for start, end in segment.headers)
    words = tuple(word.moved(by) for word in segment.words)
    return replace(segment, start=segment.start + by, end=segment.end + by, headers=headers, words=words)


def grouped(text: str) -> str:
    """Return `text`, in brackets if it is more than one sign."""
    return text if not text or _SIMPLE.fullmatch(text) else f"{added('(')}{text}{added(')')}"


def raised(base: str, exponent: str) -> str:
    """Write `base^exponent`."""
    return f"{base}{added('^')}{grouped(exponent)}" if exponent else base


def lowered(base: str, index: str) -> str:
    """Write `base_index`."""
    return f"{base}{added('_')}{grouped(index)}" if index else base


def fraction(above: str, below: str) -> str:
    """Write `above/below`."""
    return f"{grouped(above)}{added('/')}{grouped(below)}"


def root(inside: str, degree: str = "") -> str:
    """Write `√inside`, `3√inside`."""
    return f"{grouped(degree)}{added('√')}{grouped(inside)}"


def matrix(rows: list[list[str]]) -> str:
    """Write rows separated by semicolons, cells by commas."""
    return added("; ").join(added(", ").join(filter(str.strip, row)) for row in rows if any(map(str.strip, row)))


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
