"""The index: documents in, ranked chunks out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np

from index.config import ChunkConfig, SearchConfig
from index.copies import NearCopy
from index.embed import Embedder, default_embedder
from index.errors import IndexNotFoundError
from index.opening import open_store
from index.search.filters import matching
from index.split.sentences import Span
from index.store.building import Prepared, build_in_memory
from index.store.changes import Changes, Known, OnError, Options, Prune
from index.store.stored import Corpus
from index.types import Chunk, Document, Hit, MetadataValue


class Index:
    """Documents split into chunks, searched by meaning (FAISS) and by words (BM25), the two rankings fused.

    Make one with `Index.build` or `Index.open`; it does not change afterwards. `Index.update` and `Index.remove`
    change a saved index; an `Index` opened before stays as it is until it is opened again.
    """

    def __init__(self, corpus: Corpus, embedder: Embedder, search: SearchConfig | None = None) -> None:
        self.embedder = embedder
        self._corpus = corpus
        self._searcher = corpus.searcher(embedder, search or SearchConfig())

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

        `split`: the sentences of documents that were split elsewhere, by id. Documents that `before`, an index with the
        same embedder and settings, holds unchanged are taken from it.

        For more than memory holds, and to embed only once, see `Index.update`. Raises `LoadError` if two have the
        same id or there is none, `EmptyDocumentError` for one without words.
        """
        embedder, config = embedder or default_embedder(), chunks or ChunkConfig()
        held = before._corpus if before is not None and before.embedder.id == embedder.id else None
        known = held.stored() if held is not None and held.in_memory and held.chunk_config == config else None
        stored = build_in_memory(documents, embedder, config, before=known, split=split, progress=progress)
        return cls(stored, embedder, search)

    @classmethod
    def open(cls, folder: str | Path, *, embedder: Embedder | None = None, search: SearchConfig | None = None) -> Self:
        """The index saved in `folder`, its files checked against their sha256 (over 256 MB: their sizes). Never writes.

        `folder` may be an address, `milvus://HOST:PORT/COLLECTION` or `milvus+file:PATH`, here and wherever a folder
        is named. An index there that has no words to search opens with a `dense_weight` of 1 alone.

        Texts are read from disk as they are asked for; the version that was opened stays there as long as the
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
        """Bring the index saved in `folder` up to date with `documents`, or make it; a new version only if need be.

        `documents` are taken one by one and not kept in memory. One that is in the index unchanged is passed over;
        of one that changed, only passages that are new are embedded. What is not among `documents` stays, unless
        `prune(id, source)` says that it goes, or `rebuild` starts anew. `chunks`: settings of a new index (those of
        an index stay). `on_error` is told of documents without words, which are left out, in place of an error.
        A crash or an error leaves an index in a folder as it was; one in Milvus has some of the documents, each of them
        whole, and running again adds the others. `dense_only`: a new index in Milvus goes without words.
        Raises `LoadError` if two have the same id, `EmbedderMismatchError`, and `IndexStoreError` if the index is
        damaged, cannot be written, is being written by another process, or has other `chunks`.
        """
        how: Options = {
            "chunks": chunks,
            "prune": prune,
            "rebuild": rebuild,
            "on_error": on_error,
            "progress": progress,
        }
        embedder = embedder or default_embedder()
        return open_store(folder).update(documents, embedder=embedder, dense_only=dense_only, **how)

    @staticmethod
    def known(folder: str | Path, *, embedder: Embedder | None = None) -> Known:
        """What an update of the index saved in `folder` goes by: its chunk settings, its documents' sha256 by id.

        The defaults and no document where there is no index. Raises what `Index.update` raises.
        """
        try:
            return open_store(folder).known(embedder or default_embedder())
        except IndexNotFoundError:
            return Known(ChunkConfig(), {})

    @staticmethod
    def remove(folder: str | Path, ids: Collection[str]) -> Changes:
        """Drop the documents with these ids from the index saved in `folder`; needs no embedder.

        Raises `UnknownDocumentError` if there is none with such an id, and what `Index.update` raises.
        """
        return open_store(folder).remove(ids)

    @staticmethod
    def check(folder: str | Path) -> list[str]:
        """Everything that is wrong with the index saved in `folder`, a line each; every file is read. Never writes.

        Raises `IndexNotFoundError` where there is none.
        """
        return open_store(folder).check()

    @staticmethod
    def near_copies_in(folder: str | Path) -> Sequence[NearCopy]:
        """`near_copies` of the index saved in `folder`; needs no embedder. Raises what `Index.open` raises."""
        return open_store(folder).near_copies()

    @staticmethod
    def near_copies_of(folder: str | Path, document: Document) -> Sequence[NearCopy]:
        """The documents of the index saved in `folder` that say nearly what `document` says, best first, but itself.

        Needs no embedder. Raises what `Index.open` raises.
        """
        return open_store(folder).near_copies_of(document)

    def save(self, folder: str | Path) -> None:
        """Write the index as the live version of `folder`. Readers of an earlier version are not disturbed."""
        open_store(folder).save(self._corpus.stored(), self.embedder)

    @property
    def in_memory(self) -> bool:
        """Whether it is held by this process, and not by servers."""
        return self._corpus.in_memory

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents by id, in the order in which they were indexed."""
        return self._corpus.documents

    @property
    def chunks(self) -> Sequence[Chunk]:
        """All chunks, in the order of their documents."""
        return self._corpus.chunks

    @property
    def vocabulary(self) -> Mapping[str, int]:
        """The stems of all chunks with the number of chunks that hold each; empty where servers hold the words."""
        return self._corpus.stored().lexical.vocabulary if self._corpus.in_memory else {}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What each document is called, by id: its path, and the title and date that it states; empty on servers."""
        entries = self._corpus.stored().catalogue if self._corpus.in_memory else ()
        return {entry.id: " ".join([entry.id, *_stated(entry.metadata)]) for entry in entries}

    @property
    def near_copies(self) -> Sequence[NearCopy]:
        """Documents that say nearly what others say, under other names; none where servers hold the documents."""
        return self._corpus.stored().near_copies if self._corpus.in_memory else ()

    def alike(self, document_id: str, *, where: Sequence[str] | str = ()) -> Sequence[str]:
        """The ids of the documents that say nearly what this one says, of those that meet the conditions `where`."""
        others = [other for other in self._groups.get(document_id, ()) if other != document_id]
        if not others or not where:
            return others
        met = matching(self._corpus.stored().catalogue, where)
        return [other for other in others if met[self._positions[other]]]

    @cached_property
    def _groups(self) -> Mapping[str, list[str]]:
        """Each document that has near copies, or is one, with all of them and itself."""
        groups: dict[str, list[str]] = {}
        for copy in self.near_copies:
            groups[copy.id] = groups.setdefault(copy.of, [copy.of])
            groups[copy.id].append(copy.id)
        return groups

    def chunks_of(self, document_id: str) -> Sequence[Chunk]:
        """The chunks of a document that this process holds, in order."""
        i = self._positions[document_id]
        first = self._corpus.stored().first_chunk
        return self._corpus.chunks[int(first[i]) : int(first[i + 1])]

    @cached_property
    def _positions(self) -> Mapping[str, int]:
        """Where each document stands among all."""
        return {entry.id: i for i, entry in enumerate(self._corpus.stored().catalogue)}

    def text(self, chunk: Chunk) -> str:
        """The chunk's own words."""
        return self.documents[chunk.document_id].text[chunk.start : chunk.end]

    def readable(self, chunk: Chunk) -> str:
        """The chunk's own words as a model reads them: `text`, with spaces for what no sentence holds."""
        return self.documents[chunk.document_id].readable(chunk.start, chunk.end)

    def sentence_at(self, document_id: str, start: int, end: int) -> Span:
        """The half-open span of the sentences that hold the characters `[start, end)`."""
        sentences = self._corpus.sentences[document_id]
        first, last = np.searchsorted(sentences[:, 0], (start, end - 1), side="right").clip(1) - 1
        return min(start, int(sentences[first, 0])), max(end, int(sentences[last, 1]))

    def sentences(self, document_id: str) -> list[Span]:
        """The half-open spans of the document's sentences, in order."""
        return [(int(start), int(end)) for start, end in self._corpus.sentences[document_id]]

    def sentences_within(self, chunk: Chunk) -> list[Span]:
        """Those that lie whole in `chunk`; the chunk itself where it is part of a longer sentence."""
        sentences = self._corpus.sentences[chunk.document_id]
        first, after = np.searchsorted(sentences[:, 0], (chunk.start, chunk.end))
        inside = [(int(a), int(b)) for a, b in sentences[first:after] if b <= chunk.end]
        return inside or [(chunk.start, chunk.end)]

    def search(self, query: str, k: int = 5, *, where: Sequence[str] | str = ()) -> list[Hit]:
        """The `k` best chunks for `query`, best first, of documents that meet the conditions `where`.

        `where`: such as "tags=report" (`index.search.filters`); `Hit.parts` says what `Hit.score` is made of.
        """
        return self.search_many([query], k, where=where)[0]

    def search_many(self, queries: Sequence[str], k: int = 5, *, where: Sequence[str] | str = ()) -> list[list[Hit]]:
        """`search` for each of `queries`, with the same result."""
        return self._searcher.search_many(queries, k, where)


def _stated(metadata: Mapping[str, MetadataValue]) -> Iterator[str]:
    for key in ("title", "date"):
        value = metadata.get(key, ())
        yield from (value,) if isinstance(value, str) else value
