"""Stores documents, sentences and passages on disk: written one document at a time, read by memory map."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from index.errors import EncodingError
from index.store.folder.layout import CHUNKS, DOCUMENTS, SEGMENTS, SENTENCES, TABLE, TEXTS
from index.store.segment_data import plain_segments, plain_unread, segments_of, unread_of
from index.store.stored import Entry, SpanArray
from index.types import Document

INTEGER, BYTE = np.dtype("<i8"), np.dtype(np.uint8)
# The columns of the table: where each document's part of the other files begins. One more row says where all end.
TEXT, SEGMENT, SENTENCE, CHUNK = range(4)


@dataclass(frozen=True, slots=True)
class Record:
    """A document as it stands on disk. `sentences`: rows of (start, end); `chunks`: of (start, end, vector id)."""

    entry: bytes
    segments: bytes
    text: bytes
    sentences: SpanArray
    chunks: SpanArray

    @classmethod
    def of(cls, document: Document, sentences: SpanArray, chunks: SpanArray) -> Self:
        """Raise `EncodingError` for half a character (a lone surrogate) in its id, source or metadata."""
        segments = plain_segments(document.segments)
        entry = _entry_line(Entry.of(document))
        return cls(entry, _line(segments), document.text.encode("utf-8"), sentences, chunks)

    def same_document(self, other: Record) -> bool:
        """Return whether both are the same document in every respect."""
        return (self.entry, self.segments, self.text) == (other.entry, other.segments, other.text)


class TableWriter:
    """Appends documents to a folder. Nothing is kept in memory."""

    def __init__(self, folder: Path) -> None:
        self._stack = ExitStack()
        names = (DOCUMENTS, SEGMENTS, TEXTS, TABLE, SENTENCES, CHUNKS)
        self._files = {name: self._stack.enter_context((folder / name).open("xb")) for name in names}
        self._ends = np.zeros(4, dtype=INTEGER)
        self._files[TABLE].write(self._ends.tobytes())
        self.documents = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def add(self, record: Record) -> None:
        """Append a document."""
        self._files[DOCUMENTS].write(record.entry)
        self._files[SEGMENTS].write(record.segments)
        self._files[TEXTS].write(record.text)
        self._files[SENTENCES].write(_integers(record.sentences))
        self._files[CHUNKS].write(_integers(record.chunks))
        self._ends += (len(record.text), len(record.segments), len(record.sentences), len(record.chunks))
        self._files[TABLE].write(self._ends.tobytes())
        self.documents += 1

    @property
    def chunks(self) -> int:
        """How many chunks were added."""
        return int(self._ends[CHUNK])

    @property
    def sentences(self) -> int:
        """How many sentences were added."""
        return int(self._ends[SENTENCE])


class Tables:
    """What a `TableWriter` wrote. The catalogue is read at once, all else when it is asked for.

    Raises `ValueError` if the files do not belong together.
    """

    def __init__(self, folder: Path) -> None:
        self.table: SpanArray = _mapped(folder / TABLE, INTEGER).reshape(-1, 4)
        self.sentences: SpanArray = _mapped(folder / SENTENCES, INTEGER).reshape(-1, 2)
        self.chunks: SpanArray = _mapped(folder / CHUNKS, INTEGER).reshape(-1, 3)
        self._segments, self._texts = _mapped(folder / SEGMENTS, BYTE), _mapped(folder / TEXTS, BYTE)
        with (folder / DOCUMENTS).open("rb") as lines:
            self.catalogue = tuple(_entry(line) for line in lines)
        self.ordinal = {entry.id: i for i, entry in enumerate(self.catalogue)}
        ends = [len(self._texts), len(self._segments), len(self.sentences), len(self.chunks)]
        if len(self.table) != len(self.catalogue) + 1 or self.table[-1].tolist() != ends:
            raise ValueError(f"{TABLE} has {len(self.table)} rows up to {self.table[-1:].tolist()}, not up to {ends}")
        if self.table[0].any() or (np.diff(self.table, axis=0) < 0).any():
            raise ValueError(f"{TABLE} does not rise from 0")
        if len(self.ordinal) != len(self.catalogue):
            raise ValueError(f"{DOCUMENTS} holds an id twice")

    def __len__(self) -> int:
        return len(self.catalogue)

    def record(self, i: int) -> Record:
        """Return document `i` as it stands on disk."""
        return Record(
            _entry_line(self.catalogue[i]),
            self._segments[self._span(i, SEGMENT)].tobytes(),
            self._texts[self._span(i, TEXT)].tobytes(),
            self.sentences_of(i),
            self.chunks_of(i),
        )

    def document(self, i: int) -> Document:
        """Raise `ValueError` if its text is not the one whose sha256 its entry holds."""
        entry, record = self.catalogue[i], self.record(i)
        segments = segments_of(json.loads(record.segments))
        text = record.text.decode("utf-8")
        document = Document(entry.id, text, entry.source, entry.media_type, segments, entry.metadata, entry.unread)
        if document.sha256 != entry.sha256:
            raise ValueError(f"the text of {entry.id!r} in {TEXTS} has not the sha256 of its entry in {DOCUMENTS}")
        return document

    def text(self, i: int) -> str:
        """Return the text of document `i`, without checking its sha256."""
        return self._texts[self._span(i, TEXT)].tobytes().decode("utf-8")

    def sentences_of(self, i: int) -> SpanArray:
        """Return (n, 2): the sentences of document `i`."""
        return self.sentences[self._span(i, SENTENCE)]

    def chunks_of(self, i: int) -> SpanArray:
        """Return (n, 3): the chunks of document `i` and the ids of their vectors."""
        return self.chunks[self._span(i, CHUNK)]

    def _span(self, i: int, column: int) -> slice:
        return slice(int(self.table[i, column]), int(self.table[i + 1, column]))


def _entry_line(entry: Entry) -> bytes:
    plain = {name: getattr(entry, name) for name in ("id", "sha256", "source", "media_type")}
    try:
        unread = {"unread": plain_unread(entry.unread)} if entry.unread else {}
        return _line(plain | {"metadata": dict(entry.metadata)} | unread)
    except UnicodeEncodeError as error:
        message = f"{entry.id!r} holds a lone surrogate in its id, source or metadata; name it in whole characters"
        raise EncodingError(message, offset=error.start) from error


def _entry(line: bytes) -> Entry:
    plain = json.loads(line)
    metadata = {name: v if isinstance(v, str) else tuple(v) for name, v in plain.pop("metadata").items()}
    unread = unread_of(plain.pop("unread", ()))
    return Entry(metadata=metadata, unread=unread, **plain)


def _line(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode("utf-8")


def _integers(rows: SpanArray) -> bytes:
    return np.ascontiguousarray(rows, dtype=INTEGER).tobytes()


def _mapped(path: Path, kind: np.dtype[Any]) -> NDArray[Any]:
    """Return the file as an array. `np.memmap` refuses an empty one."""
    return np.asarray(np.memmap(path, kind, mode="r")) if path.stat().st_size else np.empty(0, kind)
