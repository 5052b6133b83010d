"""Does the first half of an update: splits and embeds what is new or changed, into a scratch folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from index.embed import Embedder
from index.errors import EmptyDocumentError
from index.split.passages import embedded_text
from index.store.building import Embedding, Prepared, Splitter, document_of, known_passages
from index.store.changes import Arrivals, OnError, refuse_namesake
from index.store.folder.reading import OpenVersion
from index.store.folder.tables import Record, Tables, TableWriter
from index.store.folder.writing import NewVersion, VectorSpool
from index.store.stored import SpanArray
from index.types import Chunk, Document

NO_ROWS: SpanArray = np.empty((0, 3), dtype=np.int64)


class Stage:
    """Documents that are new or changed, divided and embedded into the scratch folder of a version as they come."""

    def __init__(
        self, version: NewVersion, before: OpenVersion | None, divider: Splitter, on_error: OnError | None
    ) -> None:
        self.vectors: VectorSpool
        self._version = version
        self._before = before
        self._divider = divider
        self._on_error = on_error
        self.arrivals = Arrivals()

    @contextmanager
    def embedding(self, embedder: Embedder, *, total: int | None, progress: bool) -> Iterator[Embedding]:
        """Embed at its end all documents that are added inside."""
        next_id = self._before.manifest.next_id if self._before else 0
        self.vectors = VectorSpool(self._version.scratch / "vectors.f32", embedder.dimension)
        with (
            TableWriter(self._version.scratch) as self._tables,
            self.vectors,
            Embedding(embedder, self.vectors.add, next_id=next_id, total=total, progress=progress) as self._embedding,
        ):
            yield self._embedding

    def add(self, source: Document | Prepared) -> None:
        """Raise `LoadError` if its id came before; `EmptyDocumentError` goes to `on_error` if there is one."""
        document = document_of(source)
        self.arrivals.add(document)
        if self._is_as_before(document):
            self._embedding.counted()
            return
        try:
            divided = source.divided if isinstance(source, Prepared) else self._divider.divide(document)
        except EmptyDocumentError as error:
            if self._on_error is None:
                raise
            self._on_error(document, error)
            return
        known = self._known(document.id)
        if isinstance(source, Prepared):
            ids = self._embedding.take(divided.passages, source.vectors, known)
        else:
            ids = self._embedding.add(divided.passages, known)
        self._tables.add(Record.of(document, divided.sentences, divided.rows(ids)))

    def _is_as_before(self, document: Document) -> bool:
        """Raise `LoadError` if it would replace a file of the same name in another folder."""
        before = self._before_at(document.id)
        if before is None:
            return False
        tables, i = before
        refuse_namesake(document, tables.catalogue[i].source)
        return Record.of(document, NO_ROWS, NO_ROWS).same_document(tables.record(i))

    def _known(self, document_id: str) -> dict[str, list[int]]:
        """Return what was embedded of the document before it changed."""
        before = self._before_at(document_id)
        if before is None:
            return {}
        tables, i = before
        document, rows = tables.document(i), tables.chunks_of(i).tolist()
        passages = [embedded_text(document, Chunk(document_id, start, end)) for start, end, _ in rows]
        return known_passages(passages, [vector for _, _, vector in rows])

    def _before_at(self, document_id: str) -> tuple[Tables, int] | None:
        """Return where the version before holds the document, None where it does not."""
        if self._before is None or document_id not in self._before.tables.ordinal:
            return None
        return self._before.tables, self._before.tables.ordinal[document_id]
