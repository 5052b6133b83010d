"""Deterministic stand-ins for the models, for tests of what surrounds them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qa.read import PassageReading, Reading, SpanScore


class HashingEmbedder:
    """Words hashed into a bag: texts that share words have similar vectors, in every process the same."""

    id = "fake:hashing"
    dimension = 64
    max_tokens = 64

    def count_tokens(self, text: str) -> int:
        return len(re.findall(r"\w|[^\w\s]", text)) // 3 + 2

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.full((len(texts), self.dimension), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                vectors[row, zlib.crc32(word.encode()) % self.dimension] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class WordReader:
    """Answers with the words of the passage that the question names between asterisks; declines without them."""

    id = "fake:word"
    max_question_tokens = 40

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def read(self, pairs: Sequence[tuple[str, str]], *, best: int = 5) -> Reading:
        return Reading(tuple(self._one(question, passage, best) for question, passage in pairs), 1.0)

    def _one(self, question: str, passage: str, best: int) -> PassageReading:
        wanted = re.search(r"\*(.+)\*", question, re.DOTALL)
        found = [m.span() for m in re.finditer(re.escape(wanted[1]), passage)] if wanted else []
        spans = [SpanScore(start, end, 5.0 - i, 0.9) for i, (start, end) in enumerate(found)]
        word = re.search(r"\S+", passage)
        assert word is not None
        return PassageReading(tuple(spans[:best]) or (SpanScore(word.start(), word.end(), -5.0, 0.1),))
