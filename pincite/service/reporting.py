"""Reports the progress of an embedder."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.embed import Embedder

__all__ = ["Progress", "Reporting"]

EMBEDDED_AT_ONCE = 32  # passages between two reports of progress
TOLD_EVERY = 20_000  # characters, while a text is divided
DIVIDING = 0.1  # the share of the time that goes into dividing a text, before it is embedded

Progress = Callable[[float], None]
"""Told what share, from 0 to 1, is done. What it raises ends the work."""


class Reporting:
    """An embedder that reports how far it has come with a document of about so many `characters`."""

    def __init__(self, embedder: Embedder, progress: Progress, characters: int) -> None:
        self._embedder = embedder
        self._progress, self._expected = progress, characters
        self._done = self._counted = self._told = 0
        self.id = embedder.id
        self.dimension = embedder.dimension
        self.max_tokens = embedder.max_tokens

    def rest(self) -> None:
        """Report nothing more: what is embedded from now on are questions, and whoever was told may be gone."""
        self._progress, self._expected = (lambda share: None), 0

    def count_tokens(self, text: str) -> int:
        self._counted += len(text)
        if self._expected and self._counted > self._told + TOLD_EVERY:  # a long text is divided for seconds
            self._told = self._counted
            self._progress(DIVIDING * min(1.0, self._counted / (1.5 * self._expected)))
        return self._embedder.count_tokens(text)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if len(texts) == 1 and not self._expected:  # a question
            return self._embedder.embed(texts)
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda i: len(texts[i]))  # batches of one length need no padding
        for first in range(0, len(texts), EMBEDDED_AT_ONCE):
            part = by_length[first : first + EMBEDDED_AT_ONCE]
            vectors[part] = self._embedder.embed([texts[i] for i in part])
            self._done += sum(len(texts[i]) for i in part)
            # Passages overlap, so that more is embedded than the document has characters.
            done = self._done / (1.2 * self._expected) if self._expected else 1.0
            self._progress(min(0.99, DIVIDING + (1 - DIVIDING) * done))
        return vectors
