"""What docs/scaling.md reckons with: `python -m benchmarks.scaling --data DIR --json benchmarks/results/scaling.json`.

A Milvus server (the wheel `milvus`, see `make test-cluster`) is started here, and rows as Pincite writes them are put
into it: vectors of random directions beside the words, labels and places of real chunks, taken again and again. Memory
is what the server's process holds more with the rows than without them, sealed and loaded. The reader is timed on real
questions with five passages each. `--show` prints the tables of the documentation from the file.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.made_with import made_with
from benchmarks.squad import read_collection, write_result
from index import Index
from index.config import ChunkConfig
from index.embed import default_embedder
from index.milvus.address import Address
from index.milvus.bodies import Body
from index.milvus.conditions import ABOUT, about
from index.milvus.engine import WORDS, MilvusRow, Server
from index.milvus.layout import CHUNK_FIELDS, DOCUMENT, END, NUMBER, START, VERSION
from index.milvus.settings import IndexType
from index.milvus.vectors import MilvusStore
from index.milvus.word_text import words_of
from index.search.lexical import Analyser
from index.search.vectors import Vectors
from index.split.passages import lexical_text
from index.store.building import Splitter
from qa import Answerer

RESULTS = Path(__file__).parent / "results"
SCALES = (10**6, 10**8, 10**10)
BLOCK, SEED = 2_000, 7
ASKED = 100
# A node of the reckoning: memory in bytes, of which so much is for chunks, and the cores that embed.
NODE, USED, CORES = 128 * 2**30, 0.7, 64


def sample(data: Path, count: int) -> tuple[list[MilvusRow], dict[str, float]]:
    """Return rows of real chunks as they are written, and what a chunk takes on average, in bytes and characters."""
    documents, _ = read_collection(data, "test")
    divider, analyse = Splitter(default_embedder(), ChunkConfig()), Analyser()
    rows: list[MilvusRow] = []
    bodies = characters = 0
    for document in documents[:count]:
        divided = divider.divide(document)
        bodies += len(Body.of(divided).encode().encode())
        characters += len(document.text)
        for number, chunk in enumerate(divided.chunks):
            words = words_of(analyse(lexical_text(document, chunk)))
            place = {DOCUMENT: document.id, VERSION: "0" * 32, NUMBER: number, START: chunk.start, END: chunk.end}
            rows.append({**place, ABOUT: about(document), WORDS: words})
    sizes = {
        "characters_per_chunk": characters / len(rows),
        "bytes_of_words_per_chunk": statistics.mean(len(row[WORDS]) for row in rows),
        "bytes_of_row_per_chunk": statistics.mean(len(json.dumps(row)) for row in rows),
        "bytes_of_text_per_chunk": bodies / len(rows),
    }
    return rows, {name: round(size, 1) for name, size in sizes.items()}


def in_milvus(
    server: Server, process: int, index: IndexType, rows: Sequence[MilvusRow], count: int
) -> dict[str, float]:
    """Write `count` rows, and measure what they cost there."""
    dimension = default_embedder().dimension
    rng = np.random.default_rng(SEED)
    before = resident(process)
    store = MilvusStore.create(server, f"scaling_{index}", dimension, index=index, fields=CHUNK_FIELDS)
    began = time.perf_counter()
    for first in range(0, count, BLOCK):
        vectors = unit(rng, BLOCK, dimension)
        ids = np.arange(first, first + BLOCK)
        store.upsert(ids, vectors, [{**rows[i % len(rows)]} for i in range(first, first + BLOCK)])
    written = time.perf_counter() - began
    server.flush_and_index(store.name)
    queries = unit(rng, ASKED, dimension)
    asked = milliseconds(lambda query: store.nearest(query, 50, "", [DOCUMENT]), queries)
    return {
        "rows": count,
        "rows_per_second": round(count / written, 1),
        "bytes_of_memory_per_row": round((resident(process) - before) / count),
        "search_p50_ms": round(asked, 2),
    }


def reading(data: Path) -> dict[str, float]:
    """Milliseconds of a question: to find five passages, and to read them."""
    documents, questions = read_collection(data, "test")
    answerer = Answerer(Index.build(documents[:200]))
    answers = [answerer.ask(question.text) for question in questions[:ASKED]]
    return {
        "passages": 5,
        "read_p50_ms": round(statistics.median(answer.timings.read for answer in answers), 1),
        "total_p50_ms": round(statistics.median(answer.timings.total for answer in answers), 1),
    }


def unit(rng: np.random.Generator, count: int, dimension: int) -> Vectors:
    """Random directions."""
    vectors = rng.standard_normal((count, dimension), dtype=np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def milliseconds(call: Callable[[Vectors], object], queries: Vectors) -> float:
    """Return the median time of a call with one of `queries`."""
    taken = []
    for query in queries:
        began = time.perf_counter()
        call(query)
        taken.append(1000 * (time.perf_counter() - began))
    return statistics.median(taken)


def resident(process: int) -> int:
    """Bytes of memory that the process holds, without files that it has mapped."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("RssAnon:"):
            return 1024 * int(line.split()[1])
    raise OSError(f"process {process} says nothing of its memory")


def tables(result: dict[str, Any], embedding: dict[str, Any]) -> str:
    """Return the reckoning of docs/scaling.md, from what was measured."""
    rate = embedding["chunks_per_second"]["shipped"] / embedding["cores"]
    text = result["chunk"]["bytes_of_text_per_chunk"] + result["chunk"]["bytes_of_row_per_chunk"]
    lines = [
        "| chunks | text on disk | memory, HNSW | nodes of 128 GiB | embedding, 64 cores |",
        "|---|---|---|---|---|",
    ]
    for chunks in SCALES:
        memory = chunks * result["milvus"]["HNSW"]["bytes_of_memory_per_row"]
        nodes = -(-memory // int(NODE * USED))
        hours = chunks / rate / CORES / 3600
        cells = [f"10^{len(str(chunks)) - 1}", size(chunks * text), size(memory), str(nodes), duration(hours)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def size(count: float) -> str:
    """Bytes to read."""
    for unit_, bytes_ in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if count >= bytes_:
            return f"{count / bytes_:.3g} {unit_}"
    return f"{count:.0f} B"


def duration(hours: float) -> str:
    """Hours to read."""
    return f"{hours / 24:.3g} days" if hours >= 48 else f"{hours:.2g} hours" if hours >= 1 else f"{60 * hours:.2g} min"


def measured(data: Path, count: int, folder: Path) -> dict[str, Any]:
    """Return everything; the server keeps its data in `folder`."""
    from milvus import MilvusServer, MilvusServerConfig

    rows, chunk = sample(data, 500)
    process = MilvusServer(MilvusServerConfig(data_dir=str(folder)))
    process.start()
    try:
        server = Server.connect(Address.parse(f"milvus://127.0.0.1:{process.listen_port}/scaling"))
        number = process.server_proc.pid
        in_milvus(server, number, IndexType.IVF_FLAT, rows, count)  # what a server grows by once is no row's
        kinds = {str(i): in_milvus(server, number, i, rows, count) for i in (IndexType.FLAT, IndexType.HNSW)}
        version = server.version
        server.close()
    finally:
        process.server_proc.kill()
        process.server_proc.wait()
        process.stop()
    return {
        "command": "python -m benchmarks.scaling --data DIR --json OUT",
        "made_with": made_with("scaling"),
        "cores": os.cpu_count(),
        "version": version,
        "chunk": chunk,
        "milvus": kinds,
        "question": reading(data),
    }


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and write, or show."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with dev/squad-dev-v1.1.json.gz")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="where the server keeps its data; default: a temporary folder")
    parser.add_argument("--json", type=Path, help="write the result here")
    parser.add_argument("--show", action="store_true", help="print the tables from benchmarks/results")
    arguments = parser.parse_args(argv)
    if arguments.show:
        kept = (json.loads((RESULTS / name).read_text("utf-8")) for name in ("scaling.json", "embedding.json"))
        print(tables(*kept))
        return
    if arguments.data is None:
        parser.error("--data is required")
    with tempfile.TemporaryDirectory() as scratch:
        result = measured(arguments.data, arguments.rows, arguments.folder or Path(scratch))
    print(json.dumps(result, indent=2))
    if arguments.json:
        write_result(arguments.json, result)


if __name__ == "__main__":
    main()
