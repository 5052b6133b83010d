"""Defines `Embedder`, the protocol that every embedding model follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Embedder(Protocol):
    """Turns texts into unit vectors.

    `id` names the model and its exact weights; an index opens only with the embedder that built it.
    `max_tokens` is how many of its own tokens the model reads, beyond which it would cut.
    """

    @property
    def id(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    @property
    def max_tokens(self) -> int: ...

    def count_tokens(self, text: str) -> int:
        """Return how many of the model's own tokens `text` is, its special tokens included."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return vectors of unit length, (len(texts), dimension), in the order of `texts`."""
