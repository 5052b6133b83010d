"""Which store for how many vectors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from index.errors import IndexCorruptError
from index.search.vectors import flat, large
from index.search.vectors.flat import FlatStore
from index.search.vectors.halves import BLOCK
from index.search.vectors.large import LargeStore
from index.search.vectors.protocol import Ids, SavedStore, Vectors

# Vectors from which a question is no longer compared with every one: exact search among fewer takes some ten
# milliseconds (benchmarks/scale.py measures both).
LARGE_FROM = 100_000
# A large store is built again once so many of its rows are those of deleted vectors, and it goes back to exact search
# well below the limit, so that an index of about that size does not change to and fro.
WASTE, SMALL_AGAIN = 0.3, 0.7


def build_store(dimension: int, blocks: Iterable[tuple[Ids, Vectors]], count: int) -> SavedStore:
    """A store of the vectors in `blocks`, `count` of them in all, with one block in memory at a time."""
    if count >= LARGE_FROM:
        return LargeStore.build(dimension, blocks)
    store = FlatStore(dimension)
    for ids, vectors in blocks:
        store.upsert(ids, vectors)
    return store


def open_vectors(folder: Path) -> SavedStore:
    """The store saved in `folder`. Raises `IndexCorruptError`."""
    if (folder / flat.INDEX).is_file():
        return FlatStore.load(folder)
    if (folder / large.INDEX).is_file():
        return LargeStore.load(folder)
    raise IndexCorruptError(f"{str(folder)!r} holds no vectors; build the index again")


def refit(store: SavedStore) -> SavedStore:
    """`store`, or one of the kind that suits what became of it after additions and removals."""
    if isinstance(store, FlatStore) and len(store) >= LARGE_FROM:
        return LargeStore.build(store.dimension, _blocks(store))
    if isinstance(store, LargeStore):
        if len(store) < LARGE_FROM * SMALL_AGAIN:
            return build_store(store.dimension, _blocks(store), len(store))
        if len(store) < store.rows * (1 - WASTE):
            return LargeStore.build(store.dimension, _blocks(store))
    return store


def _blocks(store: FlatStore | LargeStore) -> Iterator[tuple[Ids, Vectors]]:
    ids = store.ids
    for first in range(0, len(ids), BLOCK):
        part = ids[first : first + BLOCK]
        yield part, store.vectors(part)
