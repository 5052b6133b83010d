"""Dense search: the `VectorStore` protocol, and FAISS behind it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexCorruptError

if TYPE_CHECKING:
    import faiss

Vectors = NDArray[np.float32]


class VectorStore(Protocol):
    """Unit vectors by position, searched by cosine similarity."""

    def __len__(self) -> int: ...

    def search(self, queries: Vectors, k: int) -> list[list[tuple[int, float]]]:
        """For each query (n, dimension), at most `k` (position, cosine) pairs, best first."""


class FaissStore:
    """Exact search over unit vectors in memory (FAISS `IndexFlatIP`)."""

    def __init__(self, flat: faiss.Index) -> None:
        self._flat = flat

    @classmethod
    def build(cls, vectors: Vectors) -> Self:
        """`vectors`: (n, dimension), rows of unit length."""
        import faiss

        flat = faiss.IndexFlatIP(vectors.shape[1])
        flat.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(flat)

    @classmethod
    def load(cls, path: Path) -> Self:
        import faiss

        try:
            return cls(faiss.read_index(str(path)))
        except RuntimeError as error:
            raise IndexCorruptError(f"{str(path)!r} is not a FAISS index; build the index again") from error

    def save(self, path: Path) -> None:
        import faiss

        faiss.write_index(self._flat, str(path))

    def __len__(self) -> int:
        return int(self._flat.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._flat.d)

    def search(self, queries: Vectors, k: int) -> list[list[tuple[int, float]]]:
        """For each query (n, dimension), at most `k` (position, cosine) pairs, best first."""
        scores, positions = self._flat.search(np.ascontiguousarray(queries, dtype=np.float32), min(k, len(self)))
        # FAISS fills up with -1 where it finds fewer than k.
        return [
            [(int(p), float(s)) for p, s in zip(row_p, row_s, strict=True) if p >= 0]
            for row_p, row_s in zip(positions, scores, strict=True)
        ]
