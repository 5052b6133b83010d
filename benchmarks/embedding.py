"""Measures how fast the shipped embedder is, and how true: `python -m benchmarks.embedding --data DIR --json OUT`.

The peer is SentenceTransformer.encode in fp32 at its default batch size, with the published weights. Both embed the
same chunks in the same run, in turns; the ratio is of the medians. `--threads` holds for both. Recall@5 is of
`Index.search` on the questions of the split, once with each embedder.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.first_time import forget_vectors
from benchmarks.made_with import made_with
from benchmarks.retrieval import build
from benchmarks.squad import SPLITS, Question, SquadCollection, read_collection, recall, write_result
from index import Document, Index
from index.config import ChunkConfig
from index.embed import Embedder, SentenceTransformerEmbedder, default_embedder
from index.embed.onnx import MODEL_FOLDER
from index.store.building import Splitter
from training.minilm import encoder_folder

Vectors = NDArray[np.float32]
PEER = "sentence-transformers fp32"


def speed(embedders: dict[str, Embedder], texts: Sequence[str], rounds: int) -> dict[str, float]:
    """Median chunks per second of each, after a first round that does not count."""
    taken: dict[str, list[float]] = {name: [] for name in embedders}
    for _ in range(rounds + 1):
        for name, embedder in embedders.items():
            forget_vectors(embedder)
            began = time.perf_counter()
            embedder.embed(texts)
            taken[name].append(len(texts) / (time.perf_counter() - began))
    return {name: statistics.median(rates[1:]) for name, rates in taken.items()}


def cosines(a: Vectors, b: Vectors) -> dict[str, float]:
    """Mean and least cosine similarity of vectors with the same row."""
    products = np.sum(a * b, axis=1)
    return {"mean": float(products.mean()), "least": float(products.min())}


def recalled(
    documents: Sequence[Document], questions: Sequence[Question], embedder: SquadCollection
) -> dict[str, float]:
    """Recall of the whole search with `embedder`."""
    index: Index = build(documents, embedder)
    ranks = []
    for question in questions:
        hits = index.search(question.text, 20)
        ranks.append(next((i for i, hit in enumerate(hits, 1) if question.is_met_by(hit.chunk)), None))
    embedder.keep()
    return recall(ranks)


def main() -> None:
    """Measure, print and write the JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.embedding", description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with dev/squad-dev-v1.1.json.gz, dev/split.json"
    )
    parser.add_argument("--chunks", type=int, default=512, help="chunks embedded in a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--split", choices=SPLITS, default="tune", help="questions for recall@5")
    parser.add_argument("--cache", type=Path, help="folder to keep vectors in")
    parser.add_argument("--no-recall", action="store_true", help="speed and agreement alone")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    shipped, published = default_embedder(), SentenceTransformerEmbedder(str(encoder_folder()))
    embedders: dict[str, Embedder] = {"shipped": shipped, PEER: published}
    documents, _ = read_collection(arguments.data, arguments.split)
    texts = _chunks(documents, shipped, arguments.chunks)
    rates = speed(embedders, texts, arguments.rounds)
    together, reference = shipped.embed(texts), published.embed(texts)
    forget_vectors(shipped)
    alone = np.concatenate([shipped.embed([text]) for text in texts])
    result: dict[str, Any] = {
        "command": "python -m benchmarks.embedding --data DIR --json OUT",
        "made_with": made_with("embedding"),
        "embedder": shipped.id,
        "model_bytes": (MODEL_FOLDER / "model.onnx").stat().st_size,
        "cores": len(os.sched_getaffinity(0)),
        "chunks": len(texts),
        "chunks_per_second": rates,
        "times_as_fast": rates["shipped"] / rates[PEER],
        "agreement_with_fp32": cosines(together, reference),
        "alone_and_in_a_batch": cosines(together, alone),
    }
    print(result, flush=True)
    if not arguments.no_recall:
        documents, questions = read_collection(arguments.data, arguments.split)
        result["split"] = arguments.split
        result["recall"] = {
            name: recalled(documents, questions, SquadCollection(embedder, arguments.cache))
            for name, embedder in embedders.items()
        }
        print(result["recall"])
    if arguments.json:
        write_result(arguments.json, result)


def _chunks(documents: Sequence[Document], embedder: Embedder, count: int) -> list[str]:
    """Chunks from all over the collection, as the index makes them."""
    divider = Splitter(embedder, ChunkConfig())
    step = max(1, len(documents) // count)
    passages = [passage for document in documents[::step] for passage in divider.divide(document).passages]
    return passages[:count]


if __name__ == "__main__":
    main()
