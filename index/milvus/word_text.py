"""Writes the words of a passage as one text that any analyser splits into exactly these words."""

from __future__ import annotations

from collections.abc import Sequence

from index.milvus.engine import LONGEST_TEXT

# Stands for no words, as in `index.search.lexical`: the word of a character that no text is split into.
NONE = "0x00"


def words_of(words: Sequence[str]) -> str:
    """Join `words` with blanks; a word with other characters than ASCII letters and digits becomes hexadecimal.

    Text that is longer than a field is cut.
    """
    text = " ".join(map(_plain, words)) or NONE
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT].rpartition(" ")[0]


def split_words(text: str) -> list[str]:
    """Return the words that `words_of` joined."""
    return [_word(plain) for plain in text.split(" ")]


def _plain(word: str) -> str:
    if word.isascii() and word.isalnum() and not word.startswith("0x"):
        return word
    return "0x" + word.encode("utf-8").hex()


def _word(plain: str) -> str:
    return bytes.fromhex(plain[2:]).decode("utf-8") if plain.startswith("0x") else plain
