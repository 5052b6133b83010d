"""What is timed is asked for the first time: an embedder keeps the vectors of texts that it was asked for lately."""

from __future__ import annotations

from index.embed import Embedder
from index.embed.onnx import OnnxEmbedder


def forget_vectors(embedder: Embedder) -> None:
    """Drop the vectors that the shipped embedder keeps, so that it embeds every text again."""
    if isinstance(embedder, OnnxEmbedder):
        embedder._vector.cache_clear()
