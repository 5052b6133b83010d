"""Gives documents, passages and sentences of a saved index as mappings and sequences that read on demand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import overload

import numpy as np
from cachetools import LRUCache

from index.errors import IndexCorruptError
from index.store.folder.layout import TEXTS, rebuild_hint
from index.store.folder.locking import HeldVersion
from index.store.folder.tables import CHUNK, Tables
from index.store.stored import SpanArray
from index.types import Chunk, Document

# Characters of documents that stay in memory once read; the last one does in any case.
KEPT_CHARACTERS = 16 * 2**20


class LazyDocuments(Mapping[str, Document]):
    """Documents by id, each read from disk when it is asked for; those asked for last stay in memory."""

    def __init__(self, tables: Tables, version: Path, held: HeldVersion) -> None:
        self._tables = tables
        self._version = version
        self._held = held  # while this is alive, the version stays on disk
        self._kept: LRUCache[str, Document] = LRUCache(
            KEPT_CHARACTERS, getsizeof=lambda document: min(len(document.text), KEPT_CHARACTERS)
        )
        self._lock = Lock()

    def __getitem__(self, document_id: str) -> Document:
        with self._lock:
            if (kept := self._kept.get(document_id)) is not None:
                return kept
        document = self._read(self._tables.ordinal[document_id])
        with self._lock:
            self._kept[document_id] = document
        return document

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables.ordinal)

    def __len__(self) -> int:
        return len(self._tables)

    def _read(self, i: int) -> Document:
        try:
            return self._tables.document(i)
        except (ValueError, TypeError) as error:
            where, hint = str(self._version / TEXTS), rebuild_hint(self._version.parent)
            raise IndexCorruptError(f"{where!r} or a file beside it is damaged: {error}; {hint}") from error


class LazySentences(Mapping[str, SpanArray]):
    """The sentences of documents by document id, (n, 2)."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def __getitem__(self, document_id: str) -> SpanArray:
        return self._tables.sentences_of(self._tables.ordinal[document_id])

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables.ordinal)

    def __len__(self) -> int:
        return len(self._tables)


class LazyChunks(Sequence[Chunk]):
    """The chunks of all documents by position."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._first = np.ascontiguousarray(tables.table[:, CHUNK])

    @overload
    def __getitem__(self, position: int) -> Chunk: ...
    @overload
    def __getitem__(self, position: slice) -> Sequence[Chunk]: ...
    def __getitem__(self, position: int | slice) -> Chunk | Sequence[Chunk]:
        if isinstance(position, slice):
            return [self[i] for i in range(*position.indices(len(self)))]
        position = range(len(self))[position]
        start, end, _ = self._tables.chunks[position].tolist()
        owner = int(np.searchsorted(self._first, position, side="right")) - 1
        return Chunk(self._tables.catalogue[owner].id, start, end)

    def __iter__(self) -> Iterator[Chunk]:
        for i, entry in enumerate(self._tables.catalogue):
            for start, end, _ in self._tables.chunks_of(i).tolist():
                yield Chunk(entry.id, start, end)

    def __len__(self) -> int:
        return len(self._tables.chunks)
