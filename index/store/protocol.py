"""Defines `Store`, what an `Index` asks of whatever keeps it. `index.opening.open_store` chooses the kind."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import Protocol, Unpack

from index.config import SearchConfig
from index.embed import Embedder
from index.near_copies import NearCopy
from index.store.building import Prepared
from index.store.changes import Changes, KnownDocuments, Options
from index.store.stored import Corpus, Stored
from index.types import Document


class Store(Protocol):
    """The place of one index. See the methods of `Index` that have the same names, and what they raise."""

    def open(self, embedder: Embedder, search: SearchConfig) -> Corpus:
        """Return the index, checked, to be searched as `search` says."""

    def update(
        self, documents: Iterable[Document | Prepared], *, embedder: Embedder, dense_only: bool, **how: Unpack[Options]
    ) -> Changes:
        """Update the index with `documents`, or make it."""

    def known(self, embedder: Embedder) -> KnownDocuments:
        """Return what an update compares. Raises `IndexNotFoundError` if there is no index."""

    def remove(self, ids: Collection[str]) -> Changes:
        """Drop the documents with these ids."""

    def check(self) -> list[str]:
        """Return everything that is wrong with the index, a line each."""

    def near_copies(self) -> Sequence[NearCopy]:
        """Return documents that say nearly what others say, where that is looked for. Raises as `check` does."""

    def near_copies_of(self, document: Document) -> Sequence[NearCopy]:
        """Return which documents say nearly what `document` says. Raises as `near_copies` does."""

    def save(self, stored: Stored, embedder: Embedder) -> None:
        """Write `stored` as the index."""

    def contents(self) -> str:
        """Return a text that changes when any document of the index does."""

    def state(self) -> Hashable:
        """Return a value that changes when an open index has to be opened again."""
