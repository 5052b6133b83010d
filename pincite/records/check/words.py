"""A text as words that can be compared, each with its place in the text and a number that stands for it.

Harmless differences are gone from the numbers: case, typographic forms of letters, composition of accents, soft
hyphens and invisible characters, hyphens at line ends, white space, punctuation and mark-up. What is left of
punctuation is what belongs to a number (3.5, 10:30), an apostrophe inside a word, and symbols (%, $, a minus sign).

All of it is done on arrays, because a source may have millions of characters: no Python code runs for each word.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pincite.records.check.letters import HYPHENS, LETTERS, Kind, kind_of, plain_letter

Numbers = NDArray[np.uint64]
Offsets = NDArray[np.int64]

_LONGEST = 255  # characters of a word whose order counts
_POWERS: Numbers = np.random.default_rng(20261130).integers(1, 2**63, _LONGEST + 1, dtype=np.uint64) * np.uint64(
    2
) + np.uint64(1)
_ACCENTS = (0x300, 0x36F)  # those that stand after their letter
_ACCENTED = re.compile(r"\w[\u0300-\u036f]+")
_BROKEN = re.compile(rf"[{HYPHENS}][ \t]*(?:\r\n?|\n)\s*")
PARTED = re.compile(rf"[{HYPHENS}]\s+")
_NOTES = re.compile(r"\[\d{1,3}\]|\[\^[^\]\s]{1,40}\]")  # a number in brackets leads to a note, it is not said
_MARKUP = re.compile(r"(?<=\])\([^()\s]*(?:\s+\"[^\"\n]*\")?\)|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);|<!--.*?-->")


@dataclass(frozen=True)
class Words:
    """The words of `text`: `text[starts[i]:ends[i]]` is a word, `numbers[i]` stands for it, whatever its case."""

    text: str
    starts: Offsets
    ends: Offsets
    numbers: Numbers

    def __len__(self) -> int:
        return len(self.starts)

    def raw(self, i: int) -> str:
        """The word as it stands."""
        return self.text[self.starts[i] : self.ends[i]]

    def spelt(self, i: int) -> str:
        """The word in plain letters, its case kept: what two texts have to agree in."""
        return spelt(self.raw(i))

    @cached_property
    def is_empty(self) -> bool:
        return not len(self.starts)


def spelt(word: str) -> str:
    """`word` in plain letters, its case kept."""
    if word.isascii() and word.isalnum():
        return word
    word = unicodedata.normalize("NFC", _BROKEN.sub("", word))
    return "".join(plain_letter(one) for one in word if kind_of(one) is not Kind.NOTHING)


def is_broken(word: str) -> bool:
    """Whether a word stands in its text with a hyphen at a line's end in it."""
    return _BROKEN.search(word) is not None


def split_words(text: str, *, markdown: bool = False) -> Words:
    """The words of `text`. `markdown`: whether it has links and entities that are not read aloud."""
    points, at, last = _characters(text)
    kinds = LETTERS.kinds[points]
    _blank(kinds, at, text, _NOTES)
    if markdown:
        _blank(kinds, at, text, _MARKUP)
    _join_lines(kinds, points, at, text)
    kept = kinds != Kind.NOTHING
    if not kept.all():
        points, kinds, at, last = points[kept], kinds[kept], at[kept], last[kept]
    begins, ends = _edges(kinds)
    return Words(text, at[begins], last[ends], _numbers(LETTERS.folded[points], begins, ends))


def _characters(text: str) -> tuple[NDArray[np.uint32], Offsets, Offsets]:
    """The code points of `text`, ligatures and loose accents resolved, and where each begins and ends in it."""
    points = _points(text)
    places = np.arange(len(points) + 1, dtype=np.int64)
    spans: list[tuple[int, int, str]] = []
    if ((points >= _ACCENTS[0]) & (points <= _ACCENTS[1])).any() and not unicodedata.is_normalized("NFC", text):
        spans += [(m.start(), m.end(), unicodedata.normalize("NFC", m[0])) for m in _ACCENTED.finditer(text)]
    several = np.flatnonzero(LETTERS.kinds[points] == Kind.SEVERAL)
    spans += [(int(i), int(i) + 1, plain_letter(text[i])) for i in several]
    if not spans:
        return points, places[:-1], places[1:]
    return _replaced(points, places, sorted(spans))


def _replaced(
    points: NDArray[np.uint32], places: Offsets, spans: list[tuple[int, int, str]]
) -> tuple[NDArray[np.uint32], Offsets, Offsets]:
    found: list[tuple[NDArray[np.uint32], Offsets, Offsets]] = []
    done = 0
    for start, end, plain in spans:
        if start < done or not plain:
            continue
        found.append((points[done:start], places[done:start], places[done + 1 : start + 1]))
        found.append((_points(plain), np.full(len(plain), start), np.full(len(plain), end)))
        done = end
    found.append((points[done:], places[done:-1], places[done + 1 :]))
    one, two, three = zip(*found, strict=True)
    return np.concatenate(one), np.concatenate(two), np.concatenate(three)


def _points(text: str) -> NDArray[np.uint32]:
    points = np.frombuffer(text.encode("utf-32-le"), dtype="<u4")
    if len(points):
        LETTERS.learn(points)
    return points


def _blank(kinds: NDArray[np.uint8], at: Offsets, text: str, pattern: re.Pattern[str], kind: Kind = Kind.GAP) -> None:
    for match in pattern.finditer(text):
        first, last = np.searchsorted(at, match.span())
        kinds[first:last] = kind


def _join_lines(kinds: NDArray[np.uint8], points: NDArray[np.uint32], at: Offsets, text: str) -> None:
    """Take out hyphens at line ends, with the line's end, where they stand between two letters."""
    spaced = np.flatnonzero((kinds[:-1] == Kind.HYPHEN) & (points[1:] <= ord(" ")))
    for index in spaced.tolist():
        match = _BROKEN.match(text, int(at[index]))
        if match is None:
            continue
        start, end = match.span()
        if text[start - 1 : start].isalpha() and text[end : end + 1].isalpha():
            first, last = np.searchsorted(at, (start, end))
            kinds[first:last] = Kind.NOTHING


def _edges(kinds: NDArray[np.uint8]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The index of each word's first character and of its last."""
    before, after = np.roll(kinds, 1), np.roll(kinds, -1)
    before[:1] = after[-1:] = Kind.GAP
    letter, digit = kinds == Kind.LETTER, kinds == Kind.DIGIT
    inside = (kinds == Kind.APOSTROPHE) & (before == Kind.LETTER) & (after == Kind.LETTER)
    inside |= (kinds == Kind.JOINER) & (before == Kind.DIGIT) & (after == Kind.DIGIT)
    word = letter | digit | inside
    beside = (before == Kind.GAP) | (before == Kind.SYMBOL)
    symbol = (kinds == Kind.SYMBOL) | ((kinds == Kind.HYPHEN) & (after == Kind.DIGIT) & beside)
    left, right = np.roll(word, 1), np.roll(word, -1)
    left[:1] = right[-1:] = False
    return np.flatnonzero((word & ~left) | symbol), np.flatnonzero((word & ~right) | symbol)


def _numbers(points: NDArray[np.uint32], begins: NDArray[Any], ends: NDArray[Any]) -> Numbers:
    """A number for each word, by its characters and their order (multilinear hashing, modulo 2**64)."""
    if not len(begins):
        return np.zeros(0, dtype=np.uint64)
    sizes = ends - begins + 1
    offsets = np.cumsum(sizes) - sizes
    within = np.arange(int(sizes.sum())) - np.repeat(offsets, sizes)
    values = points[np.repeat(begins, sizes) + within].astype(np.uint64) + np.uint64(1)
    values *= _POWERS[np.minimum(within, _LONGEST)]
    return mixed(np.add.reduceat(values, offsets) + sizes.astype(np.uint64))


def mixed(values: Numbers) -> Numbers:
    """The numbers with their bits spread (the finaliser of SplitMix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
