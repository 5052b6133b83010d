"""BM25 alone before Pincite's reader: bm25s with its own tokeniser, paragraphs as passages, the reader's best span.

The reader declines where it prefers no span in any passage; there is no calibration.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from benchmarks.peers.protocol import FoundSpan, ScoredSpan, Text, serve


class Bm25s:
    """See `benchmarks.peers.protocol.Peer`."""

    def open(self, reader: str, embedder: str) -> None:
        from qa.read import default_reader

        self._reader = default_reader()

    def index(self, texts: Sequence[Text]) -> int:
        import bm25s

        self._passages = [
            (text.id, paragraph.strip())
            for text in texts
            for paragraph in re.split(r"\n\s*\n", text.text)
            if paragraph.strip()
        ]
        tokens = bm25s.tokenize([text for _, text in self._passages], stopwords="en", show_progress=False)
        self._engine = bm25s.BM25()
        self._engine.index(tokens, show_progress=False)
        return len(self._passages)

    def ask(self, question: str, top_k: int) -> FoundSpan:
        passages, (answer, margin) = self._read(question, top_k)
        return FoundSpan(answer if margin > 0 else None, passages)

    def ask_likeliest(self, question: str, top_k: int) -> ScoredSpan:
        return self._read(question, top_k)[1]

    def save(self, folder: str) -> None:
        self._engine.save(folder, corpus=[{"document": name, "text": text} for name, text in self._passages])

    def _read(self, question: str, top_k: int) -> tuple[list[tuple[str, str]], ScoredSpan]:
        """Return the passages, and the best span in them with its margin over "no answer"."""
        import bm25s

        tokens = bm25s.tokenize(question, stopwords="en", show_progress=False)
        found, _ = self._engine.retrieve(tokens, k=min(top_k, len(self._passages)), show_progress=False)
        passages = [self._passages[i] for i in found[0].tolist()]
        read = self._reader.read([(question, text) for _, text in passages], best=1).passages
        spans = [(reading.spans[0], text) for reading, (_, text) in zip(read, passages, strict=True) if reading.spans]
        if not spans:
            return passages, ScoredSpan(None, 0.0)
        best, text = max(spans, key=lambda pair: pair[0].margin)
        return passages, ScoredSpan(text[best.start : best.end], best.margin)


if __name__ == "__main__":
    serve(Bm25s())
