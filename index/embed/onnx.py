"""The shipped embedder: all-MiniLM-L6-v2 on ONNX Runtime, without torch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.runtime import load_session, load_tokenizer, on_each_core

MODEL_FOLDER = Path(__file__).parent.parent / "models" / "all-MiniLM-L6-v2"
CACHED_VECTORS = 4096  # of the latest texts, some 6 MB


class OnnxEmbedder:
    """An encoder whose graph maps `input_ids` and `attention_mask` to unit vectors `embedding`.

    The folder holds model.onnx, tokenizer.json and embedder.json (`id`, `dimension`, `max_tokens`).
    """

    def __init__(self, folder: Path = MODEL_FOLDER) -> None:
        try:
            card = json.loads((folder / "embedder.json").read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise ModelError(f"{str(folder)!r} holds no embedder.json; make it with `make embedder`") from error
        self.id: str = card["id"]
        self.dimension: int = card["dimension"]
        self.max_tokens: int = card["max_tokens"]
        self._tokenizer = load_tokenizer(folder / "tokenizer.json")
        self._session = load_session(folder / "model.onnx")
        # A question is embedded once to search and once beside the sentences found, which later questions find again.
        self._vector = lru_cache(maxsize=CACHED_VECTORS)(self._run)

    def count_tokens(self, text: str) -> int:
        """Return the number of word pieces in `text`, including `[CLS]` and `[SEP]`."""
        return len(self._tokenizer.encode(text).ids)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return vectors of unit length, (len(texts), dimension). A text is cut after `max_tokens` word pieces.

        Each text is run by itself, on one core: that is faster than a batch, whose activations outgrow the caches, and
        a vector depends on its text alone.
        """
        encoded = [tuple(e.ids[: self.max_tokens]) for e in self._tokenizer.encode_batch(list(texts))]
        vectors = on_each_core(self._vector, encoded)
        return np.array(vectors, dtype=np.float32).reshape(len(texts), self.dimension)

    def _run(self, ids: Sequence[int]) -> NDArray[np.float32]:
        row = np.array([ids], dtype=np.int64)
        (vectors,) = self._session.run(["embedding"], {"input_ids": row, "attention_mask": np.ones_like(row)})
        return np.asarray(vectors[0], dtype=np.float32)


@cache
def default_embedder() -> OnnxEmbedder:
    """Return the shipped embedder, loaded once in a process."""
    return OnnxEmbedder()
