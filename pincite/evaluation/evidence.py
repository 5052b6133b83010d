"""Measures whether the answer's evidence was found and cited, as (part, whole) for each question.

recall@k, reciprocal rank (Voorhees 1999) and nDCG (Järvelin and Kekäläinen 2002; binary gains, discount log2(rank + 1))
as trec_eval computes them; tests hold them to ir-measures.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from pincite.evaluation.definitions import cutoffs
from pincite.evaluation.judging import EvalRow
from pincite.evaluation.metrics import SentenceScore
from pincite.evaluation.resampling import Floats

Share = tuple[Floats, Floats]


def of_search(rows: Sequence[EvalRow], top_k: int) -> dict[str, Share]:
    """Measure the search over the answerable questions of which it is known where an answer stands."""
    placed = column(row.placed for row in rows)
    columns: dict[str, list[float]] = {name: [] for name in (*(f"recall@{k}" for k in cutoffs(top_k)), "mrr", "ndcg")}
    for row in rows:
        holds = [passage.holds for passage in row.retrieved]
        gold = [i for i, answer in enumerate(row.gold) if answer.places]
        for k in cutoffs(top_k):
            several = row.list_score is not None
            columns[f"recall@{k}"].append(100 * recall(holds, gold, k, several=several) if row.placed else 0.0)
        columns["mrr"].append(reciprocal_rank(holds))
        columns["ndcg"].append(ndcg(holds, row.relevant or 0, top_k))
    columns[f"ndcg@{top_k}"] = columns.pop("ndcg")
    return {name: (column(values) * placed, placed) for name, values in columns.items()}


def of_citations(rows: Sequence[EvalRow]) -> dict[str, Share]:
    """Return precision over sentences cited, and recall over answerable questions whose answers stand somewhere."""
    cited, good, reached = [], [], []
    for row in rows:
        sentences = {(p.document_id, p.sentence_start, p.sentence_end) for a in row.answers for p in a.places}
        golden = [_gold_in(row, sentence) for sentence in sentences] if row.answerable else []
        known = row.placed or not row.answerable
        cited.append(len(sentences) if known else 0)
        good.append(sum(bool(held) for held in golden))
        wanted = [i for i, answer in enumerate(row.gold) if answer.places]
        reached.append(recall([list(held) for held in golden], wanted, len(golden), several=row.list_score is not None)
                       if row.placed else 0.0)  # fmt: skip
    placed = column(row.placed for row in rows)
    return {
        "citation_precision": (100 * column(good) * (column(cited) > 0), column(cited)),
        "citation_recall": (100 * column(reached), placed),
    }


def of_sentences(rows: Sequence[EvalRow]) -> dict[str, Share]:
    """Return precision over sentences cited, and recall over answerable questions whose answers stand somewhere."""
    scores = [row.sentences or SentenceScore(0, 0, 0.0, None) for row in rows]
    known = column(row.sentences is not None and (row.placed or not row.answerable) for row in rows)
    placed = column(row.sentences is not None and row.placed for row in rows)
    return {
        "sentence_precision": (
            100 * column(score.good for score in scores) * known,
            column(score.cited for score in scores) * known,
        ),
        "sentence_recall": (100 * column(score.recall for score in scores) * placed, placed),
    }


def _gold_in(row: EvalRow, sentence: tuple[str, int, int]) -> set[int]:
    """Return which gold answers stand in the sentence, wholly or in part."""
    home, start, end = sentence
    return {i for i, answer in enumerate(row.gold) if any(place.overlaps(home, start, end) for place in answer.places)}


def column(values: Iterable[float]) -> Floats:
    """Return (questions,): the values as an array."""
    return np.array(list(values), dtype=np.float64)


def recall(holds: Sequence[Sequence[int]], gold: Sequence[int], k: int, *, several: bool = False) -> float:
    """Return whether the first `k` passages hold a gold answer; with `several`, the share of `gold` that they hold.

    `holds`: for each passage, best first, which of the answers it holds; `gold`: those that stand anywhere at all.
    """
    found_answers = {answer for held in holds[:k] for answer in held}
    return len(found_answers & set(gold)) / len(gold) if several else float(bool(found_answers))


def reciprocal_rank(holds: Sequence[Sequence[int]]) -> float:
    """Return one over the rank, from 1, of the first passage that holds a gold answer; 0 if none does."""
    return next((1 / rank for rank, held in enumerate(holds, start=1) if held), 0.0)


def ndcg(holds: Sequence[Sequence[int]], relevant: int, k: int) -> float:
    """Return the discounted cumulative gain of the first `k` passages, over that of the best order."""
    gain = sum(1 / math.log2(rank + 1) for rank, held in enumerate(holds[:k], start=1) if held)
    return gain / sum(1 / math.log2(rank + 1) for rank in range(1, min(relevant, k) + 1)) if relevant else 0.0
