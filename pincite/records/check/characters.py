"""Classes each character for comparing words: part of a word, a symbol, nothing, or a gap between words.

Characters are looked up when they first occur, so that no time is spent on all of Unicode at import.
"""

from __future__ import annotations

import unicodedata
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

APOSTROPHES = "'’‘ʼ＇´‛"
HYPHENS = "-‐‑–−"
_SYMBOLS = "%‰°+±×÷§"
_JOINERS = ".,:/٫٬"
LATIN = 256  # code points that one byte holds
_LAST = 0x110000


class CharacterKind(IntEnum):
    """The class of a character in a comparison."""

    UNKNOWN = 0  # not looked up yet
    GAP = 1  # white space, punctuation, mark-up
    LETTER = 2
    DIGIT = 3
    SYMBOL = 4  # a word of its own
    NOTHING = 5  # soft hyphens, invisible characters
    APOSTROPHE = 6  # inside a word, between letters
    JOINER = 7  # inside a number, between digits
    HYPHEN = 8
    SEVERAL = 9  # a ligature: counts as several characters
    ACCENT = 10  # combines with the letter before it; counts as a letter where Unicode has no single character for both


class Characters:
    """A table with the kind and the case-folded plain form of each code point.

    `latin_kinds` and `latin_folded` are its first 256 rows, as tables for `bytes.translate`.
    """

    def __init__(self) -> None:
        self.kinds: NDArray[np.uint8] = np.zeros(_LAST, dtype=np.uint8)
        self.folded: NDArray[np.uint32] = np.zeros(_LAST, dtype=np.uint32)
        self.learn(np.arange(LATIN, dtype=np.uint32))
        self.latin_kinds = self.kinds[:LATIN].tobytes()
        self.latin_folded = self.folded[:LATIN].astype(np.uint8).tobytes()

    def learn(self, points: NDArray[np.uint32]) -> None:
        """Look up the code points that are new."""
        for point in set(points[self.kinds[points] == CharacterKind.UNKNOWN].tolist()):
            character = chr(point)
            kind, plain = kind_of(character), plain_letter(character)
            if kind in (CharacterKind.GAP, CharacterKind.NOTHING):
                plain = " "
            self.folded[point] = ord(lowered[0]) if len(lowered := plain.lower()) == 1 else ord(plain[:1] or " ")
            self.kinds[point] = kind  # last: another thread may be reading


def kind_of(character: str) -> CharacterKind:
    """Return the kind of a character."""
    for kind, characters in _LISTED.items():
        if character in characters:
            return kind
    category = unicodedata.category(character)
    if category == "Sc" or _is_ideograph(character):
        return CharacterKind.SYMBOL
    if category in ("Cf", "Cc") and not character.isspace():
        return CharacterKind.NOTHING
    if "\u0300" <= character <= "\u036f":
        return CharacterKind.ACCENT
    if category[0] not in "LMN":
        return CharacterKind.GAP
    if len(plain_letter(character)) > 1:
        return CharacterKind.SEVERAL
    return CharacterKind.DIGIT if category == "Nd" else CharacterKind.LETTER


def plain_letter(character: str) -> str:
    """Return the plain character, or the characters, for a typographic form such as a ligature.

    Superscripts and fractions are kept: 10² is not 102.
    """
    if character in APOSTROPHES:
        return "'"
    if character in HYPHENS:
        return "-"
    if unicodedata.category(character) in ("No", "So", "Sk"):
        return character
    return unicodedata.normalize("NFKC", character)


def _is_ideograph(character: str) -> bool:
    """Return whether its script writes words without spaces between them."""
    return "\u3040" <= character <= "\u30ff" or "\u3400" <= character <= "\u9fff" or "\u0e00" <= character <= "\u0e7f"


_LISTED = {
    CharacterKind.APOSTROPHE: APOSTROPHES,
    CharacterKind.HYPHEN: HYPHENS,
    CharacterKind.SYMBOL: _SYMBOLS,
    CharacterKind.JOINER: _JOINERS,
    CharacterKind.NOTHING: "\u00ad\u200b\u200c\u200d\u2060\ufeff\ufffe\u180e",
    CharacterKind.GAP: "_",
}

LETTERS = Characters()
