"""Searches by words: BM25 (Robertson; Lucene's variant) over stemmed words, by bm25s."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexCorruptError

if TYPE_CHECKING:
    import bm25s

# Names the indexed text (index/split/passages.py) and how words are analysed and scored. A saved index stores it and
# opens with no other value: change it whenever one of these changes.
ANALYSIS = "2:title+heading+chunk,folded,porter2,stop-plus,k1=0.4,b=0.4"

# Saturation of the term frequency and weight of the text length, chosen on tune questions by benchmarks/retrieval.py.
K1, B = 0.4, 0.4
_WORD = re.compile(r"\w+")
_NONE = "\x00"  # stands in for the words of a text that has none


@dataclass(frozen=True, slots=True)
class WordScores:
    """BM25 scores of all texts for one query.

    `bound` is above every score: the sum of the inverse document frequencies of the query's words.
    """

    values: NDArray[np.float32]
    bound: float

    def best(self, k: int, allowed: NDArray[np.bool_] | None = None) -> list[tuple[int, float]]:
        """Return at most `k` (position, score) pairs, best first, ties by position, without scores of 0."""
        candidates = np.flatnonzero(self.values > 0 if allowed is None else (self.values > 0) & allowed)
        if len(candidates) > k:
            scores = self.values[candidates]
            candidates = candidates[scores >= np.partition(scores, len(scores) - k)[len(scores) - k]]
        order = candidates[np.argsort(-self.values[candidates], kind="stable")][:k]
        return [(int(p), float(self.values[p])) for p in order]

    def share(self, position: int) -> float:
        """Return the score at `position` as a share of the bound, from 0 to 1."""
        return float(self.values[position]) / self.bound if self.bound else 0.0


class Bm25:
    """BM25 over texts by position. English: words are stemmed, without case, accents and stop words."""

    def __init__(self, engine: bm25s.BM25, size: int) -> None:
        self._engine = engine
        self._size = size
        self._frequencies = np.diff(np.asarray(engine.scores["indptr"]))
        self._analyse = Analyser()

    @classmethod
    def build(cls, texts: Iterable[str]) -> Self:
        """Return an index of `texts`, which are read once and not kept."""
        import bm25s

        engine = bm25s.BM25(k1=K1, b=B)
        tokens = _Tokens.of(texts, Analyser())
        engine.index(tokens, create_empty_token=False, show_progress=False)
        return cls(engine, len(tokens.ids))

    @classmethod
    def load(cls, folder: Path, size: int) -> Self:
        """Return what `save` wrote, memory-mapped, over `size` texts. Raises `IndexCorruptError`."""
        import bm25s

        hint = "build the index again"
        try:
            engine = bm25s.BM25.load(str(folder), allow_pickle=False, show_progress=False, mmap=True)
        except (OSError, ValueError, KeyError) as error:
            raise IndexCorruptError(f"{str(folder)!r} is not a BM25 index; {hint}") from error
        if engine.scores["num_docs"] != size:
            raise IndexCorruptError(f"{str(folder)!r} holds {engine.scores['num_docs']} texts, not {size}; {hint}")
        return cls(engine, size)

    def save(self, folder: Path) -> None:
        """Write the index into `folder`, which is created if it is missing."""
        self._engine.save(str(folder), allow_pickle=False, show_progress=False)

    def __len__(self) -> int:
        return self._size

    @cached_property
    def vocabulary(self) -> Mapping[str, int]:
        """The stems of all texts, each with the number of texts that hold it."""
        return {
            stem: int(self._frequencies[i]) for stem, i in self._engine.vocab_dict.items() if stem and stem != _NONE
        }

    def scores(self, query: str) -> WordScores:
        """Return the scores of all texts; a word counts as often as the query repeats it."""
        words = self._engine.get_tokens_ids(self._analyse(query))
        if not words:
            return WordScores(np.zeros(self._size, dtype=np.float32), 0.0)
        frequencies = self._frequencies[words]
        bound = np.log1p((self._size - frequencies + 0.5) / (frequencies + 0.5)).sum()
        return WordScores(self._engine.get_scores_from_ids(words), float(bound))

    def search(self, query: str, k: int) -> list[tuple[int, float]]:
        """Return the best `k` (position, BM25 score) pairs, best first, of texts that share a word with the query."""
        return self.scores(query).best(k)


class Analyser:
    """Turns text into the terms that BM25 counts."""

    def __init__(self) -> None:
        import Stemmer
        from bm25s.stopwords import STOPWORDS_EN_PLUS

        self._stem = Stemmer.Stemmer("english").stemWord
        self._known = dict.fromkeys(STOPWORDS_EN_PLUS, "")

    def __call__(self, text: str) -> list[str]:
        """Return the stems of `text`, in order, stop words left out."""
        return [stem for word in _WORD.findall(_folded(text)) if (stem := self._stem_of(word))]

    def _stem_of(self, word: str) -> str:
        stem = self._known.get(word)
        if stem is None:
            stem = self._known[word] = self._stem(word)
        return stem


def _folded(text: str) -> str:
    text = text.lower()
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


@dataclass(frozen=True, slots=True)
class _Tokens:
    """The input of bm25s: the word ids of each text, and the vocabulary."""

    ids: _Lists
    vocab: dict[str, int]

    @classmethod
    def of(cls, texts: Iterable[str], analyse: Analyser) -> Self:
        # bm25s refuses texts that are all empty, so an empty text gets a word that no query contains.
        vocabulary = {_NONE: 0}
        lists = _Lists()
        for text in texts:
            lists.append([vocabulary.setdefault(word, len(vocabulary)) for word in analyse(text)] or [0])
        return cls(lists, vocabulary)


class _Lists:
    """Many short lists of whole numbers, stored in four bytes each."""

    def __init__(self) -> None:
        self._numbers = array("i")
        self._ends = array("q")

    def append(self, numbers: Iterable[int]) -> None:
        self._numbers.extend(numbers)
        self._ends.append(len(self._numbers))

    def __len__(self) -> int:
        return len(self._ends)

    def __iter__(self) -> Iterator[list[int]]:
        first = 0
        for end in self._ends:
            yield self._numbers[first:end].tolist()
            first = end
