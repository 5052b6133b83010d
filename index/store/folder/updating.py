"""Builds and updates saved indexes: what did not change is neither split nor embedded again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence, Sized
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np

from index.config import ChunkConfig
from index.embed import Embedder
from index.errors import IndexNotFoundError, LoadError, UnknownDocumentError
from index.load.finding import holders
from index.near_copies import NearCopy
from index.search.lexical import Bm25
from index.search.vectors import build_store, refit
from index.split.passages import lexical_text
from index.store.build_info import BuildInfo
from index.store.building import Prepared, Splitter
from index.store.changes import Changes, OnError, Prune, unknown_document
from index.store.folder.layout import VECTORS
from index.store.folder.near_copies import kept_copies, write_copies
from index.store.folder.reading import OpenVersion, open_version
from index.store.folder.staging import Stage
from index.store.folder.tables import Tables, TableWriter
from index.store.folder.writing import NewVersion, VectorSpool, new_version, sole_access
from index.store.stored import Entry, SpanArray
from index.types import Chunk, Document


def update(
    folder: Path,
    documents: Iterable[Document | Prepared],
    *,
    embedder: Embedder,
    chunks: ChunkConfig | None = None,
    prune: Prune | None = None,
    rebuild: bool = False,
    on_error: OnError | None = None,
    progress: bool = False,
) -> Changes:
    """Bring the index in `folder` up to date with `documents`, or make it. See `Index.update`."""
    total = len(documents) if isinstance(documents, Sized) else None
    with _not_ours(documents) as sources, sole_access(folder):
        before = None if rebuild else _before(folder, embedder)
        if before is not None:
            before.manifest.refuse_other_chunks(str(folder), chunks)
        config = before.manifest.chunk_config if before else chunks or ChunkConfig()
        with new_version(folder, before) as version:
            stage = Stage(version, before, Splitter(embedder, config), on_error)
            with stage.embedding(embedder, total=total, progress=progress) as embedding:
                for document in sources:
                    stage.add(document)
            staged = Tables(version.scratch)
            rows, removed = _ordered(before, staged, lambda e: stage.arrivals.drop(e.id, e.source, prune))
            if before is None or len(staged) or removed:
                build_info = BuildInfo.now(embedder, config)
                count, copies = _finish(version, before, rows, stage.vectors, build_info, embedding.next_id)
            else:
                count, copies = before.manifest.chunks, kept_copies(before.path)
            added, changed = _added_and_changed(before, staged)
            reused = len(rows) - len(staged)
            return Changes(added, changed, removed, reused, embedding.embedded, count, before is None, copies)


def remove(folder: Path, ids: Collection[str]) -> Changes:
    """Drop the documents with these ids from the index in `folder`, and what is attached. See `Index.remove`."""
    open_version(folder, None)  # an index, before its folder is written to
    with sole_access(folder):
        before = open_version(folder, None, everything=True)
        for document_id in ids:
            if document_id not in before.tables.ordinal:
                raise UnknownDocumentError(unknown_document(str(folder), document_id, before.tables.ordinal))
        gone = set(ids)
        sources = {entry.source for entry in before.tables.catalogue if entry.id in gone}
        rows, removed = _ordered(
            before, None, lambda entry: entry.id in gone or not sources.isdisjoint(holders(entry.source))
        )
        count, copies = before.manifest.chunks, kept_copies(before.path)
        if removed:
            with new_version(folder, before) as version:
                count, copies = _finish(version, before, rows, None, before.manifest, before.manifest.next_id)
        return Changes((), (), removed, len(rows), 0, count, near_copies=copies)


class TablePosition(NamedTuple):
    """A document's place in the tables that hold it."""

    tables: Tables
    i: int


def _before(folder: Path, embedder: Embedder) -> OpenVersion | None:
    """Return the live version, every file of it verified, as some of them are copied; None where there is no index."""
    try:
        return open_version(folder, embedder, everything=True)
    except IndexNotFoundError:
        return None


def _ordered(
    before: OpenVersion | None, staged: Tables | None, goes: Callable[[Entry], bool]
) -> tuple[list[TablePosition], tuple[str, ...]]:
    """Return the documents of the new version, changed ones in their old place, new ones last; and the removed ids."""
    rows: list[TablePosition] = []
    removed: list[str] = []
    fresh = dict(staged.ordinal) if staged is not None else {}
    for i, entry in enumerate(before.tables.catalogue if before else ()):
        if staged is not None and entry.id in fresh:
            rows.append(TablePosition(staged, fresh.pop(entry.id)))
        elif before is not None and not goes(entry):
            rows.append(TablePosition(before.tables, i))
        else:
            removed.append(entry.id)
    if staged is not None:
        rows += [TablePosition(staged, i) for i in fresh.values()]
    return rows, tuple(removed)


def _added_and_changed(before: OpenVersion | None, staged: Tables) -> tuple[tuple[str, ...], tuple[str, ...]]:
    known = before.tables.ordinal if before else {}
    return tuple(i for i in staged.ordinal if i not in known), tuple(i for i in staged.ordinal if i in known)


def _finish(
    version: NewVersion,
    before: OpenVersion | None,
    rows: Sequence[TablePosition],
    new: VectorSpool | None,
    made: BuildInfo,
    next_id: int,
) -> tuple[int, tuple[NearCopy, ...]]:
    """Write the documents in `rows`, their vectors and words, and make the version live. Its chunks and near copies."""
    if not rows:
        raise LoadError(
            "there is no document to index; name at least one file"
            if before is None
            else f"that would leave no document in {str(before.folder)!r}; delete the folder to delete the index"
        )
    with TableWriter(version.path) as writer:
        for row in rows:
            writer.add(row.tables.record(row.i))
    tables = Tables(version.path)
    copies = write_copies(version.path, tables, before.sketches() if before is not None else None)
    if before is None:
        assert new is not None
        version.save_vectors(build_store(made.dimension, new.blocks(), len(new)))
    else:
        _update_vectors(version, before, tables.chunks[:, 2], new)
    version.save_lexical(Bm25.build(_words(tables)))
    version.publish(made, next_id, writer)
    return writer.chunks, copies


def _update_vectors(version: NewVersion, before: OpenVersion, ids: SpanArray, new: VectorSpool | None) -> None:
    gone = np.setdiff1d(before.tables.chunks[:, 2], ids)
    if not len(gone) and not new:
        version.share(VECTORS)
        return
    store = before.vectors()
    store.delete(gone)
    for block in new.blocks() if new is not None else ():
        store.upsert(*block)
    version.save_vectors(refit(store))


def _words(tables: Tables) -> Iterator[str]:
    for i in range(len(tables)):
        document = tables.document(i)
        for start, end, _ in tables.chunks_of(i).tolist():
            yield lexical_text(document, Chunk(document.id, start, end))


class _SourceError(Exception):
    """An `OSError` of the documents' source on its way past `sole_access`, which would take it for its own."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.error = error


@contextmanager
def _not_ours(documents: Iterable[Document | Prepared]) -> Iterator[Iterator[Document | Prepared]]:
    """Yield `documents`, such that an `OSError` raised by them leaves the `with` as it is."""

    def guarded() -> Iterator[Document | Prepared]:
        try:
            yield from documents
        except OSError as error:
            raise _SourceError(error) from error

    try:
        yield guarded()
    except _SourceError as passing:
        raise passing.error from None
