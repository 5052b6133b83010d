"""Calls a Milvus server, or milvus-lite: its collections, their rows, and searches in them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexStoreError
from index.milvus.address import Address
from index.milvus.client import connect, errors, pymilvus, retry
from index.milvus.settings import BUILT, SEARCHED, IndexType, Settings
from index.search.lexical import K1, B

MilvusRow = dict[str, Any]

VECTOR, SPARSE, WORDS = "vector", "sparse", "words"
# Inner product of unit vectors: the cosine, as FAISS computes it.
METRIC = "IP"
# Most rows in one answer of Milvus.
MOST_ROWS = 16_384
LONGEST_TEXT = 65_535  # bytes in a text field
# Rows sent in one message: with words and a vector of 384 numbers some 2 MB; a message may have 64 MB.
SENT = 500
ITERATED = 1_000
LITE = "milvus_lite-"
# Versions: the first with upsert and count, and the first with BM25.
LEAST, WITH_WORDS = (2, 3), (2, 5)


class Field(StrEnum):
    """The types of fields, by Milvus's names."""

    INTEGER = "INT64"
    JSON = "JSON"
    TEXT = "VARCHAR"


@dataclass(frozen=True, slots=True)
class Schema:
    """The schema of a collection. `dimension`: None without vectors; `index`: an `IndexType` if Pincite made it."""

    fields: frozenset[str]
    dimension: int | None
    index: str


class Server:
    """A connection to a Milvus server, or to milvus-lite in this process. Failures become `IndexStoreError`."""

    def __init__(self, client: Any, address: Address, settings: Settings) -> None:
        self.address = address
        self.settings = settings
        self._client = client
        self._timeout = {"timeout": settings.timeout} if address.host is not None else {}
        self.version = str(self._call("get_server_version"))
        if not self.is_lite and self._version_number() < LEAST:
            raise IndexStoreError(f"{address.text!r} is Milvus {self.version}; Pincite needs {_dotted(LEAST)} or later")

    @classmethod
    def connect(cls, address: Address, *, new: bool = False, settings: Settings | None = None) -> Self:
        """Connect; `new`: the file may be created. Raises `MissingExtraError`, `IndexStoreError` if none answers."""
        settings = settings or Settings.from_environment()
        client = connect(address, new=new, settings=settings)
        return cls(client, address, settings)

    @property
    def is_lite(self) -> bool:
        """Whether this is milvus-lite and not a server."""
        return self.version.startswith(LITE)

    @property
    def has_words(self) -> bool:
        """Whether it searches by words. A server before 2.5 would silently drop the BM25 function."""
        return self.is_lite or self._version_number() >= WITH_WORDS

    def close(self) -> None:
        """Close the connection. milvus-lite keeps a file open until the process ends."""
        self._client.close()

    def exists(self, name: str) -> bool:
        """Return whether there is a collection `name`."""
        return bool(self._call("has_collection", name))

    def create(
        self, name: str, fields: Mapping[str, Field], dimension: int, index: IndexType, *, words: bool = False
    ) -> None:
        """Create a collection of `fields`, the first of which is the key, and a vector.

        `words`: its field `words` can also be searched by BM25.
        """
        with errors(self.address):
            schema, indexes = _schema(self._client, fields, dimension, words), _indexes(self._client, index, words)
        shards = self.settings.shards
        self._call("create_collection", name, schema=schema, num_shards=shards, consistency_level="Bounded")
        # Not in one call with the collection: that would load it, in one replica, whatever `load` asks for.
        self._call("create_index", name, indexes)
        self.load(name)

    def load(self, name: str) -> None:
        """Load the collection for searching. A loaded one stays loaded, with its replicas."""
        states = pymilvus().client.types.LoadState
        if self._call("get_load_state", name)["state"] not in (states.Loading, states.Loaded):
            self._call("load_collection", name, replica_number=self.settings.replicas)
        while self._call("get_load_state", name)["state"] == states.Loading:
            time.sleep(0.1)

    def flush_lite(self, name: str) -> None:
        """Make milvus-lite index what was written, or every search would; a server does so by itself."""
        if self.is_lite:
            self._call("flush", name)

    def flush_and_index(self, name: str) -> None:
        """Flush and index everything that was written, and wait for it."""
        self._call("flush", name)
        self._call("release_collection", name)
        self.load(name)

    def drop(self, name: str) -> None:
        """Delete the collection, if it exists."""
        self._call("drop_collection", name)

    def schema(self, name: str) -> Schema:
        """Return the schema of the collection."""
        fields = {field["name"]: field for field in self._call("describe_collection", name)["fields"]}
        dimension = int(fields[VECTOR]["params"]["dim"]) if VECTOR in fields else None
        return Schema(frozenset(fields), dimension, str(self._call("describe_index", name, VECTOR)["index_type"]))

    def upsert(self, name: str, rows: Sequence[MilvusRow]) -> None:
        """Write `rows`, in place of rows with the same keys."""
        for first in range(0, len(rows), SENT):
            self._call("upsert", name, list(rows[first : first + SENT]), **self._timeout)

    def delete(self, name: str, keys: Sequence[int] | Sequence[str]) -> None:
        """Delete the rows with these keys; missing ones are skipped."""
        for first in range(0, len(keys), ITERATED):
            self._call("delete", name, ids=list(keys[first : first + ITERATED]), **self._timeout)

    def rows(
        self, name: str, keys: Sequence[int] | Sequence[str], fields: Sequence[str], *, now: bool = True
    ) -> list[MilvusRow]:
        """Return the rows with these keys, in any order; `now`: as they are at this moment, not seconds ago."""
        rows: list[MilvusRow] = []
        for first in range(0, len(keys), SENT):
            part = list(keys[first : first + SENT])
            rows += self._query(name, fields, ids=part, **(_NOW if now else {}))
        return rows

    def sample_rows(self, name: str, condition: str, fields: Sequence[str], limit: int) -> list[MilvusRow]:
        """Return at most `limit` rows that meet `condition`."""
        return self._query(name, fields, filter=condition, limit=limit)

    def iterate_rows(self, name: str, condition: str, fields: Sequence[str]) -> Iterator[MilvusRow]:
        """Yield all rows that meet `condition`, some at a time."""
        options = {"batch_size": ITERATED, "filter": condition, "output_fields": list(fields), **_NOW}
        iterator = self._ask("query_iterator", name, **options)
        try:
            while True:
                with errors(self.address):
                    part = retry(iterator.next)
                if not part:
                    return
                yield from map(dict, part)
        finally:
            iterator.close()

    def count(self, name: str, condition: str = "") -> int:
        """Return how many rows meet `condition`, including rows just written."""
        return int(self._query(name, ["count(*)"], filter=condition, **_NOW)[0]["count(*)"])

    def nearest(
        self, name: str, vector: NDArray[np.float32], k: int, condition: str, fields: Sequence[str], index: IndexType
    ) -> list[tuple[float, MilvusRow]]:
        """Return the best `k` (cosine, row) pairs, best first, of rows that meet `condition`."""
        parameters = {"metric_type": METRIC, "params": SEARCHED.get(index, {})}
        return self._search(name, [vector.tolist()], VECTOR, parameters, k, condition, fields)[0]

    def search_bm25(self, name: str, words: str, k: int, condition: str, fields: Sequence[str]) -> list[MilvusRow]:
        """Return at most `k` rows that share a word with `words`, as the server's BM25 ranks them."""
        parameters = {"metric_type": "BM25", "params": {}}
        return [row for _, row in self._search(name, [words], SPARSE, parameters, k, condition, fields)[0]]

    def frequencies(self, name: str, words: Sequence[str]) -> list[int]:
        """Return in how many rows each of `words` occurs.

        A server counts with its text index. milvus-lite has none and would read every text, so its BM25 index lists
        the rows instead, at most `MOST_ROWS`.
        """
        if not words:
            return []
        if self.is_lite:
            parameters = {"metric_type": "BM25", "params": {}}
            return [len(hits) for hits in self._search(name, list(words), SPARSE, parameters, MOST_ROWS, "", ["id"])]
        return [self.count(name, f"TEXT_MATCH({WORDS}, {quoted(word)})") for word in words]

    def _search(
        self,
        name: str,
        data: list[Any],
        field: str,
        parameters: dict[str, Any],
        k: int,
        condition: str,
        fields: Sequence[str],
    ) -> list[list[tuple[float, MilvusRow]]]:
        results = self._ask(
            "search",
            name,
            data=data,
            anns_field=field,
            search_params=parameters,
            limit=min(k, MOST_ROWS),
            filter=condition,
            output_fields=list(fields),
            **self._timeout,
        )
        return [[(float(hit["distance"]), dict(hit["entity"])) for hit in hits] for hits in results]

    def _query(self, name: str, fields: Sequence[str], **options: Any) -> list[MilvusRow]:
        return list(map(dict, self._ask("query", name, output_fields=list(fields), **options, **self._timeout)))

    def _call(self, method: str, *arguments: Any, **options: Any) -> Any:
        with errors(self.address):
            return getattr(self._client, method)(*arguments, **options)

    def _ask(self, method: str, name: str, **options: Any) -> Any:
        """Call a method that changes nothing, with retries."""
        with errors(self.address):
            return retry(lambda: getattr(self._client, method)(name, **options))

    def _version_number(self) -> tuple[int, ...]:
        digits = self.version.removeprefix("v").partition("-")[0].split(".")[:2]
        if not all(part.isdigit() for part in digits):
            message = f"{self.address.text!r} reports version {self.version!r}"
            raise IndexStoreError(f"{message}, which is not Milvus")
        return tuple(map(int, digits))


def _schema(client: Any, fields: Mapping[str, Field], dimension: int, words: bool) -> Any:
    module = pymilvus()
    kinds = module.DataType
    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    for position, (name, field) in enumerate(fields.items()):
        options: dict[str, Any] = {"is_primary": True} if position == 0 else {}
        if field is Field.TEXT:
            options["max_length"] = LONGEST_TEXT
        if words and name == WORDS:
            options |= {"enable_analyzer": True, "enable_match": True, "analyzer_params": {"tokenizer": "standard"}}
        schema.add_field(name, getattr(kinds, field), **options)
    schema.add_field(VECTOR, kinds.FLOAT_VECTOR, dim=dimension)
    if words:
        schema.add_field(SPARSE, kinds.SPARSE_FLOAT_VECTOR)
        bm25 = module.FunctionType.BM25
        schema.add_function(module.Function(WORDS, bm25, input_field_names=[WORDS], output_field_names=[SPARSE]))
    return schema


def _indexes(client: Any, index: IndexType, words: bool) -> Any:
    indexes = client.prepare_index_params()
    indexes.add_index(VECTOR, index_type=str(index), metric_type=METRIC, params=BUILT.get(index, {}))
    if words:
        parameters = {"bm25_k1": K1, "bm25_b": B}
        indexes.add_index(SPARSE, index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params=parameters)
    return indexes


# The request sees everything written before it. Searches do without, as waiting takes a fifth of a second.
_NOW = {"consistency_level": "Strong"}


def quoted(text: str) -> str:
    """Return `text` as a string in a condition."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
