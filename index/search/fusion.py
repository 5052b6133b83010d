"""Fuses several scores into one: a convex combination, each score on a scale that is the same in every collection.

Bruch, Gai and Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval" (TM2C2): better than reciprocal rank
fusion, which forgets by how much one passage is ahead of the next.
"""

from __future__ import annotations


def fuse(cosine: float, share: float, weight: float) -> float:
    """Return `weight` times the cosine plus (1 - `weight`) times the BM25 score as a share of its upper bound.

    The first lies in [-1, 1], the second in [0, 1].
    """
    return weight * cosine + (1 - weight) * share
