"""Haystack's extractive pipeline, as its tutorial builds it, with the settings that its components have by default."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.protocol import FoundSpan, ScoredSpan, Text, serve


class Haystack:
    """See `benchmarks.peers.protocol.Peer`."""

    def open(self, reader: str, embedder: str) -> None:
        from haystack import Pipeline
        from haystack.components.preprocessors import DocumentSplitter
        from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
            SentenceTransformersTextEmbedder,
        )
        from haystack_integrations.components.readers.transformers import TransformersExtractiveReader

        self._splitter = DocumentSplitter()
        self._embedder = SentenceTransformersDocumentEmbedder(model=embedder, progress_bar=False)
        self._store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        self._pipeline = Pipeline()
        questions = SentenceTransformersTextEmbedder(model=embedder, progress_bar=False)
        self._pipeline.add_component("embedder", questions)
        self._pipeline.add_component("retriever", InMemoryEmbeddingRetriever(document_store=self._store))
        self._pipeline.add_component("reader", TransformersExtractiveReader(model=reader))
        self._pipeline.connect("embedder.embedding", "retriever.query_embedding")
        self._pipeline.connect("retriever.documents", "reader.documents")
        self._pipeline.warm_up()
        self._embedder.warm_up()

    def index(self, texts: Sequence[Text]) -> int:
        from haystack import Document

        documents = [Document(content=text.text, meta={"name": text.id}) for text in texts]
        passages = self._splitter.run(documents=documents)["documents"]
        self._store.delete_all_documents()
        self._store.write_documents(self._embedder.run(documents=passages)["documents"])
        return len(passages)

    def ask(self, question: str, top_k: int) -> FoundSpan:
        done = self._run(question, top_k)
        passages = [(found.meta["name"], found.content) for found in done["retriever"]["documents"]]
        return FoundSpan(done["reader"]["answers"][0].data, passages)

    def ask_likeliest(self, question: str, top_k: int) -> ScoredSpan:
        answers = [answer for answer in self._run(question, top_k)["reader"]["answers"] if answer.data]
        best = max(answers, key=lambda answer: answer.score, default=None)
        return ScoredSpan(None, 0.0) if best is None else ScoredSpan(best.data, best.score)

    def _run(self, question: str, top_k: int) -> dict[str, Any]:
        inputs = {"embedder": {"text": question}, "retriever": {"top_k": top_k}, "reader": {"query": question}}
        done: dict[str, Any] = self._pipeline.run(inputs, include_outputs_from={"retriever"})
        return done

    def save(self, folder: str) -> None:
        Path(folder).mkdir(parents=True, exist_ok=True)
        self._store.save_to_disk(str(Path(folder) / "store.json"))


if __name__ == "__main__":
    serve(Haystack())
