"""Chooses the vector store by the number of vectors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from index.errors import IndexCorruptError
from index.search.vectors import flat, inverted_file
from index.search.vectors.flat import FlatStore
from index.search.vectors.half_precision import BLOCK
from index.search.vectors.inverted_file import InvertedFileStore
from index.search.vectors.protocol import Ids, SavedStore, Vectors

# Vectors from which a question is no longer compared with every one: exact search among fewer takes some ten
# milliseconds (benchmarks/scale.py measures both).
LARGE_FROM = 100_000
# A large store is built again once so many of its rows are those of deleted vectors, and it goes back to exact search
# well below the limit, so that an index of about that size does not change to and fro.
WASTE, SMALL_AGAIN = 0.3, 0.7


def build_store(dimension: int, blocks: Iterable[tuple[Ids, Vectors]], count: int) -> SavedStore:
    """Return a store of the vectors in `blocks`, `count` of them in all, with one block in memory at a time."""
    if count >= LARGE_FROM:
        return InvertedFileStore.build(dimension, blocks)
    store = FlatStore(dimension)
    for ids, vectors in blocks:
        store.upsert(ids, vectors)
    return store


def open_vectors(folder: Path) -> SavedStore:
    """Return the store saved in `folder`. Raises `IndexCorruptError`."""
    if (folder / flat.INDEX).is_file():
        return FlatStore.load(folder)
    if (folder / inverted_file.INDEX).is_file():
        return InvertedFileStore.load(folder)
    raise IndexCorruptError(f"{str(folder)!r} holds no vectors; build the index again")


def refit(store: SavedStore) -> SavedStore:
    """Return `store`, or a store of the kind that suits its size after additions and removals."""
    if isinstance(store, FlatStore) and len(store) >= LARGE_FROM:
        return InvertedFileStore.build(store.dimension, _blocks(store))
    if isinstance(store, InvertedFileStore):
        if len(store) < LARGE_FROM * SMALL_AGAIN:
            return build_store(store.dimension, _blocks(store), len(store))
        if len(store) < store.rows * (1 - WASTE):
            return InvertedFileStore.build(store.dimension, _blocks(store))
    return store


def _blocks(store: FlatStore | InvertedFileStore) -> Iterator[tuple[Ids, Vectors]]:
    ids = store.ids
    for first in range(0, len(ids), BLOCK):
        part = ids[first : first + BLOCK]
        yield part, store.vectors(part)
