"""Stores documents in Milvus, each as one JSON text, cut into pieces that fit a field."""

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

# Most bytes of a piece; it ends between two characters.
PIECE = LONGEST_TEXT - 4
# Characters of fetched documents that are cached; the last document always is.
CACHED_CHARACTERS = 16 * 2**20


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
        """Return the body that `pieces` encode. Raises `IndexCorruptError` if its text does not match its sha256."""
        try:
            plain = json.loads("".join(pieces))
            document = document_of(plain)
            sentences, spans = _rows(plain["sentences"]), _rows(plain["chunks"])
            is_intact = document.sha256 == plain["sha256"]
        except (KeyError, TypeError, ValueError) as error:
            raise IndexCorruptError(f"a document in {where!r} is damaged: {error}; index it again") from error
        if not is_intact:
            raise IndexCorruptError(
                f"the text of {document.id!r} in {where!r} does not match its sha256; index it again"
            )
        return cls(document, sentences, spans)


def version_of(document: Document) -> str:
    """Return a hash of the document, without what is computed from it; the same on every machine."""
    segments = plain_segments(document.segments)
    metadata = dict(document.metadata)
    plain = [document.id, document.sha256, document.source, document.media_type, segments, metadata]
    plain += [plain_unread(document.unread)] if document.unread else []
    try:
        return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode("utf-8")).hexdigest()[:32]
    except UnicodeEncodeError as error:
        message = f"{document.id!r} holds a lone surrogate in its id, source or metadata; remove it there"
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
    """Return the rows that hold `text` in pieces, under the keys of a version."""
    pieces = cut(text)
    keys = piece_keys(version, len(pieces))
    return [{KEY: key, DATA: piece, "vector": NO_VECTOR} for key, piece in zip(keys, pieces, strict=True)]


def piece_keys(version: str, count: int) -> list[str]:
    """Return the keys of a version's pieces."""
    return [f"{version}:{number}" for number in range(count)]


def _rows(listed: Any) -> SpanArray:
    return np.array(listed, dtype=np.int64).reshape(-1, 2)


def joined(pieces: Mapping[str, str], version: str, count: int, where: str) -> list[str]:
    """Return the pieces of a version in order. Raises `IndexCorruptError` if one is missing."""
    keys = piece_keys(version, count)
    if missing := [key for key in keys if key not in pieces]:
        raise IndexCorruptError(f"{where!r} lacks the piece {missing[0]!r} of a document; index it again")
    return [pieces[key] for key in keys]


class Bodies:
    """Versions of documents, fetched from Milvus and cached.

    A document may be replaced while a question is answered. A hit is cited from the version that the search found: each
    thread sees a document as its last search found it.
    """

    def __init__(self, collections: Collections, *, now: bool = False) -> None:
        """`now`: also see what was written a moment ago, which takes a server a fifth of a second."""
        self._collections = collections
        self._now = now
        self._cache: LRUCache[tuple[str, str], Body] = LRUCache(
            CACHED_CHARACTERS, getsizeof=lambda body: min(len(body.document.text), CACHED_CHARACTERS)
        )
        self._lock = threading.Lock()
        self._pinned = threading.local()

    def live(self, document_id: str) -> Body:
        """Return the document as the last search of this thread found it, or as it is now. Raises `KeyError`."""
        pinned: dict[str, str] = getattr(self._pinned, "versions", {})
        wanted = (document_id, pinned.get(document_id))
        bodies = self.fetch([wanted]) or self.fetch([(document_id, None)])
        if not bodies:
            raise KeyError(document_id)
        return next(iter(bodies.values()))

    def pin(self, versions: Mapping[str, str]) -> None:
        """Remember that the last search of this thread found these versions of documents."""
        self._pinned.versions = dict(versions)
        self._pinned.bodies = self._cached(versions.items())  # they stay in memory, whatever else is fetched

    def pin_also(self, ids: Iterable[str]) -> dict[str, Document]:
        """Fetch documents together and pin their versions until the next search; missing ones are left out."""
        pinned: dict[str, str] = getattr(self._pinned, "versions", {})
        fetched = self.fetch((i, pinned.get(i)) for i in ids)
        self._pinned.versions = pinned | dict(fetched.keys())
        self._pinned.bodies = getattr(self._pinned, "bodies", {}) | fetched
        return {i: body.document for (i, _), body in fetched.items()}

    def fetch(self, wanted: Iterable[tuple[str, str | None]]) -> dict[tuple[str, str], Body]:
        """Return the bodies of these (id, version) pairs; the version None stands for the live one.

        A version that is neither in memory nor live is left out.
        """
        pairs = list(dict.fromkeys(wanted))
        bodies = self._cached((i, version) for i, version in pairs if version is not None)
        records = find_records(
            self._collections, {i for i, version in pairs if (i, version) not in bodies}, now=self._now
        )
        live = {
            (record.id, record.live.version): record.live.pieces
            for record in records.values()
            if record.live is not None
        }
        requested = {*pairs, *((i, version) for i, version in live if (i, None) in pairs)}
        missing = {key: pieces for key, pieces in live.items() if key in requested and key not in bodies}
        bodies |= self._cached(missing)
        return bodies | self._read({key: pieces for key, pieces in missing.items() if key not in bodies})

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
            self._cache.update(bodies)
        return bodies

    def _cached(self, versions: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Body]:
        pinned: dict[tuple[str, str], Body] = getattr(self._pinned, "bodies", {})
        bodies = {}
        with self._lock:
            for key in versions:
                if (body := pinned.get(key) or self._cache.get(key)) is not None:
                    bodies[key] = body
        return bodies
