"""Defines `Embedder`, the protocol that every embedding model follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Embedder(Protocol):
    """Turns texts into unit vectors.

    `id` names the model and its exact weights; an index opens only with the embedder that built it.
    `max_tokens` is the most of its own tokens that the model reads; it would cut a longer text.
    """

    @property
    def id(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    @property
    def max_tokens(self) -> int: ...

    def count_tokens(self, text: str) -> int:
        """Return the number of the model's own tokens in `text`, including special tokens."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return vectors of unit length, (len(texts), dimension), in the order of `texts`."""
