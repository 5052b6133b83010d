"""Several scores made into one: a convex combination, each score on a scale of its own that no collection moves.

Bruch, Gai and Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval" (TM2C2): better than reciprocal rank
fusion, which forgets by how much one passage is ahead of the next.
"""

from __future__ import annotations


def fuse(cosine: float, share: float, weight: float) -> float:
    """`weight` parts of the cosine similarity to one less `weight` of the share of the highest conceivable BM25 score.

    The first lies in [-1, 1], the second in [0, 1].
    """
    return weight * cosine + (1 - weight) * share
