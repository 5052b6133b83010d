"""What a benchmark times is asked for the first time."""

from __future__ import annotations

import time

from benchmarks.first_time import forget_vectors
from index.embed import OnnxEmbedder

TEXTS = [f"Mill {number} burned down in {1800 + number}, and nobody was hurt." for number in range(20)]


def seconds(embedder: OnnxEmbedder) -> float:
    began = time.process_time()
    embedder.embed(TEXTS)
    return time.process_time() - began


def test_an_embedder_that_forgot_its_vectors_embeds_again() -> None:
    embedder = OnnxEmbedder()
    seconds(embedder)
    kept = seconds(embedder)
    forget_vectors(embedder)
    assert seconds(embedder) > 3 * kept
