"""Builds and updates indexes in Milvus, as `index.store.folder.updating` does for indexes on disk."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sized
from dataclasses import replace
from itertools import chain
from typing import Unpack

from tqdm import tqdm

from index.config import ChunkConfig
from index.embed import Embedder
from index.errors import IndexStoreError, LoadError, UnknownDocumentError
from index.milvus.document_records import (
    IS_LIVE,
    DocumentRecord,
    all_records,
    attached_records,
    find_records,
    write_records,
)
from index.milvus.layout import Collections, Manifest
from index.milvus.near_copies import encoded_sketch, find_near_copies
from index.milvus.writing import Writer, unchanged
from index.search.lexical import ANALYSIS
from index.store.build_info import rebuild_hint
from index.store.building import Prepared, document_of
from index.store.changes import Arrivals, Changes, OnError, Options, Prune, refuse_namesake, unknown_document
from index.types import Document

# Most documents, and most characters, in a block: its records are looked up together, and its passages are embedded
# together.
BLOCK, BLOCK_CHARACTERS = 64, 1_000_000


def update(
    collections: Collections,
    documents: Iterable[Document | Prepared],
    *,
    embedder: Embedder,
    dense_only: bool = False,
    **options: Unpack[Options],
) -> Changes:
    """Update the index with `documents`, or create it. See `Index.update`."""
    chunks, rebuild, prune = options.get("chunks"), options.get("rebuild", False), options.get("prune")
    total = len(documents) if isinstance(documents, Sized) else None
    first, documents = _peek(documents)
    is_new = rebuild or collections.manifest() is None
    if is_new:
        if first is None:
            raise LoadError("there is no document to index; name at least one file")
        writer = _new_writer(collections, embedder, chunks or ChunkConfig(), rebuild=rebuild, dense_only=dense_only)
    else:
        writer = _open_writer(collections, embedder, chunks, dense_only)
    work = _Update(collections, writer, options.get("on_error"))
    with tqdm(documents, desc="index", unit=" documents", total=total, disable=not options.get("progress")) as bar:
        for block in _blocks(bar):
            work.take(block)
    removed = work.prune(prune) if prune is not None or work.changed else ()
    writer.finish()
    live = collections.server.count(collections.documents, IS_LIVE)
    kept = live - len(work.added) - len(work.changed)
    count = collections.server.count(collections.chunks)
    copies = find_near_copies(collections)
    added, changed = tuple(work.added), tuple(work.changed)
    return Changes(added, changed, removed, kept, writer.embedded, count, is_new=is_new, near_copies=copies)


def remove(collections: Collections, ids: Collection[str]) -> Changes:
    """Remove the documents with these ids, and their attachments. See `Index.remove`."""
    manifest, store = collections.open(None, words=False)
    records = find_records(collections, ids)
    for document_id in ids:
        if document_id not in records:
            known = (record.id for record in all_records(collections))
            raise UnknownDocumentError(unknown_document(collections.where, document_id, known))
    for record in list(records.values()):
        records |= attached_records(collections, record)
    _refuse_to_empty(collections, records.values())
    writer = Writer(collections, manifest, store, None)
    writer.remove(list(records.values()))
    writer.finish()
    left = collections.server.count(collections.documents, IS_LIVE)
    chunks = collections.server.count(collections.chunks)
    return Changes((), (), tuple(records), left, 0, chunks, near_copies=find_near_copies(collections))


class _Update:
    """A running update, and its result so far."""

    def __init__(self, collections: Collections, writer: Writer, on_error: OnError | None) -> None:
        self.added: list[str] = []
        self.changed: list[str] = []
        self._collections = collections
        self._writer = writer
        self._on_error = on_error
        self._arrivals = Arrivals()

    def take(self, block: list[Document | Prepared]) -> None:
        """Write the new and changed documents of a block."""
        documents = [document_of(source) for source in block]
        for document in documents:
            self._arrivals.add(document)
        records = find_records(self._collections, [document.id for document in documents])
        for document in documents:
            if document.id in records:
                refuse_namesake(document, records[document.id].source)
        pairs = zip(block, documents, strict=True)
        new = [source for source, document in pairs if not unchanged(document, records.get(document.id))]
        self._add_sketches(documents, records)
        for document_id in self._writer.write(new, records, self._on_error):
            before = records.get(document_id)
            ids = self.changed if before is not None and before.live is not None else self.added
            ids.append(document_id)

    def _add_sketches(self, documents: Iterable[Document], records: Mapping[str, DocumentRecord]) -> None:
        """Add sketches to unchanged documents whose records have none, being of an earlier version."""
        bare = {i for i, record in records.items() if not record.sketch}
        kept = [d for d in documents if d.id in bare and unchanged(d, records[d.id])]
        write_records(self._collections, [replace(records[d.id], sketch=encoded_sketch(d.text)) for d in kept])

    def prune(self, prune: Prune | None) -> tuple[str, ...]:
        """Delete missing documents that `prune` accepts, and missing attachments of documents that came."""
        records = all_records(self._collections)
        going = [record for record in records if self._arrivals.drop(record.id, record.source, prune)]
        if going:
            _refuse_to_empty(self._collections, going)
            self._writer.remove(going)
        return tuple(record.id for record in going)


def _new_writer(
    collections: Collections, embedder: Embedder, chunks: ChunkConfig, *, rebuild: bool, dense_only: bool
) -> Writer:
    index = collections.server.settings.index
    manifest = Manifest(embedder.id, embedder.dimension, ANALYSIS, chunks, index, not dense_only)
    if rebuild:
        _refuse_foreign(collections)
        collections.require_bm25(manifest)
        collections.drop()
    return Writer(collections, manifest, collections.make(manifest), embedder)


def _open_writer(collections: Collections, embedder: Embedder, chunks: ChunkConfig | None, dense_only: bool) -> Writer:
    manifest, store = collections.open(embedder, words=False)
    if dense_only and manifest.words:
        raise IndexStoreError(
            f"{collections.where!r} was built with words; leave --dense-only out, or {rebuild_hint(collections.where)}"
        )
    if not dense_only and not manifest.words:
        raise IndexStoreError(f"{collections.where!r} was built with --dense-only; give --dense-only again")
    manifest.refuse_other_chunks(collections.where, chunks)
    return Writer(collections, manifest, store, embedder)


def _refuse_foreign(collections: Collections) -> None:
    """Raise `IndexStoreError` for collections that Pincite did not make. An old or damaged index may be dropped."""
    if collections.server.exists(collections.documents):
        return
    if collections.server.exists(collections.chunks):
        raise IndexStoreError(f"the collection of {collections.where!r} was not made by Pincite; name another one")


def _refuse_to_empty(collections: Collections, going: Collection[DocumentRecord]) -> None:
    live = sum(record.live is not None for record in going)
    if live and collections.server.count(collections.documents, IS_LIVE) <= live:
        raise LoadError(
            f"that would leave no document in {collections.where!r}; drop its collections to delete the index"
        )


def _peek(
    documents: Iterable[Document | Prepared],
) -> tuple[Document | Prepared | None, Iterable[Document | Prepared]]:
    """Return the first document, None if there is none, and an iterable of all of them."""
    iterator = iter(documents)
    first = next(iterator, None)
    return first, iterator if first is None else chain([first], iterator)


def _blocks(documents: Iterable[Document | Prepared]) -> Iterator[list[Document | Prepared]]:
    block: list[Document | Prepared] = []
    characters = 0
    for document in documents:
        block.append(document)
        characters += len(document_of(document).text)
        if len(block) == BLOCK or characters > BLOCK_CHARACTERS:
            yield block
            block, characters = [], 0
    if block:
        yield block
