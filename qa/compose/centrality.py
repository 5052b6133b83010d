"""Which of many sentences are central: centroid, LexRank and maximal marginal relevance.

- Centroid over words: Radev, Jing, Styś, Tam, "Centroid-based summarization of multiple documents", 2004.
- LexRank (its continuous form), and biased towards a query: Erkan and Radev, "LexRank", JAIR 22, 2004; Otterbacher,
  Erkan, Radev, "Biased LexRank", 2009. Edges are cosines of the embedder's vectors.
- Maximal marginal relevance: Carbonell and Goldstein, SIGIR 1998.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_DAMPING = 0.85
_EDGE = 0.1  # cosines below it are no edge (LexRank's threshold)


def word_centrality(words: Sequence[Sequence[str]]) -> Floats:
    """(n,): the cosine of each sentence's words with those of all sentences, counts damped by a logarithm.

    `words`: the stems of each sentence, without stop words. A word that stands in one sentence alone counts nothing.
    """
    total = Counter(word for sentence in words for word in set(sentence))
    weights = {word: 1 + np.log(count) for word, count in total.items() if count > 1}
    norm = np.sqrt(sum(weight**2 for weight in weights.values())) or 1.0
    scores = []
    for sentence in words:
        counts = {word: 1 + np.log(count) for word, count in Counter(sentence).items()}
        length = np.sqrt(sum(count**2 for count in counts.values())) or 1.0
        scores.append(sum(count * weights.get(word, 0.0) for word, count in counts.items()) / length / norm)
    return np.array(scores, dtype=np.float64)


def lexrank(similarity: Floats, bias: Floats | None = None) -> Floats:
    """(n,): how central each of n sentences is, from 0 to 1 (the most central).

    `similarity`: (n, n) cosines. `bias`: (n,) weights that are not negative, towards which the walk is drawn;
    uniform by default.
    """
    size = len(similarity)
    edges = np.where(similarity >= _EDGE, similarity, 0.0)
    np.fill_diagonal(edges, np.diag(edges) + 1e-9)
    steps = edges / edges.sum(axis=1, keepdims=True)
    start = np.full(size, 1.0) if bias is None or not bias.any() else bias
    start = start / start.sum()
    rank = start
    for _ in range(100):
        following = (1 - _DAMPING) * start + _DAMPING * rank @ steps
        settled = np.abs(following - rank).sum() < 1e-9
        rank = following
        if settled:
            break
    return np.asarray(rank / rank.max(), dtype=np.float64)


def scaled(values: Floats) -> Floats:
    """`values` from 0 (the least) to 1 (the greatest); all 0 where they are equal."""
    spread = float(np.ptp(values)) if len(values) else 0.0
    return (values - values.min()) / spread if spread > 1e-12 else np.zeros_like(values)


def diverse(
    scores: Floats,
    similarity: Floats,
    lengths: Sequence[int],
    *,
    most: int,
    room: int,
    weight: float,
    first: Sequence[int] = (),
) -> list[int]:
    """Up to `most` positions by maximal marginal relevance, in the order of choosing; their `lengths` fit in `room`.

    `weight`: of the scores, from 0 to 1, against the greatest likeness to what is chosen already. `first`: positions
    that half of the choices are taken from. A score of minus infinity is never chosen.
    """
    chosen: list[int] = []
    closest = np.zeros(len(scores))
    sizes = np.asarray(lengths)
    left, leading = np.isfinite(scores), np.zeros(len(scores), dtype=bool)
    leading[list(first)] = True
    while len(chosen) < most and (left := left & (sizes <= room)).any():
        allowed = left & leading if len(chosen) < most // 2 and (left & leading).any() else left
        best = int(np.where(allowed, weight * scores - (1 - weight) * closest, -np.inf).argmax())
        chosen.append(best)
        left[best] = False
        room -= lengths[best]
        closest = np.maximum(closest, similarity[best])
    return chosen
