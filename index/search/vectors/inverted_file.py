"""Searches many vectors in part: an inverted file finds candidates, their own vectors rank them.

The inverted file (Sivic and Zisserman 2003; FAISS `IVF,SQ8`) groups vectors around centroids that k-means finds, keeps
one byte a component, and looks into the cells next to a question. The best candidates are ranked again by the vectors
themselves, kept in half precision in a file of their own, of which only the rows that are asked for are read.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.search.vectors import engine
from index.search.vectors.half_precision import BLOCK, HalfVectors
from index.search.vectors.ids import GONE, IdMap, read_ids, write_ids
from index.search.vectors.protocol import Ids, RowNumbers, Vectors

INDEX, HALVES = "cells.faiss", "vectors.f16"

# What benchmarks/scale.py measures: recall@10 against exact search and the time of the slowest hundredth.
CELLS_PER_ROOT = 4  # cells: this many times the square root of the vectors
PROBED = 32  # cells that a question looks into
RERANKED = 4  # candidates ranked again: this many times k, and
RERANKED_AT_LEAST = 100
# Up to so many allowed ids are compared one by one, which is exact and no slower.
COMPARED = 10_000
# k-means sees so many vectors a cell, so often.
SAMPLED_PER_CELL, ROUNDS = 40, 10
SEED = 20_240_501


class InvertedFileStore:
    """A `VectorStore` whose search looks into a part of its vectors; made by `build`, with vectors to learn from."""

    def __init__(self, cells: engine.Index, halves: HalfVectors, ids: IdMap, folder: Path | None = None) -> None:
        """`folder`: where `cells` is mapped from, None if it is in memory."""
        self._cells = cells
        self._halves = halves
        self._ids = ids
        self._mapped_from = folder

    @classmethod
    def build(cls, dimension: int, blocks: Iterable[tuple[Ids, Vectors]]) -> Self:
        """Build it; hold one block in memory beside the index itself. Raises `ValueError` without vectors."""
        halves, ids = HalfVectors.scratch(dimension), IdMap()
        parts = []
        for block, vectors in blocks:
            parts.append(np.asarray(block, dtype=np.int64))
            halves.append(vectors)
            halves.flush()
        ids.append(np.concatenate(parts))
        count = len(halves)
        cells = max(1, min(round(CELLS_PER_ROOT * math.sqrt(count)), count))
        sampled = np.random.default_rng(SEED).choice(count, min(count, cells * SAMPLED_PER_CELL), replace=False)
        trained = engine.train_inverted_file(halves.take(np.sort(sampled)), cells, rounds=ROUNDS, seed=SEED)
        for first in range(0, count, BLOCK):
            rows = np.arange(first, min(first + BLOCK, count), dtype=np.int64)
            engine.add_at(trained, halves.take(rows), rows)
        return cls(trained, halves, ids)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return what `save` wrote, memory-mapped. Raises `IndexCorruptError`."""
        cells = engine.read(folder / INDEX, mapped=True)
        halves = HalfVectors(folder / HALVES, int(cells.d))
        return cls(cells, halves, IdMap(read_ids(folder, len(halves))), folder)

    def save(self, folder: Path) -> None:
        """Write the cells, the vectors and the ids of their rows into `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        engine.write(self._cells, folder / INDEX)
        self._halves.save(folder / HALVES)
        write_ids(folder, self._ids.ids)

    @property
    def dimension(self) -> int:
        return self._halves.dimension

    @property
    def ids(self) -> Ids:
        """The ids it holds."""
        return np.asarray(self._ids.ids[self._ids.ids != GONE])

    @property
    def rows(self) -> int:
        """Rows on disk, those of deleted vectors included: a store of which few are used is worth building again."""
        return len(self._halves)

    def __len__(self) -> int:
        return len(self._ids)

    def upsert(self, ids: Ids, vectors: Vectors) -> None:
        """Add `vectors`, in place of those that have their ids."""
        self.delete(ids)
        rows = self._ids.append(ids)
        self._halves.append(vectors)
        engine.add_at(self._writable(), vectors, rows)

    def delete(self, ids: Ids) -> None:
        """Remove what has these ids."""
        rows = self._ids.rows(ids)
        rows = rows[rows != GONE]
        if len(rows):
            engine.remove(self._writable(), rows)
            self._ids.bury(rows)

    def _writable(self) -> engine.Index:
        if self._mapped_from is not None:
            self._cells = engine.read(self._mapped_from / INDEX)
            self._mapped_from = None
        return self._cells

    def vectors(self, ids: Ids) -> Vectors:
        """Return the vectors with these ids, in their order, as half precision keeps them."""
        return self._halves.take(self._ids.rows_or_raise(ids))

    def search(self, query: Vectors, k: int, allowed: Ids | None = None) -> list[tuple[int, float]]:
        """Return at most `k` (id, cosine) pairs, best first; the cosines are exact."""
        mask = None if allowed is None else self._ids.mask(allowed)
        count = len(self) if mask is None else int(mask.sum())
        k = min(k, count)
        if not k:
            return []
        if mask is not None and count <= max(COMPARED, k):
            return self._ranked(query, np.flatnonzero(mask), k)
        return self._ranked(query, self._candidates(query, k, mask, count), k)

    def _candidates(self, query: Vectors, k: int, mask: NDArray[np.bool_] | None, count: int) -> RowNumbers:
        """Return rows worth ranking.

        Where few are allowed, more cells are looked into, all of them if that finds too few.
        """
        cells = int(self._cells.nlist)
        probed = min(cells, math.ceil(PROBED * len(self) / count))
        wanted = max(RERANKED * k, RERANKED_AT_LEAST)
        while True:
            _, rows = engine.search(self._cells, query, wanted, mask, probed)
            candidates = np.asarray(rows[rows != GONE])
            if len(candidates) >= k or probed == cells:
                return candidates
            probed = min(cells, probed * 4)

    def _ranked(self, query: Vectors, rows: RowNumbers, k: int) -> list[tuple[int, float]]:
        scores = np.empty(len(rows), dtype=np.float32)
        for first in range(0, len(rows), BLOCK):
            part = slice(first, first + BLOCK)
            scores[part] = self._halves.take(rows[part]) @ query
        best = np.argsort(-scores, kind="stable")[:k]
        return [(int(self._ids.ids[rows[i]]), float(scores[i])) for i in best]
