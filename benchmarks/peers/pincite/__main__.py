"""Pincite as it comes: its own embedder, reader, calibration and settings. The folders given hold the same weights."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.peers.protocol import FoundSpan, ScoredSpan, Text, serve


class Pincite:
    """See `benchmarks.peers.protocol.Peer`."""

    def open(self, reader: str, embedder: str) -> None:
        from qa.read import default_reader

        default_reader()

    def index(self, texts: Sequence[Text]) -> int:
        from index import Document
        from qa import Answerer

        self._answerer = Answerer.from_sources([Document(text.id, text.text) for text in texts])
        return len(self._answerer.index.chunks)

    def reopen(self, folder: str) -> int:
        """Ask the index saved in `folder`; how many passages it holds."""
        from qa import Answerer

        self._answerer = Answerer.open(folder)
        return len(self._answerer.index.chunks)

    def ask(self, question: str, top_k: int) -> FoundSpan:
        from qa.config import AskOptions
        from qa.types import Form

        self._forget()

        # The answers that are expected are spans, which is what the peers give, and `pincite eval` asks for then.
        answer, considered = self._answerer.examine(question, options=AskOptions(top_k=top_k, form=Form.SPAN))
        chunks = [hit.chunk for hit in considered.hits]
        return FoundSpan(answer.text, [(chunk.document_id, self._answerer.index.text(chunk)) for chunk in chunks])

    def ask_likeliest(self, question: str, top_k: int) -> ScoredSpan:
        from qa.types import Form

        self._forget()
        answer = self._answerer.ask(question, top_k=top_k, form=Form.SPAN, min_confidence=0.0)
        return ScoredSpan(answer.text, answer.confidence or 0.0)

    def _forget(self) -> None:
        """Drop the vectors of earlier questions: no other peer keeps any."""
        from benchmarks.first_time import forget_vectors

        forget_vectors(self._answerer.index.embedder)

    def save(self, folder: str) -> None:
        self._answerer.index.save(folder)


if __name__ == "__main__":
    serve(Pincite())
