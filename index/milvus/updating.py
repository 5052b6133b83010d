"""Indexes in Milvus made and brought up to date, as `index.store.folder.updating` does it for indexes on disk."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sized
from itertools import chain
from typing import Unpack

from tqdm import tqdm

from index.config import ChunkConfig
from index.embed import Embedder
from index.errors import IndexStoreError, LoadError, UnknownDocumentError
from index.load.finding import holders
from index.milvus.heads import IS_LIVE, Head, all_heads, find_heads, heads_below
from index.milvus.layout import Collections, Manifest, rebuild_hint
from index.milvus.writing import Writer, unchanged
from index.search.lexical import ANALYSIS
from index.split.passages import embedded_text
from index.store.building import Divided, Prepared, document_of
from index.store.changes import Changes, OnError, Options, Prune, refuse_namesake, unknown_document
from index.store.stored import Stored
from index.types import Document

# Documents whose rows are looked up together and whose passages are embedded together, and the characters that end
# such a block before.
BLOCK, BLOCK_CHARACTERS = 64, 1_000_000


def update(
    collections: Collections,
    documents: Iterable[Document | Prepared],
    *,
    embedder: Embedder,
    dense_only: bool = False,
    **how: Unpack[Options],
) -> Changes:
    """Bring the index up to date with `documents`, or make it. See `Index.update`."""
    chunks, rebuild, prune = how.get("chunks"), how.get("rebuild", False), how.get("prune")
    total = len(documents) if isinstance(documents, Sized) else None
    first, documents = _first(documents)
    is_new = rebuild or collections.manifest() is None
    if is_new:
        if first is None:
            raise LoadError("there is no document to index; name at least one file")
        writer = _made(collections, embedder, chunks or ChunkConfig(), rebuild=rebuild, dense_only=dense_only)
    else:
        writer = _opened(collections, embedder, chunks, dense_only)
    work = _Update(collections, writer, how.get("on_error"))
    with tqdm(documents, desc="index", unit=" documents", total=total, disable=not how.get("progress")) as bar:
        for block in _blocks(bar):
            work.take(block)
    removed = work.prune(prune) if prune is not None or work.changed else ()
    writer.finish()
    live = collections.server.count(collections.documents, IS_LIVE)
    kept = live - len(work.added) - len(work.changed)
    count = collections.server.count(collections.chunks)
    return Changes(tuple(work.added), tuple(work.changed), removed, kept, writer.embedded, count, is_new=is_new)


def save(collections: Collections, stored: Stored, embedder: Embedder) -> None:
    """Make the index anew of `stored`; its vectors are taken as they are."""
    update(collections, _prepared(stored), embedder=embedder, chunks=stored.chunk_config, rebuild=True)


def remove(collections: Collections, ids: Collection[str]) -> Changes:
    """Drop the documents with these ids, and what is attached to them. See `Index.remove`."""
    manifest, store = collections.open(None, words=False)
    heads = find_heads(collections, ids)
    for document_id in ids:
        if document_id not in heads:
            known = (head.id for head in all_heads(collections))
            raise UnknownDocumentError(unknown_document(collections.where, document_id, known))
    for head in list(heads.values()):
        heads |= heads_below(collections, head)
    _refuse_to_empty(collections, heads.values())
    writer = Writer(collections, manifest, store, None)
    writer.remove(list(heads.values()))
    writer.finish()
    left = collections.server.count(collections.documents, IS_LIVE)
    return Changes((), (), tuple(heads), left, 0, collections.server.count(collections.chunks))


class _Update:
    """What came in, and what became of it."""

    def __init__(self, collections: Collections, writer: Writer, on_error: OnError | None) -> None:
        self.added: list[str] = []
        self.changed: list[str] = []
        self._collections = collections
        self._writer = writer
        self._on_error = on_error
        self._seen: set[str] = set()
        self._sources: set[str] = set()

    def take(self, block: list[Document | Prepared]) -> None:
        """Write what is new or changed in a block of documents."""
        documents = [document_of(each) for each in block]
        for document in documents:
            if document.id in self._seen:
                raise LoadError(f"two documents have the id {document.id!r}; ids must differ")
            self._seen.add(document.id)
            self._sources.add(document.source)
        heads = find_heads(self._collections, [document.id for document in documents])
        for document in documents:
            if document.id in heads:
                refuse_namesake(document, heads[document.id].source)
        pairs = zip(block, documents, strict=True)
        new = [each for each, document in pairs if not unchanged(document, heads.get(document.id))]
        for document_id in self._writer.write(new, heads, self._on_error):
            before = heads.get(document_id)
            known = self.changed if before is not None and before.live is not None else self.added
            known.append(document_id)

    def prune(self, prune: Prune | None) -> tuple[str, ...]:
        """Delete the documents that did not come, if what they were attached to did, or `prune` lets them go."""
        going = [head for head in all_heads(self._collections) if self._goes(head, prune)]
        if going:
            _refuse_to_empty(self._collections, going)
            self._writer.remove(going)
        return tuple(head.id for head in going)

    def _goes(self, head: Head, prune: Prune | None) -> bool:
        if head.id in self._seen:
            return False
        held = not self._sources.isdisjoint(holders(head.source))
        return held or (prune is not None and prune(head.id, head.source))


def _made(
    collections: Collections, embedder: Embedder, chunks: ChunkConfig, *, rebuild: bool, dense_only: bool
) -> Writer:
    index = collections.server.settings.index
    manifest = Manifest(embedder.id, embedder.dimension, ANALYSIS, chunks, index, not dense_only)
    if rebuild:
        _refuse_foreign(collections)
        collections.refuse_words_without(manifest)
        collections.drop()
    return Writer(collections, manifest, collections.make(manifest), embedder)


def _opened(collections: Collections, embedder: Embedder, chunks: ChunkConfig | None, dense_only: bool) -> Writer:
    manifest, store = collections.open(embedder, words=False)
    if dense_only and manifest.words:
        raise IndexStoreError(
            f"{collections.where!r} was built with words; leave --dense-only out, or {rebuild_hint(collections.where)}"
        )
    if not dense_only and not manifest.words:
        raise IndexStoreError(f"{collections.where!r} was built with --dense-only; say --dense-only again")
    if chunks is not None and chunks != manifest.chunk_config:
        raise IndexStoreError(
            f"{collections.where!r} was built with {manifest.chunk_config}, not {chunks}; leave the settings out or "
            f"{rebuild_hint(collections.where)}"
        )
    return Writer(collections, manifest, store, embedder)


def _refuse_foreign(collections: Collections) -> None:
    """What Pincite did not make is not dropped. An index of an older version, or a damaged one, is."""
    if collections.server.exists(collections.documents):
        return
    if collections.server.exists(collections.chunks):
        raise IndexStoreError(f"the collection of {collections.where!r} was not made by Pincite; name another one")


def _refuse_to_empty(collections: Collections, going: Collection[Head]) -> None:
    live = sum(head.live is not None for head in going)
    if live and collections.server.count(collections.documents, IS_LIVE) <= live:
        raise LoadError(
            f"that would leave no document in {collections.where!r}; drop its collections to be rid of the index"
        )


def _prepared(stored: Stored) -> Iterator[Prepared]:
    ends = stored.first_chunk.tolist()
    for document, first, last in zip(stored.documents.values(), ends, ends[1:], strict=False):
        chunks = stored.chunks[first:last]
        passages = [embedded_text(document, chunk) for chunk in chunks]
        divided = Divided(document, stored.sentences[document.id], chunks, passages)
        yield Prepared(divided, stored.vectors.vectors(stored.ids[first:last]))


def _first(
    documents: Iterable[Document | Prepared],
) -> tuple[Document | Prepared | None, Iterable[Document | Prepared]]:
    """The first document, before anything is made for it, and all of them."""
    iterator = iter(documents)
    first = next(iterator, None)
    return first, iterator if first is None else chain([first], iterator)


def _blocks(documents: Iterable[Document | Prepared]) -> Iterator[list[Document | Prepared]]:
    block: list[Document | Prepared] = []
    characters = 0
    for each in documents:
        block.append(each)
        characters += len(document_of(each).text)
        if len(block) == BLOCK or characters > BLOCK_CHARACTERS:
            yield block
            block, characters = [], 0
    if block:
        yield block
