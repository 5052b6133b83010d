"""The index: documents in, ranked chunks out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from index.chunking import Budget, pack
from index.config import ChunkConfig, SearchConfig
from index.embedding import Embedder, default_embedder
from index.errors import EmptyDocumentError, LoadError
from index.fusion import reciprocal_rank_fusion
from index.lexical import Bm25
from index.sentences import Span, split_sentences
from index.storage import Stored, open_version, write_version
from index.tokens import count_tokens
from index.types import Chunk, Document, Hit, ScoreParts
from index.vectors import FaissStore

# Texts of similar length share a batch: the more there are to choose from, the less padding.
EMBEDDED_AT_ONCE = 256


class Index:
    """Documents split into chunks, searched by meaning (FAISS) and by words (BM25), the two rankings fused.

    Make one with `Index.build` or `Index.open`; it does not change afterwards.
    """

    def __init__(self, stored: Stored, embedder: Embedder, search: SearchConfig | None = None) -> None:
        self.embedder = embedder
        self._stored = stored
        self._search = search or SearchConfig()
        self._documents = {document.id: document for document in stored.documents}

    @classmethod
    def build(
        cls,
        documents: Iterable[Document],
        *,
        embedder: Embedder | None = None,
        chunks: ChunkConfig | None = None,
        search: SearchConfig | None = None,
        progress: bool = False,
    ) -> Self:
        """Split, embed and index `documents`; `progress` shows a bar on stderr.

        Raises `LoadError` if two have the same id or there is none, `EmptyDocumentError` for one without words.
        """
        embedder = embedder or default_embedder()
        chunks = chunks or ChunkConfig()
        listed = _checked(documents)
        sentences = {document.id: _sentences(document) for document in listed}
        budgets = [Budget(count_tokens, chunks.max_tokens), Budget(embedder.count_tokens, embedder.max_tokens)]
        packed: list[Chunk] = []
        passages: list[str] = []
        for document in listed:
            found = pack(document.id, document.text, sentences[document.id], budgets=budgets, overlap=chunks.overlap)
            packed += found
            passages += [document.text[chunk.start : chunk.end] for chunk in found]
        stored = Stored(
            documents=tuple(listed),
            sentences=sentences,
            chunks=tuple(packed),
            vectors=FaissStore.build(_embed(embedder, passages, progress)),
            lexical=Bm25.build(passages),
            chunk_config=chunks,
        )
        return cls(stored, embedder, search)

    @classmethod
    def open(cls, folder: str | Path, *, embedder: Embedder | None = None, search: SearchConfig | None = None) -> Self:
        """The index saved in `folder`, every file checked against its sha256. Never writes.

        Raises `IndexNotFoundError`, `IndexVersionError`, `IndexCorruptError`, or `EmbedderMismatchError` when
        `embedder` (default: the shipped one) is not the one that built it.
        """
        embedder = embedder or default_embedder()
        return cls(open_version(Path(folder), embedder), embedder, search)

    def save(self, folder: str | Path) -> None:
        """Write the index as the live version of `folder`. Readers of an earlier version are not disturbed."""
        write_version(Path(folder), self._stored, self.embedder)

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents by id, in the order in which they were indexed."""
        return self._documents

    @property
    def chunks(self) -> Sequence[Chunk]:
        return self._stored.chunks

    def text(self, chunk: Chunk) -> str:
        """The chunk's own words."""
        return self._documents[chunk.document_id].text[chunk.start : chunk.end]

    def sentence_at(self, document_id: str, start: int, end: int) -> Span:
        """The half-open span of the sentences that hold the characters `[start, end)`."""
        sentences = self._stored.sentences[document_id]
        first = max(0, bisect_right(sentences, (start, len(self._documents[document_id].text))) - 1)
        last = max(0, bisect_right(sentences, (end - 1, len(self._documents[document_id].text))) - 1)
        return min(start, sentences[first][0]), max(end, sentences[last][1])

    def search(self, query: str, k: int = 5) -> list[Hit]:
        """The `k` best chunks for `query`, best first; `Hit.score` is the reciprocal rank fusion of both searches."""
        return self.search_many([query], k)[0]

    def search_many(self, queries: Sequence[str], k: int = 5) -> list[list[Hit]]:
        """`search` for each of `queries`, with the same result."""
        if k < 1:
            raise ValueError(f"k is {k}; ask for at least one chunk")
        if not queries:
            return []
        depth = max(self._search.depth, k)
        # One by one: in a batch, a vector's last digits depend on its company, and a tie could fall otherwise.
        vectors = np.concatenate([self.embedder.embed([query]) for query in queries])
        dense = self._stored.vectors.search(vectors, depth)
        return [
            self._fuse(found, self._stored.lexical.search(q, depth), k) for q, found in zip(queries, dense, strict=True)
        ]

    def _fuse(self, dense: list[tuple[int, float]], lexical: list[tuple[int, float]], k: int) -> list[Hit]:
        cosine, bm25 = dict(dense), dict(lexical)
        rankings = [[p for p, _ in lexical], [p for p, _ in dense]]
        return [
            Hit(self._stored.chunks[p], score, ScoreParts(cosine.get(p), bm25.get(p), score))
            for p, score in reciprocal_rank_fusion(rankings, self._search.rrf_k)[:k]
        ]


def _checked(documents: Iterable[Document]) -> list[Document]:
    listed = list(documents)
    if not listed:
        raise LoadError("there is no document to index; name at least one file")
    seen: set[str] = set()
    for document in listed:
        if document.id in seen:
            raise LoadError(f"two documents have the id {document.id!r}; ids must differ")
        seen.add(document.id)
    return listed


def _sentences(document: Document) -> list[Span]:
    sentences = split_sentences(document)
    if not sentences:
        raise EmptyDocumentError(f"{document.id!r} holds no sentence to quote; give a document with some words in it")
    return sentences


def _embed(embedder: Embedder, passages: Sequence[str], progress: bool) -> NDArray[np.float32]:
    starts = range(0, len(passages), EMBEDDED_AT_ONCE)
    with tqdm(total=len(passages), desc="embed", unit=" passages", disable=not progress) as bar:
        parts = []
        for first in starts:
            part = passages[first : first + EMBEDDED_AT_ONCE]
            parts.append(embedder.embed(part))
            bar.update(len(part))
    return np.concatenate(parts)
