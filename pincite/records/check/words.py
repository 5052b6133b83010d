"""Splits a text into words to compare, each with its offsets in the text and a hash (its *number*).

The hash ignores harmless differences: case, typographic forms of letters, composition of accents, soft hyphens and
invisible characters, hyphens at line ends, white space, punctuation and mark-up. It keeps the punctuation of a number
(3.5, 10:30), an apostrophe inside a word, and symbols (%, $, a minus sign).

A source may have millions of characters, so words are computed on arrays: no Python code runs for each word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pincite.records.check.characters import HYPHENS, LATIN, LETTERS, CharacterKind, kind_of, plain_letter

Numbers = NDArray[np.uint64]
Offsets = NDArray[np.int64]

APART = "\n.\n"  # separates texts that are split together: no word, number or Markdown mark continues across it

_AT_ONCE = 8  # characters
_LONGEST = 256  # characters of a word that its number is computed from
_ODD = np.uint64(0x9E3779B97F4A7C15)
_MASKS: Numbers = np.array([(1 << (8 * size)) - 1 for size in range(_AT_ONCE + 1)], dtype=np.uint64)
_MICRO = 0xB5  # its plain letter is the Greek mu, which does not fit in a byte
_NONE: Offsets = np.zeros(0, dtype=np.int64)
_ACCENTED = re.compile(r"\w[\u0300-\u036f]+")
_BROKEN = re.compile(rf"[{HYPHENS}][ \t]*(?:\r\n?|\n)\s*")
PARTED = re.compile(rf"[{HYPHENS}]\s+")
# Patterns, each with its first character: only a text with that character is searched. [1] refers to a note.
_NOTES = (("[", re.compile(r"\[(?:\d{1,3}|\^[^\]\s]{1,40})\]")),)
_MARKUP = (
    ("](", re.compile(r"\]\([^()\s]*(?:\s+\"[^\"\n]*\")?\)")),
    ("&", re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")),
    ("<!--", re.compile(r"<!--.*?-->")),
)


@dataclass(frozen=True)
class Words:
    """The words of `text`: `text[starts[i]:ends[i]]` is a word, `numbers[i]` its hash, which ignores case."""

    text: str
    starts: Offsets
    ends: Offsets
    numbers: Numbers

    def __len__(self) -> int:
        return len(self.starts)

    def raw(self, i: int) -> str:
        """Return the word as the text has it."""
        return self.text[self.starts[i] : self.ends[i]]


def plain_word(word: str) -> str:
    """Return `word` in plain letters with its case: equal words of two texts are equal in this form."""
    if word.isascii() and word.isalnum():
        return word
    word = unicodedata.normalize("NFC", _BROKEN.sub("", word))
    return "".join(plain_letter(letter) for letter in word if kind_of(letter) is not CharacterKind.NOTHING)


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return `text` with `spans` replaced by spaces, so that offsets stay the same."""
    characters = list(text)
    for start, end in spans:
        characters[start:end] = " " * (end - start)
    return "".join(characters)


def is_broken(word: str) -> bool:
    """Return whether a word, as its text has it, is hyphenated at the end of a line."""
    return _BROKEN.search(word) is not None


def split_words(
    text: str,
    *,
    markdown: bool = False,
    unread: Sequence[tuple[int, int]] = (),
    apart: Collection[int] = (),
) -> Words:
    """Return the words of `text`. `markdown`: whether to skip link targets, entities and comments.

    `unread`: spans that are not part of the text around them. `apart`: offsets that no word runs across, not even a
    word that is hyphenated there.
    """
    kinds, folded = _characters(text)
    for start, end in unread:
        kinds[start:end] = CharacterKind.GAP
    for first, pattern in _NOTES if not markdown else (*_NOTES, *_MARKUP):
        if first in text:
            for match in pattern.finditer(text):
                kinds[match.start() : match.end()] = CharacterKind.GAP
    _join_lines(kinds, text, apart)
    kinds, folded, starts, ends = _resolved(text, kinds, folded)
    if (kinds == CharacterKind.NOTHING).any():
        kept = np.flatnonzero(kinds != CharacterKind.NOTHING)
        kinds, folded = kinds[kept], folded[kept]
        starts, ends = (kept, kept + 1) if starts is None or ends is None else (starts[kept], ends[kept])
    begins, finishes = _edges(kinds)
    numbers = _numbers(folded, begins, finishes)
    if starts is None or ends is None:
        return Words(text, begins, finishes + 1, numbers)
    return Words(text, starts[begins], ends[finishes], numbers)


def split_several(
    texts: Sequence[str],
    *,
    markdown: bool = False,
    unread: Sequence[tuple[int, int]] = (),
    apart: Collection[int] = (),
) -> list[Words]:
    """Return the words of each text, split in one pass. `unread`, `apart`: offsets in the texts joined by `APART`."""
    words = split_words(APART.join(texts), markdown=markdown, unread=unread, apart=apart)
    split: list[Words] = []
    base = first = 0
    for text in texts:
        last = int(np.searchsorted(words.starts, base + len(text)))
        own = slice(first, last)
        split.append(Words(text, words.starts[own] - base, words.ends[own] - base, words.numbers[own]))
        base, first = base + len(text) + len(APART), last
    return split


def _characters(text: str) -> tuple[NDArray[np.uint8], NDArray[Any]]:
    """Return each character's kind and its folded form: bytes, or code points where a letter does not fit in a byte."""
    latin = text.encode("latin-1", "replace")
    kinds = np.frombuffer(bytearray(latin.translate(LETTERS.latin_kinds)), dtype=np.uint8)
    folded: NDArray[Any] = np.frombuffer(bytearray(latin.translate(LETTERS.latin_folded)), dtype=np.uint8)
    if text.isascii():
        return kinds, folded
    points = np.frombuffer(text.encode("utf-32-le"), dtype="<u4")
    wide = np.flatnonzero((points >= LATIN) | (points == _MICRO))
    if len(wide):
        LETTERS.learn(points[wide])
        kinds[wide] = LETTERS.kinds[points[wide]]
        plain = LETTERS.folded[points[wide]]
        folded = folded if (plain < LATIN).all() else folded.astype(np.uint32)
        folded[wide] = plain
    return kinds, folded


def _resolved(
    text: str, kinds: NDArray[np.uint8], folded: NDArray[Any]
) -> tuple[NDArray[np.uint8], NDArray[Any], Offsets | None, Offsets | None]:
    """Return kinds and folded forms with ligatures and combining accents resolved, and each character's span in `text`.

    The two arrays of the spans are None if `text` has neither: then each character keeps its offset.
    """
    accents = np.flatnonzero(kinds == CharacterKind.ACCENT)
    kinds[accents] = CharacterKind.LETTER
    spans = [(i, i + 1, plain_letter(text[i])) for i in np.flatnonzero(kinds == CharacterKind.SEVERAL).tolist()]
    if len(accents) and not unicodedata.is_normalized("NFC", text):
        spans += [(m.start(), m.end(), unicodedata.normalize("NFC", m[0])) for m in _ACCENTED.finditer(text)]
    if not spans:
        return kinds, folded, None, None
    places = np.arange(len(kinds) + 1, dtype=np.int64)
    columns: list[tuple[NDArray[Any], ...]] = []
    done = 0
    for start, end, plain in sorted(spans):
        if start < done or not plain:
            continue
        size = len(plain)
        columns.append((kinds[done:start], folded[done:start], places[done:start], places[done + 1 : start + 1]))
        plain_kinds, plain_folded = _characters(plain)
        plain_kinds[plain_kinds == CharacterKind.ACCENT] = CharacterKind.LETTER
        columns.append((plain_kinds, plain_folded, np.full(size, start), np.full(size, end)))
        done = end
    columns.append((kinds[done:], folded[done:], places[done:-1], places[done + 1 :]))
    kinds, folded, starts, ends = (np.concatenate(column) for column in zip(*columns, strict=True))
    return kinds, folded, starts, ends


def _join_lines(kinds: NDArray[np.uint8], text: str, apart: Collection[int]) -> None:
    """Remove hyphens at line ends, with the line break, between two letters."""
    for index in np.flatnonzero((kinds[:-1] == CharacterKind.HYPHEN) & (kinds[1:] == CharacterKind.GAP)).tolist():
        match = _BROKEN.match(text, index)
        if match is None:
            continue
        start, end = match.span()
        if text[start - 1 : start].isalpha() and text[end : end + 1].isalpha() and end not in apart:
            kinds[start:end] = CharacterKind.NOTHING


def _edges(kinds: NDArray[np.uint8]) -> tuple[Offsets, Offsets]:
    """Return the indices of the first and the last character of each word."""
    if not len(kinds):
        return _NONE, _NONE
    word = np.zeros(len(kinds) + 2, dtype=np.bool_)
    word[1:-1] = (kinds == CharacterKind.LETTER) | (kinds == CharacterKind.DIGIT)
    special = np.flatnonzero(kinds >= CharacterKind.SYMBOL)
    kind, before, after = kinds[special], kinds[special - 1], kinds[(special + 1) % len(kinds)]
    before[special == 0] = after[special == len(kinds) - 1] = CharacterKind.GAP
    inside = (kind == CharacterKind.APOSTROPHE) & (before == CharacterKind.LETTER) & (after == CharacterKind.LETTER)
    inside |= (kind == CharacterKind.JOINER) & (before == CharacterKind.DIGIT) & (after == CharacterKind.DIGIT)
    word[special[inside] + 1] = True
    beside = (before == CharacterKind.GAP) | (before == CharacterKind.SYMBOL)
    symbols = special[
        (kind == CharacterKind.SYMBOL) | ((kind == CharacterKind.HYPHEN) & (after == CharacterKind.DIGIT) & beside)
    ]
    edges = np.flatnonzero(word[1:] != word[:-1])
    begins, finishes = edges[::2], edges[1::2] - 1
    if len(symbols):
        begins, finishes = np.sort(np.concatenate([begins, symbols])), np.sort(np.concatenate([finishes, symbols]))
    return begins, finishes


def _numbers(folded: NDArray[Any], begins: Offsets, finishes: Offsets) -> Numbers:
    """Return a hash for each word, computed from its characters in order, eight at a time.

    Letters that do not fit in a byte are added with their positions. Two words share a hash once in 2**64; matches of
    hashes are compared letter by letter afterwards.
    """
    sizes = finishes - begins + 1
    narrow = folded if folded.dtype == np.uint8 else np.where(folded < LATIN, folded, 0).astype(np.uint8)
    padded = np.concatenate([narrow, np.zeros(_AT_ONCE, dtype=np.uint8)])
    windows = np.ndarray((len(narrow),), "<u8", padded.data, 0, (1,))  # the eight characters that begin at each
    numbers = mixed((windows[begins] & _MASKS[np.minimum(sizes, _AT_ONCE)]) + sizes.astype(np.uint64) * _ODD)
    longer = np.flatnonzero(sizes > _AT_ONCE)
    for step in range(_AT_ONCE, _LONGEST, _AT_ONCE):
        if not len(longer):
            break
        rest = windows[begins[longer] + step] & _MASKS[np.minimum(sizes[longer] - step, _AT_ONCE)]
        numbers[longer] = mixed(numbers[longer] + rest * _ODD)
        longer = longer[sizes[longer] > step + _AT_ONCE]
    return numbers if folded.dtype == np.uint8 else _with_wide(numbers, folded, begins, finishes)


def _with_wide(numbers: Numbers, folded: NDArray[Any], begins: Offsets, finishes: Offsets) -> Numbers:
    wide = np.flatnonzero(folded >= LATIN)
    if not len(begins) or not len(wide):
        return numbers
    word = np.maximum(np.searchsorted(begins, wide, side="right") - 1, 0)
    inside = (begins[word] <= wide) & (wide <= finishes[word])
    wide, word = wide[inside], word[inside]
    place = (wide - begins[word]).astype(np.uint64)
    extra = np.zeros(len(numbers), dtype=np.uint64)
    np.add.at(extra, word, mixed(folded[wide].astype(np.uint64) + (place << np.uint64(32))))
    return np.where(extra > 0, mixed(numbers ^ extra), numbers)


def mixed(values: Numbers) -> Numbers:
    """Return the numbers with their bits spread (the finaliser of SplitMix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
