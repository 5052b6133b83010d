"""Keeps vectors in a collection of Milvus: a `VectorStore` on other machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from index.milvus.engine import VECTOR, Field, MilvusRow, Server
from index.milvus.settings import IndexType
from index.search.vectors import Ids, Vectors

ID = "id"


class MilvusStore:
    """A `VectorStore` in the collection `name`, whose rows may hold more than a vector.

    Searches see what is written a moment later, everything else sees it at once.
    """

    def __init__(self, server: Server, name: str, dimension: int, index: IndexType) -> None:
        self.dimension = dimension
        self.name = name
        self.index = index
        self.server = server

    @classmethod
    def create(
        cls,
        server: Server,
        name: str,
        dimension: int,
        *,
        index: IndexType = IndexType.FLAT,
        fields: Mapping[str, Field] | None = None,
        words: bool = False,
    ) -> MilvusStore:
        """Create the collection. `fields`: further fields of its rows. `words`: also make it searchable by BM25."""
        server.create(name, {ID: Field.INTEGER, **(fields or {})}, dimension, index, words=words)
        return cls(server, name, dimension, index)

    def __len__(self) -> int:
        return self.server.count(self.name)

    def upsert(self, ids: Ids, vectors: Vectors, rows: Sequence[MilvusRow] | None = None) -> None:
        """Add `vectors`, in place of those with the same ids. `rows`: the other fields of each."""
        ids = np.asarray(ids, dtype=np.int64)
        if len(ids) and (ids.min() < 0 or len(np.unique(ids)) < len(ids)):
            raise ValueError("ids are whole numbers from 0, each given once")
        others = rows if rows is not None else [{}] * len(ids)
        listed = np.asarray(vectors, dtype=np.float32).tolist()
        self.server.upsert(
            self.name, [{ID: i, VECTOR: v, **o} for i, v, o in zip(ids.tolist(), listed, others, strict=True)]
        )

    def delete(self, ids: Ids) -> None:
        """Remove the vectors with these ids."""
        self.server.delete(self.name, np.asarray(ids, dtype=np.int64).tolist())

    def vectors(self, ids: Ids) -> Vectors:
        """Return the vectors with these ids, in their order."""
        id_list = np.asarray(ids, dtype=np.int64).tolist()
        vectors = {row[ID]: row[VECTOR] for row in self.server.rows(self.name, list(dict.fromkeys(id_list)), [VECTOR])}
        if missing := [i for i in id_list if i not in vectors]:
            raise KeyError(f"no vector has the id {missing[0]}")
        return np.array([vectors[i] for i in id_list], dtype=np.float32).reshape(-1, self.dimension)

    def search(self, query: Vectors, k: int, allowed: Ids | None = None) -> list[tuple[int, float]]:
        """Return at most `k` (id, cosine) pairs, best first; at most 16,384."""
        if allowed is not None and not len(allowed):
            return []
        condition = "" if allowed is None else f"{ID} in {sorted(set(np.asarray(allowed, dtype=np.int64).tolist()))}"
        return [(int(row[ID]), cosine) for cosine, row in self.nearest(query, k, condition, [])]

    def nearest(self, query: Vectors, k: int, condition: str, fields: Sequence[str]) -> list[tuple[float, MilvusRow]]:
        """Return the best `k` (cosine, row) pairs, best first, of rows that meet `condition`, with these `fields`."""
        return self.server.nearest(self.name, query, k, condition, [ID, *fields], self.index)
