"""Writes documents into Milvus one after the other, each whole; the next run finishes what a killed one began.

A document's chunks and text are written under the name of its version before the document's row says that this version
is live, which is one write; remains of other versions are deleted after that. Searches skip chunks of versions that
are not live. Ids and versions follow from the document alone, so that writing again changes nothing.
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
    """A document to be written; `vectors`: those of its chunks, None where they are still to be computed."""

    record: DocumentRecord
    divided: SplitDocument
    body: str
    words: list[str]
    vectors: Vectors | None

    @property
    def part(self) -> StoredVersion:
        """The version that will be live."""
        assert self.record.live is not None
        return self.record.live


class Writer:
    """Writes into `collections`. `chunks` and `words`: how many it has added."""

    def __init__(
        self, collections: Collections, manifest: Manifest, store: MilvusStore, embedder: Embedder | None
    ) -> None:
        self.embedded = 0
        self._collections = collections
        self._store = store
        self._embedder = embedder
        self._with_words = manifest.words
        self._divider = Splitter(embedder, manifest.chunk_config) if embedder is not None else None
        self._analyse = Analyser()
        self._chunks = self._words = 0

    def write(
        self, documents: Sequence[Document | Prepared], records: Mapping[str, DocumentRecord], on_error: OnError | None
    ) -> list[str]:
        """Write documents that are new or changed, and return their ids; one without words goes to `on_error`."""
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
        """Delete documents: at once from the live ones, then all their rows."""
        going = [replace(record, live=None, others=(*record.others, *_live(record))) for record in records]
        write_records(self._collections, going)
        for record in going:
            self._discard(record)
        delete_records(self._collections, [record.id for record in going])
        for record in records:
            for part in _live(record):
                self._count(part, -1)

    def finish(self) -> None:
        """Keep how many chunks and words there are, by which BM25 judges a chunk's length."""
        self._collections.server.flush_lite(self._store.name)
        before = self._collections.note(STATISTICS)
        after = {"chunks": before.get("chunks", 0) + self._chunks, "words": before.get("words", 0) + self._words}
        if after != before:
            self._collections.write_note(STATISTICS, after)
        self._chunks = self._words = 0

    def _incoming(self, source: Document | Prepared, records: Mapping[str, DocumentRecord]) -> Incoming:
        prepared = source if isinstance(source, Prepared) else None
        assert self._divider is not None
        divided = prepared.divided if prepared is not None else self._divider.divide(document_of(source))
        document = divided.document
        body = Body.of(divided).encode()
        words = [words_of(self._analyse(lexical_text(document, chunk))) for chunk in divided.chunks]
        if not self._with_words:
            words = [""] * len(words)
        count = sum(len(split_words(text)) for text in words)
        part = StoredVersion(version_of(document), len(divided.chunks), len(cut(body)), count)
        before = records.get(document.id)
        others = (*before.others, *_live(before)) if before is not None else ()
        keys, own = tuple(_keys(document)), encoded_sketch(document.text)
        record = DocumentRecord(document.id, document.source, document.sha256, part, others, keys, own)
        return Incoming(record, divided, body, words, prepared.vectors if prepared is not None else None)

    def _write(self, incoming: Sequence[Incoming], records: Mapping[str, DocumentRecord]) -> None:
        """Announce the documents, write what they consist of, make them live, delete what is left of others."""
        write_records(
            self._collections, [_announced(document, records.get(document.record.id)) for document in incoming]
        )
        self._write_chunks(incoming, records)
        pieces = [row for document in incoming for row in piece_rows(document.part.version, document.body)]
        self._collections.server.upsert(self._collections.texts, pieces)
        write_records(self._collections, [document.record for document in incoming])
        changed = [document.record for document in incoming if document.record.others]
        for record in changed:
            self._discard(record)
        write_records(self._collections, [replace(record, others=()) for record in changed])
        for document in incoming:
            self._count(document.part, 1)
            before = records.get(document.record.id)
            for part in _live(before) if before is not None else ():
                self._count(part, -1)

    def _write_chunks(self, incoming: Sequence[Incoming], records: Mapping[str, DocumentRecord]) -> None:
        vectors = self._vectors(incoming, records)
        ids = np.concatenate([chunk_ids(document.part.version, document.part.chunks) for document in incoming])
        rows = [row for document in incoming for row in _chunk_rows(document)]
        self._refuse_strangers(ids.tolist(), rows)
        self._store.upsert(ids, vectors, rows)

    def _refuse_strangers(self, ids: Sequence[int], rows: Sequence[MilvusRow]) -> None:
        """Raise if a chunk has the id of another document's chunk, however unlikely that is."""
        own = {i: row[VERSION] for i, row in zip(ids, rows, strict=True)}
        there = self._collections.server.rows(self._store.name, ids, ["id", VERSION, DOCUMENT])
        taken = [row for row in there if own[row["id"]] != row[VERSION]]
        if taken or len(own) < len(ids):
            whose = repr(taken[0][DOCUMENT]) if taken else "another"
            raise IndexStoreError(
                f"a chunk has the id of one of {whose} in {self._collections.where!r}, a rare coincidence; "
                "index the document into another collection"
            )

    def _vectors(self, incoming: Sequence[Incoming], records: Mapping[str, DocumentRecord]) -> Vectors:
        """Return the vectors of all chunks: as prepared, as they are in Milvus already, or embedded now."""
        vectorses: list[Vectors | None] = []
        passages: list[str] = []
        for document in incoming:
            if document.vectors is not None:
                vectorses += list(document.vectors)
                self.embedded += len(document.vectors)
                continue
            known = self._known(records.get(document.record.id))
            for passage in document.divided.passages:
                vectorses.append(known.get(passage))
                if vectorses[-1] is None:
                    passages.append(passage)
        assert self._embedder is not None
        fresh = iter(self._embedder.embed(passages)) if passages else iter(())
        self.embedded += len(passages)
        return np.array([next(fresh) if vector is None else vector for vector in vectorses], dtype=np.float32)

    def _known(self, record: DocumentRecord | None) -> dict[str, Vectors]:
        """Return the passages of the version that is live, and their vectors."""
        if record is None or record.live is None:
            return {}
        body = next(iter(Bodies(self._collections, now=True).fetch([(record.id, record.live.version)]).values()), None)
        if body is None:
            return {}
        passages = [embedded_text(body.document, chunk) for chunk in body.chunks]
        vectors = self._store.vectors(chunk_ids(record.live.version, record.live.chunks))
        return dict(zip(passages, vectors, strict=True))

    def _discard(self, record: DocumentRecord) -> None:
        """Delete what is left of versions that are not live; of the live one, what it has no more."""
        for part in record.others:
            ids, keys = chunk_ids(part.version, part.chunks), piece_keys(part.version, part.pieces)
            if record.live is not None and part.version == record.live.version:
                ids, keys = ids[record.live.chunks :], keys[record.live.pieces :]
            self._store.delete(ids)
            self._collections.server.delete(self._collections.texts, keys)

    def _count(self, part: StoredVersion, sign: int) -> None:
        self._chunks += sign * part.chunks
        self._words += sign * part.words


def unchanged(document: Document, record: DocumentRecord | None) -> bool:
    """Return whether this version of the document is complete in Milvus, and no other version is left."""
    if record is None or record.live is None or record.others:
        return False
    return record.live.version == version_of(document)


def _live(record: DocumentRecord) -> tuple[StoredVersion, ...]:
    return (record.live,) if record.live is not None else ()


def _keys(document: Document) -> list[str]:
    return [label for label in labels_of(document) if "=" not in label]


def _announced(entry: Incoming, before: DocumentRecord | None) -> DocumentRecord:
    """Return the row of a document whose next version is being written: what was live is so still."""
    if before is None:
        return replace(entry.record, live=None, others=(entry.part,))
    return replace(before, others=tuple(dict.fromkeys((*before.others, entry.part))))


def _chunk_rows(entry: Incoming) -> list[MilvusRow]:
    document = entry.divided.document
    described = about(document)
    return [
        {
            DOCUMENT: document.id,
            VERSION: entry.part.version,
            NUMBER: number,
            START: chunk.start,
            END: chunk.end,
            ABOUT: described,
            WORDS: words,
        }
        for number, (chunk, words) in enumerate(zip(entry.divided.chunks, entry.words, strict=True))
    ]
