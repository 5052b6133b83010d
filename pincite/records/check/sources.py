"""The words of all sources side by side, and where runs of words stand in them.

One pass over the sources looks up all runs of one to three words that a draft asks for at once (seeds, as in sequence
alignment), so that the time grows with the sources and with what is found, not with their product.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from index.types import Document
from pincite.records.check.words import Numbers, Offsets, mixed, spelt, split_words

MARKDOWN = "text/markdown"
MOST_PLACES = 100_000  # of the same words that are looked at
SEED = 3  # words

_AT_ONCE = 1_000_000  # characters that are split together
_COMPARED = 4_000_000  # words that are compared together
_FACTORS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9))
_NO_OFFSETS: Offsets = np.zeros(0, dtype=np.int64)
_NO_NUMBERS: Numbers = np.zeros(0, dtype=np.uint64)


class Sources:
    """The documents that a draft is held to. Words are counted through all of them, in the documents' order."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = list(documents)
        parts = [_split(batch) for batch in _batches(self.documents)]
        flat = [words for batch in parts for words in batch]
        sizes = [len(starts) for starts, _, _ in flat]
        self.firsts: list[int] = [0, *np.cumsum(sizes).tolist()] if sizes else [0]
        self.starts = np.concatenate([_NO_OFFSETS, *(starts for starts, _, _ in flat)])
        self.ends = np.concatenate([_NO_OFFSETS, *(ends for _, ends, _ in flat)])
        self.numbers: Numbers = np.concatenate([_NO_NUMBERS, *(numbers for _, _, numbers in flat)])

    def __len__(self) -> int:
        return len(self.numbers)

    def document_at(self, word: int) -> int:
        """The index of the document that a word is in."""
        return bisect_right(self.firsts, word) - 1

    def raw(self, word: int) -> str:
        """A word as it stands in its document."""
        text = self.documents[self.document_at(word)].text
        return text[self.starts[word] : self.ends[word]]

    def between(self, word: int) -> str:
        """What stands between a word and the next one of its document."""
        text = self.documents[self.document_at(word)].text
        return text[self.ends[word] : self.starts[word + 1]]

    def spelt(self, first: int, last: int) -> list[str]:
        """The words `[first, last)`, of one document, in plain letters."""
        text = self.documents[self.document_at(first)].text if first < last else ""
        starts, ends = self.starts[first:last].tolist(), self.ends[first:last].tolist()
        return [spelt(text[start:end]) for start, end in zip(starts, ends, strict=True)]

    def bounds(self, word: int) -> tuple[int, int]:
        """The first word of the document that a word is in, and the first of the next one."""
        document = self.document_at(word)
        return self.firsts[document], self.firsts[document + 1]

    def look_up(self, runs: Sequence[Numbers]) -> Seeds:
        """Where the runs of up to `SEED` words in `runs` stand."""
        wanted = [
            np.unique(np.concatenate([grams(run, size) for run in runs])) if runs else np.zeros(0, dtype=np.uint64)
            for size in range(1, SEED + 1)
        ]
        return Seeds(self, [_Found.of(grams(self.numbers, size + 1), keys) for size, keys in enumerate(wanted)])


@dataclass(frozen=True, slots=True)
class _Found:
    """The places of each key: `places[firsts[i]:firsts[i + 1]]` of `keys[i]`, in order; none of what is everywhere."""

    keys: Numbers
    firsts: Offsets
    places: Offsets

    @classmethod
    def of(cls, grams: Numbers, keys: Numbers) -> _Found:
        table = np.zeros(1 << max(16, len(keys).bit_length() + 4), dtype=bool)
        mask = np.uint64(len(table) - 1)
        table[keys & mask] = True
        likely = np.flatnonzero(table[grams & mask])
        if not len(keys) or not len(likely):
            return cls(keys, np.zeros(len(keys) + 1, dtype=np.int64), np.zeros(0, dtype=np.int64))
        at = np.minimum(np.searchsorted(keys, grams[likely]), len(keys) - 1)
        real = keys[at] == grams[likely]
        likely, at = likely[real], at[real]
        seldom = np.bincount(at, minlength=len(keys))[at] <= MOST_PLACES
        likely, at = likely[seldom], at[seldom]
        small = at.astype(np.uint16) if len(keys) < 1 << 16 else at  # which are sorted in linear time
        order = np.argsort(small, kind="stable")
        return cls(keys, np.searchsorted(at[order], np.arange(len(keys) + 1)), likely[order])

    def places_of(self, key: np.uint64) -> Offsets:
        i = int(np.searchsorted(self.keys, key))
        if i == len(self.keys) or self.keys[i] != key:
            return self.places[:0]
        return self.places[self.firsts[i] : self.firsts[i + 1]]


@dataclass(frozen=True, slots=True)
class Seeds:
    """Where the short runs of words that a draft asks for stand in the sources."""

    sources: Sources
    _found: list[_Found] = field(repr=False)

    def places_of(self, run: Numbers, offset: int, size: int) -> Offsets:
        """Where the `size` words from `offset` of `run` stand."""
        return self._found[size - 1].places_of(grams(run[offset : offset + size], size)[0])

    def exact(self, run: Numbers) -> Offsets:
        """Where all words of `run` stand, in order and in one document: the first words' numbers.

        Of more than `MOST_PLACES`, the first.
        """
        if not len(run):
            return np.zeros(0, dtype=np.int64)
        size = min(SEED, len(run))
        offsets = range(len(run) - size + 1)
        some = offsets if len(run) <= 400 else offsets[:: len(run) // 200]  # a long run has rare seeds everywhere
        places, offset = min(((self.places_of(run, i, size), i) for i in some), key=lambda pair: len(pair[0]))
        places = places - offset
        places = places[(places >= 0) & (places + len(run) <= len(self.sources))]
        kept = self._compared(run, places)
        firsts = np.asarray(self.sources.firsts, dtype=np.int64)
        whole = np.searchsorted(firsts, kept, side="right") == np.searchsorted(
            firsts, kept + len(run) - 1, side="right"
        )
        standing: Offsets = kept[whole]
        return standing

    def _compared(self, run: Numbers, places: Offsets) -> Offsets:
        found, count, at_once = [places[:0]], 0, max(1, _COMPARED // len(run))
        for i in range(0, len(places), at_once):
            some = places[i : i + at_once]
            same = (self.sources.numbers[some[:, None] + np.arange(len(run))] == run).all(axis=1)
            found.append(some[same])
            count += int(same.sum())
            if count >= MOST_PLACES:
                break
        return np.concatenate(found)[:MOST_PLACES]


def grams(numbers: Numbers, size: int) -> Numbers:
    """A number for each run of `size` words."""
    count = len(numbers) - size + 1
    if count <= 0:
        return numbers[:0]
    if size == 1:
        return numbers
    found = numbers[:count] * _FACTORS[0]
    for i in range(1, size):
        found = found + numbers[i : i + count] * _FACTORS[i]
    return mixed(found)


Split = tuple[Offsets, Offsets, Numbers]


def _batches(documents: Sequence[Document]) -> list[list[Document]]:
    """The documents in their order, as many together as are worth splitting at once, Markdown apart."""
    batches: list[list[Document]] = []
    size = _AT_ONCE
    for document in documents:
        same = batches and (batches[-1][0].media_type == MARKDOWN) == (document.media_type == MARKDOWN)
        if not same or size + len(document.text) > _AT_ONCE:
            batches.append([])
            size = 0
        batches[-1].append(document)
        size += len(document.text) + 2
    return batches


def _split(batch: Sequence[Document]) -> list[Split]:
    """The words of each document of a batch."""
    words = split_words("\n\n".join(d.text for d in batch), markdown=batch[0].media_type == MARKDOWN)
    found: list[Split] = []
    base = first = 0
    for document in batch:
        end = base + len(document.text)
        last = int(np.searchsorted(words.starts, end))
        found.append((words.starts[first:last] - base, words.ends[first:last] - base, words.numbers[first:last]))
        base, first = end + 2, last
    return found
