"""What an `Index` asks of whatever keeps it. `index.opening.open_store` says which kind keeps it where."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import Protocol, Unpack

from index.config import SearchConfig
from index.copies import NearCopy
from index.embed import Embedder
from index.store.building import Prepared
from index.store.changes import Changes, Known, Options
from index.store.stored import Corpus, Stored
from index.types import Document


class Store(Protocol):
    """The place of one index. See the methods of `Index` that have the same names, and what they raise."""

    def open(self, embedder: Embedder, search: SearchConfig) -> Corpus:
        """The index, checked, to be searched as `search` says."""

    def update(
        self, documents: Iterable[Document | Prepared], *, embedder: Embedder, dense_only: bool, **how: Unpack[Options]
    ) -> Changes:
        """Bring the index up to date with `documents`, or make it."""

    def known(self, embedder: Embedder) -> Known:
        """What an update goes by. Raises `IndexNotFoundError` where there is no index."""

    def remove(self, ids: Collection[str]) -> Changes:
        """Drop the documents with these ids."""

    def check(self) -> list[str]:
        """Everything that is wrong with the index, a line each."""

    def near_copies(self) -> Sequence[NearCopy]:
        """Documents that say nearly what others say, where that is looked for. Raises as `check` does."""

    def near_copies_of(self, document: Document) -> Sequence[NearCopy]:
        """Which documents say nearly what `document` says. Raises as `near_copies` does."""

    def save(self, stored: Stored, embedder: Embedder) -> None:
        """Write `stored` as the index."""

    def contents(self) -> str:
        """Names what the index holds: another text when any document is another."""

    def state(self) -> Hashable:
        """What an index that stays open can be known by: another value once it has to be opened again."""
