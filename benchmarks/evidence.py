"""Measures which sentences are cited where people marked whole ones.

`python -m benchmarks.evidence --data DIR --json benchmarks/results/evidence.json`: the answerable questions of CLAPNQ's
development part (Rosenthal et al. 2024) and the passages with spans of acl-verbatim-gold (hand-marked evidence in
papers), each asked of its own passage, as a statement, always answering. A cited sentence counts where it and a marked
one share half of the shorter of the two; word F1 is of all words cited beside all that are marked, each question by
itself.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from tqdm import tqdm

from benchmarks.made_with import made_with
from benchmarks.squad import read_articles, read_lines, write_result
from index import Document, Index
from qa.answerer import Answerer
from qa.read import load_reader
from qa.types import Form

Span = tuple[int, int]
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Marked:
    """A question, its passage, and the half-open spans there that people marked as its answer."""

    question: str
    passage: str
    gold: tuple[Span, ...]


def clapnq(data: Path) -> Iterator[Marked]:
    """Yield the answerable questions of CLAPNQ's development part."""
    for article in read_articles(data / "measure/clapnq-dev.json.gz"):
        for paragraph in article["paragraphs"]:
            for qa in paragraph["qas"]:
                gold = tuple((a["answer_start"], a["answer_start"] + len(a["text"])) for a in qa["answers"])
                if gold:
                    yield Marked(qa["question"], paragraph["context"], gold)


def papers(data: Path) -> Iterator[Marked]:
    """Yield the passages of acl-verbatim-gold in which somebody marked a span."""
    for row in read_lines(data / "measure/acl-verbatim-gold.jsonl.gz"):
        gold = tuple((start, end) for start, end, *_ in row["answer_spans"])
        if gold:
            yield Marked(row["question"], row["passage"], gold)


def shares_half(a: Span, b: Span) -> bool:
    """Return whether the two share half of the shorter."""
    shared = min(a[1], b[1]) - max(a[0], b[0])
    return shared > 0 and 2 * shared >= min(a[1] - a[0], b[1] - b[0])


def word_f1(passage: str, cited: Sequence[Span], gold: Sequence[Span]) -> float:
    """F1, from 0 to 1, of the places of words that are cited and of those that are marked."""
    said, wanted = (_words(passage, spans) for spans in (cited, gold))
    shared = len(said & wanted)
    return 2 * shared / (len(said) + len(wanted)) if shared else 0.0


def _words(passage: str, spans: Sequence[Span]) -> set[int]:
    return {word.start() for start, end in spans for word in _WORD.finditer(passage, start, end)}


def measure(rows: Sequence[Marked], name: str) -> dict[str, Any]:
    """Return the figures of one set, in percent."""
    reader, hits, scores = load_reader(), [], []
    for row in tqdm(rows, desc=name, unit=" questions"):
        answerer = Answerer(Index.build([Document("passage", row.passage)]), reader=reader)
        answer = answerer.ask(row.question, form=Form.STATEMENT, min_confidence=0.0)
        cited = [(c.start, c.end) for c in answer.citations]
        hits.append(any(shares_half(span, gold) for span in cited for gold in row.gold))
        scores.append(word_f1(row.passage, cited, row.gold))
    found = {"questions": len(rows), "a marked sentence is cited": 100 * fmean(hits), "word_f1": 100 * fmean(scores)}
    return {key: round(value, 1) for key, value in found.items()}


def main() -> None:
    """Measure, print and write the JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evidence", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with measure/")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    sets: dict[str, Callable[[Path], Iterator[Marked]]] = {"clapnq-dev": clapnq, "acl-verbatim-gold": papers}
    result: dict[str, Any] = {
        "command": "python -m benchmarks.evidence --data DIR --json OUT",
        "made_with": made_with("evidence"),
        "reader": load_reader().id,
    }
    result |= {name: measure(list(rows(arguments.data)), name) for name, rows in sets.items()}
    print(json.dumps(result))
    if arguments.json:
        write_result(arguments.json, result)


if __name__ == "__main__":
    main()
