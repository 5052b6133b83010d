"""The shipped embedder: all-MiniLM-L6-v2 on ONNX Runtime, without torch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.runtime import load_session, load_tokenizer

MODEL_FOLDER = Path(__file__).parent.parent / "models" / "all-MiniLM-L6-v2"
BATCH_SIZE = 16


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

    def count_tokens(self, text: str) -> int:
        """How many word pieces `text` is, `[CLS]` and `[SEP]` included."""
        return len(self._tokenizer.encode(text).ids)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of unit length, (len(texts), dimension). A text is cut after `max_tokens` word pieces."""
        encoded = [e.ids[: self.max_tokens] for e in self._tokenizer.encode_batch(list(texts))]
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        # Similar lengths together: padding costs time and, masked out, changes nothing.
        order = sorted(range(len(texts)), key=lambda i: len(encoded[i]))
        for first in range(0, len(order), BATCH_SIZE):
            rows = order[first : first + BATCH_SIZE]
            vectors[rows] = self._run([encoded[i] for i in rows])
        return vectors

    def _run(self, batch: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        ids = np.zeros((len(batch), max(len(row) for row in batch)), dtype=np.int64)
        mask = np.zeros_like(ids)
        for i, row in enumerate(batch):
            ids[i, : len(row)] = row
            mask[i, : len(row)] = 1
        (vectors,) = self._session.run(["embedding"], {"input_ids": ids, "attention_mask": mask})
        return np.asarray(vectors, dtype=np.float32)


@cache
def default_embedder() -> OnnxEmbedder:
    """The shipped embedder, loaded once in a process."""
    return OnnxEmbedder()
