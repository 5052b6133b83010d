"""A document's row in Milvus: which version of it is live, and which others may have left something behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self

from index.errors import IndexCorruptError, IndexStoreError
from index.load.finding import holders
from index.milvus.engine import LONGEST_TEXT, Row, quoted
from index.milvus.layout import DATA, KEY, LIVE, NO_VECTOR, Collections

PREFIX = "="
FIELDS = [KEY, LIVE, DATA]
IS_LIVE = f'{LIVE} != ""'


@dataclass(frozen=True, slots=True)
class Part:
    """What a version of a document consists of: its chunks, the pieces of its text, and how many words they have."""

    version: str
    chunks: int
    pieces: int
    words: int


@dataclass(frozen=True, slots=True)
class Head:
    """`live`: None for a document that is not whole yet, or that is going. `others`: what is to be deleted, if there.

    `sha256`: of its text; `keys`: those of the document's metadata.
    """

    id: str
    source: str
    sha256: str
    live: Part | None
    others: tuple[Part, ...]
    keys: tuple[str, ...]

    def row(self) -> Row:
        """As it is kept. Raises `IndexStoreError` for an id that is too long to be a key."""
        key = PREFIX + self.id
        if len(key.encode("utf-8")) > LONGEST_TEXT // 8:
            raise IndexStoreError(f"the id {self.id[:60]!r}… is too long to be a key in Milvus; shorten the path")
        data = {
            "source": self.source,
            "sha256": self.sha256,
            "live": _plain(self.live) if self.live else None,
            "others": [_plain(part) for part in self.others],
            "keys": list(self.keys),
        }
        return {KEY: key, LIVE: self.live.version if self.live else "", DATA: data, "vector": NO_VECTOR}

    @classmethod
    def of(cls, row: Row) -> Self:
        """Raises `IndexCorruptError` for a row that lacks something."""
        try:
            return cls._of(row, row[DATA])
        except (KeyError, TypeError) as error:
            raise IndexCorruptError(
                f"the row {row[KEY]!r} of a document lacks {error}; index with --rebuild"
            ) from error

    @classmethod
    def _of(cls, row: Row, data: dict[str, Any]) -> Self:
        live = Part(*data["live"]) if data["live"] else None
        others = tuple(Part(*each) for each in data["others"])
        return cls(row[KEY].removeprefix(PREFIX), data["source"], data["sha256"], live, others, tuple(data["keys"]))


def find_heads(collections: Collections, ids: Iterable[str], *, now: bool = True) -> dict[str, Head]:
    """The rows of the documents with these ids, by id; of those that are there, `now` or a moment ago."""
    keys = [PREFIX + document_id for document_id in ids]
    heads = (Head.of(row) for row in collections.server.rows(collections.documents, keys, FIELDS, now=now))
    return {head.id: head for head in heads}


def all_heads(collections: Collections, condition: str = IS_LIVE) -> Iterator[Head]:
    """The rows of all documents that are whole, or that meet another `condition`."""
    for row in collections.server.each(collections.documents, condition, FIELDS):
        if row[KEY].startswith(PREFIX):
            yield Head.of(row)


def heads_below(collections: Collections, holder: Head) -> dict[str, Head]:
    """The rows of what is attached to the document of `holder`, by id."""
    found: dict[str, Head] = {}
    for mark in "/#":
        first, after = f"{PREFIX}{holder.id}{mark}", f"{PREFIX}{holder.id}{chr(ord(mark) + 1)}"
        between = f"{IS_LIVE} and {KEY} >= {quoted(first)} and {KEY} < {quoted(after)}"
        below = (head for head in all_heads(collections, between) if holder.source in holders(head.source))
        found |= {head.id: head for head in below}
    return found


def write_heads(collections: Collections, heads: Iterable[Head]) -> None:
    """Write rows of documents."""
    collections.server.upsert(collections.documents, [head.row() for head in heads])


def delete_heads(collections: Collections, ids: Iterable[str]) -> None:
    """Delete rows of documents."""
    collections.server.delete(collections.documents, [PREFIX + document_id for document_id in ids])


def _plain(part: Part) -> list[str | int]:
    return [part.version, part.chunks, part.pieces, part.words]
