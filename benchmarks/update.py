"""Measures an update's cost as a part of building's: 1% of an index's passages replaced, in one run.

    python -m benchmarks.update --chunks 20000

Both are timed in one process, with the shipped embedder, on texts made of the bundled article's sentences in random
order. The result goes to benchmarks/results/update.json.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
import time
from pathlib import Path

from benchmarks.made_with import made_with
from index import Document, Index
from index.embed import default_embedder
from qa import bundled_article

RESULT = Path(__file__).parent / "results" / "update.json"
SENTENCES_A_DOCUMENT = 40


def main() -> None:
    """Build, replace, and write down the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chunks", type=int, default=2000, help="chunks of the index, about (default: 2000)")
    parser.add_argument("--part", type=float, default=0.01, help="part of the documents that is replaced (0.01)")
    arguments = parser.parse_args()
    command = f"python -m benchmarks.update --chunks {arguments.chunks} --part {arguments.part}"
    result = {"command": command, "made_with": made_with("update"), **measure(arguments.chunks, arguments.part)}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


def measure(chunks: int, part: float) -> dict[str, float]:
    """Seconds of both, and the ratio."""
    default_embedder().embed(["The model is loaded before the clock starts."])
    sentences = article_sentences()
    chance = random.Random(0)
    each = len(Index.build([a_document(0, sentences, chance)]).chunks)
    documents = [a_document(number, sentences, chance) for number in range(max(1, round(chunks / each)))]
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        built = Index.update(folder, documents, progress=True)
        building = time.perf_counter() - began
        for number in chance.sample(range(len(documents)), max(1, round(part * len(documents)))):
            documents[number] = a_document(number, sentences, chance)
        began = time.perf_counter()
        updated = Index.update(folder, documents, progress=True)
        updating = time.perf_counter() - began
        began = time.perf_counter()
        unchanged = Index.update(folder, documents)
        looking = time.perf_counter() - began
    assert len(updated.changed) == max(1, round(part * len(documents)))
    assert not unchanged
    return {
        "documents": len(documents),
        "chunks": built.chunks,
        "documents_replaced": len(updated.changed),
        "chunks_embedded": updated.embedded,
        "build_seconds": round(building, 2),
        "update_seconds": round(updating, 2),
        "unchanged_seconds": round(looking, 2),
        "update_to_build": round(updating / building, 4),
    }


def article_sentences() -> list[str]:
    """Sentences of the bundled article, longer than a heading."""
    text = bundled_article().read_text(encoding="utf-8")
    return [s for s in re.split(r"(?<=[.?!])\s+", text) if len(s) > 40 and "\n" not in s]


def a_document(number: int, sentences: list[str], chance: random.Random) -> Document:
    """Sentences in random order, each with a number, so that no two passages are the same."""
    chosen = chance.choices(sentences, k=SENTENCES_A_DOCUMENT)
    text = " ".join(f"No. {chance.randrange(10**6)}: {sentence}" for sentence in chosen)
    return Document(f"document-{number}", text)


if __name__ == "__main__":
    main()
