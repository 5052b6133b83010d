"""Checks whether Pincite has grown slower: `python -m benchmarks.ratios`, part of CI.

Each figure is a ratio of what Pincite takes to what the models under it take, in turns and in one run, so that it
hardly depends on the machine; and in processor time, the least of several rounds, so that it hardly depends on what
else the machine does. It fails where a ratio is more than a quarter above the one in benchmarks/results/ratios.json in
each of three attempts; `--write` keeps today's.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.first_time import forget_vectors
from benchmarks.made_with import made_with
from benchmarks.material import bundled, short_texts
from benchmarks.readme import ROOT
from benchmarks.squad import write_result
from index import Document, Index
from index.embed import default_embedder
from index.runtime import load_session, load_tokenizer
from qa import Answerer
from qa.read.onnx import MODEL_FOLDER

FILE = Path(__file__).parent / "results" / "ratios.json"
WORSE = 1.25
ATTEMPTS = 3
TOP_K = 5
TEXTS = 100  # that are indexed and searched

MODELS = """
import onnxruntime, tokenizers
options = onnxruntime.SessionOptions()
options.log_severity_level = 3
for folder in ("index/models/all-MiniLM-L6-v2", "qa/models/reader"):
    tokenizers.Tokenizer.from_file(f"{folder}/tokenizer.json")
    onnxruntime.InferenceSession(f"{folder}/model.onnx", options, providers=["CPUExecutionProvider"])
"""
# scipy comes with what the tests need, not with what running needs; where it is there, bm25s imports it.
FIRST_ANSWER = """
import sys
sys.modules["scipy"] = None
from qa import Answerer, bundled_article
assert Answerer.from_sources([bundled_article()]).ask("When did Araghchi land in Islamabad?").text
"""

Work = Callable[[], object]


def ratio(ours: Work, theirs: Work, rounds: int) -> float:
    """Least processor time of `ours` over least processor time of `theirs`, which take turns."""
    least = [float("inf"), float("inf")]
    for _ in range(rounds):
        for i, work in enumerate((ours, theirs)):
            forget_vectors(default_embedder())  # both embed what they are given, in every round
            began = spent()
            work()
            least[i] = min(least[i], spent() - began)
    return least[0] / least[1]


def spent() -> float:
    """Seconds that processors have worked for this process, all its threads, and its processes that have ended."""
    import resource  # a part of Unix

    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def answering() -> float:
    """Give questions to the bundled article, over the reader's model run alone on the passages found, one at a time."""
    material = bundled()
    answerer = Answerer.from_sources(material.texts)
    questions = [pair.question for pair in material.pairs][:4]
    model = load_session(MODEL_FOLDER / "model.onnx")
    tokenizer = load_tokenizer(MODEL_FOLDER / "tokenizer.json")
    inputs = []
    for question in questions:
        for hit in answerer.index.search(question, TOP_K):
            pair = tokenizer.encode(question, answerer.index.text(hit.chunk))
            columns = {"input_ids": pair.ids, "attention_mask": pair.attention_mask, "token_type_ids": pair.type_ids}
            inputs.append({name: np.array([column], dtype=np.int64) for name, column in columns.items()})
    return ratio(
        lambda: [answerer.ask(question, top_k=TOP_K) for question in questions],
        lambda: [model.run(None, columns) for columns in inputs],
        rounds=6,
    )


def searching() -> float:
    """Searches among short texts, over embedding the questions alone."""
    embedder = default_embedder()
    index = Index.build(short_texts(TEXTS, words=40))
    questions = [pair.question for pair in bundled().pairs]
    return ratio(
        lambda: [index.search(question, TOP_K) for question in questions],
        lambda: [embedder.embed([question]) for question in questions],
        rounds=8,
    )


def indexing() -> float:
    """Building an index of short texts in memory, over embedding them alone."""
    texts: list[Document] = short_texts(TEXTS, words=40)
    embedder = default_embedder()
    return ratio(lambda: Index.build(texts), lambda: embedder.embed([text.text for text in texts]), rounds=4)


def starting() -> float:
    """Return a process that indexes the bundled article and answers a question, over one that loads the two models."""
    return ratio(lambda: _run(FIRST_ANSWER), lambda: _run(MODELS), rounds=4)


def _run(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


MEASURES: Mapping[str, Callable[[], float]] = {
    "a question over running the reader's model": answering,
    "a search over embedding the question": searching,
    "indexing over embedding the texts": indexing,
    "start to first answer over loading the models": starting,
}


def worse(kept: Mapping[str, float], found: Mapping[str, float]) -> list[str]:
    """Return what has grown by more than a quarter, one line each."""
    return [
        f"{name}: {found[name]:.2f}, and was {kept[name]:.2f}; more than {WORSE:g} times that is too much"
        for name in found
        if found[name] > WORSE * kept[name]
    ]


def best_of(measures: Mapping[str, Callable[[], float]], kept: Mapping[str, float]) -> dict[str, float]:
    """Each ratio, measured again, up to three times, while it is worse than it may be: a busy machine is no fault."""
    found: dict[str, float] = {}
    for name, measure in measures.items():
        for _ in range(ATTEMPTS):
            found[name] = min(measure(), found.get(name, float("inf")))
            if name not in kept or not worse({name: kept[name]}, {name: found[name]}):
                break
    return found


def main(words: Sequence[str] | None = None) -> None:
    """Measure, print and compare, or write. Exits with 1 where a ratio is worse."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ratios", description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep what is measured as what to hold to")
    arguments = parser.parse_args(words)
    kept = {} if arguments.write else json.loads(FILE.read_text(encoding="utf-8"))["ratios"]
    found = best_of(MEASURES, kept)
    for name, value in found.items():
        print(f"{name}: {value:.2f}" + (f" (kept: {kept[name]:.2f})" if name in kept else ""))
    if arguments.write:
        write_result(
            FILE, {"command": "python -m benchmarks.ratios --write", "made_with": made_with("ratios"), "ratios": found}
        )
    elif lines := worse(kept, found):
        sys.exit("\n".join(["grown slower:", *lines]))


if __name__ == "__main__":
    main()
