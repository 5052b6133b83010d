"""Measure whole conversations: is the sentence shown that answers a turn, with the turns before it and without?

usage: python -m benchmarks.conversations DATA [--questions N] [--out benchmarks/results/conversations.json]

DATA holds evidence/coqa-abg-val and -test (Guo et al., Abg-CoQA, 2021): turns of conversations about a passage, with
the words that answer. Each passage is a document of its own; turns that nothing answers and those marked ambiguous are
left out. `hit`: an answer is given at the shipped thresholds, and cites the sentence of those words. `shown`: that
sentence is cited, or shown as the nearest statement. "bare" asks the turn as it stands, "read" with its history.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.made_with import made_with
from benchmarks.squad import read_lines
from index import Document
from qa import Answerer
from qa.types import Answer, Turn

MEASURES = ("answered", "hit", "shown")
FILES = ("coqa-abg-val.jsonl.gz", "coqa-abg-test.jsonl.gz")


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask every turn twice and write the shares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--questions", type=int, help="the first N turns of each file alone")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/conversations.json"))
    given = parser.parse_args(arguments)
    rows = [row for name in FILES for row in _rows(given.data / "evidence" / name)[: given.questions]]
    part = "" if given.questions is None else f" --questions {given.questions}"
    found = {
        "command": f"python -m benchmarks.conversations DATA{part}",
        "made_with": made_with("conversations"),
        **measure(rows),
    }
    given.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))
    return 0


def measure(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Turns, and of each way to ask them the share that is answered, hit and shown."""
    by_passage: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_passage[row["passage"]].append(row)
    ways: dict[str, list[tuple[bool, bool, bool]]] = {"bare": [], "read": []}
    for passage, asked in by_passage.items():
        answerer = Answerer.from_sources(Document("passage", passage))
        for row in asked:
            evidence = [(start, end) for start, end, _ in row["evidence_spans"]]
            ways["bare"].append(judged(answerer.ask(row["question"]), evidence))
            ways["read"].append(judged(answerer.ask(row["question"], history_of(row)), evidence))
    shares = {
        way: {name: round(fmean(column), 4) for name, column in zip(MEASURES, zip(*kept, strict=True), strict=True)}
        for way, kept in ways.items()
    }
    return {"turns": len(rows), "passages": len(by_passage), **shares}


def history_of(row: dict[str, Any]) -> list[Turn]:
    """Return the turns before, as a chat keeps them."""
    return [{"question": turn["q"], "answer": turn["a"]} for turn in row["history"]]


def judged(answer: Answer, evidence: Sequence[tuple[int, int]]) -> tuple[bool, bool, bool]:
    """Return whether it is answered, whether it cites a sentence with the evidence, and whether it shows one at all."""
    cited = list(answer.citations)
    shown = cited + ([answer.nearest] if answer.nearest is not None else [])

    def holds(start: int, end: int) -> bool:
        return any(start < last and first < end for first, last in evidence)

    hits = [holds(place.sentence_start, place.sentence_end) for place in shown]
    return answer.answered, answer.answered and any(hits), any(hits)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [row for row in read_lines(path) if row["evidence_spans"] and row["history"] and not row["ambiguous"]]


if __name__ == "__main__":
    sys.exit(main())
