"""An index in Milvus as an `Index` takes it: documents, sentences and chunks, fetched when they are asked for."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

from index.config import ChunkConfig, SearchConfig
from index.embed import Embedder
from index.milvus.bodies import Body, joined, piece_keys
from index.milvus.heads import IS_LIVE, all_heads, find_heads
from index.milvus.layout import DATA, KEY, Collections, Manifest
from index.milvus.searching import ArchiveSearcher
from index.milvus.vectors import MilvusStore
from index.store.stored import Rows
from index.types import Chunk, Document

# Characters of documents that stay in memory once fetched; the last one does in any case.
KEPT_CHARACTERS = 16 * 2**20
FETCHED_AT_ONCE = 64


class Bodies:
    """Versions of documents, fetched from Milvus; those asked for last stay in memory.

    A document may be replaced while a question is answered. What a search found is cited from the version that it
    found: within a thread, a document stays what it was for the last search.
    """

    def __init__(self, collections: Collections, *, now: bool = False) -> None:
        """`now`: what was written a moment ago is seen, which takes a server a fifth of a second."""
        self._collections = collections
        self._now = now
        self._kept: OrderedDict[tuple[str, str], Body] = OrderedDict()
        self._characters = 0
        self._lock = threading.Lock()
        self._found = threading.local()

    def live(self, document_id: str) -> Body:
        """The document as the last search of this thread found it, or as it is now. Raises `KeyError`."""
        pinned: dict[str, str] = getattr(self._found, "versions", {})
        wanted = (document_id, pinned.get(document_id))
        found = self.fetch([wanted]) or self.fetch([(document_id, None)])
        if not found:
            raise KeyError(document_id)
        return next(iter(found.values()))

    def pin(self, versions: Mapping[str, str]) -> None:
        """Remember that the last search of this thread found these versions of documents."""
        self._found.versions = dict(versions)
        self._found.bodies = self._of_memory(versions.items())  # in use, whatever else is fetched

    def fetch(self, wanted: Iterable[tuple[str, str | None]]) -> dict[tuple[str, str], Body]:
        """The bodies of these (id, version) pairs: a version that is in memory or live; None is the live one.

        What is not there is left out.
        """
        listed = list(dict.fromkeys(wanted))
        kept = self._of_memory((i, version) for i, version in listed if version is not None)
        heads = find_heads(self._collections, {i for i, version in listed if (i, version) not in kept}, now=self._now)
        live = {(head.id, head.live.version): head.live.pieces for head in heads.values() if head.live is not None}
        asked = {*listed, *((i, version) for i, version in live if (i, None) in listed)}
        right = {key: pieces for key, pieces in live.items() if key in asked and key not in kept}
        kept |= self._of_memory(right)
        return kept | self._read({key: pieces for key, pieces in right.items() if key not in kept})

    def _read(self, versions: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], Body]:
        where = self._collections.where
        keys = [key for (_, version), count in versions.items() for key in piece_keys(version, count)]
        rows = self._collections.server.rows(self._collections.texts, keys, [KEY, DATA], now=self._now)
        pieces = {row[KEY]: row[DATA] for row in rows}
        bodies: dict[tuple[str, str], Body] = {
            (document_id, version): Body.decode(joined(pieces, version, count, where), where)
            for (document_id, version), count in versions.items()
        }
        with self._lock:
            for key, body in bodies.items():
                self._keep(key, body)
        return bodies

    def _of_memory(self, versions: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Body]:
        pinned: dict[tuple[str, str], Body] = getattr(self._found, "bodies", {})
        found = {}
        with self._lock:
            for key in versions:
                if key in pinned:
                    found[key] = pinned[key]
                elif key in self._kept:
                    self._kept.move_to_end(key)
                    found[key] = self._kept[key]
        return found

    def _keep(self, key: tuple[str, str], body: Body) -> None:
        if key in self._kept:
            return
        self._kept[key] = body
        self._characters += len(body.document.text)
        while self._characters > KEPT_CHARACTERS and len(self._kept) > 1:
            self._characters -= len(self._kept.popitem(last=False)[1].document.text)


class Documents(Mapping[str, Document]):
    """The documents by id."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def __getitem__(self, document_id: str) -> Document:
        return self._archive.bodies.live(document_id).document

    def __iter__(self) -> Iterator[str]:
        return (head.id for head in all_heads(self._archive.collections))

    def __len__(self) -> int:
        return self._archive.collections.server.count(self._archive.collections.documents, IS_LIVE)


class Sentences(Mapping[str, Rows]):
    """The sentences of documents by id, (n, 2)."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def __getitem__(self, document_id: str) -> Rows:
        return self._archive.bodies.live(document_id).sentences

    def __iter__(self) -> Iterator[str]:
        return iter(self._archive.documents)

    def __len__(self) -> int:
        return len(self._archive.documents)


class Chunks(Sequence[Chunk]):
    """The chunks of all documents, a document after another. Meant to be gone through: a position costs a walk."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def __len__(self) -> int:
        return sum(head.live.chunks for head in all_heads(self._archive.collections) if head.live is not None)

    def __iter__(self) -> Iterator[Chunk]:
        for body in self._archive.each_body():
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
    manifest: Manifest
    store: MilvusStore
    bodies: Bodies

    @property
    def documents(self) -> Documents:
        """The documents by id, in no particular order."""
        return Documents(self)

    @property
    def sentences(self) -> Sentences:
        """The sentences by document id."""
        return Sentences(self)

    @property
    def chunks(self) -> Chunks:
        """The chunks of all documents."""
        return Chunks(self)

    @property
    def chunk_config(self) -> ChunkConfig:
        """How documents are split."""
        return self.manifest.chunk_config

    def searcher(self, embedder: Embedder, config: SearchConfig) -> ArchiveSearcher:
        """Searches it."""
        return ArchiveSearcher(self, embedder, config)

    def each_body(self) -> Iterator[Body]:
        """Every document, some at a time."""
        block: list[str] = []
        for document_id in self.documents:
            block.append(document_id)
            if len(block) == FETCHED_AT_ONCE:
                yield from self._bodies(block)
                block = []
        yield from self._bodies(block)

    def _bodies(self, ids: Collection[str]) -> Iterator[Body]:
        yield from self.bodies.fetch((document_id, None) for document_id in ids).values()
