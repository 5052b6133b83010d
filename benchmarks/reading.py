"""Measures what reading adds to searching: `python -m benchmarks.reading --data DIR --json OUT`.

All 2,067 paragraphs of SQuAD 1.1's development set are one collection. Counted are the questions whose best passage
lies in the gold paragraph: as BM25 ranks passages, as the whole search does, and after the reader has compared the
spans of the passages that the search found. F1 is of that best span, always answering, beside the F1 of reading the
gold paragraph itself.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from benchmarks.made_with import made_with
from benchmarks.squad import SPLITS, Question, SquadCollection, read_collection, write_result
from index import Document, Index
from index.embed import default_embedder
from index.search.lexical import Bm25
from index.split.passages import lexical_text
from pincite.evaluation import score
from qa.answerer import Answerer

BATCH = 16


def bm25_firsts(index: Index, questions: list[Question]) -> list[str | None]:
    """For each question the document of the chunk that BM25 ranks first, None if no word is shared."""
    chunks = list(index.chunks)
    texts = (lexical_text(index.documents[chunk.document_id], chunk) for chunk in chunks)
    engine = Bm25.build(texts)
    found = (engine.search(question.text, 1) for question in questions)
    return [chunks[best[0][0]].document_id if best else None for best in found]


def f1_of(documents: dict[str, Document], question: Question, place: tuple[str, int, int]) -> float:
    """F1, in percent, of the words at `place` against the annotators'."""
    gold = documents[question.document_id].text
    document_id, start, end = place
    return 100 * score(documents[document_id].text[start:end], [gold[a:b] for a, b in question.spans]).f1


def measure(data: Path, split: str, count: int, top_k: int, cache: Path | None) -> dict[str, Any]:
    """Return all of it for `count` questions of the split."""
    documents, questions = read_collection(data, split)
    by_id = {document.id: document for document in documents}
    chosen = np.random.default_rng(7).permutation(len(questions))[:count]
    questions = [questions[i] for i in sorted(chosen.tolist())]
    embedder = SquadCollection(default_embedder(), cache)
    answerer = Answerer(Index.build(documents, embedder=embedder, progress=True))
    embedder.keep()
    firsts = bm25_firsts(answerer.index, questions)
    searched, read, over_all, of_gold = [], [], [], []
    for first in tqdm(range(0, len(questions), BATCH), desc="read", unit=" batches"):
        batch = questions[first : first + BATCH]
        considered = answerer.consider([question.text for question in batch], top_k=top_k)
        for question, hits, candidates in zip(batch, considered.hits, considered.candidates, strict=True):
            best = candidates[0]
            searched.append(hits[0].chunk.document_id == question.document_id)
            read.append(best.document_id == question.document_id)
            over_all.append(f1_of(by_id, question, (best.document_id, best.start, best.end)))
            passage = by_id[question.document_id].text
            span = answerer.reader.read([(question.text, passage)], best=1).passages[0].spans[0]
            of_gold.append(f1_of(by_id, question, (question.document_id, span.start, span.end)))
    lexical = [first == question.document_id for first, question in zip(firsts, questions, strict=True)]
    return {
        "reader": answerer.reader.id,
        "split": split,
        "questions": len(questions),
        "paragraphs": len(documents),
        "passages_read": top_k,
        "paragraph_recall@1": {
            name: 100 * float(np.mean(found))
            for name, found in (("bm25", lexical), ("search", searched), ("after reading", read))
        },
        "f1": {
            "of the best span": float(np.mean(over_all)),
            "of the gold paragraph read alone": float(np.mean(of_gold)),
        },
    }


def main() -> None:
    """Measure, print and write the JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with dev/squad-dev-v1.1.json.gz, dev/split.json"
    )
    parser.add_argument("--split", choices=SPLITS, default="test")
    parser.add_argument("--questions", type=int, default=10_000, help="so many of the split, drawn at random")
    parser.add_argument("--top-k", type=int, default=5, help="passages read")
    parser.add_argument("--cache", type=Path, help="folder to keep vectors in")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    command = f"python -m benchmarks.reading --data DIR --split {arguments.split} --questions {arguments.questions}"
    result = measure(arguments.data, arguments.split, arguments.questions, arguments.top_k, arguments.cache)
    print(result)
    if arguments.json:
        write_result(arguments.json, {"command": f"{command} --json OUT", "made_with": made_with("reading"), **result})


if __name__ == "__main__":
    main()
