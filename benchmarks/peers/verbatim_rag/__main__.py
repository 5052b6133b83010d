"""verbatim-rag's extractor with the model it takes by default; it reads with no other kind, so not with our weights.

Its answer is a list of stretches; the first of the best passage that has any counts. The model comes from the hub: it
has to lie in the cache already, since the network is off.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import SimpleNamespace

from benchmarks.peers.protocol import FoundSpan, ScoredSpan, Text, serve


class VerbatimRag:
    """See `benchmarks.peers.protocol.Peer`."""

    def open(self, reader: str, embedder: str) -> None:
        from sentence_transformers import SentenceTransformer
        from verbatim_core.extractors import ModelSpanExtractor

        self._extractor = ModelSpanExtractor()
        self._embedder = SentenceTransformer(embedder, device="cpu")

    def index(self, texts: Sequence[Text]) -> int:
        self._passages = [
            (text.id, paragraph.strip())
            for text in texts
            for paragraph in re.split(r"\n\s*\n", text.text)
            if paragraph.strip()
        ]
        self._vectors = self._embedder.encode([text for _, text in self._passages], normalize_embeddings=True)
        return len(self._passages)

    def ask(self, question: str, top_k: int) -> FoundSpan:
        scores = self._vectors @ self._embedder.encode([question], normalize_embeddings=True)[0]
        passages = [self._passages[i] for i in (-scores).argsort()[:top_k].tolist()]
        spans = self._extractor.extract_spans(question, [SimpleNamespace(text=text) for _, text in passages])
        found = [span for _, text in passages for span in spans.get(text, [])]
        return FoundSpan(found[0] if found else None, passages)

    def ask_likeliest(self, question: str, top_k: int) -> ScoredSpan:
        raise NotImplementedError

    def save(self, folder: str) -> None:
        raise NotImplementedError


if __name__ == "__main__":
    serve(VerbatimRag())
