"""Loads any sentence-transformers model by name. The package is slow to import, so it is imported on first use."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from index.embed.onnx import default_embedder
from index.embed.protocol import Embedder
from index.errors import MissingExtraError, ModelError


class SentenceTransformerEmbedder:
    """A model that the sentence-transformers package loads, from a folder or by its name on the hub."""

    def __init__(self, name: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise MissingExtraError(f"the embedder {name!r}", "models") from error

        try:
            self._model = SentenceTransformer(name, device="cpu")
        except (OSError, ValueError) as error:
            reason = str(error).partition("\n")[0]
            raise ModelError(f"cannot load the embedder {name!r}: {reason}") from error
        self.id = f"sentence-transformers:{name}"
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.max_tokens = int(self._model.max_seq_length or 512)

    def count_tokens(self, text: str) -> int:
        """Return the number of the model's tokens in `text`, including special tokens."""
        return len(self._model.tokenizer(text, truncation=False, verbose=False)["input_ids"])

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return vectors of unit length, (len(texts), dimension)."""
        vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dimension)


@cache
def load_embedder(name: str | None = None) -> Embedder:
    """Return the shipped embedder, or the sentence-transformers model `name`; each is loaded once in a process."""
    return default_embedder() if name is None else SentenceTransformerEmbedder(name)
