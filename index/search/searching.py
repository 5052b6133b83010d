"""Searches an index by meaning and by words, and fuses the two rankings.

Scores are fused by a convex combination, each on a scale that is the same in every collection. This is better than
reciprocal rank fusion, which ignores how far one passage is ahead of the next (Bruch, Gai and Ingber 2023, "An Analysis
of Fusion Functions for Hybrid Retrieval", TM2C2).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.config import SearchConfig
from index.embed import Embedder
from index.search.filters import Described, matching
from index.search.lexical import Bm25
from index.search.vectors import Ids, VectorStore
from index.types import Chunk, Hit, ScoreParts


class Searched(Protocol):
    """The contents of an index that `Searcher` reads: see `index.store.stored.Stored`."""

    @property
    def catalogue(self) -> Sequence[Described]: ...

    @property
    def chunks(self) -> Sequence[Chunk]: ...

    @property
    def first_chunk(self) -> NDArray[np.int64]: ...

    @property
    def ids(self) -> Ids: ...

    @property
    def vectors(self) -> VectorStore: ...

    @property
    def lexical(self) -> Bm25: ...


class Searcher:
    """Searches the contents of an index, where vectors have ids, and passages and their words have positions."""

    def __init__(self, stored: Searched, embedder: Embedder, config: SearchConfig) -> None:
        self._stored = stored
        self._embedder = embedder
        self._config = config
        self._order = np.argsort(stored.ids, kind="stable")

    def search(self, query: str, k: int, where: Sequence[str] | str = ()) -> list[Hit]:
        """Return the `k` best passages for `query`, best first.

        `where`: conditions that their documents meet (`index.search.filters`). There are fewer than `k` only if no more
        passages meet them. Raises `FilterError`.
        """
        if k < 1:
            raise ValueError(f"k is {k}; ask for at least one chunk")
        mask = self._allowed(where) if where else None
        (vector,) = self._embedder.embed([query])
        depth = max(self._config.depth, k)
        words = self._stored.lexical.scores(query)
        dense = self._stored.vectors.search(vector, depth, None if mask is None else self._stored.ids[mask])
        cosines = dict(zip(self._positions([i for i, _ in dense]), (c for _, c in dense), strict=True))
        only_words = [p for p, _ in words.best(depth, mask) if p not in cosines]
        if only_words:
            products = self._stored.vectors.vectors(self._stored.ids[only_words]) @ vector
            cosines.update(zip(only_words, products.tolist(), strict=True))
        scored = [(fuse(c, words.share(p), self._config.dense_weight), p) for p, c in cosines.items()]
        best = sorted(scored, key=lambda pair: (-pair[0], pair[1]))[:k]
        return [
            Hit(self._stored.chunks[p], score, ScoreParts(cosines[p], float(words.values[p]), score))
            for score, p in best
        ]

    def _allowed(self, where: Sequence[str] | str) -> NDArray[np.bool_]:
        """Return (chunks,): whether the document of each passage meets the conditions."""
        return np.repeat(matching(self._stored.catalogue, where), np.diff(self._stored.first_chunk))

    def _positions(self, ids: Sequence[int]) -> list[int]:
        """Return the positions in `chunks` of the vectors with these ids."""
        positions: list[int] = self._order[np.searchsorted(self._stored.ids, ids, sorter=self._order)].tolist()
        return positions


def fuse(cosine: float, share: float, weight: float) -> float:
    """Return `weight` times the cosine plus (1 - `weight`) times the BM25 score as a share of its upper bound.

    The first lies in [-1, 1], the second in [0, 1].
    """
    return weight * cosine + (1 - weight) * share
