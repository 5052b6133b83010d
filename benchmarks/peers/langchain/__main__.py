"""LangChain's retrieval before the question-answering pipeline of transformers.

Texts are split and searched as LangChain's tutorial does it. The pipeline reads each passage and may say that it holds
no answer; the surest answer counts, and where no passage has one, the question is declined.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.protocol import FoundSpan, ScoredSpan, Text, serve


class LangChain:
    """See `benchmarks.peers.protocol.Peer`."""

    def open(self, reader: str, embedder: str) -> None:
        from langchain_huggingface import HuggingFaceEmbeddings
        from langchain_text_splitters import RecursiveCharacterTextSplitter
        from transformers import pipelines

        self._splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
        self._embedder = HuggingFaceEmbeddings(model_name=embedder)
        make: Any = pipelines.pipeline  # its types are those of the version at hand, and this needs version 4
        self._reader = make("question-answering", model=reader, tokenizer=reader, device="cpu")

    def index(self, texts: Sequence[Text]) -> int:
        from langchain_core.documents import Document
        from langchain_core.vectorstores import InMemoryVectorStore

        documents = [Document(page_content=text.text, metadata={"name": text.id}) for text in texts]
        passages = self._splitter.split_documents(documents)
        self._store = InMemoryVectorStore(self._embedder)
        self._store.add_documents(passages)
        return len(passages)

    def ask(self, question: str, top_k: int) -> FoundSpan:
        passages = self._search(question, top_k)
        read = [self._reader(question=question, context=text, handle_impossible_answer=True) for _, text in passages]
        answers = [answer for answer in read if answer["answer"].strip()]
        best = max(answers, key=lambda answer: answer["score"])["answer"] if answers else None
        return FoundSpan(best, passages)

    def ask_likeliest(self, question: str, top_k: int) -> ScoredSpan:
        asked = {"question": question, "handle_impossible_answer": True, "top_k": 2}  # two, as "no answer" is one
        read = [self._reader(context=text, **asked) for _, text in self._search(question, top_k)]
        listed = [answer for answers in read for answer in (answers if isinstance(answers, list) else [answers])]
        spans = [answer for answer in listed if answer["answer"].strip()]
        best = max(spans, key=lambda answer: answer["score"], default=None)
        return ScoredSpan(None, 0.0) if best is None else ScoredSpan(best["answer"], float(best["score"]))

    def _search(self, question: str, top_k: int) -> list[tuple[str, str]]:
        found = self._store.similarity_search(question, k=top_k)
        return [(document.metadata["name"], document.page_content) for document in found]

    def save(self, folder: str) -> None:
        Path(folder).mkdir(parents=True, exist_ok=True)
        self._store.dump(str(Path(folder) / "store.json"))


if __name__ == "__main__":
    serve(LangChain())
