"""Stores a document in Milvus: all that is known of it as one JSON text, cut into pieces that fit a field."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from cachetools import LRUCache

from index.errors import EncodingError, IndexCorruptError
from index.milvus.document_records import find_records
from index.milvus.engine import LONGEST_TEXT, MilvusRow
from index.milvus.layout import DATA, KEY, NO_VECTOR, Collections
from index.store.building import SplitDocument
from index.store.segment_data import document_of, plain_document, plain_segments, plain_unread
from index.store.stored import SpanArray
from index.types import Chunk, Document

# Bytes of a piece: what a field holds, less the end of a character that would not fit.
PIECE = LONGEST_TEXT - 4
# Characters of documents that stay in memory once fetched; the last one does in any case.
KEPT_CHARACTERS = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Body:
    """A version of a document with its sentences and chunks, (n, 2) each."""

    document: Document
    sentences: SpanArray
    spans: SpanArray

    @classmethod
    def of(cls, divided: SplitDocument) -> Self:
        spans = [(chunk.start, chunk.end) for chunk in divided.chunks]
        return cls(divided.document, divided.sentences, np.array(spans, dtype=np.int64).reshape(-1, 2))

    @property
    def chunks(self) -> list[Chunk]:
        """The chunks, in order."""
        return [Chunk(self.document.id, start, end) for start, end in self.spans.tolist()]

    def encode(self) -> str:
        """Return the document as one text. Two documents that differ in anything have different texts."""
        plain = plain_document(self.document)
        plain["sha256"] = self.document.sha256
        plain |= {"sentences": self.sentences.tolist(), "chunks": self.spans.tolist()}
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def decode(cls, pieces: Sequence[str], where: str) -> Self:
        """Raise `IndexCorruptError` unless the text has the sha256 that is stored beside it."""
        try:
            plain = json.loads("".join(pieces))
            document = document_of(plain)
            sentences, spans = _rows(plain["sentences"]), _rows(plain["chunks"])
            whole = document.sha256 == plain["sha256"]
        except (KeyError, TypeError, ValueError) as error:
            raise IndexCorruptError(f"a document in {where!r} is damaged: {error}; index it again") from error
        if not whole:
            raise IndexCorruptError(
                f"the text of {document.id!r} in {where!r} does not match its sha256; index it again"
            )
        return cls(document, sentences, spans)


def version_of(document: Document) -> str:
    """Return a name of the document's content, without what is computed from it; the same on every machine."""
    segments = plain_segments(document.segments)
    metadata = dict(document.metadata)
    plain = [document.id, document.sha256, document.source, document.media_type, segments, metadata]
    plain += [plain_unread(document.unread)] if document.unread else []
    try:
        return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode("utf-8")).hexdigest()[:32]
    except UnicodeEncodeError as error:
        message = f"{document.id!r} holds a lone surrogate in its id, source or metadata; name it in whole characters"
        raise EncodingError(message, offset=error.start) from error


def cut(text: str) -> list[str]:
    """Cut `text` into pieces of at most `PIECE` bytes of UTF-8."""
    return list(_pieces(text.encode("utf-8")))


def _pieces(data: bytes) -> Iterator[str]:
    first = 0
    while first < len(data):
        last = min(first + PIECE, len(data))
        while last < len(data) and data[last] & 0xC0 == 0x80:  # inside of a character
            last -= 1
        yield data[first:last].decode("utf-8")
        first = last


def piece_rows(version: str, text: str) -> list[MilvusRow]:
    """Return the rows that hold `text`, in pieces, under the name of a version."""
    pieces = cut(text)
    keys = piece_keys(version, len(pieces))
    return [{KEY: key, DATA: piece, "vector": NO_VECTOR} for key, piece in zip(keys, pieces, strict=True)]


def piece_keys(version: str, count: int) -> list[str]:
    """Return the keys of a version's pieces."""
    return [f"{version}:{number}" for number in range(count)]


def _rows(listed: Any) -> SpanArray:
    return np.array(listed, dtype=np.int64).reshape(-1, 2)


def joined(pieces: Mapping[str, str], version: str, count: int, where: str) -> list[str]:
    """Return the pieces of a version among those that were found. Raises `IndexCorruptError` if one is missing."""
    keys = piece_keys(version, count)
    if missing := [key for key in keys if key not in pieces]:
        raise IndexCorruptError(f"{where!r} lacks the piece {missing[0]!r} of a document; index it again")
    return [pieces[key] for key in keys]


class Bodies:
    """Versions of documents, fetched from Milvus; the latest ones stay in memory.

    A document may be replaced while a question is answered. What a search found is cited from the version that it
    found: within a thread, a document stays what it was for the last search.
    """

    def __init__(self, collections: Collections, *, now: bool = False) -> None:
        """`now`: reads include what was written a moment ago, which takes a server a fifth of a second."""
        self._collections = collections
        self._now = now
        self._kept: LRUCache[tuple[str, str], Body] = LRUCache(
            KEPT_CHARACTERS, getsizeof=lambda body: min(len(body.document.text), KEPT_CHARACTERS)
        )
        self._lock = threading.Lock()
        self._found = threading.local()

    def live(self, document_id: str) -> Body:
        """Return the document as the last search of this thread found it, or as it is now. Raises `KeyError`."""
        pinned: dict[str, str] = getattr(self._found, "versions", {})
        key = (document_id, pinned.get(document_id))
        bodies = self.fetch([key]) or self.fetch([(document_id, None)])
        if not bodies:
            raise KeyError(document_id)
        return next(iter(bodies.values()))

    def pin(self, versions: Mapping[str, str]) -> None:
        """Remember that the last search of this thread found these versions of documents."""
        self._found.versions = dict(versions)
        self._found.bodies = self._of_memory(versions.items())  # in use, whatever else is fetched

    def pin_also(self, ids: Iterable[str]) -> dict[str, Document]:
        """Fetch documents together, to stay what they are until the next search; those that are gone are left out."""
        pinned: dict[str, str] = getattr(self._found, "versions", {})
        fetched = self.fetch((i, pinned.get(i)) for i in ids)
        self._found.versions = pinned | dict(fetched.keys())
        self._found.bodies = getattr(self._found, "bodies", {}) | fetched
        return {i: body.document for (i, _), body in fetched.items()}

    def fetch(self, wanted: Iterable[tuple[str, str | None]]) -> dict[tuple[str, str], Body]:
        """Return the bodies of these (id, version) pairs: a version that is in memory or live; None is the live one.

        Missing ones are left out.
        """
        listed = list(dict.fromkeys(wanted))
        cached = self._of_memory((i, version) for i, version in listed if version is not None)
        records = find_records(
            self._collections, {i for i, version in listed if (i, version) not in cached}, now=self._now
        )
        live = {
            (record.id, record.live.version): record.live.pieces
            for record in records.values()
            if record.live is not None
        }
        asked = {*listed, *((i, version) for i, version in live if (i, None) in listed)}
        right = {key: pieces for key, pieces in live.items() if key in asked and key not in cached}
        cached |= self._of_memory(right)
        return cached | self._read({key: pieces for key, pieces in right.items() if key not in cached})

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
            self._kept.update(bodies)
        return bodies

    def _of_memory(self, versions: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Body]:
        pinned: dict[tuple[str, str], Body] = getattr(self._found, "bodies", {})
        kept_bodies = {}
        with self._lock:
            for key in versions:
                if (body := pinned.get(key) or self._kept.get(key)) is not None:
                    kept_bodies[key] = body
        return kept_bodies
