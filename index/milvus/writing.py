"""Writes documents into Milvus, one after the other whole; what a killed writer began, the next run finishes.

A document's chunks and text are written under the name of its version before the document's row says that this version
is live, which is one write; what is left of others goes after that. Whoever searches passes over chunks of a version
that is not live. Ids and versions follow from the document alone, so that writing again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.embed import Embedder
from index.errors import EmptyDocumentError, IndexStoreError
from index.milvus.bodies import Bodies, Body, cut, piece_keys, version_of
from index.milvus.conditions import ABOUT, about, labels_of
from index.milvus.engine import WORDS, Row
from index.milvus.heads import Head, Part, delete_heads, write_heads
from index.milvus.layout import (
    DATA,
    DOCUMENT,
    END,
    KEY,
    NO_VECTOR,
    NUMBER,
    START,
    STATISTICS,
    VERSION,
    Collections,
    Manifest,
    chunk_ids,
)
from index.milvus.vectors import MilvusStore
from index.milvus.words import split_words, words_of
from index.search.lexical import Analyser
from index.search.vectors import Vectors
from index.split.passages import embedded_text, lexical_text
from index.store.building import Divided, Divider, Prepared, document_of
from index.store.changes import OnError
from index.types import Document


@dataclass(frozen=True, slots=True)
class Incoming:
    """A document to be written; `vectors`: those of its chunks, None where they are still to be computed."""

    head: Head
    divided: Divided
    body: str
    words: list[str]
    vectors: Vectors | None

    @property
    def part(self) -> Part:
        """The version that is to be live."""
        assert self.head.live is not None
        return self.head.live


class Writer:
    """Writes into `collections`. `chunks` and `words`: how many more the collection has by its doing."""

    def __init__(
        self, collections: Collections, manifest: Manifest, store: MilvusStore, embedder: Embedder | None
    ) -> None:
        self.embedded = 0
        self._collections = collections
        self._store = store
        self._embedder = embedder
        self._with_words = manifest.words
        self._divider = Divider(embedder, manifest.chunk_config) if embedder is not None else None
        self._analyse = Analyser()
        self._chunks = self._words = 0

    def write(
        self, documents: Sequence[Document | Prepared], heads: Mapping[str, Head], on_error: OnError | None
    ) -> list[str]:
        """Write documents that are new or changed, and return their ids; one without words goes to `on_error`."""
        incoming = []
        for each in documents:
            try:
                incoming.append(self._incoming(each, heads))
            except EmptyDocumentError as error:
                if on_error is None:
                    raise
                on_error(document_of(each), error)
        if incoming:
            self._write(incoming, heads)
        return [one.head.id for one in incoming]

    def remove(self, heads: Sequence[Head]) -> None:
        """Delete documents: they are gone at once, and what they consisted of goes after that."""
        going = [replace(head, live=None, others=(*head.others, *_live(head))) for head in heads]
        write_heads(self._collections, going)
        for head in going:
            self._discard(head)
        delete_heads(self._collections, [head.id for head in going])
        for head in heads:
            for part in _live(head):
                self._count(part, -1)

    def finish(self) -> None:
        """Keep how many chunks and words there are, by which BM25 judges a chunk's length."""
        self._collections.server.seal(self._store.name)
        before = self._collections.note(STATISTICS)
        after = {"chunks": before.get("chunks", 0) + self._chunks, "words": before.get("words", 0) + self._words}
        if after != before:
            self._collections.write_note(STATISTICS, after)
        self._chunks = self._words = 0

    def _incoming(self, each: Document | Prepared, heads: Mapping[str, Head]) -> Incoming:
        prepared = each if isinstance(each, Prepared) else None
        assert self._divider is not None
        divided = prepared.divided if prepared is not None else self._divider.divide(document_of(each))
        document = divided.document
        body = Body.of(divided).encode()
        words = [words_of(self._analyse(lexical_text(document, chunk))) for chunk in divided.chunks]
        if not self._with_words:
            words = [""] * len(words)
        count = sum(len(split_words(text)) for text in words)
        part = Part(version_of(document), len(divided.chunks), len(cut(body)), count)
        before = heads.get(document.id)
        others = (*before.others, *_live(before)) if before is not None else ()
        head = Head(document.id, document.source, document.sha256, part, others, tuple(_keys(document)))
        return Incoming(head, divided, body, words, prepared.vectors if prepared is not None else None)

    def _write(self, incoming: Sequence[Incoming], heads: Mapping[str, Head]) -> None:
        """Announce the documents, write what they consist of, make them live, delete what is left of others."""
        write_heads(self._collections, [_announced(one, heads.get(one.head.id)) for one in incoming])
        self._write_chunks(incoming, heads)
        self._collections.server.upsert(self._collections.texts, [row for one in incoming for row in _pieces(one)])
        write_heads(self._collections, [one.head for one in incoming])
        changed = [one.head for one in incoming if one.head.others]
        for head in changed:
            self._discard(head)
        write_heads(self._collections, [replace(head, others=()) for head in changed])
        for one in incoming:
            self._count(one.part, 1)
            before = heads.get(one.head.id)
            for part in _live(before) if before is not None else ():
                self._count(part, -1)

    def _write_chunks(self, incoming: Sequence[Incoming], heads: Mapping[str, Head]) -> None:
        vectors = self._vectors(incoming, heads)
        ids = np.concatenate([chunk_ids(one.part.version, one.part.chunks) for one in incoming])
        rows = [row for one in incoming for row in _chunk_rows(one)]
        self._refuse_strangers(ids.tolist(), rows)
        self._store.upsert(ids, vectors, rows)

    def _refuse_strangers(self, ids: Sequence[int], rows: Sequence[Row]) -> None:
        """No chunk takes the place of another document's, unlikely as it is that two have one id."""
        own = {i: row[VERSION] for i, row in zip(ids, rows, strict=True)}
        there = self._collections.server.rows(self._store.name, ids, ["id", VERSION, DOCUMENT])
        taken = [row for row in there if own[row["id"]] != row[VERSION]]
        if taken or len(own) < len(ids):
            whose = repr(taken[0][DOCUMENT]) if taken else "another"
            raise IndexStoreError(
                f"a chunk has the id of one of {whose} in {self._collections.where!r}, as two of 2^63 may; "
                "index the document into another collection"
            )

    def _vectors(self, incoming: Sequence[Incoming], heads: Mapping[str, Head]) -> Vectors:
        """The vectors of all chunks: as prepared, as they are in Milvus already, or embedded now."""
        found: list[Vectors | None] = []
        passages: list[str] = []
        for one in incoming:
            if one.vectors is not None:
                found += list(one.vectors)
                self.embedded += len(one.vectors)
                continue
            known = self._known(heads.get(one.head.id))
            for passage in one.divided.passages:
                found.append(known.get(passage))
                if found[-1] is None:
                    passages.append(passage)
        assert self._embedder is not None
        fresh = iter(self._embedder.embed(passages)) if passages else iter(())
        self.embedded += len(passages)
        return np.array([next(fresh) if vector is None else vector for vector in found], dtype=np.float32)

    def _known(self, head: Head | None) -> dict[str, Vectors]:
        """The passages of the version that is live, and their vectors."""
        if head is None or head.live is None:
            return {}
        body = next(iter(Bodies(self._collections, now=True).fetch([(head.id, head.live.version)]).values()), None)
        if body is None:
            return {}
        passages = [embedded_text(body.document, chunk) for chunk in body.chunks]
        vectors = self._store.vectors(chunk_ids(head.live.version, head.live.chunks))
        return dict(zip(passages, vectors, strict=True))

    def _discard(self, head: Head) -> None:
        """Delete what is left of versions that are not live; of the live one, what it has no more."""
        for part in head.others:
            ids, keys = chunk_ids(part.version, part.chunks), piece_keys(part.version, part.pieces)
            if head.live is not None and part.version == head.live.version:
                ids, keys = ids[head.live.chunks :], keys[head.live.pieces :]
            self._store.delete(ids)
            self._collections.server.delete(self._collections.texts, keys)

    def _count(self, part: Part, sign: int) -> None:
        self._chunks += sign * part.chunks
        self._words += sign * part.words


def unchanged(document: Document, head: Head | None) -> bool:
    """Whether the document stands in Milvus as it is, and nothing is left of others."""
    if head is None or head.live is None or head.others:
        return False
    return head.live.version == version_of(document)


def _live(head: Head) -> tuple[Part, ...]:
    return (head.live,) if head.live is not None else ()


def _keys(document: Document) -> list[str]:
    return [label for label in labels_of(document) if "=" not in label]


def _announced(one: Incoming, before: Head | None) -> Head:
    """The row of a document whose next version is being written: what was live is so still."""
    if before is None:
        return replace(one.head, live=None, others=(one.part,))
    return replace(before, others=tuple(dict.fromkeys((*before.others, one.part))))


def _chunk_rows(one: Incoming) -> list[Row]:
    document = one.divided.document
    described = about(document)
    return [
        {
            DOCUMENT: document.id,
            VERSION: one.part.version,
            NUMBER: number,
            START: chunk.start,
            END: chunk.end,
            ABOUT: described,
            WORDS: words,
        }
        for number, (chunk, words) in enumerate(zip(one.divided.chunks, one.words, strict=True))
    ]


def _pieces(one: Incoming) -> list[Row]:
    pieces = cut(one.body)
    keys = piece_keys(one.part.version, len(pieces))
    return [{KEY: key, DATA: piece, "vector": NO_VECTOR} for key, piece in zip(keys, pieces, strict=True)]
