"""Ranks sentences by how central they are, and chooses those that together say most.

- Coverage of words by a submodular function, chosen greedily: Filatova and Hatzivassiloglou, "A formal model for
  information selection in multi-sentence text extraction", COLING 2004; Lin and Bilmes, "A class of submodular
  functions for document summarization", ACL 2011.
- Centroid over words: Radev, Jing, Styś, Tam, "Centroid-based summarization of multiple documents", 2004.
- LexRank (its continuous form), and biased towards a query: Erkan and Radev, "LexRank", JAIR 22, 2004; Otterbacher,
  Erkan, Radev, "Biased LexRank", 2009. Edges are cosines of the embedder's vectors.
- Maximal marginal relevance: Carbonell and Goldstein, SIGIR 1998.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_DAMPING = 0.85
_SAYS_SAME = 0.5  # of the words of two sentences
_EDGE = 0.1  # cosines below it are no edge (LexRank's threshold)


def word_centrality(words: Sequence[Sequence[str]]) -> Floats:
    """Return (n,): the cosine of each sentence's words with those of all sentences; counts are damped by a logarithm.

    `words`: the stems of each sentence, without stop words. A word that stands in one sentence alone counts nothing.
    """
    weights = {word: 1 + weight for word, weight in word_weights(words).items()}
    norm = np.sqrt(sum(weight**2 for weight in weights.values())) or 1.0
    scores = []
    for sentence in words:
        counts = {word: 1 + np.log(count) for word, count in Counter(sentence).items()}
        length = np.sqrt(sum(count**2 for count in counts.values())) or 1.0
        scores.append(sum(count * weights.get(word, 0.0) for word, count in counts.items()) / length / norm)
    return np.array(scores, dtype=np.float64)


def word_weights(words: Sequence[Sequence[str]]) -> dict[str, float]:
    """Return the logarithm of the number of sentences that each word stands in; a word of one sentence alone has none.

    `words`: the stems of each sentence, without stop words.
    """
    total = Counter(word for sentence in words for word in set(sentence))
    return {word: float(np.log(count)) for word, count in total.items() if count > 1}


def covering(
    words: Sequence[Sequence[str]],
    weights: Mapping[str, float],
    scores: Floats,
    lengths: Sequence[int],
    *,
    most: int,
    room: int,
    groups: Sequence[int],
    spread: float,
    first: Sequence[int] = (),
    again: float = 0.0,
) -> list[int]:
    """Choose up to `most` positions whose words together weigh most and whose `lengths` fit in `room`, in that order.

    Each adds to its score the weight of its words, as a share of the heaviest sentence's, and `spread` if none of its
    group is chosen (Lin and Bilmes's reward of diversity). Each time that a word is chosen it keeps `again` of its
    weight, from 0 to 1; what shares more than half of its words with one that is chosen comes after all others.
    `scores`: what each sentence counts beside that. `groups`: the number of each one's. `first`: positions that half of
    the choices are taken from.
    """
    bags = [[word for word in dict.fromkeys(sentence) if word in weights] for sentence in words]
    different = [len(set(sentence)) for sentence in words]
    holders: dict[str, list[int]] = defaultdict(list)
    for i, bag in enumerate(bags):
        for word in bag:
            holders[word].append(i)
    worth, sizes, group = dict(weights), np.asarray(lengths), np.asarray(groups)
    gains = np.array([sum(worth[word] for word in bag) for bag in bags], dtype=np.float64)
    heaviest = gains.max(initial=0.0) or 1.0
    left, untold, leading, repeated = (np.full(len(bags), value) for value in (True, True, False, False))
    leading[list(first)] = True
    chosen: list[int] = []
    while len(chosen) < most and (left := left & (sizes <= room)).any():
        new = left & ~repeated if (left & ~repeated).any() else left
        allowed = new & leading if len(chosen) < most // 2 and (new & leading).any() else new
        best = int(np.where(allowed, scores + gains / heaviest + spread * untold, -np.inf).argmax())
        chosen.append(best)
        left[best] = False  # it may have no words
        untold &= group != group[best]
        shared = Counter(i for word in bags[best] for i in holders[word])
        repeated[[i for i, count in shared.items() if count > _SAYS_SAME * min(different[i], different[best])]] = True
        room -= lengths[best]
        worth |= {word: again * worth[word] for word in bags[best]}
        for i in shared:
            gains[i] = sum(worth[word] for word in bags[i])
    return chosen


def lexrank(similarity: Floats, bias: Floats | None = None) -> Floats:
    """Return (n,): how central each of n sentences is, from 0 to 1 (the most central).

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
    """Scale `values` to 0 (the least) to 1 (the greatest); all 0 if they are equal."""
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
) -> list[int]:
    """Choose up to `most` positions by maximal marginal relevance whose `lengths` fit in `room`, in that order.

    `weight`: of the scores, from 0 to 1, against the greatest likeness to what is chosen already. A score of minus
    infinity is never chosen.
    """
    chosen: list[int] = []
    closest = np.zeros(len(scores))
    sizes = np.asarray(lengths)
    left = np.isfinite(scores)
    while len(chosen) < most and (left := left & (sizes <= room)).any():
        best = int(np.where(left, weight * scores - (1 - weight) * closest, -np.inf).argmax())
        chosen.append(best)
        left[best] = False
        room -= lengths[best]
        closest = np.maximum(closest, similarity[best])
    return chosen
