"""A question to a million chunks: `python -m benchmarks.million --data DIR --json benchmarks/results/million.json`.

The index is a real one, built on disk from a million different texts, but embedding them all would take hours: the
vectors are those of some of the texts, each moved by up to `REACH`, and what embedding all of them takes is told by the
rate at which those were embedded. Asked as the peers are (`benchmarks.peers.measuring`), in a process that opens
what was saved. The index is kept in .bench/million, and built once.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.made_with import made_with
from benchmarks.material import bundled, short_texts
from benchmarks.peers.driver import Driver
from benchmarks.peers.environments import FOLDER
from benchmarks.peers.measuring import PART, WARM_UP, WORDS
from benchmarks.peers.scoring import percentiles
from benchmarks.squad import write_result
from index import Index
from index.embed import Embedder, default_embedder

KEPT = FOLDER / "million"
REACH = 0.5  # how far a vector is moved: about as far as real chunks are from their nearest neighbour
SEED = 7


class StandIn:
    """Has the embedder's name, and for vectors those given, each moved in a direction of its own, one after another."""

    def __init__(self, embedder: Embedder, real: NDArray[np.float32]) -> None:
        self.id = embedder.id
        self.dimension = embedder.dimension
        self.max_tokens = embedder.max_tokens
        self.count_tokens = embedder.count_tokens
        self._real = real
        self._given = 0
        self._rng = np.random.default_rng(SEED)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As many vectors as there are `texts`, whatever they say."""
        which = np.arange(self._given, self._given + len(texts)) % len(self._real)
        self._given += len(texts)
        noise = self._rng.standard_normal((len(texts), self.dimension), dtype=np.float32)
        noise *= REACH * self._rng.random((len(texts), 1), dtype=np.float32) / np.linalg.norm(noise, axis=1)[:, None]
        moved = self._real[which] + noise
        return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), dtype=np.float32)


def build(data: Path | None, chunks: int, real: int) -> dict[str, Any]:
    """Make the index in `KEPT`, unless it is there; what it took, in seconds of one processor."""
    told = KEPT / "built.json"
    if told.is_file() and (built := json.loads(told.read_text(encoding="utf-8")))["texts"] == chunks:
        return dict(built)
    shutil.rmtree(KEPT, ignore_errors=True)
    KEPT.mkdir(parents=True)
    texts = short_texts(chunks, WORDS, data)
    embedder = default_embedder()
    began = time.process_time()
    vectors = embedder.embed([text.text for text in texts[:real]])
    embedding = (time.process_time() - began) / real * chunks
    began, clock = time.process_time(), time.perf_counter()
    Index.update(KEPT / "index", iter(texts), embedder=StandIn(embedder, vectors), progress=True)
    built = {
        "texts": chunks,
        "real_vectors": real,
        "processor_seconds": {"building": time.process_time() - began, "embedding": embedding},
        "build_wall_seconds": time.perf_counter() - clock,
    }
    write_result(told, built)
    return built


def asked(questions: Sequence[str]) -> dict[str, Any]:
    """Return what opening the index and asking it costs, in a process of its own."""
    folder = KEPT / "index"
    with Driver("pincite", Path(sys.executable), FOLDER / "million.log") as driver:
        driver.open(folder, folder)
        passages, opening = driver.reopen(folder)
        for question in questions[:WARM_UP]:
            driver.ask(question)
        taken = [driver.ask(question).seconds for question in questions]
        held, peak = driver.memory()
        return {
            "passages": passages,
            "open_seconds": opening,
            **percentiles(taken),
            "memory_mb": held / 1e6,
            "peak_memory_mb": peak / 1e6,
            "disk_bytes": sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        }


def main() -> None:
    """Build, ask, print and write the JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.million", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with dev/ and train/ in SQuAD format")
    parser.add_argument("--chunks", type=int, default=1_000_000)
    parser.add_argument("--real", type=int, default=1_000, help="texts that are embedded")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    built = build(arguments.data, arguments.chunks, arguments.real)
    found = asked([pair.question for pair in bundled().pairs][:PART])
    result = {**built, "index_seconds": sum(built["processor_seconds"].values()), **found}
    print(json.dumps(result, indent=2))
    if arguments.json:
        write_result(
            arguments.json,
            {
                "command": "python -m benchmarks.million --data DIR --json OUT",
                "made_with": made_with("million"),
                **result,
            },
        )


if __name__ == "__main__":
    main()
