"""Searches exactly: every vector in memory, every vector compared."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from index.search.vectors import engine
from index.search.vectors.ids import GONE, IdMap, read_ids, write_ids
from index.search.vectors.protocol import Ids, Vectors

INDEX = "flat.faiss"


class FlatStore:
    """A `VectorStore` in memory (FAISS `IndexFlatIP`), for as many vectors as a question can be compared with."""

    def __init__(self, dimension: int) -> None:
        self._index = engine.new_flat(dimension)
        self._ids = IdMap()

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return what `save` wrote. Raises `IndexCorruptError`."""
        index = engine.read(folder / INDEX)
        store = cls(int(index.d))
        store._index, store._ids = index, IdMap(read_ids(folder, int(index.ntotal)))
        return store

    def save(self, folder: Path) -> None:
        """Write the index and the ids of its rows into `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        engine.write(self._index, folder / INDEX)
        write_ids(folder, self._ids.ids)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    @property
    def ids(self) -> Ids:
        """The ids it holds."""
        return self._ids.ids

    def __len__(self) -> int:
        return len(self._ids)

    def upsert(self, ids: Ids, vectors: Vectors) -> None:
        """Add `vectors`, in place of those that have their ids."""
        self.delete(ids)
        self._ids.append(ids)
        engine.add(self._index, vectors)

    def delete(self, ids: Ids) -> None:
        """Remove what has these ids."""
        rows = self._ids.rows(ids)
        rows = rows[rows != GONE]
        if len(rows):
            engine.remove(self._index, rows)
            self._ids.drop(rows)

    def vectors(self, ids: Ids) -> Vectors:
        """Return the vectors with these ids, in their order."""
        return engine.rows_of(self._index, self._ids.rows_or_raise(ids))

    def search(self, query: Vectors, k: int, allowed: Ids | None = None) -> list[tuple[int, float]]:
        """Return at most `k` (id, cosine) pairs, best first."""
        mask = None if allowed is None else self._ids.mask(allowed)
        k = min(k, len(self) if mask is None else int(mask.sum()))
        if not k:
            return []
        scores, rows = engine.search(self._index, query, k, mask)
        return [(int(self._ids.ids[r]), float(s)) for r, s in zip(rows, scores, strict=True) if r != GONE]
