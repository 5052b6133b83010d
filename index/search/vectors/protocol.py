"""Defines `VectorStore`, the protocol that every store of vectors follows."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
RowNumbers = NDArray[np.int64]
Vectors = NDArray[np.float32]


class VectorStore(Protocol):
    """Unit vectors, each under an id, searched by cosine similarity.

    `ids` are whole numbers from 0 that the caller chooses. `vectors` are (n, dimension), rows of unit length.
    """

    @property
    def dimension(self) -> int: ...

    def __len__(self) -> int:
        """Return how many vectors it holds."""

    def upsert(self, ids: Ids, vectors: Vectors) -> None:
        """Add `vectors`; one with an existing id replaces the old one. `ids` are unique."""

    def delete(self, ids: Ids) -> None:
        """Remove the vectors with these ids; unknown ids are ignored."""

    def search(self, query: Vectors, k: int, allowed: Ids | None = None) -> list[tuple[int, float]]:
        """Return at most `k` (id, cosine) pairs for `query`, (dimension,), best first.

        `allowed`: only these ids are candidates; `k` of them are found wherever there are as many.
        """

    def vectors(self, ids: Ids) -> Vectors:
        """Return the vectors with these ids, (len(ids), dimension), in their order.

        Raises `KeyError` if one is missing.
        """


class SavedStore(VectorStore, Protocol):
    """A store in this process's memory, kept in a folder."""

    def save(self, folder: Path) -> None:
        """Write it into `folder`, made if it is missing; `open_vectors` reads it again."""
