"""Searches a collection in Milvus by meaning and by words, and scores the hits in this process.

Scores are those of `index.search.searching`. The server's BM25 only finds candidates. Their BM25 scores are computed
here, by the formula of an index on disk, from the words of each candidate and their frequencies in the collection: the
scores of a server depend on its version and on how it distributes its rows, and lack the bound that the fusion needs.
"""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.config import SearchConfig
from index.embed import Embedder
from index.errors import FilterError
from index.milvus.bodies import Bodies
from index.milvus.conditions import expression
from index.milvus.document_records import IS_LIVE, DocumentRecord
from index.milvus.engine import VECTOR, WORDS, MilvusRow, quoted
from index.milvus.layout import DATA, DOCUMENT, END, KEY, LIVE, START, STATISTICS, VERSION, Collections
from index.milvus.vectors import ID, MilvusStore
from index.milvus.word_text import split_words, words_of
from index.search.filters import unknown_key
from index.search.lexical import K1, Analyser, B
from index.search.searching import fuse
from index.search.vectors import Vectors
from index.types import Chunk, Hit, ScoreParts

# Seconds for which the statistics are cached.
CACHED_SECONDS = 600.0
# Documents whose keys an error names.
SAMPLED = 1_000
KEYS = f'{DATA}["keys"]'
PLACE = [DOCUMENT, VERSION, START, END]


@dataclass(frozen=True, slots=True)
class ScoredRow:
    """The row of a candidate chunk, and its scores."""

    row: MilvusRow
    cosine: float
    lexical: float
    fused: float

    @property
    def version(self) -> tuple[str, str]:
        """The id and the version of its document."""
        return (self.row[DOCUMENT], self.row[VERSION])

    @property
    def order(self) -> tuple[float, str, int]:
        """The sort key: best first, ties by document and position."""
        return (-self.fused, self.row[DOCUMENT], self.row[START])

    def hit(self) -> Hit:
        """Return the row as a hit."""
        chunk = Chunk(self.row[DOCUMENT], self.row[START], self.row[END])
        return Hit(chunk, self.fused, ScoreParts(self.cosine, self.lexical, self.fused))


class ArchiveSearcher:
    """Searches an archive. A `dense_weight` of 1 needs no words."""

    def __init__(
        self, collections: Collections, store: MilvusStore, bodies: Bodies, embedder: Embedder, config: SearchConfig
    ) -> None:
        self._collections = collections
        self._store = store
        self._bodies = bodies
        self._embedder = embedder
        self._config = config
        self._analyse = Analyser()
        self._statistics = Statistics(collections, store)

    def search(self, query: str, k: int, where: Sequence[str] | str = ()) -> list[Hit]:
        """Return the `k` best chunks for `query`, best first. Raises `FilterError`."""
        if k < 1:
            raise ValueError(f"k is {k}; ask for at least one chunk")
        condition = self._condition(where) if where else ""
        return self._live_hits(self._candidates(query, k, condition), k)

    def _condition(self, where: Sequence[str] | str) -> str:
        condition, keys = expression(where)
        collections = self._collections
        for key in keys:
            named = f"{IS_LIVE} and json_contains({KEYS}, {quoted(key)})"
            if not collections.server.sample_rows(collections.documents, named, [KEY], 1):
                sample = collections.server.sample_rows(collections.documents, IS_LIVE, [KEY, LIVE, DATA], SAMPLED)
                raise FilterError(unknown_key(key, {key for row in sample for key in DocumentRecord.of(row).keys}))
        return condition

    def _candidates(self, query: str, k: int, condition: str) -> list[ScoredRow]:
        """Return the candidates of both searches, best first."""
        (vector,) = self._embedder.embed([query])
        depth = max(self._config.depth, k)
        store, weight = self._store, self._config.dense_weight
        if weight == 1.0:
            nearest = store.nearest(vector, depth, condition, PLACE)
            candidates = [ScoredRow(row, cosine, 0.0, fuse(cosine, 0.0, weight)) for cosine, row in nearest]
            return sorted(candidates, key=lambda candidate: candidate.order)
        rows = {row[ID]: (cosine, row) for cosine, row in store.nearest(vector, depth, condition, [*PLACE, WORDS])}
        words = self._analyse(query)
        for row in self._search_words(words, depth, condition):
            rows.setdefault(row[ID], (_cosine(row, vector), row))
        score = self._statistics.scorer(words)
        scored = [(cosine, score(split_words(row[WORDS])), row) for cosine, row in rows.values()]
        candidates = [
            ScoredRow(row, cosine, bm25, fuse(cosine, bm25 / score.bound if score.bound else 0.0, weight))
            for cosine, bm25, row in scored
        ]
        return sorted(candidates, key=lambda candidate: candidate.order)

    def _search_words(self, words: Sequence[str], depth: int, condition: str) -> list[MilvusRow]:
        if not words:
            return []
        store = self._store
        server = self._collections.server
        return server.search_bm25(store.name, words_of(words), depth, condition, [ID, *PLACE, WORDS, VECTOR])

    def _live_hits(self, candidates: Sequence[ScoredRow], k: int) -> list[Hit]:
        """Return the `k` best hits in live versions of documents, and pin these versions.

        Chunks of a document that is being written or replaced are skipped.
        """
        hits: list[Hit] = []
        versions: dict[str, str] = {}
        for first in range(0, len(candidates), k):
            part = candidates[first : first + k]
            bodies = self._bodies.fetch(candidate.version for candidate in part)
            for candidate in part:
                document, version = candidate.version
                if candidate.version in bodies and versions.setdefault(document, version) == version:
                    hits.append(candidate.hit())
            if len(hits) >= k:
                break
        self._bodies.pin(versions)
        return hits[:k]


class Statistics:
    """The number of chunks, their average length, and in how many chunks each word occurs; renewed now and then."""

    def __init__(self, collections: Collections, store: MilvusStore) -> None:
        self._collections = collections
        self._store = store
        self._lock = threading.Lock()
        self._renewed = -math.inf
        self._chunks = 0
        self._length = 1.0
        self._frequencies: dict[str, int] = {}

    def scorer(self, words: Sequence[str]) -> Scorer:
        """Return a BM25 scorer for the words of a query."""
        server, name = self._collections.server, self._store.name
        with self._lock:
            if time.monotonic() - self._renewed > CACHED_SECONDS:
                self._renew()
            new = [word for word in dict.fromkeys(words) if word not in self._frequencies]
            self._frequencies |= zip(new, server.frequencies(name, [words_of([word]) for word in new]), strict=True)
            frequencies = {word: self._frequencies[word] for word in words if self._frequencies[word]}
            return Scorer(
                Counter(word for word in words if word in frequencies), frequencies, self._chunks, self._length
            )

    def _renew(self) -> None:
        self._chunks, self._frequencies = len(self._store), {}
        noted = self._collections.note(STATISTICS)
        self._length = noted["words"] / noted["chunks"] if noted.get("chunks") else 1.0
        self._renewed = time.monotonic()


class Scorer:
    """BM25 of single texts, with the formula of `index.search.lexical`. `bound`: above every score."""

    def __init__(self, words: Counter[str], frequencies: dict[str, int], chunks: int, length: float) -> None:
        rarity = {w: math.log1p((max(chunks, n) - n + 0.5) / (n + 0.5)) for w, n in frequencies.items()}
        self._weights = {word: count * rarity[word] for word, count in words.items()}
        self._length = length
        self.bound = sum(self._weights.values())

    def __call__(self, text: Sequence[str]) -> float:
        counts = Counter(word for word in text if word in self._weights)
        norm = K1 * (1 - B + B * len(text) / self._length)
        return sum(self._weights[word] * n / (n + norm) for word, n in counts.items())


def _cosine(row: MilvusRow, vector: Vectors) -> float:
    return float(np.asarray(row[VECTOR], dtype=np.float32) @ vector)
