"""Writes documents into Milvus one by one, each atomically; the next run completes what a killed run began.

A document's chunks and text are written under its new version first. One write to the document's row then makes this
version live, and the rows of other versions are deleted after that. Searches skip chunks of versions that are not
live. Ids and versions are computed from the document alone, so that writing it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.embed import Embedder
from index.errors import EmptyDocumentError, IndexStoreError
from index.milvus.bodies import Bodies, Body, cut, piece_keys, piece_rows, version_of
from index.milvus.conditions import ABOUT, about, labels_of
from index.milvus.document_records import DocumentRecord, StoredVersion, delete_records, write_records
from index.milvus.engine import WORDS, MilvusRow
from index.milvus.layout import (
    DOCUMENT,
    END,
    NUMBER,
    START,
    STATISTICS,
    VERSION,
    Collections,
    Manifest,
    chunk_ids,
)
from index.milvus.near_copies import encoded_sketch
from index.milvus.vectors import MilvusStore
from index.milvus.word_text import split_words, words_of
from index.search.lexical import Analyser
from index.search.vectors import Vectors
from index.split.passages import embedded_text, lexical_text
from index.store.building import Prepared, SplitDocument, Splitter, document_of
from index.store.changes import OnError
from index.types import Document


@dataclass(frozen=True, slots=True)
class Incoming:
    """A document to be written. `vectors`: the vectors of its chunks, None if they are not computed yet."""

    record: DocumentRecord
    divided: SplitDocument
    body: str
    words: list[str]
    vectors: Vectors | None

    @property
    def live(self) -> StoredVersion:
        """The version that will be live."""
        assert self.record.live is not None
        return self.record.live


class Writer:
    """Writes documents into `collections`. `embedded`: how many passages it has embedded."""

    def __init__(
        self, collections: Collections, manifest: Manifest, store: MilvusStore, embedder: Embedder | None
    ) -> None:
        self.embedded = 0
        self._collections = collections
        self._store = store
        self._embedder = embedder
        self._with_words = manifest.words
        self._splitter = Splitter(embedder, manifest.chunk_config) if embedder is not None else None
        self._analyse = Analyser()
        self._chunks = self._words = 0

    def write(
        self, documents: Sequence[Document | Prepared], records: Mapping[str, DocumentRecord], on_error: OnError | None
    ) -> list[str]:
        """Write new or changed documents and return their ids; a document without words goes to `on_error`."""
        incoming = []
        for document in documents:
            try:
                incoming.append(self._incoming(document, records))
            except EmptyDocumentError as error:
                if on_error is None:
                    raise
                on_error(document_of(document), error)
        if incoming:
            self._write(incoming, records)
        return [document.record.id for document in incoming]

    def remove(self, records: Sequence[DocumentRecord]) -> None:
        """Delete documents: first make them no longer live, then delete all their rows."""
        dead = [replace(record, live=None, others=(*record.others, *_live(record))) for record in records]
        write_records(self._collections, dead)
        for record in dead:
            self._discard(record)
        delete_records(self._collections, [record.id for record in dead])
        for record in records:
            for version in _live(record):
                self._count(version, -1)

    def finish(self) -> None:
        """Store the numbers of chunks and words, from which BM25 computes their average length."""
        self._collections.server.flush_lite(self._store.name)
        before = self._collections.note(STATISTICS)
        after = {"chunks": before.get("chunks", 0) + self._chunks, "words": before.get("words", 0) + self._words}
        if after != before:
            self._collections.write_note(STATISTICS, after)
        self._chunks = self._words = 0

    def _incoming(self, source: Document | Prepared, records: Mapping[str, DocumentRecord]) -> Incoming:
        prepared = source if isinstance(source, Prepared) else None
        assert self._splitter is not None
        divided = prepared.divided if prepared is not None else self._splitter.divide(document_of(source))
        document = divided.document
        body = Body.of(divided).encode()
        words = [words_of(self._analyse(lexical_text(document, chunk))) for chunk in divided.chunks]
        if not self._with_words:
            words = [""] * len(words)
        count = sum(len(split_words(text)) for text in words)
        version = StoredVersion(version_of(document), len(divided.chunks), len(cut(body)), count)
        before = records.get(document.id)
        others = (*before.others, *_live(before)) if before is not None else ()
        keys, sketch = tuple(_keys(document)), encoded_sketch(document.text)
        record = DocumentRecord(document.id, document.source, document.sha256, version, others, keys, sketch)
        return Incoming(record, divided, body, words, prepared.vectors if prepared is not None else None)

    def _write(self, incoming: Sequence[Incoming], records: Mapping[str, DocumentRecord]) -> None:
        """Announce the documents, write their chunks and texts, make them live, and delete their other versions."""
        write_records(
            self._collections, [_announced(document, records.get(document.record.id)) for document in incoming]
        )
        self._write_chunks(incoming, records)
        pieces = [row for document in incoming for row in piece_rows(document.live.version, document.body)]
        self._collections.server.upsert(self._collections.texts, pieces)
        write_records(self._collections, [document.record for document in incoming])
        changed = [document.record for document in incoming if document.record.others]
        for record in changed:
            self._discard(record)
        write_records(self._collections, [replace(record, others=()) for record in changed])
        for document in incoming:
            self._count(document.live, 1)
            before = records.get(document.record.id)
            for version in _live(before) if before is not None else ():
                self._count(version, -1)

    def _write_chunks(self, incoming: Sequence[Incoming], records: Mapping[str, DocumentRecord]) -> None:
        vectors = self._vectors(incoming, records)
        ids = np.concatenate([chunk_ids(document.live.version, document.live.chunks) for document in incoming])
        rows = [row for document in incoming for row in _chunk_rows(document)]
        self._refuse_taken_ids(ids.tolist(), rows)
        self._store.upsert(ids, vectors, rows)

    def _refuse_taken_ids(self, ids: Sequence[int], rows: Sequence[MilvusRow]) -> None:
        """Raise `IndexStoreError` if a chunk has the id of another document's chunk, which is very unlikely."""
        own = {i: row[VERSION] for i, row in zip(ids, rows, strict=True)}
        stored = self._collections.server.rows(self._store.name, ids, ["id", VERSION, DOCUMENT])
        taken = [row for row in stored if own[row["id"]] != row[VERSION]]
        if taken or len(own) < len(ids):
            whose = repr(taken[0][DOCUMENT]) if taken else "another"
            raise IndexStoreError(
                f"a chunk has the id of one of {whose} in {self._collections.where!r}, a rare coincidence; "
                "index the document into another collection"
            )

    def _vectors(self, incoming: Sequence[Incoming], records: Mapping[str, DocumentRecord]) -> Vectors:
        """Return the vectors of all chunks: prepared, already in Milvus, or embedded now."""
        vectors: list[Vectors | None] = []
        passages: list[str] = []
        for document in incoming:
            if document.vectors is not None:
                vectors += list(document.vectors)
                self.embedded += len(document.vectors)
                continue
            known = self._known(records.get(document.record.id))
            for passage in document.divided.passages:
                vectors.append(known.get(passage))
                if vectors[-1] is None:
                    passages.append(passage)
        assert self._embedder is not None
        fresh = iter(self._embedder.embed(passages)) if passages else iter(())
        self.embedded += len(passages)
        return np.array([next(fresh) if vector is None else vector for vector in vectors], dtype=np.float32)

    def _known(self, record: DocumentRecord | None) -> dict[str, Vectors]:
        """Return the vectors of the live version, by passage."""
        if record is None or record.live is None:
            return {}
        body = next(iter(Bodies(self._collections, now=True).fetch([(record.id, record.live.version)]).values()), None)
        if body is None:
            return {}
        passages = [embedded_text(body.document, chunk) for chunk in body.chunks]
        vectors = self._store.vectors(chunk_ids(record.live.version, record.live.chunks))
        return dict(zip(passages, vectors, strict=True))

    def _discard(self, record: DocumentRecord) -> None:
        """Delete the rows of versions that are not live, and rows that the live version no longer has."""
        for other in record.others:
            ids, keys = chunk_ids(other.version, other.chunks), piece_keys(other.version, other.pieces)
            if record.live is not None and other.version == record.live.version:
                ids, keys = ids[record.live.chunks :], keys[record.live.pieces :]
            self._store.delete(ids)
            self._collections.server.delete(self._collections.texts, keys)

    def _count(self, version: StoredVersion, sign: int) -> None:
        self._chunks += sign * version.chunks
        self._words += sign * version.words


def unchanged(document: Document, record: DocumentRecord | None) -> bool:
    """Return whether Milvus holds the document unchanged, and no rows of other versions."""
    if record is None or record.live is None or record.others:
        return False
    return record.live.version == version_of(document)


def _live(record: DocumentRecord) -> tuple[StoredVersion, ...]:
    return (record.live,) if record.live is not None else ()


def _keys(document: Document) -> list[str]:
    return [label for label in labels_of(document) if "=" not in label]


def _announced(entry: Incoming, before: DocumentRecord | None) -> DocumentRecord:
    """Return the record of a document whose next version is being written; its live version stays live."""
    if before is None:
        return replace(entry.record, live=None, others=(entry.live,))
    return replace(before, others=tuple(dict.fromkeys((*before.others, entry.live))))


def _chunk_rows(entry: Incoming) -> list[MilvusRow]:
    document = entry.divided.document
    described = about(document)
    return [
        {
            DOCUMENT: document.id,
            VERSION: entry.live.version,
            NUMBER: number,
            START: chunk.start,
            END: chunk.end,
            ABOUT: described,
            WORDS: words,
        }
        for number, (chunk, words) in enumerate(zip(entry.divided.chunks, entry.words, strict=True))
    ]
