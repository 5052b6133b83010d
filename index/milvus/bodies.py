"""A document as it lies in Milvus: one JSON text of all that is known of it, cut into pieces that a field holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from index.errors import EncodingError, IndexCorruptError
from index.milvus.engine import LONGEST_TEXT
from index.store.building import Divided
from index.store.stored import Rows
from index.types import Chunk, Document, Segment, SegmentKind

# Bytes of a piece: what a field holds, less the end of a character that would not fit.
PIECE = LONGEST_TEXT - 4


@dataclass(frozen=True, slots=True)
class Body:
    """A version of a document with its sentences and chunks, (n, 2) each."""

    document: Document
    sentences: Rows
    spans: Rows

    @classmethod
    def of(cls, divided: Divided) -> Self:
        spans = [(chunk.start, chunk.end) for chunk in divided.chunks]
        return cls(divided.document, divided.sentences, np.array(spans, dtype=np.int64).reshape(-1, 2))

    @property
    def chunks(self) -> list[Chunk]:
        """The chunks, in order."""
        return [Chunk(self.document.id, start, end) for start, end in self.spans.tolist()]

    def encode(self) -> str:
        """As one text. Two documents that differ in anything have different ones."""
        d = self.document
        plain = {
            "id": d.id,
            "source": d.source,
            "media_type": d.media_type,
            "metadata": dict(d.metadata),
            "sha256": d.sha256,
            "segments": [[s.kind, s.start, s.end, s.level, s.number] for s in d.segments],
            "sentences": self.sentences.tolist(),
            "chunks": self.spans.tolist(),
            "text": d.text,
        }
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def decode(cls, pieces: Sequence[str], where: str) -> Self:
        """Raises `IndexCorruptError` unless the text is the one whose sha256 stands beside it."""
        try:
            plain = json.loads("".join(pieces))
            segments = tuple(Segment(SegmentKind(kind), *rest) for kind, *rest in plain["segments"])
            document = Document(
                plain["id"], plain["text"], plain["source"], plain["media_type"], segments, plain["metadata"]
            )
            sentences, spans = _rows(plain["sentences"]), _rows(plain["chunks"])
            whole = document.sha256 == plain["sha256"]
        except (KeyError, TypeError, ValueError) as error:
            raise IndexCorruptError(f"a document in {where!r} is damaged: {error}; index it again") from error
        if not whole:
            raise IndexCorruptError(f"the text of {document.id!r} in {where!r} has not its sha256; index it again")
        return cls(document, sentences, spans)


def version_of(document: Document) -> str:
    """Names the document and all that it holds but what is made of it; the same on every machine."""
    segments = [[s.kind, s.start, s.end, s.level, s.number] for s in document.segments]
    metadata = dict(document.metadata)
    plain = [document.id, document.sha256, document.source, document.media_type, segments, metadata]
    try:
        return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode("utf-8")).hexdigest()[:32]
    except UnicodeEncodeError as error:
        message = f"{document.id!r} holds a lone surrogate in its id, source or metadata; name it in whole characters"
        raise EncodingError(message, offset=error.start) from error


def cut(text: str) -> list[str]:
    """`text` in pieces of at most `PIECE` bytes of UTF-8."""
    return list(_pieces(text.encode("utf-8")))


def _pieces(data: bytes) -> Iterator[str]:
    first = 0
    while first < len(data):
        last = min(first + PIECE, len(data))
        while last < len(data) and data[last] & 0xC0 == 0x80:  # inside of a character
            last -= 1
        yield data[first:last].decode("utf-8")
        first = last


def piece_keys(version: str, count: int) -> list[str]:
    """The keys of a version's pieces."""
    return [f"{version}:{number}" for number in range(count)]


def _rows(listed: Any) -> Rows:
    return np.array(listed, dtype=np.int64).reshape(-1, 2)


def joined(found: Mapping[str, str], version: str, count: int, where: str) -> list[str]:
    """The pieces of a version among those that were found. Raises `IndexCorruptError` if one is missing."""
    keys = piece_keys(version, count)
    if missing := [key for key in keys if key not in found]:
        raise IndexCorruptError(f"{where!r} lacks the piece {missing[0]!r} of a document; index it again")
    return [found[key] for key in keys]
