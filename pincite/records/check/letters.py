"""What each character is to a comparison of words: part of a word, a symbol, nothing, or a gap between words.

Characters are learnt as they are met, so that a table of all of Unicode costs nothing at the start.
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


class Kind(IntEnum):
    """What a character is to a comparison."""

    UNKNOWN = 0  # not met yet
    GAP = 1  # white space, punctuation, mark-up
    LETTER = 2
    DIGIT = 3
    SYMBOL = 4  # a word of its own
    NOTHING = 5  # soft hyphens, invisible characters
    APOSTROPHE = 6  # inside a word, between letters
    JOINER = 7  # inside a number, between digits
    HYPHEN = 8
    SEVERAL = 9  # stands for several characters: a ligature
    ACCENT = 10  # stands after its letter; a letter, where the two are no one character


class Letters:
    """The table: of each code point, its kind and the code point that it counts as, without regard to case.

    `latin_kinds` and `latin_folded` are the first 256 of it, as tables for `bytes.translate`.
    """

    def __init__(self) -> None:
        self.kinds: NDArray[np.uint8] = np.zeros(_LAST, dtype=np.uint8)
        self.folded: NDArray[np.uint32] = np.zeros(_LAST, dtype=np.uint32)
        self.learn(np.arange(LATIN, dtype=np.uint32))
        self.latin_kinds = self.kinds[:LATIN].tobytes()
        self.latin_folded = self.folded[:LATIN].astype(np.uint8).tobytes()

    def learn(self, points: NDArray[np.uint32]) -> None:
        """Look up those of the code points that were not met before."""
        for point in set(points[self.kinds[points] == Kind.UNKNOWN].tolist()):
            character = chr(point)
            kind, plain = kind_of(character), plain_letter(character)
            if kind in (Kind.GAP, Kind.NOTHING):
                plain = " "
            self.folded[point] = ord(lowered[0]) if len(lowered := plain.lower()) == 1 else ord(plain[:1] or " ")
            self.kinds[point] = kind  # last: another thread may be reading


def kind_of(character: str) -> Kind:
    """The kind of a character."""
    for kind, characters in _LISTED.items():
        if character in characters:
            return kind
    category = unicodedata.category(character)
    if category == "Sc" or _is_ideograph(character):
        return Kind.SYMBOL
    if category in ("Cf", "Cc") and not character.isspace():
        return Kind.NOTHING
    if "\u0300" <= character <= "\u036f":
        return Kind.ACCENT
    if category[0] not in "LMN":
        return Kind.GAP
    if len(plain_letter(character)) > 1:
        return Kind.SEVERAL
    return Kind.DIGIT if category == "Nd" else Kind.LETTER


def plain_letter(character: str) -> str:
    """The character, or those, that it is a typographic form of. Superscripts and fractions stay: 10² is not 102."""
    if character in APOSTROPHES:
        return "'"
    if character in HYPHENS:
        return "-"
    if unicodedata.category(character) in ("No", "So", "Sk"):
        return character
    return unicodedata.normalize("NFKC", character)


def _is_ideograph(character: str) -> bool:
    """Whether words of its script are not set apart by spaces."""
    return "\u3040" <= character <= "\u30ff" or "\u3400" <= character <= "\u9fff" or "\u0e00" <= character <= "\u0e7f"


_LISTED = {
    Kind.APOSTROPHE: APOSTROPHES,
    Kind.HYPHEN: HYPHENS,
    Kind.SYMBOL: _SYMBOLS,
    Kind.JOINER: _JOINERS,
    Kind.NOTHING: "\u00ad\u200b\u200c\u200d\u2060\ufeff\ufffe\u180e",
    Kind.GAP: "_",
}

LETTERS = Letters()
