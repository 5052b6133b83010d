"""Measures whether the evidence of answers was retrieved and cited, as (part, whole) for each question.

recall@k, reciprocal rank (Voorhees 1999) and nDCG (Järvelin and Kekäläinen 2002; binary gains, discount log2(rank + 1))
are computed as by trec_eval; tests compare them with ir-measures.
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


def search_shares(rows: Sequence[EvalRow], top_k: int) -> dict[str, Share]:
    """Return the retrieval figures over the answerable questions whose gold answers have a known place."""
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


def citation_shares(rows: Sequence[EvalRow]) -> dict[str, Share]:
    """Return citation precision over cited sentences, and recall over questions whose gold answers have a place."""
    cited, good, recalls = [], [], []
    for row in rows:
        sentences = {(p.document_id, p.sentence_start, p.sentence_end) for a in row.answers for p in a.places}
        golden = [_gold_in(row, sentence) for sentence in sentences] if row.answerable else []
        known = row.placed or not row.answerable
        cited.append(len(sentences) if known else 0)
        good.append(sum(bool(indices) for indices in golden))
        wanted = [i for i, answer in enumerate(row.gold) if answer.places]
        several = row.list_score is not None
        recalls.append(recall(list(map(list, golden)), wanted, len(golden), several=several) if row.placed else 0.0)
    placed = column(row.placed for row in rows)
    return {
        "citation_precision": (100 * column(good) * (column(cited) > 0), column(cited)),
        "citation_recall": (100 * column(recalls), placed),
    }


def sentence_shares(rows: Sequence[EvalRow]) -> dict[str, Share]:
    """Return the same two figures for forms wider than a span, with every sentence of a citation counted."""
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
    """Return the indices of the gold answers that overlap the sentence."""
    return {i for i, answer in enumerate(row.gold) if any(place.overlaps(*sentence) for place in answer.places)}


def column(values: Iterable[float]) -> Floats:
    """Return (questions,): the values as an array."""
    return np.array(list(values), dtype=np.float64)


def recall(holds: Sequence[Sequence[int]], gold: Sequence[int], k: int, *, several: bool = False) -> float:
    """Return 1 if the first `k` passages contain a gold answer, else 0; with `several`, the share of `gold` in them.

    `holds`: for each passage, best first, the gold answers it contains. `gold`: those that have a place.
    """
    retrieved = {answer for answers in holds[:k] for answer in answers}
    return len(retrieved & set(gold)) / len(gold) if several else float(bool(retrieved))


def reciprocal_rank(holds: Sequence[Sequence[int]]) -> float:
    """Return 1 / rank of the first passage that contains a gold answer, counted from 1; 0 if none does."""
    return next((1 / rank for rank, answers in enumerate(holds, start=1) if answers), 0.0)


def ndcg(holds: Sequence[Sequence[int]], relevant: int, k: int) -> float:
    """Return the discounted cumulative gain of the first `k` passages, divided by that of the ideal order."""
    gain = sum(1 / math.log2(rank + 1) for rank, answers in enumerate(holds[:k], start=1) if answers)
    return gain / sum(1 / math.log2(rank + 1) for rank in range(1, min(relevant, k) + 1)) if relevant else 0.0
