"""Indexes in Milvus, on one machine or many: `milvus://HOST:PORT/COLLECTION`, or milvus-lite in `milvus+file:PATH`.

docs/scaling.md says how to run it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from index.config import ChunkConfig
from index.embed import Embedder
from index.milvus.address import Address, is_address
from index.milvus.archive import Archive, Bodies
from index.milvus.checking import check
from index.milvus.engine import Server
from index.milvus.heads import all_heads
from index.milvus.layout import Collections
from index.milvus.updating import remove, save, update

__all__ = [
    "Archive",
    "Collections",
    "check",
    "collections_at",
    "contents_of",
    "is_address",
    "known",
    "open_archive",
    "remove",
    "save",
    "update",
]


@contextmanager
def collections_at(place: str, *, new: bool = False) -> Iterator[Collections]:
    """The collections of the index at the address `place`, and the connection to them for as long as this lasts.

    `new`: there need be none yet.
    """
    server = Server.connect(Address.parse(place), new=new)
    try:
        yield Collections(server)
    finally:
        server.close()


def contents_of(place: str) -> str:
    """Names what the index at the address `place` holds: another text when any document is another."""
    with collections_at(place) as collections:
        collections.open(None, words=False)
        live = sorted(head.live.version for head in all_heads(collections) if head.live is not None)
    return hashlib.sha256("\n".join(live).encode("ascii")).hexdigest()[:12]


def known(collections: Collections, embedder: Embedder) -> tuple[ChunkConfig, dict[str, str]]:
    """How documents are split, and the sha256 of those that are whole, by id. See `Index.known`."""
    manifest, _ = collections.open(embedder, words=False)
    return manifest.chunk_config, {head.id: head.sha256 for head in all_heads(collections)}


def open_archive(place: str, embedder: Embedder, *, words: bool) -> Archive:
    """The index at the address `place`, to be searched by `words` too. Raises what `Index.open` raises."""
    server = Server.connect(Address.parse(place))
    try:
        collections = Collections(server)
        manifest, store = collections.open(embedder, words=words)
        for name in (collections.chunks, collections.texts, collections.documents):
            server.count(name)  # waits for all that was written before, so that questions find it
    except BaseException:
        server.close()
        raise
    return Archive(collections, manifest, store, Bodies(collections))
