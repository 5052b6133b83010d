"""Turns Documents into sentences, passages and vectors, a block at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, replace
from types import TracebackType
from typing import NamedTuple, Self

import numpy as np
from tqdm import tqdm

from index.config import ChunkConfig
from index.embed import Embedder
from index.errors import EmptyDocumentError, LoadError
from index.near_copies import Sketch, near_copies, sketch
from index.search.lexical import Bm25
from index.search.vectors import Ids, Vectors, build_store
from index.split.chunking import Budget, count_tokens, pack
from index.split.passages import embedded_text, lexical_text
from index.split.sentences import split_sentences
from index.store.changes import Arrivals
from index.store.stored import Entry, SpanArray, Stored
from index.types import Chunk, Document

# Texts of similar length share a batch: the more there are to choose from, the less padding.
EMBEDDED_AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class SplitDocument:
    """A document, its sentences (n, 2), its chunks, and what the embedder reads for each of them."""

    document: Document
    sentences: SpanArray
    chunks: Sequence[Chunk]
    passages: Sequence[str]

    def rows(self, ids: Iterable[int]) -> SpanArray:
        """Return (n, 3): the chunks with the ids of their vectors."""
        rows = [(c.start, c.end, i) for c, i in zip(self.chunks, ids, strict=True)]
        return np.array(rows, dtype=np.int64).reshape(-1, 3)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that was split and embedded elsewhere. `vectors`: (chunks, dimension)."""

    divided: SplitDocument
    vectors: Vectors

    def with_document(self, document: Document) -> Prepared:
        """Return the same of `document`, which has the same text under the same id."""
        return replace(self, divided=replace(self.divided, document=document))


def document_of(source: Document | Prepared) -> Document:
    """Return the document, prepared or not."""
    return source.divided.document if isinstance(source, Prepared) else source


class Splitter:
    """Splits documents into passages that fit `embedder` and the settings."""

    def __init__(self, embedder: Embedder, config: ChunkConfig) -> None:
        self._budgets = [Budget(count_tokens, config.max_tokens), Budget(embedder.count_tokens, embedder.max_tokens)]
        self._overlap = config.overlap

    def divide(self, document: Document, sentences: Sequence[tuple[int, int]] | None = None) -> SplitDocument:
        """Divide it; `sentences`: its own, where they are known. Raises `EmptyDocumentError` where there is none."""
        sentences = split_sentences(document) if sentences is None else sentences
        if not sentences:
            raise EmptyDocumentError(
                f"{document.id!r} holds no sentence to quote; give a document with some words in it"
            )
        chunks = pack(document.id, document.text, sentences, budgets=self._budgets, overlap=self._overlap)
        passages = [embedded_text(document, chunk) for chunk in chunks]
        return SplitDocument(document, np.array(sentences, dtype=np.int64), chunks, passages)


class Embedding:
    """Gives every passage the id of its vector at once, and embeds the passages block by block into `sink`.

    With `total` documents known, the bar on stderr shows the time left.
    """

    def __init__(
        self,
        embedder: Embedder,
        sink: Callable[[Ids, Vectors], None],
        *,
        next_id: int = 0,
        total: int | None = None,
        progress: bool = False,
    ) -> None:
        self.next_id = next_id
        self.embedded = 0
        self._embedder = embedder
        self._sink = sink
        self._waiting: list[tuple[int, str]] = []
        self._documents, self._total = 0, total
        self._bar = tqdm(desc="embed", unit=" passages", disable=not progress)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if kind is None:
            self._embed(1)
            self._bar.total = self._bar.n
        self._bar.close()

    def add(self, passages: Sequence[str], known: dict[str, list[int]] | None = None) -> list[int]:
        """Return the ids of the vectors of a document's `passages`, one each.

        `known`: passages that have vectors, and the ids of these, which are taken out of it.
        """
        first = self.next_id
        ids = self._ids(passages, known or {})
        self._waiting += [(i, passage) for i, passage in zip(ids, passages, strict=True) if i >= first]
        self.counted()
        self._embed(EMBEDDED_AT_ONCE)
        return ids

    def take(self, passages: Sequence[str], vectors: Vectors, known: dict[str, list[int]] | None = None) -> list[int]:
        """Return the ids that `add` would give, for `vectors` that were computed elsewhere."""
        first = self.next_id
        ids = self._ids(passages, known or {})
        new = [row for row, i in enumerate(ids) if i >= first]
        self._sink(np.array([ids[row] for row in new], dtype=np.int64), vectors[new])
        self.embedded += len(new)
        self._bar.update(len(new))
        self.counted()
        return ids

    def reserve(self, count: int) -> Ids:
        """Return the ids of `count` vectors that are known already, for a document that needs no embedding."""
        ids = np.arange(self.next_id, self.next_id + count, dtype=np.int64)
        self.next_id += count
        self.counted()
        return ids

    def _ids(self, passages: Sequence[str], known: dict[str, list[int]]) -> list[int]:
        """Return an id each: one of `known`, or the next one."""
        ids = []
        for passage in passages:
            if known.get(passage):
                ids.append(known[passage].pop(0))
            else:
                ids.append(self.next_id)
                self.next_id += 1
        return ids

    def counted(self) -> None:
        """Count one more document as done, embedded or not: the time left is estimated from those before it."""
        self._documents += 1
        if self._total is not None:
            passages = self.embedded + len(self._waiting)
            self._bar.total = round(passages * max(self._total / self._documents, 1))

    def _embed(self, least: int) -> None:
        while len(self._waiting) >= least:
            block, self._waiting = self._waiting[:EMBEDDED_AT_ONCE], self._waiting[EMBEDDED_AT_ONCE:]
            ids = np.array([i for i, _ in block], dtype=np.int64)
            self._sink(ids, self._embedder.embed([passage for _, passage in block]))
            self.embedded += len(block)
            self._bar.update(len(block))


class Reused(NamedTuple):
    """What an index in memory holds of a document."""

    sentences: SpanArray
    chunks: Sequence[Chunk]
    vectors: Vectors
    sketch: Sketch


def _reused(before: Stored | None, document: Document, config: ChunkConfig) -> Reused | None:
    """Return what `before` holds of `document`, if it stands there with the same text and segments, divided alike."""
    if before is None or before.chunk_config != config or (i := before.positions.get(document.id)) is None:
        return None
    same = before.documents[document.id]
    if (same.sha256, same.segments) != (document.sha256, document.segments):
        return None
    first, last = before.first_chunk[i : i + 2]
    vectors = before.vectors.vectors(before.ids[first:last])
    known = before.sketches[i] if before.sketches else sketch(document.text)
    return Reused(before.sentences_of(document.id), before.chunks[first:last], vectors, known)


def build_in_memory(
    documents: Iterable[Document],
    embedder: Embedder,
    config: ChunkConfig,
    *,
    before: Stored | None = None,
    split: Mapping[str, Sequence[tuple[int, int]]] | None = None,
    progress: bool,
) -> Stored:
    """Build the contents of an index in memory. Documents that `before` holds unchanged are not embedded again.

    `split`: the sentences of documents, by id, where they are known. Raises `LoadError` if two have the same id or
    there is none, `EmptyDocumentError` for one without a sentence.
    """
    kept: dict[str, Document] = {}
    sentences: dict[str, SpanArray] = {}
    chunks, first_chunk = list[Chunk](), [0]
    blocks: list[tuple[Ids, Vectors]] = []
    sketches: list[Sketch] = []
    divider, arrivals = Splitter(embedder, config), Arrivals()
    total = len(documents) if isinstance(documents, Sized) else None
    with Embedding(embedder, lambda *block: blocks.append(block), total=total, progress=progress) as embedding:
        for document in documents:
            arrivals.add(document)
            part = _reused(before, document, config) or divider.divide(document, (split or {}).get(document.id))
            sentences[document.id] = part.sentences
            chunks += part.chunks
            if isinstance(part, Reused):
                blocks.append((embedding.reserve(len(part.chunks)), part.vectors))
                sketches.append(part.sketch)
            else:
                embedding.add(part.passages)
                sketches.append(sketch(document.text))
            kept[document.id] = document
            first_chunk.append(len(chunks))
    if not kept:
        raise LoadError("there is no document to index; name at least one file")
    return Stored(
        documents=kept,
        catalogue=[Entry.of(document) for document in kept.values()],
        sentences_of=sentences.__getitem__,
        chunks=chunks,
        first_chunk=np.array(first_chunk, dtype=np.int64),
        ids=np.arange(len(chunks), dtype=np.int64),
        vectors=build_store(embedder.dimension, blocks, len(chunks)),
        lexical=Bm25.build(lexical_text(kept[chunk.document_id], chunk) for chunk in chunks),
        chunk_config=config,
        near_copies=near_copies(list(kept), sketches),
        sketches=sketches,
    )


def prepared(stored: Stored) -> Iterator[Prepared]:
    """Yield the documents of `stored`, with their chunks and vectors as they are."""
    ends = stored.first_chunk.tolist()
    for document, first, last in zip(stored.documents.values(), ends, ends[1:], strict=False):
        chunks = stored.chunks[first:last]
        passages = [embedded_text(document, chunk) for chunk in chunks]
        divided = SplitDocument(document, stored.sentences_of(document.id), chunks, passages)
        yield Prepared(divided, stored.vectors.vectors(stored.ids[first:last]))


def known_passages(passages: Iterable[str], ids: Iterable[int]) -> dict[str, list[int]]:
    """Return the ids of the vectors of `passages`, by passage; a passage that stands twice has two."""
    known: dict[str, list[int]] = defaultdict(list)
    for passage, i in zip(passages, ids, strict=True):
        known[passage].append(i)
    return dict(known)
