"""Measures each step of retrieval: `python -m benchmarks.retrieval --data DIR --split tune|test --json OUT`.

All 2,067 paragraphs of SQuAD 1.1's development set are one collection. A question is met by a chunk that overlaps a
gold span in the gold paragraph; k counts chunks. Settings were chosen on the questions of `tune`; `test` is measured
with what was chosen. The last rows are `Index.search` as it ships, the rows above rebuild the way to it step by
step. `--sweep` prints how recall depends on the settings.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
from bm25s.stopwords import STOPWORDS_EN, STOPWORDS_EN_PLUS
from numpy.typing import NDArray

from benchmarks.made_with import made_with
from benchmarks.squad import SPLITS, Question, SquadCollection, read_collection, recall, write_result
from index import Document, Index
from index.embed import load_embedder
from index.search.lexical import K1, Analyser, B
from index.split.passages import lexical_text

Scores = NDArray[np.float32]
Analysis = Callable[[str], list[str]]
DEPTH, WEIGHT = 50, 0.5


class Collection:
    """Chunks and questions, with all cosine similarities between them, (questions, chunks)."""

    def __init__(self, index: Index, questions: Sequence[Question], embedder: SquadCollection) -> None:
        self.index = index
        self.questions = questions
        self.chunks = list(index.chunks)
        self.words = [index.text(chunk) for chunk in self.chunks]
        passages = np.concatenate([embedder.embed([text]) for text in self.words])
        asked = np.concatenate([embedder.embed([question.text]) for question in questions])
        self.cosines: Scores = asked @ passages.T
        where: dict[str, list[int]] = {}
        for position, chunk in enumerate(self.chunks):
            where.setdefault(chunk.document_id, []).append(position)
        self.gold = [[p for p in where[q.document_id] if q.is_met_by(self.chunks[p])] for q in questions]

    def bm25(self, texts: Sequence[str], analyse: Analysis, k1: float, b: float) -> tuple[Scores, Scores]:
        """BM25 scores (questions, chunks), and for each question the bound that none reaches, (questions, 1)."""
        engine = bm25s.BM25(k1=k1, b=b)
        engine.index([analyse(text) or ["\x00"] for text in texts], show_progress=False)
        found = np.diff(engine.scores["indptr"])
        rarity = np.log1p((len(texts) - found + 0.5) / (found + 0.5))
        scores = np.zeros((len(self.questions), len(texts)), dtype=np.float32)
        bounds = np.full((len(self.questions), 1), 1e-9, dtype=np.float32)
        for row, question in enumerate(self.questions):
            words = engine.get_tokens_ids(analyse(question.text))
            if words:
                scores[row], bounds[row] = engine.get_scores_from_ids(words), rarity[words].sum()
        return scores, bounds

    def measure(self, scores: Scores) -> dict[str, float]:
        """Recall of the ranking by `scores`; a score of minus infinity is not found."""
        ranks = []
        for row, gold in zip(scores, self.gold, strict=True):
            best = max((row[p] for p in gold), default=-np.inf)
            ranks.append(int((row > best).sum()) + 1 if np.isfinite(best) else None)
        return recall(ranks)

    def measure_index(self, index: Index, search_k: int = 20) -> dict[str, float]:
        """Recall of `Index.search` itself; what is not among `search_k` hits counts as not found."""
        ranks = []
        for question in self.questions:
            hits = index.search(question.text, search_k)
            ranks.append(next((i for i, hit in enumerate(hits, 1) if question.is_met_by(hit.chunk)), None))
        return recall(ranks)


def reciprocal_rank_fusion(*searches: Scores, k: int = 60, weights: Sequence[float] = (1, 1)) -> Scores:
    """Cormack, Clarke and Büttcher 2009, over the first `DEPTH` of each search."""
    fused = np.full_like(searches[0], -np.inf)
    for scores, weight in zip(searches, weights, strict=True):
        first = np.argsort(-scores, axis=1, kind="stable")[:, :DEPTH]
        for row, order in enumerate(first):
            order = order[scores[row, order] > 0]
            before = np.where(np.isfinite(fused[row, order]), fused[row, order], 0)
            fused[row, order] = before + weight / (k + 1 + np.arange(len(order)))
    return fused


def combination(cosines: Scores, words: tuple[Scores, Scores], weight: float | Scores = WEIGHT) -> Scores:
    """Return the shipped fusion, over the first `DEPTH` of both searches."""
    scores, bounds = words
    known = np.zeros(scores.shape, dtype=bool)
    for each in (cosines, scores):
        np.put_along_axis(known, np.argsort(-each, axis=1, kind="stable")[:, :DEPTH], True, axis=1)
    return np.where(known, weight * cosines + (1 - weight) * scores / bounds, -np.inf).astype(np.float32)


def plain_words(text: str) -> list[str]:
    """Return what bm25s does by itself."""
    return [word for word in re.findall(r"\w+", text.lower()) if word not in STOPWORDS_EN]


def stemmed(stop: Sequence[str]) -> Analysis:
    """Porter 2 without the folding of accents."""
    from Stemmer import Stemmer

    stemmer, unwanted = Stemmer("english"), set(stop)
    return lambda text: stemmer.stemWords([w for w in re.findall(r"\w+", text.lower()) if w not in unwanted])


def by_kind(questions: Sequence[Question]) -> Scores:
    """Give a weight for each question: less of the cosine where it names something by a number or a capital letter."""
    named = [bool(re.search(r"\d|(?<!^)\b[A-Z]", question.text)) for question in questions]
    return np.where(named, WEIGHT - 0.05, WEIGHT + 0.05).astype(np.float32)[:, None]


def steps(c: Collection, untitled: Index) -> dict[str, dict[str, float]]:
    """Recall after each step; every step keeps those before it."""
    plain = c.bm25(c.words, plain_words, 1.5, 0.75)
    stem = c.bm25(c.words, stemmed(STOPWORDS_EN), 1.5, 0.75)
    stop = c.bm25(c.words, stemmed(STOPWORDS_EN_PLUS), 1.5, 0.75)
    folded = c.bm25(c.words, Analyser(), 1.5, 0.75)
    tuned = c.bm25(c.words, Analyser(), K1, B)
    documents = c.index.documents
    titled = c.bm25([lexical_text(documents[chunk.document_id], chunk) for chunk in c.chunks], Analyser(), K1, B)
    rows = {
        "dense alone": c.cosines,
        "BM25 alone, plain": plain[0],
        "plain fusion: both by reciprocal rank": reciprocal_rank_fusion(plain[0], c.cosines),
        "+ stemming": reciprocal_rank_fusion(stem[0], c.cosines),
        "+ longer list of stop words": reciprocal_rank_fusion(stop[0], c.cosines),
        "+ accents folded": reciprocal_rank_fusion(folded[0], c.cosines),
        "+ k1 and b tuned": reciprocal_rank_fusion(tuned[0], c.cosines),
        "  (reciprocal rank with words doubled)": reciprocal_rank_fusion(tuned[0], c.cosines, weights=(2, 1)),
        "  (BM25 alone)": tuned[0],
        "+ scores combined instead of ranks": combination(c.cosines, tuned),
        "  (weight by kind of question)": combination(c.cosines, tuned, by_kind(c.questions)),
        "+ titles in BM25": combination(c.cosines, titled),
    }
    measured = {name: c.measure(scores) for name, scores in rows.items()}
    measured["as it ships, documents without titles"] = c.measure_index(untitled)
    measured["as it ships"] = c.measure_index(c.index)
    return measured


def sweep(c: Collection) -> None:
    """Print recall for other settings of BM25 and of the fusion."""
    for k1 in (0.2, 0.4, 0.6, 0.9, 1.2):
        for b in (0.3, 0.4, 0.5, 0.75):
            words = c.bm25(c.words, Analyser(), k1, b)
            for weight in (0.4, 0.45, 0.5, 0.55, 0.6):
                print_row(f"k1 {k1} b {b} weight {weight}", c.measure(combination(c.cosines, words, weight)))


def print_row(name: str, row: dict[str, float]) -> None:
    print(
        f"{name:45}", *(f"{value:7.2f}" if key != "mrr" else f"{value:7.4f}" for key, value in row.items()), flush=True
    )


def build(documents: Sequence[Document], embedder: SquadCollection) -> Index:
    index = Index.build(documents, embedder=embedder, progress=True)
    embedder.keep()
    return index


def main() -> None:
    """Measure, print the table and write the JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retrieval", description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with dev/squad-dev-v1.1.json.gz, dev/split.json"
    )
    parser.add_argument("--split", choices=SPLITS, default="tune")
    parser.add_argument("--cache", type=Path, help="folder to keep vectors in")
    parser.add_argument("--sweep", action="store_true", help="try other settings (tune only)")
    parser.add_argument("--json", type=Path, help="write the figures of this split into this file, beside the other's")
    arguments = parser.parse_args()
    documents, questions = read_collection(arguments.data, arguments.split)
    embedder = SquadCollection(load_embedder(), arguments.cache)
    untitled = build([Document(d.id, d.text) for d in documents], embedder)
    collection = Collection(build(documents, embedder), questions, embedder)
    embedder.keep()
    if arguments.sweep:
        if arguments.split != "tune":
            sys.exit("settings are chosen on --split tune")
        sweep(collection)
    measured = steps(collection, untitled)
    for name, row in measured.items():
        print_row(name, row)
    if arguments.json:
        write_result(arguments.json, _beside(arguments, collection, measured, embedder.id))


def _beside(
    arguments: argparse.Namespace, c: Collection, measured: dict[str, dict[str, float]], embedder: str
) -> dict[str, Any]:
    known = json.loads(arguments.json.read_text(encoding="utf-8")) if arguments.json.is_file() else {}
    entry = {"questions": len(c.questions), "chunks": len(c.chunks), "embedder": embedder, "rows": measured}
    known[arguments.split] = entry
    known |= {"command": "python -m benchmarks.retrieval --data DIR --split SPLIT --json OUT"}
    return known | {"made_with": made_with("retrieval")}


if __name__ == "__main__":
    main()
