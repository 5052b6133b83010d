"""Keeps an index in a folder on this machine."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from pathlib import Path
from typing import Unpack

from index.config import SearchConfig
from index.embed import Embedder
from index.errors import IndexStoreError
from index.near_copies import NearCopy, copies_of, sketch
from index.store.building import Prepared
from index.store.changes import Changes, KnownDocuments, Options
from index.store.folder import open_version, updating
from index.store.folder.checking import check
from index.store.folder.layout import CURRENT, read_current
from index.store.stored import Stored
from index.types import Document


class FolderStore:
    """A `Store` (`index.store.protocol`) of immutable versions, one of which is the live one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, embedder: Embedder, search: SearchConfig) -> Stored:
        """Return the live version, its files verified."""
        return open_version(self._folder, embedder).stored()

    def update(
        self, documents: Iterable[Document | Prepared], *, embedder: Embedder, dense_only: bool, **how: Unpack[Options]
    ) -> Changes:
        """Return a new version, if anything changed."""
        if dense_only:
            raise IndexStoreError(
                f"{str(self._folder)!r} is a folder, which is always searched by words too; leave "
                "dense_only out, and give it when you ask"
            )
        return updating.update(self._folder, documents, embedder=embedder, **how)

    def known(self, embedder: Embedder) -> KnownDocuments:
        """From the live version's catalogue."""
        version = open_version(self._folder, embedder)
        return KnownDocuments(
            version.manifest.chunk_config, {entry.id: entry.sha256 for entry in version.tables.catalogue}
        )

    def remove(self, ids: Collection[str]) -> Changes:
        """Return a new version without the documents with these ids."""
        return updating.remove(self._folder, ids)

    def check(self) -> list[str]:
        """Reads every file."""
        return check(self._folder)

    def near_copies(self) -> Sequence[NearCopy]:
        """Return those of the live version."""
        return open_version(self._folder, None).stored().near_copies

    def near_copies_of(self, document: Document) -> Sequence[NearCopy]:
        """Return those of the live version, by the sketches that it keeps."""
        version = open_version(self._folder, None)
        sketches = version.sketches()
        known = ((entry, sketches.find(entry.sha256)) for entry in version.tables.catalogue)
        others = [(entry.id, own) for entry, own in known if own is not None and entry.source != document.source]
        return copies_of(document.id, sketch(document.text), others)

    def save(self, stored: Stored, embedder: Embedder) -> None:
        """`stored` as a new version."""
        updating.save(self._folder, stored, embedder)

    def contents(self) -> str:
        """Return what `CURRENT` says: the live version and the sha256 of its manifest."""
        read_current(self._folder)
        return (self._folder / CURRENT).read_text(encoding="utf-8").strip()

    def state(self) -> Hashable:
        """Return the folder, and what `CURRENT` says since when."""
        current = self._folder / CURRENT
        read_current(self._folder)
        return (str(self._folder.resolve()), current.read_text(encoding="utf-8"), current.stat().st_mtime_ns)
