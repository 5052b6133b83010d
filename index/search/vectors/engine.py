"""Wraps FAISS, imported here alone and on first use: indexes of rows 0, 1, 2 …"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexCorruptError
from index.search.vectors.protocol import RowNumbers, Vectors

Index = Any  # faiss.Index; what FAISS says of its types leaves half of it out


def _faiss() -> Any:
    import faiss

    return faiss


def new_flat(dimension: int) -> Index:
    """Return an empty index for exact search by inner product."""
    return _faiss().IndexFlatIP(dimension)


def train_inverted_file(sample: Vectors, lists: int, *, rounds: int, seed: int) -> Index:
    """Return an empty inverted file of `lists` cells with one byte a component, trained on `sample`."""
    trained = _faiss().index_factory(sample.shape[1], f"IVF{lists},SQ8", _faiss().METRIC_INNER_PRODUCT)
    trained.cp.niter = rounds
    trained.cp.seed = seed
    trained.cp.max_points_per_centroid = len(sample)
    trained.cp.min_points_per_centroid = 1  # it warns on stderr otherwise
    trained.train(np.ascontiguousarray(sample))
    return trained


def add(index: Index, vectors: Vectors) -> None:
    """Append `vectors` as the next rows."""
    index.add(np.ascontiguousarray(vectors, dtype=np.float32))


def add_at(index: Index, vectors: Vectors, rows: RowNumbers) -> None:
    """Add `vectors` to an inverted file under the numbers `rows`."""
    index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), np.ascontiguousarray(rows))


def remove(index: Index, rows: RowNumbers) -> None:
    """Remove `rows`. In a flat index the rows behind them move up; an inverted file keeps its numbers."""
    index.remove_ids(_faiss().IDSelectorBatch(np.ascontiguousarray(rows)))


def rows_of(index: Index, rows: RowNumbers) -> Vectors:
    """Return the vectors at `rows` of a flat index."""
    return np.asarray(index.reconstruct_batch(np.ascontiguousarray(rows)), dtype=np.float32)


def search(
    index: Index, query: Vectors, k: int, allowed: NDArray[np.bool_] | None = None, cells: int | None = None
) -> tuple[Vectors, RowNumbers]:
    """Return inner products and rows, (k,) each, best first; row -1 where fewer than `k` are found.

    `allowed` has an entry for each row. `cells`: how many cells an inverted file searches.
    """
    options = {}
    if allowed is not None:
        bits = np.packbits(allowed, bitorder="little")
        options["sel"] = _faiss().IDSelectorBitmap(bits)
    parameters = None
    if cells is not None:
        parameters = _faiss().SearchParametersIVF(nprobe=cells, **options)
    elif options:
        parameters = _faiss().SearchParameters(**options)
    products, rows = index.search(np.ascontiguousarray(query[None], dtype=np.float32), k, params=parameters)
    return products[0], rows[0]


def write(index: Index, path: Path) -> None:
    """Write `index` to `path`. Raises `OSError` if that fails."""
    try:
        _faiss().write_index(index, str(path))
    except RuntimeError as error:
        raise OSError(f"cannot write {str(path)!r}: {str(error).splitlines()[-1]}") from error


def read(path: Path, *, mapped: bool = False) -> Index:
    """Return the index in `path`; `mapped`: an inverted file whose lists stay on disk, for reading alone.

    Raises `IndexCorruptError` if it is none.
    """
    try:
        index = _faiss().read_index(str(path), _faiss().IO_FLAG_MMAP | _faiss().IO_FLAG_READ_ONLY if mapped else 0)
    except RuntimeError as error:
        raise IndexCorruptError(f"{str(path)!r} is not a FAISS index; build the index again") from error
    if mapped:
        # Its 32 threads that read ahead cost more than they save once the pages are in memory.
        _faiss().downcast_InvertedLists(index.invlists).prefetch_nthread = 0
    return index
