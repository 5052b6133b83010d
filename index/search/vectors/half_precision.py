"""Keeps vectors in half precision on disk: exact enough to rank by, and read where they lie."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexCorruptError
from index.search.vectors.protocol import RowNumbers, Vectors

BYTES = 2
BLOCK = 65_536


class HalfVectors:
    """Rows of half-precision numbers in a file, memory-mapped; rows added later wait in memory until `save`."""

    def __init__(self, path: Path, dimension: int) -> None:
        self.dimension = dimension
        self._path = path
        self._added: list[NDArray[np.float16]] = []
        self._mapped = _map(path, dimension)

    @classmethod
    def scratch(cls, dimension: int) -> Self:
        """Return one without rows, in a temporary file that goes when this object does."""
        folder = Path(tempfile.mkdtemp(prefix="pincite-"))
        path = folder / "vectors.f16"
        path.touch()
        store = cls(path, dimension)
        weakref.finalize(store, shutil.rmtree, folder, ignore_errors=True)
        return store

    def __len__(self) -> int:
        return len(self._mapped) + sum(map(len, self._added))

    def append(self, vectors: Vectors) -> None:
        """Add rows."""
        self._added.append(np.asarray(vectors, dtype=np.float16))

    def flush(self) -> None:
        """Move added rows into the temporary file."""
        with self._path.open("ab") as file:
            for part in self._added:
                file.write(part.tobytes())
        self._added = []
        self._mapped = _map(self._path, self.dimension)

    def take(self, rows: RowNumbers) -> Vectors:
        """Return the vectors at `rows` in single precision and of unit length, (len(rows), dimension)."""
        taken = np.empty((len(rows), self.dimension), dtype=np.float32)
        first = len(self._mapped)
        taken[rows < first] = self._mapped[rows[rows < first]]
        for part in self._added:
            inside = (rows >= first) & (rows < first + len(part))
            taken[inside] = part[rows[inside] - first]
            first += len(part)
        taken /= np.maximum(np.linalg.norm(taken, axis=1, keepdims=True), 1e-12)
        return taken

    def save(self, path: Path) -> None:
        """Write all rows to `path`."""
        shutil.copyfile(self._path, path)
        with path.open("ab") as file:
            for part in self._added:
                file.write(part.tobytes())


def _map(path: Path, dimension: int) -> NDArray[np.float16]:
    size = path.stat().st_size if path.is_file() else -1
    if size < 0 or size % (dimension * BYTES):
        raise IndexCorruptError(f"{str(path)!r} does not hold vectors of dimension {dimension}; build the index again")
    if not size:
        return np.zeros((0, dimension), dtype=np.float16)
    return np.memmap(path, dtype=np.float16, mode="r", shape=(size // (dimension * BYTES), dimension))
