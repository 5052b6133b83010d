"""Measures overviews beside the first sentences and TextRank.

`python -m benchmarks.overview --data DIR --json benchmarks/results/overview.json`: ROUGE-2 and ROUGE-L (Lin 2004; F of
Porter stems) of four sentences against people's summaries: QMSum's general queries of meetings (evidence/), and
SQuALITY's questions on stories (measure/; the first of each asks for the plot, the others for a part). The best of
several references counts. TextRank is Mihalcea and Tarau 2004 over all sentences.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.made_with import made_with
from benchmarks.squad import read_lines, write_result
from index import Document, Segment, SegmentKind
from index.embed import default_embedder
from index.load.plain import segments
from index.split.sentences import split_sentences
from qa.compose.overview import overview_of_document

SENTENCES = 4
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Summarised:
    """A text, what is asked of it (`scope`: of a part), and what people wrote as its summary."""

    document: Document
    scope: str | None
    references: tuple[str, ...]


class Rouge:
    """ROUGE-N and ROUGE-L as the package rouge-score reckons them with its stemmer."""

    def __init__(self) -> None:
        import Stemmer

        self._stem = Stemmer.Stemmer("porter").stemWord

    def __call__(self, summary: str, references: Sequence[str]) -> tuple[float, float]:
        """ROUGE-2 and ROUGE-L F, each of the reference that is nearest."""
        said = self._words(summary)
        wanted = [self._words(reference) for reference in references]
        return max(_rouge_2(said, w) for w in wanted), max(_rouge_l(said, w) for w in wanted)

    def _words(self, text: str) -> list[str]:
        return [self._stem(word) if len(word) > 3 else word for word in _WORD.findall(text.lower())]


def _f(shared: int, a: int, b: int) -> float:
    return 2 * shared / (a + b) if shared else 0.0


def _rouge_2(a: Sequence[str], b: Sequence[str]) -> float:
    x, y = (Counter(pairwise(words)) for words in (a, b))
    return _f((x & y).total(), x.total(), y.total())


def _rouge_l(a: Sequence[str], b: Sequence[str]) -> float:
    row = [0] * (len(b) + 1)
    for word in a:
        before = 0
        for j, other in enumerate(b, 1):
            above = row[j]
            row[j] = before + 1 if word == other else max(above, row[j - 1])
            before = above
    return _f(row[-1], len(a), len(b))


def textrank(texts: Sequence[str], most: int) -> list[int]:
    """Give the positions of the `most` sentences that rank highest: words shared over the logarithms of the lengths."""
    bags = [frozenset(_WORD.findall(text.lower())) for text in texts]
    vocabulary = {word: i for i, word in enumerate(sorted(frozenset().union(*bags)))}
    holds = np.zeros((len(texts), len(vocabulary)), dtype=np.float32)
    for row, bag in enumerate(bags):
        holds[row, [vocabulary[word] for word in bag]] = 1
    logs = np.log(np.maximum(holds.sum(axis=1), 1))
    similarity = holds @ holds.T / np.maximum(logs[:, None] + logs[None, :], 1.0)
    np.fill_diagonal(similarity, 0)
    sums = similarity.sum(axis=1, keepdims=True)
    steps = np.divide(similarity, sums, out=np.zeros_like(similarity), where=sums > 0)
    rank = np.full(len(texts), 1 / len(texts))
    for _ in range(50):
        rank = 0.15 / len(texts) + 0.85 * rank @ steps
    return sorted(np.argsort(-rank, kind="stable")[:most].tolist())


def qmsum(data: Path, split: str) -> list[Summarised]:
    """QMSum's general queries of `split`; each turn of a meeting is a paragraph."""
    meetings = {meeting["id"]: meeting for meeting in read_lines(data / "evidence" / "qmsum-meetings.jsonl.gz")}
    found = []
    for query in read_lines(data / "evidence" / "qmsum-queries.jsonl.gz"):
        if query["kind"] == "general" and query["split"] == split:
            meeting = meetings[query["meeting"]]
            turns = tuple(Segment(SegmentKind.PARAGRAPH, start, end) for start, end in meeting["turns"])
            document = Document(meeting["id"], meeting["passage"], segments=turns)
            found.append(Summarised(document, None, (query["answer"],)))
    return found


def squality(data: Path, *, parts: bool) -> list[Summarised]:
    """SQuALITY's development stories: the plot, or what is asked of parts."""
    found = []
    for story in read_lines(data / "measure" / "squality-dev.jsonl.gz"):
        document = Document(story["id"], story["passage"], segments=segments(story["passage"]))
        asked = story["questions"][1:] if parts else story["questions"][:1]
        found += [Summarised(document, q["question"] if parts else None, tuple(q["answers"])) for q in asked]
    return found


def compare(name: str, rows: Sequence[Summarised], most: int = SENTENCES) -> dict[str, Any]:
    """Mean ROUGE of each method, in percent, and how long its summaries are."""
    rouge, embed = Rouge(), default_embedder().embed
    scores: dict[str, list[tuple[float, float, int]]] = defaultdict(list)
    took = []
    for row in rows:
        text, sentences = row.document.text, split_sentences(row.document)
        began = time.perf_counter()
        ours = overview_of_document(row.document, sentences, embed, scope=row.scope, most=most)
        took.append(time.perf_counter() - began)
        ranked = [sentences[i] for i in textrank([text[a:b] for a, b in sentences], most)]
        for method, spans in (("lead", sentences[:most]), ("textrank", ranked), ("overview", ours)):
            summary = " ".join(text[a:b] for a, b in spans)
            scores[method].append((*rouge(summary, row.references), len(summary)))
    result: dict[str, Any] = {"texts": len(rows), "median_seconds": round(statistics.median(took), 3)}
    for method, found in scores.items():
        two, long, length = (statistics.fmean(values) for values in zip(*found, strict=True))
        result[method] = {"rouge_2": round(100 * two, 2), "rouge_l": round(100 * long, 2), "characters": round(length)}
    print(name, json.dumps(result), flush=True)
    return result


def main() -> None:
    """Measure, print and write the JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.overview", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with evidence/ and measure/")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    sets: dict[str, Callable[[], list[Summarised]]] = {
        "qmsum_general_test": lambda: qmsum(arguments.data, "test"),
        "squality_dev_plot": lambda: squality(arguments.data, parts=False),
        "squality_dev_parts": lambda: squality(arguments.data, parts=True),
    }
    result: dict[str, Any] = {
        "command": "python -m benchmarks.overview --data DIR --json OUT",
        "made_with": made_with("overview"),
        "sentences": SENTENCES,
    }
    result |= {name: compare(name, rows()) for name, rows in sets.items()}
    if arguments.json:
        write_result(arguments.json, result)


if __name__ == "__main__":
    main()
