"""Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009): ranks of several searches made into one."""

from __future__ import annotations

from collections.abc import Sequence


def reciprocal_rank_fusion(rankings: Sequence[Sequence[int]], k: int = 60) -> list[tuple[int, float]]:
    """(item, score) pairs, best first, where the score is the sum of 1 / (k + rank) over the rankings, rank from 1.

    Items with equal scores keep the order in which the rankings, read one after the other, first name them.
    """
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + 1.0 / (k + rank)
    return sorted(scores.items(), key=lambda pair: -pair[1])
