"""Stores the near copies of an index in Milvus: the sketches in the documents' records, the result with the texts."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from typing import Any

import numpy as np
from cachetools import TTLCache, cachedmethod

from index.errors import IndexCorruptError
from index.milvus.bodies import joined, piece_keys, piece_rows
from index.milvus.document_records import IS_LIVE, DocumentRecord, all_records
from index.milvus.layout import DATA, KEY, Collections
from index.near_copies import NearCopy, Sketch, near_copies, sketch

MOST_DOCUMENTS = 50_000  # whose sketches an update compares: some 150 MB
COPIES = "near_copies"  # the note that names their live version and its number of pieces
CACHED_SECONDS = 2.0  # in an open index
_INTEGER = np.dtype("<u8")


def encoded_sketch(text: str) -> str:
    """Return the sketch of `text` as a record stores it."""
    return base64.b64encode(sketch(text).astype(_INTEGER).tobytes()).decode("ascii")


def decoded_sketch(record: DocumentRecord) -> Sketch:
    """Return the sketch that a record stores. Raises `IndexCorruptError`."""
    try:
        return np.frombuffer(base64.b64decode(record.sketch, validate=True), _INTEGER)
    except ValueError as error:
        raise IndexCorruptError(f"the sketch of {record.id!r} is damaged: {error}; index with --rebuild") from error


def find_near_copies(collections: Collections) -> tuple[NearCopy, ...] | None:
    """Find near copies among the documents, in the order of their ids, and store them; None for too many documents."""
    before = collections.note(COPIES)
    if collections.server.count(collections.documents, IS_LIVE) > MOST_DOCUMENTS:
        _publish(collections, before, {}, [])
        return None
    records = sorted((record for record in all_records(collections) if record.sketch), key=lambda record: record.id)
    copies = near_copies([record.id for record in records], map(decoded_sketch, records))
    text = json.dumps([astuple(copy) for copy in copies], ensure_ascii=False)
    version = hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]
    if version != before.get("version"):
        rows = piece_rows(version, text)
        collections.server.upsert(collections.texts, rows)
        _publish(collections, before, {"version": version, "pieces": len(rows)}, [row[KEY] for row in rows])
    return copies


class Copies:
    """The near copies that the last update of an index found."""

    def __init__(self, collections: Collections) -> None:
        self._collections = collections
        self._cache: TTLCache[Any, tuple[NearCopy, ...] | None] = TTLCache(1, CACHED_SECONDS)
        self._latest: tuple[str, tuple[NearCopy, ...]] = ("", ())

    @cachedmethod(lambda self: self._cache)
    def find(self) -> tuple[NearCopy, ...] | None:
        """Return the near copies; None if no update has looked for them."""
        note = self._collections.note(COPIES)
        if "version" not in note:
            return None
        if note["version"] != self._latest[0]:
            self._latest = (note["version"], self._read(note["version"], note["pieces"]))
        return self._latest[1]

    def _read(self, version: str, count: int) -> tuple[NearCopy, ...]:
        where = self._collections.where
        rows = self._collections.server.rows(self._collections.texts, piece_keys(version, count), [KEY, DATA])
        pieces = joined({row[KEY]: row[DATA] for row in rows}, version, count, where)
        try:
            return tuple(NearCopy(*plain) for plain in json.loads("".join(pieces)))
        except (TypeError, ValueError) as error:
            raise IndexCorruptError(f"the near copies of {where!r} are damaged: {error}; index it again") from error


def _publish(collections: Collections, before: Mapping[str, Any], note: Mapping[str, Any], keys: Sequence[str]) -> None:
    """Make a new result live. The old one stays until the next update, for readers that have begun to read it."""
    old = piece_keys(before["version"], before["pieces"]) if "version" in before else []
    collections.write_note(COPIES, {**note, "old": old})
    collections.server.delete(collections.texts, [key for key in before.get("old", ()) if key not in keys])
