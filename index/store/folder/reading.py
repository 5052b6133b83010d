"""Opens the live version of an index. Opening verifies and never writes; documents are read on demand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import overload

import numpy as np
from cachetools import LRUCache

from index.embed import Embedder
from index.errors import IndexCorruptError, IndexStoreError
from index.search.lexical import Bm25
from index.search.vectors import SavedStore, open_vectors
from index.store.build_info import rebuild_hint
from index.store.folder.layout import CHUNKS, DOCUMENTS, LEXICAL, SENTENCES, TEXTS, VECTORS
from index.store.folder.locking import HeldVersion, hold_live
from index.store.folder.manifest import Manifest, problems
from index.store.folder.near_copies import Sketches, kept_copies
from index.store.folder.tables import CHUNK, Tables
from index.store.stored import Stored
from index.types import Chunk, Document

# Characters of documents that stay in memory once read; the last one does in any case.
KEPT_CHARACTERS = 16 * 2**20


@dataclass(frozen=True, slots=True)
class OpenVersion:
    """A version whose files are as they were written. It stays on disk while this object, or `Stored` of it, lives."""

    path: Path
    manifest: Manifest
    tables: Tables
    held: HeldVersion

    @property
    def folder(self) -> Path:
        """The folder of the index."""
        return self.path.parent

    def vectors(self) -> SavedStore:
        """Return the vectors, read anew."""
        store = open_vectors(self.path / VECTORS)
        if (len(store), store.dimension) != (self.manifest.chunks, self.manifest.dimension):
            raise IndexCorruptError(
                f"{str(self.path / VECTORS)!r} holds {len(store)} vectors of dimension {store.dimension}, not "
                f"{self.manifest.chunks} of dimension {self.manifest.dimension}; {rebuild_hint(self.folder)}"
            )
        return store

    def sketches(self) -> Sketches:
        """Return the sketches by which near copies were found."""
        return Sketches(self.path, self.tables.catalogue)

    def stored(self) -> Stored:
        """Return the version as an `Index` takes it."""
        tables = self.tables
        return Stored(
            documents=LazyDocuments(tables, self.path, self.held),
            catalogue=tables.catalogue,
            sentences_of=lambda document_id: tables.sentences_of(tables.ordinal[document_id]),
            chunks=LazyChunks(tables),
            first_chunk=np.ascontiguousarray(tables.table[:, CHUNK]),
            ids=np.ascontiguousarray(tables.chunks[:, 2]),
            vectors=self.vectors(),
            lexical=Bm25.load(self.path / LEXICAL, self.manifest.chunks),
            chunk_config=self.manifest.chunk_config,
            near_copies=kept_copies(self.path),
        )


def open_version(folder: Path, embedder: Embedder | None, *, everything: bool = False) -> OpenVersion:
    """Return the live version of `folder`. `embedder` None: whichever built it. `everything`: hash files of any size.

    Raises `IndexNotFoundError`, `IndexVersionError`, `IndexCorruptError`, `EmbedderMismatchError`, and
    `IndexStoreError` for what cannot be read.
    """
    try:
        pointer, held = hold_live(folder)
        manifest = Manifest.decode(held.manifest, folder, pointer)
        manifest.refuse_other_makers(str(folder), embedder)
        path = folder / pointer.name
        for problem in problems(folder, path, manifest, everything=everything):
            raise IndexCorruptError(problem)
        return OpenVersion(path, manifest, _tables(path, manifest), held)
    except OSError as error:
        where = error.filename or str(folder)
        raise IndexStoreError(
            f"cannot read {str(where)!r} of the index {str(folder)!r}: {error.strerror or error}"
        ) from error


def _tables(path: Path, manifest: Manifest) -> Tables:
    try:
        tables = Tables(path)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise IndexCorruptError(f"{str(path)!r} is damaged: {error}; {rebuild_hint(path.parent)}") from error
    counts = {DOCUMENTS: manifest.documents, SENTENCES: manifest.sentences, CHUNKS: manifest.chunks}
    held = {DOCUMENTS: len(tables), SENTENCES: len(tables.sentences), CHUNKS: len(tables.chunks)}
    for name, count in counts.items():
        if held[name] != count:
            raise IndexCorruptError(
                f"{str(path / name)!r} holds {held[name]} rows, not {count}; {rebuild_hint(path.parent)}"
            )
    return tables


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
