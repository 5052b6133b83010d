"""Holds the contents of an index, in memory and on disk alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from index.config import ChunkConfig, SearchConfig
from index.embed import Embedder
from index.near_copies import NearCopy, Sketch
from index.search.filters import grouped, meets
from index.search.lexical import Bm25
from index.search.searching import Searcher
from index.search.vectors import SavedStore
from index.types import Chunk, Document, Hit, MetadataValue, Unread

SpanArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Entry:
    """A document in the catalogue: all of it but its text and segments."""

    id: str
    sha256: str
    source: str
    media_type: str
    metadata: Mapping[str, MetadataValue]
    unread: tuple[Unread, ...] = ()

    @classmethod
    def of(cls, document: Document) -> Self:
        d = document
        return cls(d.id, d.sha256, d.source, d.media_type, d.metadata, d.unread)


@dataclass(frozen=True)
class Stored:
    """Documents with their sentences, passages and vectors. On disk, a document's text is read on demand.

    `catalogue`: an entry a document, in their order. `sentences_of`: by a document's id its sentences, (n, 2).
    `first_chunk`: (documents + 1,); document d has the chunks `first_chunk[d]` to `first_chunk[d + 1]`.
    `ids`: (chunks,), the vector of `chunks[i]` has the id `ids[i]` in `vectors`; BM25 goes by position in `chunks`.
    `near_copies`: documents that say nearly what others say; `sketches`: by which they were found, a document each,
    where they are kept in memory.
    """

    documents: Mapping[str, Document]
    catalogue: Sequence[Entry]
    sentences_of: Callable[[str], SpanArray]
    chunks: Sequence[Chunk]
    first_chunk: SpanArray
    ids: SpanArray
    vectors: SavedStore
    lexical: Bm25
    chunk_config: ChunkConfig
    near_copies: tuple[NearCopy, ...] = ()
    sketches: Sequence[Sketch] = ()

    def stored(self) -> Self:
        """Return this index itself."""
        return self

    def searcher(self, embedder: Embedder, config: SearchConfig) -> Searcher:
        """Return what searches it."""
        return Searcher(self, embedder, config)

    def chunks_of(self, document_id: str) -> Sequence[Chunk]:
        """Return the chunks of a document, in order."""
        i = self.positions[document_id]
        return self.chunks[int(self.first_chunk[i]) : int(self.first_chunk[i + 1])]

    def meeting(self, ids: Sequence[str], where: Sequence[str] | str) -> list[str]:
        """Return those of the documents `ids` that meet the conditions `where`."""
        groups = grouped(where)
        return [i for i in ids if meets(self.catalogue[self.positions[i]], groups)]

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """The position of each document among all."""
        return {entry.id: i for i, entry in enumerate(self.catalogue)}


class Searches(Protocol):
    """Finds chunks."""

    def search(self, query: str, k: int, where: Sequence[str] | str = ()) -> list[Hit]:
        """Return the `k` best chunks for `query`, best first, of documents that meet the conditions `where`."""


class Corpus(Protocol):
    """The contents that an `Index` gives out and searches: `Stored` on this machine, or an archive on others."""

    @property
    def documents(self) -> Mapping[str, Document]: ...

    @property
    def chunks(self) -> Sequence[Chunk]: ...

    @property
    def near_copies(self) -> Sequence[NearCopy]:
        """The documents that say nearly what others say."""

    def chunks_of(self, document_id: str) -> Sequence[Chunk]:
        """Return the chunks of a document, in order."""

    def sentences_of(self, document_id: str, /) -> SpanArray:
        """Return the sentences of a document, (n, 2)."""

    def meeting(self, ids: Sequence[str], where: Sequence[str] | str) -> list[str]:
        """Return those of the documents `ids` that meet the conditions `where`, which a search has read before."""

    def stored(self) -> Stored | None:
        """Return all of it, to be written elsewhere; None if it is held by servers, and not by this process."""

    def searcher(self, embedder: Embedder, config: SearchConfig) -> Searches:
        """Return what searches it."""
