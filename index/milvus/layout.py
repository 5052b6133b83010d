"""Defines the three collections of an index in Milvus, and the manifest that says how they were made.

COLLECTION            a row for each chunk: its span, its vector, its words, its document's metadata
COLLECTION_texts      each document's text, segments and sentences, in pieces
COLLECTION_documents  a row for each document, which names its live version; and the manifest
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

import numpy as np

from index.config import ChunkConfig
from index.embed import Embedder
from index.errors import IndexCorruptError, IndexNotFoundError, IndexStoreError, IndexVersionError
from index.milvus.conditions import ABOUT
from index.milvus.engine import WITH_WORDS, WORDS, Field, Server
from index.milvus.settings import IndexType
from index.milvus.vectors import ID, MilvusStore
from index.search.vectors import Ids
from index.store.build_info import BuildInfo, no_index, rebuild_hint

SCHEMA_VERSION = 1
TEXTS, DOCUMENTS = "_texts", "_documents"
# Fields of a chunk; `version`: of its document; `number`: counts the chunks of the document from 0.
DOCUMENT, VERSION, NUMBER, START, END = "document", "version", "number", "start", "end"
# Fields of a piece of text, and of a document's row; `data`: the piece, or what `document_records` stores there.
KEY, LIVE, DATA = "key", "live", "data"
MANIFEST, STATISTICS = "manifest", "statistics"

CHUNK_FIELDS = {
    DOCUMENT: Field.TEXT,
    VERSION: Field.TEXT,
    NUMBER: Field.INTEGER,
    START: Field.INTEGER,
    END: Field.INTEGER,
    ABOUT: Field.JSON,
    WORDS: Field.TEXT,
}
TEXT_FIELDS = {KEY: Field.TEXT, DATA: Field.TEXT}
DOCUMENT_FIELDS = {KEY: Field.TEXT, LIVE: Field.TEXT, DATA: Field.JSON}
# Every collection needs a vector; texts and documents have a meaningless one.
NO_VECTOR = [1.0, 0.0]


@dataclass(frozen=True, slots=True)
class Manifest(BuildInfo):
    """How an index was built. `words`: whether it can be searched by words."""

    index: IndexType
    words: bool

    @classmethod
    def decode(cls, plain: Mapping[str, Any], where: str) -> Self:
        """Return the manifest. Raises `IndexVersionError` for another version, `IndexCorruptError` if it is invalid."""
        version = plain.get("schema_version")
        if version != SCHEMA_VERSION:
            raise IndexVersionError(
                f"{where!r} has schema version {version}, this Pincite reads {SCHEMA_VERSION}; {rebuild_hint(where)}"
            )
        try:
            known = {field.name: plain[field.name] for field in fields(cls)}
            config, index = ChunkConfig(**known.pop("chunk_config")), IndexType(known.pop("index"))
            return cls(chunk_config=config, index=index, **known)
        except (KeyError, TypeError, ValueError) as error:
            raise IndexCorruptError(
                f"the manifest of {where!r} lacks an entry: {error}; {rebuild_hint(where)}"
            ) from error

    def encode(self) -> dict[str, Any]:
        """Return the manifest as it is stored."""
        return {"schema_version": SCHEMA_VERSION} | asdict(self)


class Collections:
    """The collections of the index that `server.address` names."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.where = server.address.text
        self.chunks = server.address.collection
        self.texts = self.chunks + TEXTS
        self.documents = self.chunks + DOCUMENTS

    def manifest(self) -> Manifest | None:
        """Return the manifest; None if there is no index. Raises `IndexStoreError` for a foreign collection."""
        if not self.server.exists(self.documents):
            if self.server.exists(self.chunks):
                raise IndexStoreError(
                    f"the collection of {self.where!r} was not made by Pincite; name another collection"
                )
            return None
        self.server.load(self.documents)
        rows = self.server.rows(self.documents, [MANIFEST], [DATA])
        if not rows or not rows[0][DATA].get("made"):
            return None
        return Manifest.decode(rows[0][DATA], self.where)

    def open(self, embedder: Embedder | None, *, words: bool) -> tuple[Manifest, MilvusStore]:
        """Open the collections and check schema version, embedder, fields, dimension and the index of the vectors.

        `words`: they will be searched by words. `embedder`: None accepts any.
        """
        manifest = self.manifest()
        if manifest is None:
            raise IndexNotFoundError(no_index(self.where))
        manifest.refuse_other_makers(self.where, embedder)
        if words:
            self._require_words(manifest)
        for name in (self.chunks, self.texts):
            if not self.server.exists(name):
                raise IndexCorruptError(
                    f"the collection {name!r} of {self.where!r} is missing; {rebuild_hint(self.where)}"
                )
            self.server.load(name)
        self._check_schema(manifest)
        return manifest, MilvusStore(self.server, self.chunks, manifest.dimension, manifest.index)

    def make(self, manifest: Manifest) -> MilvusStore:
        """Create the collections, and the manifest last; complete what a killed process left incomplete."""
        self.require_bm25(manifest)
        server, no_dimension = self.server, len(NO_VECTOR)
        if not server.exists(self.documents):
            server.create(self.documents, DOCUMENT_FIELDS, no_dimension, IndexType.FLAT)
        if not server.exists(self.texts):
            server.create(self.texts, TEXT_FIELDS, no_dimension, IndexType.FLAT)
        if server.exists(self.chunks):  # incomplete, perhaps with other settings
            server.drop(self.chunks)
        store = MilvusStore.create(
            server, self.chunks, manifest.dimension, index=manifest.index, fields=CHUNK_FIELDS, words=manifest.words
        )
        self.write_note(MANIFEST, manifest.encode() | {"made": True})
        return store

    def drop(self) -> None:
        """Delete the index, its documents first, so that nobody opens half of it."""
        for name in (self.documents, self.chunks, self.texts):
            self.server.drop(name)

    def write_note(self, key: str, data: Mapping[str, Any]) -> None:
        """Write `data` under `key`, such as the manifest or the statistics."""
        self.server.upsert(self.documents, [{KEY: key, LIVE: "", DATA: dict(data), "vector": NO_VECTOR}])

    def note(self, key: str) -> dict[str, Any]:
        """Return the data that `write_note` wrote under `key`; empty if there are none."""
        rows = self.server.rows(self.documents, [key], [DATA])
        return dict(rows[0][DATA]) if rows else {}

    def _require_words(self, manifest: Manifest) -> None:
        if not manifest.words:
            raise IndexStoreError(
                f"{self.where!r} was built with --dense-only and has no words to search; ask it with --dense-only"
            )
        self.require_bm25(manifest)

    def require_bm25(self, manifest: Manifest) -> None:
        """Raise `IndexStoreError` if the index has words and the server cannot search by them."""
        if manifest.words and not self.server.has_words:
            raise IndexStoreError(
                f"Milvus {self.server.version} at {self.where!r} has no BM25 search, which came with "
                f"{'.'.join(map(str, WITH_WORDS))}; use a later server, or --dense-only to search by meaning alone"
            )

    def _check_schema(self, manifest: Manifest) -> None:
        stored = self.server.schema(self.chunks)
        if lacking := {ID, *CHUNK_FIELDS} - stored.fields:
            raise IndexCorruptError(
                f"the collection of {self.where!r} lacks {', '.join(sorted(lacking))}; {rebuild_hint(self.where)}"
            )
        if (stored.dimension, stored.index) != (manifest.dimension, manifest.index):
            raise IndexCorruptError(
                f"the collection of {self.where!r} has vectors of dimension {stored.dimension} in an index "
                f"{stored.index}, its manifest says {manifest.dimension} and {manifest.index}; "
                f"{rebuild_hint(self.where)}"
            )


def chunk_ids(version: str, count: int) -> Ids:
    """Return the ids of a document's chunks: 63 bits of a sha256, the same on every machine."""
    digests = (hashlib.sha256(f"{version}:{number}".encode()).digest()[:8] for number in range(count))
    return np.array([int.from_bytes(digest, "big") >> 1 for digest in digests], dtype=np.int64)
