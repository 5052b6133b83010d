"""Makes an index in Milvus the `Corpus` of an `Index`: documents, sentences and passages, fetched on demand."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

from index.config import SearchConfig
from index.embed import Embedder
from index.milvus.bodies import Bodies, Body
from index.milvus.document_records import IS_LIVE, all_records
from index.milvus.layout import Collections
from index.milvus.near_copies import Copies
from index.milvus.searching import ArchiveSearcher
from index.milvus.vectors import MilvusStore
from index.near_copies import NearCopy
from index.search.filters import grouped, meets
from index.store.stored import SpanArray
from index.types import Chunk, Document

FETCHED_AT_ONCE = 64


class Documents(Mapping[str, Document]):
    """The documents by id."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def __getitem__(self, document_id: str) -> Document:
        return self._archive.bodies.live(document_id).document

    def __iter__(self) -> Iterator[str]:
        return (record.id for record in all_records(self._archive.collections))

    def __len__(self) -> int:
        return self._archive.collections.server.count(self._archive.collections.documents, IS_LIVE)


class Chunks(Sequence[Chunk]):
    """The chunks of all documents in order. Meant for iteration: access by position reads them all."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def __len__(self) -> int:
        return sum(record.live.chunks for record in all_records(self._archive.collections) if record.live is not None)

    def __iter__(self) -> Iterator[Chunk]:
        for body in self._archive.all_bodies():
            yield from body.chunks

    @overload
    def __getitem__(self, position: int) -> Chunk: ...
    @overload
    def __getitem__(self, position: slice) -> Sequence[Chunk]: ...
    def __getitem__(self, position: int | slice) -> Chunk | Sequence[Chunk]:
        return list(self)[position]


@dataclass(frozen=True)
class Archive:
    """The index of `collections`, opened and checked."""

    collections: Collections
    store: MilvusStore
    bodies: Bodies
    copies: Copies

    @property
    def near_copies(self) -> Sequence[NearCopy]:
        """The near copies that the last update found, cached for a moment."""
        return self.copies.find() or ()

    def chunks_of(self, document_id: str) -> Sequence[Chunk]:
        """Return the chunks of a document, in order."""
        return self.bodies.live(document_id).chunks

    def sentences_of(self, document_id: str, /) -> SpanArray:
        """Return the sentences of a document, (n, 2)."""
        return self.bodies.live(document_id).sentences

    def meeting(self, ids: Sequence[str], where: Sequence[str] | str) -> list[str]:
        """Return which of the first `FETCHED_AT_ONCE` documents in `ids` meet the conditions `where`."""
        documents, groups = self.bodies.pin_also(ids[:FETCHED_AT_ONCE]), grouped(where)
        return [i for i in ids if i in documents and meets(documents[i], groups)]

    @property
    def documents(self) -> Documents:
        """The documents by id, in no particular order."""
        return Documents(self)

    @property
    def chunks(self) -> Chunks:
        """The chunks of all documents."""
        return Chunks(self)

    def stored(self) -> None:
        """Return None: the documents are held by servers."""

    def searcher(self, embedder: Embedder, config: SearchConfig) -> ArchiveSearcher:
        """Return a searcher of this archive."""
        return ArchiveSearcher(self.collections, self.store, self.bodies, embedder, config)

    def all_bodies(self) -> Iterator[Body]:
        """Yield the body of every document, fetched in blocks."""
        block: list[str] = []
        for document_id in self.documents:
            block.append(document_id)
            if len(block) == FETCHED_AT_ONCE:
                yield from self._bodies(block)
                block = []
        yield from self._bodies(block)

    def _bodies(self, ids: Collection[str]) -> Iterator[Body]:
        yield from self.bodies.fetch((document_id, None) for document_id in ids).values()
