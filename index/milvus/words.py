"""The words of a chunk as one text that any analyser takes apart into just these words."""

from __future__ import annotations

from collections.abc import Sequence

from index.milvus.engine import LONGEST_TEXT

# Stands for no words, as in `index.search.lexical`: the word of a character that no text is split into.
NONE = "0x00"


def words_of(words: Sequence[str]) -> str:
    """`words` with blanks between; one that is more than ASCII letters and digits as their hexadecimal bytes.

    Of more than a field holds, as a title of many pages could make it, the end is left out.
    """
    text = " ".join(map(_plain, words)) or NONE
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT].rpartition(" ")[0]


def split_words(text: str) -> list[str]:
    """What `words_of` was given."""
    return [_word(plain) for plain in text.split(" ")]


def _plain(word: str) -> str:
    if word.isascii() and word.isalnum() and not word.startswith("0x"):
        return word
    return "0x" + word.encode("utf-8").hex()


def _word(plain: str) -> str:
    return bytes.fromhex(plain[2:]).decode("utf-8") if plain.startswith("0x") else plain
