"""txtai's extractor over its embeddings database: all passages are joined and read as one text.

It takes the likeliest start and the likeliest end, each by itself, and fails where the reader points at "no answer";
that counts as declining, and the failures are counted. Paragraphs are its passages: its own splitter is an extra.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from benchmarks.peers.protocol import FoundSpan, ScoredSpan, Text, serve


class Txtai:
    """See `benchmarks.peers.protocol.Peer`."""

    def open(self, reader: str, embedder: str) -> None:
        from txtai import Embeddings
        from txtai.pipeline import Extractor

        self._embeddings = Embeddings(path=embedder, content=True)
        self._extractor = Extractor(self._search, reader, task="question-answering")

    def index(self, texts: Sequence[Text]) -> int:
        rows = [
            {"name": text.id, "text": paragraph.strip()}
            for text in texts
            for paragraph in re.split(r"\n\s*\n", text.text)
            if paragraph.strip()
        ]
        self._names = {i: row["name"] for i, row in enumerate(rows)}
        self._embeddings.index((i, row["text"], None) for i, row in enumerate(rows))
        return len(rows)

    def ask(self, question: str, top_k: int) -> FoundSpan:
        self._extractor.context = top_k
        self._passages: list[tuple[str, str]] = []
        try:
            answer = self._extractor([(None, question, question, None)])[0][1]
        except TypeError as error:
            return FoundSpan(None, self._passages, f"TypeError: {str(error).partition(chr(10))[0]}")
        return FoundSpan(answer or None, self._passages)

    def ask_likeliest(self, question: str, top_k: int) -> ScoredSpan:
        raise NotImplementedError

    def save(self, folder: str) -> None:
        self._embeddings.save(folder)

    def _search(self, queries: list[str], limit: int) -> Any:
        found = self._embeddings.batchsearch(queries, limit)
        self._passages = [(self._names[int(hit["id"])], hit["text"]) for hit in found[0]]
        return found


if __name__ == "__main__":
    serve(Txtai())
