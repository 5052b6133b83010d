"""Encodes the words of a passage as one text that every analyser splits into exactly these words."""

from __future__ import annotations

from collections.abc import Sequence

from index.milvus.engine import LONGEST_TEXT

# Stands for an empty text, as in `index.search.lexical`: the code of a character that no word contains.
NONE = "0x00"


def words_of(words: Sequence[str]) -> str:
    """Join `words` with spaces; words with characters other than ASCII letters and digits become hexadecimal.

    A text that is longer than a field is cut.
    """
    text = " ".join(map(_encode, words)) or NONE
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT].rpartition(" ")[0]


def split_words(text: str) -> list[str]:
    """Return the words that `words_of` joined."""
    return [_decode(code) for code in text.split(" ")]


def _encode(word: str) -> str:
    if word.isascii() and word.isalnum() and not word.startswith("0x"):
        return word
    return "0x" + word.encode("utf-8").hex()


def _decode(code: str) -> str:
    return bytes.fromhex(code[2:]).decode("utf-8") if code.startswith("0x") else code
