"""Searches a collection in Milvus by meaning and by words there, and scores the hits here.

It is scored as by `index.search.searching`. The server's BM25 finds candidates. Their scores are computed here, by the
same formula as in an index on disk, from the words of each candidate and from how often they stand in the collection:
what servers compute differs by version and by how they divide their rows, and says nothing of the highest conceivable
score, which the fusion goes by.
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

# How long the counts of words are taken to be what they were, in seconds.
RENEWED = 600.0
# Documents that are looked at for the keys that an error names.
LOOKED_AT = 1_000
KEYS = f'{DATA}["keys"]'
PLACE = [DOCUMENT, VERSION, START, END]


@dataclass(frozen=True, slots=True)
class ScoredRow:
    """A chunk that was found: its row, and its scores."""

    row: MilvusRow
    cosine: float
    lexical: float
    fused: float

    @property
    def version(self) -> tuple[str, str]:
        """The id of its document, and the version of that."""
        return (self.row[DOCUMENT], self.row[VERSION])

    @property
    def order(self) -> tuple[float, str, int]:
        """Best first; equal ones in the order of their documents."""
        return (-self.fused, self.row[DOCUMENT], self.row[START])

    def hit(self) -> Hit:
        """Return the hit that a search gives out."""
        chunk = Chunk(self.row[DOCUMENT], self.row[START], self.row[END])
        return Hit(chunk, self.fused, ScoreParts(self.cosine, self.lexical, self.fused))


class ArchiveSearcher:
    """Searches an archive. A `dense_weight` of 1 asks for no words."""

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
        return self._current(self._candidates(query, k, condition), k)

    def _condition(self, where: Sequence[str] | str) -> str:
        condition, keys = expression(where)
        collections = self._collections
        for key in keys:
            named = f"{IS_LIVE} and json_contains({KEYS}, {quoted(key)})"
            if not collections.server.sample_rows(collections.documents, named, [KEY], 1):
                looked_at = collections.server.sample_rows(collections.documents, IS_LIVE, [KEY, LIVE, DATA], LOOKED_AT)
                raise FilterError(unknown_key(key, {key for row in looked_at for key in DocumentRecord.of(row).keys}))
        return condition

    def _candidates(self, query: str, k: int, condition: str) -> list[ScoredRow]:
        """Return all that either search found, best first."""
        (vector,) = self._embedder.embed([query])
        depth = max(self._config.depth, k)
        store, weight = self._store, self._config.dense_weight
        if weight == 1.0:
            near = store.nearest(vector, depth, condition, PLACE)
            candidates = [ScoredRow(row, cosine, 0.0, fuse(cosine, 0.0, weight)) for cosine, row in near]
            return sorted(candidates, key=lambda candidate: candidate.order)
        rows = {row[ID]: (cosine, row) for cosine, row in store.nearest(vector, depth, condition, [*PLACE, WORDS])}
        words = self._analyse(query)
        for row in self._by_words(words, depth, condition):
            rows.setdefault(row[ID], (_cosine(row, vector), row))
        score = self._statistics.scorer(words)
        scored = [(cosine, score(split_words(row[WORDS])), row) for cosine, row in rows.values()]
        candidates = [
            ScoredRow(row, cosine, points, fuse(cosine, points / score.bound if score.bound else 0.0, weight))
            for cosine, points, row in scored
        ]
        return sorted(candidates, key=lambda candidate: candidate.order)

    def _by_words(self, words: Sequence[str], depth: int, condition: str) -> list[MilvusRow]:
        if not words:
            return []
        store = self._store
        server = self._collections.server
        return server.search_bm25(store.name, words_of(words), depth, condition, [ID, *PLACE, WORDS, VECTOR])

    def _current(self, candidates: Sequence[ScoredRow], k: int) -> list[Hit]:
        """Return the `k` best whose documents are what they were when they were indexed, and pin these versions.

        Chunks of a document that is being replaced or written are skipped.
        """
        hits: list[Hit] = []
        versions: dict[str, str] = {}
        for first in range(0, len(candidates), k):
            part = candidates[first : first + k]
            whole = self._bodies.fetch(candidate.version for candidate in part)
            for candidate in part:
                document, version = candidate.version
                if candidate.version in whole and versions.setdefault(document, version) == version:
                    hits.append(candidate.hit())
            if len(hits) >= k:
                break
        self._bodies.pin(versions)
        return hits[:k]


class Statistics:
    """How many chunks there are, how long they are, and in how many of them words stand; asked for now and then."""

    def __init__(self, collections: Collections, store: MilvusStore) -> None:
        self._collections = collections
        self._store = store
        self._lock = threading.Lock()
        self._asked = -math.inf
        self._chunks = 0
        self._length = 1.0
        self._known: dict[str, int] = {}

    def scorer(self, words: Sequence[str]) -> Scorer:
        """Return BM25 for the words of a question."""
        server, name = self._collections.server, self._store.name
        with self._lock:
            if time.monotonic() - self._asked > RENEWED:
                self._renew()
            new = [word for word in dict.fromkeys(words) if word not in self._known]
            self._known |= zip(new, server.frequencies(name, [words_of([word]) for word in new]), strict=True)
            frequencies = {word: self._known[word] for word in words if self._known[word]}
            return Scorer(
                Counter(word for word in words if word in frequencies), frequencies, self._chunks, self._length
            )

    def _renew(self) -> None:
        self._chunks, self._known = len(self._store), {}
        noted = self._collections.note(STATISTICS)
        self._length = noted["words"] / noted["chunks"] if noted.get("chunks") else 1.0
        self._asked = time.monotonic()


class Scorer:
    """BM25 as `index.search.lexical` computes it, of single texts. `bound`: what no score reaches."""

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
