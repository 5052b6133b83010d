"""The index: documents in, ranked passages out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np

from index.config import ChunkConfig, SearchConfig
from index.embed import Embedder, default_embedder
from index.errors import IndexNotFoundError, IndexStoreError
from index.near_copies import NearCopy, grouped_copies
from index.opening import open_store
from index.split.sentences import Span
from index.store.building import Prepared, build_in_memory
from index.store.changes import Changes, KnownDocuments, OnError, Options, Prune
from index.store.stored import Corpus
from index.types import Chunk, Document, Hit, MetadataValue


class Index:
    """Documents split into passages, searched by meaning (FAISS) and by words (BM25), with the two rankings fused.

    Make one with `Index.build` or `Index.open`; it does not change afterwards. `Index.update` and `Index.remove`
    change a saved index; an `Index` opened before stays as it is until it is opened again.
    """

    def __init__(self, corpus: Corpus, embedder: Embedder, search: SearchConfig | None = None) -> None:
        self.embedder = embedder
        self._corpus = corpus
        self._searcher = corpus.searcher(embedder, search or SearchConfig())
        self._grouped: tuple[Sequence[NearCopy], Mapping[str, list[str]]] = ((), {})

    @classmethod
    def build(
        cls,
        documents: Iterable[Document],
        *,
        embedder: Embedder | None = None,
        chunks: ChunkConfig | None = None,
        search: SearchConfig | None = None,
        before: Self | None = None,
        split: Mapping[str, Sequence[tuple[int, int]]] | None = None,
        progress: bool = False,
    ) -> Self:
        """Split, embed and index `documents` in memory; `progress` shows a bar on stderr.

        `split`: the sentences of documents that are split already, by id. `before`: an index with the same embedder
        and settings, from which unchanged documents are taken instead of being embedded again.

        To index more than fits in memory, or to embed only once, see `Index.update`. Raises `LoadError` if two
        documents have the same id or there is no document, `EmptyDocumentError` for a document without words.
        """
        embedder, config = embedder or default_embedder(), chunks or ChunkConfig()
        reusable = before._corpus if before is not None and before.embedder.id == embedder.id else None
        previous = reusable.stored() if reusable is not None else None
        stored = build_in_memory(documents, embedder, config, before=previous, split=split, progress=progress)
        return cls(stored, embedder, search)

    @classmethod
    def open(cls, folder: str | Path, *, embedder: Embedder | None = None, search: SearchConfig | None = None) -> Self:
        """Open the index saved in `folder`; check its files' sha256 (over 256 MB: their sizes). Never writes.

        `folder` may also be an address, `milvus://HOST:PORT/COLLECTION` or `milvus+file:PATH`, in this and every other
        method that takes a folder. An index there that was built without words needs a `dense_weight` of 1.

        Texts are read from disk on demand; the version that was opened stays on disk as long as the
        `Index` lives. Raises `IndexNotFoundError`, `IndexVersionError`, `IndexCorruptError`, or
        `EmbedderMismatchError` when `embedder` (default: the shipped one) is not the one that built it.
        """
        embedder, search = embedder or default_embedder(), search or SearchConfig()
        return cls(open_store(folder).open(embedder, search), embedder, search)

    @staticmethod
    def update(
        folder: str | Path,
        documents: Iterable[Document | Prepared],
        *,
        embedder: Embedder | None = None,
        chunks: ChunkConfig | None = None,
        prune: Prune | None = None,
        rebuild: bool = False,
        on_error: OnError | None = None,
        dense_only: bool = False,
        progress: bool = False,
    ) -> Changes:
        """Update the index in `folder` with `documents`, or create it; write a new version only if anything changed.

        `documents` are taken one by one and not kept in memory. Unchanged documents are skipped; of a changed one,
        only new passages are embedded. Documents of the index that are not among `documents` stay, unless
        `prune(id, source)` is true for them, or `rebuild` builds the index anew. `chunks`: settings of a new index
        (an old one keeps its own). `on_error` is called for documents without words, which are left out.
        After a crash or an error, an index in a folder is as it was before; an index in Milvus holds some of the
        documents, each complete, and the next run adds the others. `dense_only`: build a new index in Milvus without
        words. Raises `LoadError` if two documents have the same id, `EmbedderMismatchError`, and `IndexStoreError` if
        the index is damaged, cannot be written, is being written by another process, or has other `chunks`.
        """
        options: Options = {
            "chunks": chunks,
            "prune": prune,
            "rebuild": rebuild,
            "on_error": on_error,
            "progress": progress,
        }
        embedder = embedder or default_embedder()
        return open_store(folder).update(documents, embedder=embedder, dense_only=dense_only, **options)

    @staticmethod
    def known(folder: str | Path, *, embedder: Embedder | None = None) -> KnownDocuments:
        """Return what an update of the index in `folder` compares: chunk settings, and the documents' sha256 by id.

        Without an index, return the default settings and no documents. Raises what `Index.update` raises.
        """
        try:
            return open_store(folder).known(embedder or default_embedder())
        except IndexNotFoundError:
            return KnownDocuments(ChunkConfig(), {})

    @staticmethod
    def remove(folder: str | Path, ids: Collection[str]) -> Changes:
        """Remove the documents with these ids from the index saved in `folder`; needs no embedder.

        Raises `UnknownDocumentError` if no document has one of the ids, and what `Index.update` raises.
        """
        return open_store(folder).remove(ids)

    @staticmethod
    def check(folder: str | Path) -> list[str]:
        """Check every file of the index saved in `folder`; return each problem as a line. Never writes.

        Raises `IndexNotFoundError` if `folder` holds no index.
        """
        return open_store(folder).check()

    @staticmethod
    def near_copies_in(folder: str | Path) -> Sequence[NearCopy]:
        """Return `near_copies` of the index saved in `folder`; needs no embedder. Raises what `Index.open` raises."""
        return open_store(folder).near_copies()

    @staticmethod
    def near_copies_of(folder: str | Path, document: Document) -> Sequence[NearCopy]:
        """Return the documents of the index saved in `folder` that are near copies of `document`, best first.

        `document` itself is left out. Needs no embedder. Raises what `Index.open` raises.
        """
        return open_store(folder).near_copies_of(document)

    def save(self, folder: str | Path) -> None:
        """Write the index as the live version of `folder`. Readers of an earlier version are not disturbed."""
        if (stored := self._corpus.stored()) is None:
            raise IndexStoreError(
                "an index in Milvus stays there; index its sources into a folder with `pincite index`"
            )
        open_store(folder).save(stored, self.embedder)

    @property
    def in_memory(self) -> bool:
        """Whether this process, not a server, holds the index."""
        return self._corpus.stored() is not None

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents by id, in the order in which they were indexed."""
        return self._corpus.documents

    @property
    def chunks(self) -> Sequence[Chunk]:
        """All passages, in the order of their documents."""
        return self._corpus.chunks

    @property
    def vocabulary(self) -> Mapping[str, int]:
        """The stems of all passages, each with its number of passages; empty if servers hold the words."""
        stored = self._corpus.stored()
        return stored.lexical.vocabulary if stored is not None else {}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The names of each document, by id: its path, title and date; empty if servers hold the documents."""
        stored = self._corpus.stored()
        entries = stored.catalogue if stored is not None else ()
        return {entry.id: " ".join([entry.id, *_title_and_date(entry.metadata)]) for entry in entries}

    @property
    def near_copies(self) -> Sequence[NearCopy]:
        """The near copies: documents whose text is nearly that of another document."""
        return self._corpus.near_copies

    def alike(self, document_id: str, *, where: Sequence[str] | str = ()) -> Sequence[str]:
        """Return the ids of the near copies of a document that meet the conditions `where`."""
        copies = self.near_copies
        if copies is not self._grouped[0]:
            self._grouped = (copies, grouped_copies(copies))
        others = [other for other in self._grouped[1].get(document_id, ()) if other != document_id]
        return self._corpus.meeting(others, where or ()) if others else others

    def chunks_of(self, document_id: str) -> Sequence[Chunk]:
        """Return the passages of a document, in order."""
        return self._corpus.chunks_of(document_id)

    def text(self, chunk: Chunk) -> str:
        """Return the passage's own words."""
        return self.documents[chunk.document_id].text[chunk.start : chunk.end]

    def readable(self, chunk: Chunk) -> str:
        """Return the passage's words as a model reads them: `text`, with spaces in place of hidden characters."""
        return self.documents[chunk.document_id].readable(chunk.start, chunk.end)

    def sentence_at(self, document_id: str, start: int, end: int) -> Span:
        """Return the half-open span of the sentences that contain the characters `[start, end)`."""
        sentences = self._corpus.sentences_of(document_id)
        first, last = np.searchsorted(sentences[:, 0], (start, end - 1), side="right").clip(1) - 1
        return min(start, int(sentences[first, 0])), max(end, int(sentences[last, 1]))

    def sentences(self, document_id: str) -> list[Span]:
        """Return the half-open spans of the document's sentences, in order."""
        return list(map(tuple, self._corpus.sentences_of(document_id).tolist()))

    def sentences_within(self, chunk: Chunk) -> list[Span]:
        """Return the sentences that lie entirely in `chunk`; the chunk itself if it is part of a longer sentence."""
        sentences = self._corpus.sentences_of(chunk.document_id)
        first, after = np.searchsorted(sentences[:, 0], (chunk.start, chunk.end))
        inside = [(start, end) for start, end in sentences[first:after].tolist() if end <= chunk.end]
        return inside or [(chunk.start, chunk.end)]

    def search(self, query: str, k: int = 5, *, where: Sequence[str] | str = ()) -> list[Hit]:
        """Return the `k` best passages for `query`, best first, from documents that meet the conditions `where`.

        `where`: conditions such as "tags=report" (`index.search.filters`). `Hit.parts`: the parts of `Hit.score`.
        """
        return self._searcher.search(query, k, where)

    def search_many(self, queries: Sequence[str], k: int = 5, *, where: Sequence[str] | str = ()) -> list[list[Hit]]:
        """Return the results of `search` for each of `queries`."""
        return [self.search(query, k, where=where) for query in queries]


def _title_and_date(metadata: Mapping[str, MetadataValue]) -> Iterator[str]:
    for key in ("title", "date"):
        value = metadata.get(key, ())
        yield from (value,) if isinstance(value, str) else value
