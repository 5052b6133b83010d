"""Search among many vectors and many texts: `python -m benchmarks.scale --data DIR --vectors 1000000 --json OUT`.

Vectors: those of real chunks, each moved in a random direction by up to the distance to its nearest neighbour.
Queries: real questions. Exact search (FAISS flat) and the store that ships for so many are timed one question at a
time, in turns, in one run; recall@10 counts how many of the exact ten the other finds. Memory: what a fresh process
holds after it has opened the saved store and searched it, less what it held before.

Texts: as many, put together from sentences of real chunks. BM25 alone is bm25s with the same words, searched by its
`retrieve`; ours includes the analysis of the question.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
from numpy.typing import NDArray

from benchmarks.made_with import made_with
from benchmarks.squad import SquadCollection, contexts, read_collection, write_result
from index import Document
from index.config import ChunkConfig
from index.embed import default_embedder
from index.search.lexical import K1, Analyser, B, Bm25
from index.search.vectors import FlatStore, Ids, InvertedFileStore, VectorStore, open_vectors
from index.store.building import Splitter

Vectors = NDArray[np.float32]
BLOCK, SEED, DEPTH = 50_000, 7, 50


def real_chunks(data: Path, count: int, cache: Path | None) -> tuple[list[str], Vectors]:
    """Chunks of real paragraphs as the index makes them, and their vectors."""
    embedder = SquadCollection(default_embedder(), cache)
    divider = Splitter(embedder, ChunkConfig())
    texts: list[str] = []
    paragraphs = contexts(data)
    for i in np.random.default_rng(SEED).permutation(len(paragraphs)):
        texts += divider.divide(Document("d", paragraphs[i])).passages
        if len(texts) >= count:
            break
    texts = texts[:count]
    vectors = embedder.embed(texts)
    embedder.keep()
    return texts, vectors


def questions(data: Path, count: int, cache: Path | None) -> tuple[list[str], Vectors]:
    """Real questions and their vectors."""
    embedder = SquadCollection(default_embedder(), cache)
    asked = [question.text for question in read_collection(data, "tune")[1]]
    chosen = [asked[i] for i in np.random.default_rng(SEED).permutation(len(asked))[:count]]
    vectors = embedder.embed(chosen)
    embedder.keep()
    return chosen, vectors


def neighbour_distances(vectors: Vectors) -> Vectors:
    """(n,): how far each vector is from the one nearest to it that is not its equal."""
    found = np.empty(len(vectors), dtype=np.float32)
    for first in range(0, len(vectors), 1000):
        products = vectors[first : first + 1000] @ vectors.T
        products[products > 0.9999] = -1
        found[first : first + 1000] = np.sqrt(2 - 2 * products.max(axis=1))
    return found


def blocks(real: Vectors, reach: Vectors, count: int) -> Iterator[tuple[Ids, Vectors]]:
    """`count` vectors around the real ones, the same each time."""
    rng = np.random.default_rng(SEED)
    for first in range(0, count, BLOCK):
        ids = np.arange(first, min(first + BLOCK, count), dtype=np.int64)
        origin = ids % len(real)
        noise = rng.standard_normal((len(ids), real.shape[1]), dtype=np.float32)
        noise *= (rng.random(len(ids), dtype=np.float32) * reach[origin] / np.linalg.norm(noise, axis=1))[:, None]
        moved = real[origin] + noise
        yield ids, moved / np.linalg.norm(moved, axis=1, keepdims=True)


def timed(*searches: Callable[[int], Any], rounds: int) -> tuple[list[list[Any]], list[list[float]]]:
    """Return what each search returns for 0, 1, 2 …, and the milliseconds it took; the searches take turns."""
    results: list[list[Any]] = [[] for _ in searches]
    taken: list[list[float]] = [[] for _ in searches]
    for i in range(rounds):
        for search, result, times in zip(searches, results, taken, strict=True):
            began = time.perf_counter()
            result.append(search(i))
            times.append((time.perf_counter() - began) * 1000)
    return results, taken


def percentiles(times: Sequence[float]) -> dict[str, float]:
    return {f"p{p}": float(np.percentile(times, p)) for p in (50, 95, 99)}


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


def memory_of(folder: Path, queries: Vectors) -> int:
    """Bytes that opening and searching the store in `folder` takes in a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_memory, (folder, queries))


def _memory(folder: Path, queries: Vectors) -> int:
    import faiss  # noqa: F401  its own weight does not count

    before = resident()
    store = open_vectors(folder)  # a name: what is mapped counts while it is held
    for query in queries:
        store.search(query, 10)
    return resident() - before


def search_vectors(real: Vectors, queries: Vectors, count: int) -> dict[str, Any]:
    """Exact search and the large store, side by side."""
    reach = neighbour_distances(real)
    exact: VectorStore = FlatStore(real.shape[1])
    for ids, vectors in blocks(real, reach, count):
        exact.upsert(ids, vectors)
    began = time.perf_counter()
    large = InvertedFileStore.build(real.shape[1], blocks(real, reach, count))
    built = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "vectors"
        large.save(folder)
        size = sum(path.stat().st_size for path in folder.iterdir())
        opened = open_vectors(folder)
        for query in queries[:50]:  # warm-up
            opened.search(query, 10)
            exact.search(query, 10)
        (right, found), (slow, fast) = timed(
            lambda i: exact.search(queries[i], 10),
            lambda i: opened.search(queries[i], 10),
            rounds=len(queries),
        )
        memory = memory_of(folder, queries)
    shared = [len({i for i, _ in a} & {i for i, _ in b}) / len(a) for a, b in zip(right, found, strict=True)]
    return {
        "vectors": count,
        "real_vectors": len(real),
        "queries": len(queries),
        "recall@10": float(np.mean(shared)),
        "exact_ms": percentiles(slow),
        "large_ms": percentiles(fast),
        "p99_of_exact": percentiles(fast)["p99"] / percentiles(slow)["p99"],
        "build_seconds": built,
        "disk_bytes_per_chunk": size / count,
        "memory_bytes_per_chunk": memory / count,
        "exact_bytes_per_chunk": real.shape[1] * 4,
    }


def mixed_texts(real: Sequence[str], count: int) -> Iterator[str]:
    """`count` texts, each the halves of two real chunks."""
    rng = np.random.default_rng(SEED)
    for a, b in rng.integers(0, len(real), (count, 2)).tolist():
        first, second = real[a].split(), real[b].split()
        yield " ".join([*first[: len(first) // 2], *second[len(second) // 2 :]])


def search_texts(real: Sequence[str], asked: Sequence[str], count: int) -> dict[str, Any]:
    """Our BM25 and bm25s by itself, side by side."""
    began = time.perf_counter()
    ours = Bm25.build(mixed_texts(real, count))
    built = time.perf_counter() - began
    analyse = Analyser()
    began = time.perf_counter()
    tokens = [analyse(text) or ["\x00"] for text in mixed_texts(real, count)]
    alone = bm25s.BM25(k1=K1, b=B)
    alone.index(tokens, show_progress=False)
    built_alone = time.perf_counter() - began
    del tokens
    words = [analyse(text) for text in asked]
    with tempfile.TemporaryDirectory() as scratch:
        ours.save(Path(scratch))
        opened = Bm25.load(Path(scratch), count)
        _, (of_bm25s, of_ours) = timed(
            lambda i: alone.retrieve([words[i]], k=DEPTH, show_progress=False),
            lambda i: opened.search(asked[i], DEPTH),
            rounds=len(asked),
        )
    return {
        "texts": count,
        "bm25s_ms": percentiles(of_bm25s),
        "ours_ms": percentiles(of_ours),
        "times_bm25s_alone": float(np.sum(of_ours) / np.sum(of_bm25s)),
        "build_seconds": {"bm25s": built_alone, "ours": built},
        "build_times_bm25s_alone": built / built_alone,
    }


def main() -> None:
    """Measure, print and write the JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with dev/ and train/ in SQuAD format")
    parser.add_argument("--vectors", type=int, default=1_000_000)
    parser.add_argument("--real", type=int, default=10_000, help="real chunks that they are made from")
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--cache", type=Path, help="folder to keep vectors in")
    parser.add_argument("--only", choices=("vectors", "texts"), help="one half of it")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    texts, real = real_chunks(arguments.data, arguments.real, arguments.cache)
    asked, queries = questions(arguments.data, arguments.queries, arguments.cache)
    result: dict[str, Any] = {
        "command": f"python -m benchmarks.scale --data DIR --vectors {arguments.vectors} --json OUT",
        "made_with": made_with("scale"),
        "cores": len(os.sched_getaffinity(0)),
    }
    if arguments.only != "texts":
        result["dense"] = search_vectors(real, queries, arguments.vectors)
        print(result["dense"], flush=True)
    if arguments.only != "vectors":
        result["lexical"] = search_texts(texts, asked, arguments.vectors)
        print(result["lexical"], flush=True)
    if arguments.json:
        write_result(arguments.json, result)


if __name__ == "__main__":
    main()
