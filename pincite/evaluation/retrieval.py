"""Measures the search, by the ranks of the passages that hold a gold answer.

recall@k, reciprocal rank (Voorhees 1999) and nDCG (Järvelin and Kekäläinen 2002; binary gains, discount log2(rank + 1))
as trec_eval computes them; tests hold them to ir-measures.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

CUTOFFS = (1, 3, 5, 10, 20)


def cutoffs(top_k: int) -> list[int]:
    """Return the ranks at which recall is told when `top_k` passages are retrieved."""
    return [*(k for k in CUTOFFS if k < top_k), top_k]


def recall(holds: Sequence[Sequence[int]], gold: Sequence[int], k: int, *, several: bool = False) -> float:
    """Whether one of the first `k` passages holds a gold answer; with `several`, the share of `gold` that they hold.

    `holds`: for each passage, best first, which of the answers it holds; `gold`: those that stand anywhere at all.
    """
    found_answers = {answer for held in holds[:k] for answer in held}
    return len(found_answers & set(gold)) / len(gold) if several else float(bool(found_answers))


def reciprocal_rank(holds: Sequence[Sequence[int]]) -> float:
    """Return one over the rank, from 1, of the first passage that holds a gold answer; 0 if none does."""
    return next((1 / rank for rank, held in enumerate(holds, start=1) if held), 0.0)


def ndcg(holds: Sequence[Sequence[int]], relevant: int, k: int) -> float:
    """Discounted cumulative gain of the first `k` passages, over that of the best order of the `relevant` there are."""
    gain = sum(1 / math.log2(rank + 1) for rank, held in enumerate(holds[:k], start=1) if held)
    return gain / sum(1 / math.log2(rank + 1) for rank in range(1, min(relevant, k) + 1)) if relevant else 0.0
