"""Keeps an index in a folder on this machine, and checks everything in it."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Unpack

import numpy as np

from index.config import SearchConfig
from index.embed import Embedder
from index.errors import IndexNotFoundError, IndexStoreError, PinciteError
from index.near_copies import NearCopy, copies_of, sketch
from index.store.build_info import rebuild_hint
from index.store.building import Prepared, prepared
from index.store.changes import Changes, KnownDocuments, Options
from index.store.folder import updating
from index.store.folder.layout import CHUNKS, CURRENT, SENTENCES, TEXTS, VECTORS, foreign, read_current
from index.store.folder.locking import hold_live
from index.store.folder.manifest import Manifest, problems
from index.store.folder.reading import OpenVersion, open_version
from index.store.stored import SpanArray, Stored
from index.types import Document

VECTORS_AT_ONCE = 4096
# A vector's length is 1 within this; vectors may be kept in half precision.
TOLERANCE = 1e-2


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
        """Return them from the live version's catalogue."""
        version = open_version(self._folder, embedder)
        return KnownDocuments(
            version.manifest.chunk_config, {entry.id: entry.sha256 for entry in version.tables.catalogue}
        )

    def remove(self, ids: Collection[str]) -> Changes:
        """Return a new version without the documents with these ids."""
        return updating.remove(self._folder, ids)

    def check(self) -> list[str]:
        """Read every file. Raises `IndexNotFoundError` where there is no index."""
        folder = self._folder
        errors = [f"{str(folder / name)!r} is not a file of an index; move it elsewhere" for name in foreign(folder)]
        try:
            pointer, held = hold_live(folder)
            manifest = Manifest.decode(held.manifest, folder, pointer)
            broken = list(problems(folder, folder / pointer.name, manifest, everything=True))
            if not broken:
                version = open_version(folder, None)
                version.stored()
                broken = list(_inconsistent(version))
        except IndexNotFoundError:
            raise
        except IndexStoreError as error:
            broken = [str(error)]
        return errors + broken

    def near_copies(self) -> Sequence[NearCopy]:
        """Return the near copies in the live version."""
        return open_version(self._folder, None).stored().near_copies

    def near_copies_of(self, document: Document) -> Sequence[NearCopy]:
        """Return the near copies of `document` in the live version, by the sketches stored there."""
        version = open_version(self._folder, None)
        sketches = version.sketches()
        known = ((entry, sketches.find(entry.sha256)) for entry in version.tables.catalogue)
        others = [(entry.id, own) for entry, own in known if own is not None and entry.source != document.source]
        return copies_of(document.id, sketch(document.text), others)

    def save(self, stored: Stored, embedder: Embedder) -> None:
        """Save `stored` as a new version."""
        updating.update(self._folder, prepared(stored), embedder=embedder, chunks=stored.chunk_config, rebuild=True)

    def contents(self) -> str:
        """Return what `CURRENT` says: the live version and the sha256 of its manifest."""
        read_current(self._folder)
        return (self._folder / CURRENT).read_text(encoding="utf-8").strip()

    def state(self) -> Hashable:
        """Return the folder, and what `CURRENT` says since when."""
        current = self._folder / CURRENT
        read_current(self._folder)
        return (str(self._folder.resolve()), current.read_text(encoding="utf-8"), current.stat().st_mtime_ns)


def _inconsistent(version: OpenVersion) -> Iterator[str]:
    hint = rebuild_hint(version.folder)
    for i, entry in enumerate(version.tables.catalogue):
        try:
            text = version.tables.document(i).text
        except (PinciteError, ValueError, TypeError) as error:
            yield f"{str(version.path / TEXTS)!r}: {error}; {hint}"
            continue
        for name, rows in ((SENTENCES, version.tables.sentences_of(i)), (CHUNKS, version.tables.chunks_of(i))):
            if not _spans_fit(rows, len(text)):
                yield f"{str(version.path / name)!r} has a span outside of the text of {entry.id!r}; {hint}"
    yield from (f"{str(version.path / VECTORS)!r} {what}; {hint}" for what in _bad_vectors(version))


def _spans_fit(rows: SpanArray, length: int) -> bool:
    starts, ends = rows[:, 0], rows[:, 1]
    return bool(len(rows) and (starts >= 0).all() and (starts < ends).all() and (ends <= length).all())


def _bad_vectors(version: OpenVersion) -> Iterator[str]:
    store, ids = version.vectors(), version.tables.chunks[:, 2]
    if len(np.unique(ids)) != len(ids) or (len(ids) and not 0 <= ids.min() <= ids.max() < version.manifest.next_id):
        yield "have ids that are not unique, or out of range"
        return
    for first in range(0, len(ids), VECTORS_AT_ONCE):
        try:
            vectors = store.vectors(np.ascontiguousarray(ids[first : first + VECTORS_AT_ONCE]))
        except KeyError as error:
            yield f"lacks the vector of a chunk: {error}"
            return
        if not (np.abs(np.linalg.norm(vectors, axis=1) - 1) < TOLERANCE).all():
            yield "holds a vector whose length is not 1"
            return
