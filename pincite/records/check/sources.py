"""Indexes the words of all sources, and finds the places of runs of words.

One pass over the sources looks up all runs of one to three words of a draft at once (seeds, as in sequence alignment).
So the time grows with the sizes of sources and draft and with the number of hits, not with the product of the sizes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from index.types import Document, Segment, SegmentKind
from pincite.records.check.types import SourcePlace
from pincite.records.check.words import APART, Numbers, Offsets, Words, plain_word, split_several

MARKDOWN = "text/markdown"
MOST_PLACES = 100_000  # places of the same words; more are ignored
SEED = 3  # words
AROUND = 160  # characters shown around a place
_LISTED = (SegmentKind.PAGE, SegmentKind.HEADING, SegmentKind.RUNNING_HEAD)

_UNREAD = (SegmentKind.HIDDEN, SegmentKind.LINE_NUMBER, SegmentKind.NOTE_NUMBER)
_AT_ONCE = 1_000_000  # characters that are split together
_COMPARED_AT_ONCE = 4_000_000  # words that are compared together
_FACTORS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9))
_NO_OFFSETS: Offsets = np.zeros(0, dtype=np.int64)
_SEPARATOR: Numbers = np.full(SEED - 1, 0x6C62272E07BB0142, dtype=np.uint64)  # no word has this number
_NO_NUMBERS: Numbers = np.zeros(0, dtype=np.uint64)


class Sources:
    """The documents that a draft is checked against. Words are indexed through all documents, in order."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = list(documents)
        self._finders = [_PlaceFinder(document) for document in self.documents]
        split = [words for batch in _batches(self.documents) for words in _split(batch)]
        sizes = [len(words) for words in split]
        self.firsts: list[int] = [0, *np.cumsum(sizes).tolist()] if sizes else [0]
        self.starts = np.concatenate([_NO_OFFSETS, *(words.starts for words in split)])
        self.ends = np.concatenate([_NO_OFFSETS, *(words.ends for words in split)])
        self.numbers: Numbers = np.concatenate([_NO_NUMBERS, *(words.numbers for words in split)])

    def __len__(self) -> int:
        return len(self.numbers)

    def document_at(self, word: int) -> int:
        """Return the index of the document that a word is in."""
        return bisect_right(self.firsts, word) - 1

    def place(self, document: int, start: int, end: int) -> SourcePlace:
        """Return the span `[start, end)` of a document, given by its index, as a place."""
        return self._finders[document].place(start, end)

    def page_of(self, word: int) -> int | None:
        """Return the page that a word begins on, or None where there are no pages."""
        return self._finders[self.document_at(word)].page_at(int(self.starts[word]))

    def begins_page(self, first: int, last: int) -> bool:
        """Return whether a page begins after word `first` and not after word `last` of the same document."""
        finder = self._finders[self.document_at(first)]
        return finder.begins_page(int(self.ends[first]), int(self.starts[last]))

    def in_text(self, first: int, last: int) -> list[int]:
        """Return the words `[first, last)` of one document that are not in a page's running head or foot."""
        finder = self._finders[self.document_at(first)]
        return [i for i in range(first, last) if not finder.in_running_head(int(self.starts[i]))]

    def raw(self, word: int) -> str:
        """Return a word as its document has it."""
        text = self.documents[self.document_at(word)].text
        return text[self.starts[word] : self.ends[word]]

    def following(self, word: int, last: int | None = None) -> str:
        """Return the text between a word and the next one of its document, or the word `last`."""
        text = self.documents[self.document_at(word)].text
        return text[self.ends[word] : self.starts[word + 1 if last is None else last]]

    def plain_words(self, first: int, last: int) -> list[str]:
        """Return the words `[first, last)`, of one document, in plain letters."""
        text = self.documents[self.document_at(first)].text if first < last else ""
        starts, ends = self.starts[first:last].tolist(), self.ends[first:last].tolist()
        return [plain_word(text[start:end]) for start, end in zip(starts, ends, strict=True)]

    def bounds(self, word: int) -> tuple[int, int]:
        """Return the first word of the document that a word is in, and the first of the next one."""
        document = self.document_at(word)
        return self.firsts[document], self.firsts[document + 1]

    def look_up(self, runs: Sequence[Numbers]) -> Seeds:
        """Return the places of all runs of up to `SEED` words in `runs`."""
        joined = np.concatenate([_NO_NUMBERS, *(part for run in runs for part in (run, _SEPARATOR))])
        tables = []
        for size in range(1, SEED + 1):
            keys = np.unique(grams(joined, size))
            tables.append(_PlaceTable.of(grams(self.numbers, size), keys))
        return Seeds(self, tables)


class _PlaceFinder:
    """Finds the page, the heading and the surrounding text of a span of a document.

    Pages and headings are listed once, because a source of 10 MB has a hundred thousand segments.
    """

    def __init__(self, document: Document) -> None:
        self.document = document

    @cached_property
    def _listed(self) -> dict[SegmentKind, list[Segment]]:
        listed: dict[SegmentKind, list[Segment]] = {kind: [] for kind in _LISTED}
        for segment in sorted(self.document.segments, key=lambda s: s.start):
            if segment.kind in listed:
                listed[segment.kind].append(segment)
        return listed

    def _last(self, kind: SegmentKind, offset: int) -> Segment | None:
        """Return the last segment of a kind that starts at or before `offset`."""
        segments = self._listed[kind]
        count = bisect_right(segments, offset, key=lambda s: s.start)
        return segments[count - 1] if count else None

    def page_at(self, offset: int) -> int | None:
        """Return the page, as `Document.page_at` does."""
        page = self._last(SegmentKind.PAGE, offset)
        return page.number if page is not None and offset < page.end else None

    def begins_page(self, start: int, end: int) -> bool:
        """Return whether a page begins in `[start, end]`."""
        page = self._last(SegmentKind.PAGE, end)
        return page is not None and page.start >= start

    def in_running_head(self, offset: int) -> bool:
        """Return whether the character is in a running head or foot."""
        head = self._last(SegmentKind.RUNNING_HEAD, offset)
        return head is not None and offset < head.end

    def heading_at(self, offset: int) -> str | None:
        """Return the heading, as `Document.heading_at` does."""
        heading = self._last(SegmentKind.HEADING, offset)
        return self.document.text[heading.start : heading.end] if heading is not None else None

    def place(self, start: int, end: int) -> SourcePlace:
        """Return the span `[start, end)` as a place, with some text around it."""
        document = self.document
        return SourcePlace(
            document.id,
            document.source,
            document.sha256,
            start,
            end,
            document.text[start:end],
            self.page_at(start),
            self.heading_at(start),
            document.text[max(0, start - AROUND) : start],
            document.text[end : end + AROUND],
            document.places_at(start),
        )


@dataclass(frozen=True, slots=True)
class _PlaceTable:
    """The places of runs of words: `places[firsts[i]:firsts[i + 1]]` are those of `keys[i]`, in order."""

    keys: Numbers
    firsts: Offsets
    places: Offsets

    @classmethod
    def of(cls, grams: Numbers, keys: Numbers) -> _PlaceTable:
        bits = max(16, len(keys).bit_length() + 5)
        shift = np.uint64(64 - bits)
        table = np.full(1 << bits, -1, dtype=np.int32)  # the index of a key, by its first bits
        table[keys >> shift] = np.arange(len(keys), dtype=np.int32)
        key_index = table[grams >> shift]
        likely = np.flatnonzero(key_index >= 0)
        key_index, wanted = key_index[likely], grams[likely]
        other = np.flatnonzero(keys[key_index] != wanted)  # keys may share their first bits; the table has one of them
        key_index[other] = np.minimum(np.searchsorted(keys, wanted[other]), len(keys) - 1)
        real = np.flatnonzero(keys[key_index] == wanted)
        likely, key_index = likely[real], key_index[real]
        firsts = np.concatenate([[0], np.cumsum(np.bincount(key_index, minlength=len(keys)))])
        small = key_index.astype(np.uint16) if len(keys) < 1 << 16 else key_index  # sorted in linear time
        return cls(keys, firsts, likely[np.argsort(small, kind="stable")])

    def spans_of(self, wanted: Numbers) -> tuple[Offsets, Offsets]:
        """Return for each run of `wanted` the index of its first place in `places`, and the number of its places."""
        if not len(self.keys):
            return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=np.int64)
        key_index = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        firsts = self.firsts[key_index]
        return firsts, np.where(self.keys[key_index] == wanted, self.firsts[key_index + 1] - firsts, 0)


@dataclass(frozen=True, slots=True)
class Seeds:
    """The places of a draft's short runs of words in the sources."""

    sources: Sources
    _tables: list[_PlaceTable] = field(repr=False)

    def counts(self, run: Numbers, size: int) -> Offsets:
        """Return, for each run of `size` words in `run`, how often the sources have it."""
        return self._tables[size - 1].spans_of(grams(run, size))[1]

    def places(self, run: Numbers, size: int, offsets: Offsets) -> Offsets:
        """Return where `run` would begin for each place of its `size` words at one of the `offsets`.

        The result may be negative, before the first word.
        """
        table = self._tables[size - 1]
        firsts, counts = table.spans_of(grams(run, size)[offsets])
        before = np.cumsum(counts) - counts
        indices = np.repeat(firsts - before, counts) + np.arange(int(counts.sum()))
        return table.places[indices] - np.repeat(offsets, counts)

    def exact(self, run: Numbers) -> Offsets:
        """Return the places of the whole `run`, each within one document, as indices of the first word.

        At most the first `MOST_PLACES`.
        """
        if not len(run):
            return np.zeros(0, dtype=np.int64)
        size = min(SEED, len(run))
        offset = np.argmin(self.counts(run, size)).reshape(1)
        places = self.places(run, size, offset)
        places = places[(places >= 0) & (places + len(run) <= len(self.sources))]
        kept = self._equal_places(run, places) if len(run) > SEED else places[:MOST_PLACES]
        firsts = np.asarray(self.sources.firsts, dtype=np.int64)
        first_documents = np.searchsorted(firsts, kept, side="right")
        last_documents = np.searchsorted(firsts, kept + len(run) - 1, side="right")
        exact_places: Offsets = kept[first_documents == last_documents]
        return exact_places

    def _equal_places(self, run: Numbers, places: Offsets) -> Offsets:
        same_places, count, at_once = [places[:0]], 0, max(1, _COMPARED_AT_ONCE // len(run))
        for i in range(0, len(places), at_once):
            batch = places[i : i + at_once]
            same = (self.sources.numbers[batch[:, None] + np.arange(len(run))] == run).all(axis=1)
            same_places.append(batch[same])
            count += int(same.sum())
            if count >= MOST_PLACES:
                break
        return np.concatenate(same_places)[:MOST_PLACES]


def grams(numbers: Numbers, size: int) -> Numbers:
    """Return a hash for each run of `size` words."""
    count = len(numbers) - size + 1
    if count <= 0:
        return numbers[:0]
    if size == 1:
        return numbers
    hashes = numbers[:count] * _FACTORS[0]
    for i in range(1, size):
        hashes += numbers[i : i + count] * _FACTORS[i]
    return hashes


def _batches(documents: Sequence[Document]) -> list[list[Document]]:
    """Return the documents in order, in batches that are split together; Markdown is in batches of its own."""
    batches: list[list[Document]] = []
    size = _AT_ONCE
    for document in documents:
        same = batches and (batches[-1][0].media_type == MARKDOWN) == (document.media_type == MARKDOWN)
        if not same or size + len(document.text) > _AT_ONCE:
            batches.append([])
            size = 0
        batches[-1].append(document)
        size += len(document.text) + len(APART)
    return batches


def _split(batch: Sequence[Document]) -> list[Words]:
    """Return the words of each document of a batch, without hidden text, line numbers and note numbers."""
    unread: list[tuple[int, int]] = []
    heads: set[int] = set()
    base = 0
    for document in batch:
        unread += [(base + s.start, base + s.end) for s in document.segments if s.kind in _UNREAD]
        heads |= {base + s.start for s in document.segments if s.kind is SegmentKind.RUNNING_HEAD}
        base += len(document.text) + len(APART)
    markdown = batch[0].media_type == MARKDOWN
    return split_several([document.text for document in batch], markdown=markdown, unread=unread, apart=heads)
