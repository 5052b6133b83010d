"""Reports the progress of an embedder."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.embed import Embedder

__all__ = ["Progress", "Reporting"]

EMBEDDED_AT_ONCE = 32  # passages between two reports
REPORT_EVERY = 20_000  # characters between two reports while a text is split
SPLITTING = 0.1  # the share of the time that splitting a text takes, before it is embedded

Progress = Callable[[float], None]
"""Called with the share of the work that is done, from 0 to 1; an exception that it raises ends the work."""


class Reporting:
    """An embedder that reports its progress with a document of about `characters` characters."""

    def __init__(self, embedder: Embedder, progress: Progress, characters: int) -> None:
        self._embedder = embedder
        self._progress, self._expected = progress, characters
        self._done = self._counted = self._reported = 0
        self.id = embedder.id
        self.dimension = embedder.dimension
        self.max_tokens = embedder.max_tokens

    def stop_reporting(self) -> None:
        """Report nothing more: from now on questions are embedded, and the receiver of reports may be gone."""
        self._progress, self._expected = (lambda share: None), 0

    def count_tokens(self, text: str) -> int:
        self._counted += len(text)
        if self._expected and self._counted > self._reported + REPORT_EVERY:  # splitting a long text takes seconds
            self._reported = self._counted
            self._progress(SPLITTING * min(1.0, self._counted / (1.5 * self._expected)))
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
            self._progress(min(0.99, SPLITTING + (1 - SPLITTING) * done))
        return vectors
