"""Marks added characters and note numbers in a text until their offsets are known."""

from __future__ import annotations

from dataclasses import dataclass

# Code points that are no characters (Unicode 23.7) stand around what is added, and around a note's number.
FIRST, LAST, NOTE, NOTED = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
_SIGNS = frozenset((FIRST, LAST, NOTE, NOTED))
NO_SIGNS = dict.fromkeys(map(ord, _SIGNS))
"""For `str.translate`: takes the signs out of a source that holds them."""


def added(text: str) -> str:
    """Mark `text` as added."""
    return f"{FIRST}{text}{LAST}" if text else ""


def note(number: str) -> str:
    """Write the number of a note in a text: in brackets, which are added if `number` has none."""
    inner = number if number.startswith("[") else f"{added('[')}{number}{added(']')}"
    return f"{NOTE}{inner}{NOTED}"


@dataclass(frozen=True, slots=True)
class Unmarked:
    """A text without markers, the spans of added characters, and those of note numbers."""

    text: str
    added: tuple[tuple[int, int], ...] = ()
    notes: tuple[tuple[int, int], ...] = ()


def unmarked(text: str) -> Unmarked:
    """Return `text` without markers, and their spans."""
    if not _SIGNS.intersection(text):
        return Unmarked(text)
    parts: list[str] = []
    spans: dict[str, list[tuple[int, int]]] = {FIRST: [], NOTE: []}
    starts = {FIRST: -1, NOTE: -1}
    length = 0
    for character in text:
        if character in starts:
            starts[character] = length
        elif character in (LAST, NOTED):
            opened = FIRST if character == LAST else NOTE
            if 0 <= starts[opened] < length:
                spans[opened].append((starts[opened], length))
            starts[opened] = -1
        else:
            parts.append(character)
            length += 1
    return Unmarked("".join(parts), tuple(spans[FIRST]), tuple(spans[NOTE]))
