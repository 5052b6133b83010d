"""The same answers from two stores: `python -m benchmarks.stores --data DIR --json benchmarks/results/stores.json`.

All paragraphs of SQuAD 1.1's development set, indexed once into a folder (FAISS, exact; bm25s) and from there into
Milvus (FLAT; BM25), and questions of the test articles answered from both, by meaning alone and by words too. Two
answers are the same if both decline or both cite the same characters of the same document; confidences are compared
where both answer. `--milvus` names a server, `milvus://HOST:PORT/COLLECTION`; without it, milvus-lite runs in a
temporary folder. One that has no BM25 is asked by meaning alone.

The shipped reader's spans depend on question and passage alone, so that what it said of a pair is used again.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.made_with import made_with
from benchmarks.squad import SquadCollection, read_collection, write_result
from index import Index
from index.config import SearchConfig
from index.embed import default_embedder
from index.milvus.address import Address
from index.milvus.engine import Server
from qa import Answer, Answerer
from qa.answerer import calibration_of
from qa.read import PassageReading, Reading, load_reader

SEED = 7


class Remembering:
    """The shipped reader, which reads a pair of question and passage once."""

    def __init__(self) -> None:
        self.reader = load_reader()
        self.id = self.reader.id
        self.max_question_tokens = self.reader.max_question_tokens
        self._known: dict[tuple[str, str, int], PassageReading] = {}

    def count_tokens(self, text: str) -> int:
        """As the reader counts."""
        return self.reader.count_tokens(text)

    def read(self, pairs: Sequence[tuple[str, str]], *, best: int = 5) -> Reading:
        """As the reader reads."""
        new = [pair for pair in dict.fromkeys(pairs) if (*pair, best) not in self._known]
        reading = self.reader.read(new, best=best)
        self._known |= {(*pair, best): passage for pair, passage in zip(new, reading.passages, strict=True)}
        return Reading(tuple(self._known[(*pair, best)] for pair in pairs), reading.milliseconds)


def place_of(answer: Answer) -> list[tuple[str, int, int]]:
    """Return what the answer cites, empty where it declines."""
    return [(citation.document_id, citation.start, citation.end) for citation in answer.citations]


def compare(mine: Sequence[Answer], others: Sequence[Answer]) -> dict[str, Any]:
    """Return how many of the answers are the same, and by how much their confidences differ at most."""
    same = [place_of(a) == place_of(b) for a, b in zip(mine, others, strict=True)]
    gaps = [abs((a.confidence or 0) - (b.confidence or 0)) for a, b, s in zip(mine, others, same, strict=True) if s]
    return {
        "questions": len(mine),
        "same": sum(same),
        "same_percent": round(100 * sum(same) / len(same), 2),
        "answered": sum(bool(place_of(answer)) for answer in mine),
        "largest_confidence_gap": float(np.max(gaps)),
        "differing": [
            {"question": a.question, "faiss": a.text, "milvus": b.text}
            for a, b, s in zip(mine, others, same, strict=True)
            if not s
        ],
    }


def main(argv: Sequence[str] | None = None) -> None:
    """Index, ask, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with dev/squad-dev-v1.1.json.gz")
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--milvus", metavar="ADDRESS", help="default: milvus-lite in a temporary folder")
    parser.add_argument("--cache", type=Path, help="keep vectors here between runs")
    parser.add_argument("--json", type=Path, help="write the result here")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as scratch:
        result = measured(arguments, Path(scratch))
    if arguments.json:
        write_result(arguments.json, {"made_with": made_with("stores"), **result})


def measured(arguments: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    """Return the comparison, by meaning alone and, where Milvus can, by words too."""
    documents, asked = read_collection(arguments.data, "test")
    chosen = np.sort(np.random.default_rng(SEED).permutation(len(asked))[: arguments.questions])
    questions = [asked[i].text for i in chosen]
    embedder = SquadCollection(default_embedder(), arguments.cache)
    index = Index.build(documents, embedder=embedder, progress=True)
    embedder.keep()
    place = arguments.milvus or f"milvus+file:{scratch / 'milvus.db'}"
    server = Server.connect(Address.parse(place), new=True)
    words, version = server.has_words, server.version
    server.close()
    began = time.perf_counter()
    if words:
        index.save(place)
    else:
        Index.update(place, documents, embedder=embedder, rebuild=True, dense_only=True)
    written = time.perf_counter() - began
    index.save(scratch / "folder")
    result: dict[str, Any] = {
        "milvus": version,
        "documents": len(documents),
        "chunks": len(index.chunks),
        "chunks_written_per_second": round(len(index.chunks) / written, 1),
    }
    reader = Remembering()
    for name, weight in (("dense", 1.0), ("hybrid", SearchConfig().dense_weight)):
        if weight < 1 and not words:
            continue
        found = {where: ask(where, questions, reader, weight) for where in (str(scratch / "folder"), place)}
        (faiss, took), (milvus, took_there) = found.values()
        result[name] = compare(faiss, milvus) | {
            "faiss_search_ms": round(took, 2),
            "milvus_search_ms": round(took_there, 2),
        }
        print(f"{name}: {result[name]['same']} of {len(questions)} the same", flush=True)
    return result


def ask(where: str, questions: Sequence[str], reader: Remembering, weight: float) -> tuple[list[Answer], float]:
    """Return the answers from the index at `where`, and the median milliseconds of a search, its vector included."""
    index = Index.open(where, search=SearchConfig(dense_weight=weight))
    answerer = Answerer(index, reader=reader, calibration=calibration_of(reader.reader))
    answers = [answerer.ask(question) for question in questions]
    return answers, float(np.median([answer.timings.retrieve for answer in answers]))


if __name__ == "__main__":
    main()
