"""Keeps an index in the collections of Milvus."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Unpack

from index.config import SearchConfig
from index.embed import Embedder
from index.errors import IndexStoreError
from index.milvus import updating
from index.milvus.address import Address
from index.milvus.archive import Archive
from index.milvus.bodies import Bodies
from index.milvus.checking import check
from index.milvus.document_records import all_records
from index.milvus.engine import Server
from index.milvus.layout import Collections
from index.milvus.near_copies import MOST_DOCUMENTS, Copies, decoded_sketch
from index.near_copies import NearCopy, copies_of, sketch
from index.store.building import Prepared, prepared
from index.store.changes import Changes, KnownDocuments, Options
from index.store.stored import Stored
from index.types import Document


class CollectionStore:
    """A `Store` (`index.store.protocol`) at the address `place`. Each call connects; an open index stays connected."""

    def __init__(self, place: str) -> None:
        self._place = place

    def open(self, embedder: Embedder, search: SearchConfig) -> Archive:
        """Return the index, checked to have words unless `search` gives them no weight."""
        server = Server.connect(Address.parse(self._place))
        try:
            collections = Collections(server)
            _, store = collections.open(embedder, words=search.dense_weight < 1)
            for name in (collections.chunks, collections.texts, collections.documents):
                server.count(name)  # waits for all earlier writes, so that searches see them
        except BaseException:
            server.close()
            raise
        return Archive(collections, store, Bodies(collections), Copies(collections))

    def update(
        self, documents: Iterable[Document | Prepared], *, embedder: Embedder, dense_only: bool, **how: Unpack[Options]
    ) -> Changes:
        """Update document by document. `dense_only`: build a new index without words."""
        with collections_at(self._place, new=True) as collections:
            return updating.update(collections, documents, embedder=embedder, dense_only=dense_only, **how)

    def known(self, embedder: Embedder) -> KnownDocuments:
        """Return the chunk settings, and the sha256 of the live documents by id."""
        with collections_at(self._place) as collections:
            manifest, _ = collections.open(embedder, words=False)
            known = {record.id: record.sha256 for record in all_records(collections)}
            return KnownDocuments(manifest.chunk_config, known)

    def remove(self, ids: Collection[str]) -> Changes:
        """Remove the documents with these ids, one by one."""
        with collections_at(self._place) as collections:
            return updating.remove(collections, ids)

    def check(self) -> list[str]:
        """Return the problems of all rows, a line each."""
        with collections_at(self._place) as collections:
            return check(collections)

    def near_copies(self) -> Sequence[NearCopy]:
        """Return the near copies that the last update found. Raises `IndexStoreError` if none has looked for them."""
        with collections_at(self._place, checked=True) as collections:
            copies = Copies(collections).find()
        if copies is None:
            raise IndexStoreError(
                f"near copies in {self._place!r} are not known; `pincite index PATH --out {self._place}` finds them, "
                f"among {MOST_DOCUMENTS:,} documents at most"
            )
        return copies

    def near_copies_of(self, document: Document) -> Sequence[NearCopy]:
        """Return the near copies of `document` among the documents that have a sketch."""
        with collections_at(self._place, checked=True) as collections:
            records = [record for record in all_records(collections) if record.source != document.source]
        return copies_of(document.id, sketch(document.text), [(r.id, decoded_sketch(r)) for r in records if r.sketch])

    def save(self, stored: Stored, embedder: Embedder) -> None:
        """Replace the index with `stored`."""
        with collections_at(self._place, new=True) as collections:
            updating.update(collections, prepared(stored), embedder=embedder, chunks=stored.chunk_config, rebuild=True)

    def contents(self) -> str:
        """Return a digest of the live versions of all documents."""
        with collections_at(self._place, checked=True) as collections:
            live = sorted(record.live.version for record in all_records(collections) if record.live is not None)
        return hashlib.sha256("\n".join(live).encode("ascii")).hexdigest()[:12]

    def state(self) -> Hashable:
        """Return the address alone, as an open index follows every update."""
        return self._place


@contextmanager
def collections_at(place: str, *, new: bool = False, checked: bool = False) -> Iterator[Collections]:
    """Yield the collections of the index at the address `place`; the connection closes after the `with`.

    `new`: the index need not exist yet. `checked`: the index is opened and checked, whichever embedder built it.
    """
    server = Server.connect(Address.parse(place), new=new)
    try:
        collections = Collections(server)
        if checked:
            collections.open(None, words=False)
        yield collections
    finally:
        server.close()
