"""Keeps a document's row in Milvus: its live version, and other versions that may have left rows behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self

from index.errors import IndexCorruptError, IndexStoreError
from index.load.finding import holders
from index.milvus.engine import LONGEST_TEXT, MilvusRow, quoted
from index.milvus.layout import DATA, KEY, LIVE, NO_VECTOR, Collections

PREFIX = "="
FIELDS = [KEY, LIVE, DATA]
IS_LIVE = f'{LIVE} != ""'


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version of a document, with its numbers of chunks, of pieces of text and of words."""

    version: str
    chunks: int
    pieces: int
    words: int


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """`live`: None if the document is incomplete or being deleted. `others`: versions to delete, if they exist.

    `sha256`: of its text. `keys`: the keys of its metadata. `sketch`: for finding its near copies, as encoded by
    `index.milvus.near_copies`; empty in rows of earlier versions.
    """

    id: str
    source: str
    sha256: str
    live: StoredVersion | None
    others: tuple[StoredVersion, ...]
    keys: tuple[str, ...]
    sketch: str = ""

    def row(self) -> MilvusRow:
        """Return the row as stored. Raises `IndexStoreError` for an id that is too long to be a key."""
        key = PREFIX + self.id
        if len(key.encode("utf-8")) > LONGEST_TEXT // 8:
            raise IndexStoreError(f"the id {self.id[:60]!r}… is too long to be a key in Milvus; shorten the path")
        data = {
            "source": self.source,
            "sha256": self.sha256,
            "live": _plain(self.live) if self.live else None,
            "others": [_plain(version) for version in self.others],
            "keys": list(self.keys),
            "sketch": self.sketch,
        }
        return {KEY: key, LIVE: self.live.version if self.live else "", DATA: data, "vector": NO_VECTOR}

    @classmethod
    def of(cls, row: MilvusRow) -> Self:
        """Return the record of `row`. Raises `IndexCorruptError` if the row lacks an entry."""
        try:
            return cls._of(row, row[DATA])
        except (KeyError, TypeError) as error:
            raise IndexCorruptError(
                f"the row {row[KEY]!r} of a document lacks {error}; index with --rebuild"
            ) from error

    @classmethod
    def _of(cls, row: MilvusRow, data: dict[str, Any]) -> Self:
        live = StoredVersion(*data["live"]) if data["live"] else None
        others = tuple(StoredVersion(*version) for version in data["others"])
        document_id, keys, sketch = row[KEY].removeprefix(PREFIX), tuple(data["keys"]), data.get("sketch", "")
        return cls(document_id, data["source"], data["sha256"], live, others, keys, sketch)


def find_records(collections: Collections, ids: Iterable[str], *, now: bool = True) -> dict[str, DocumentRecord]:
    """Return the records of the documents with these ids, by id, as they are `now` or were a moment ago."""
    keys = [PREFIX + document_id for document_id in ids]
    records = (DocumentRecord.of(row) for row in collections.server.rows(collections.documents, keys, FIELDS, now=now))
    return {record.id: record for record in records}


def all_records(collections: Collections, condition: str = IS_LIVE) -> Iterator[DocumentRecord]:
    """Yield the records of all documents that are live, or that meet another `condition`."""
    for row in collections.server.iterate_rows(collections.documents, condition, FIELDS):
        if row[KEY].startswith(PREFIX):
            yield DocumentRecord.of(row)


def attached_records(collections: Collections, holder: DocumentRecord) -> dict[str, DocumentRecord]:
    """Return the records of the documents attached to `holder`, by id."""
    attached: dict[str, DocumentRecord] = {}
    for mark in "/#":
        first, after = f"{PREFIX}{holder.id}{mark}", f"{PREFIX}{holder.id}{chr(ord(mark) + 1)}"
        between = f"{IS_LIVE} and {KEY} >= {quoted(first)} and {KEY} < {quoted(after)}"
        records = (record for record in all_records(collections, between) if holder.source in holders(record.source))
        attached |= {record.id: record for record in records}
    return attached


def write_records(collections: Collections, records: Iterable[DocumentRecord]) -> None:
    """Write the rows of documents."""
    collections.server.upsert(collections.documents, [record.row() for record in records])


def delete_records(collections: Collections, ids: Iterable[str]) -> None:
    """Delete the rows of documents."""
    collections.server.delete(collections.documents, [PREFIX + document_id for document_id in ids])


def _plain(stored: StoredVersion) -> list[str | int]:
    return [stored.version, stored.chunks, stored.pieces, stored.words]
