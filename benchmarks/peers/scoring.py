"""Scores replies: F1, recall, and whether a peer declines where it should."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from benchmarks.material import holds
from benchmarks.peers.driver import Reply
from pincite.evaluation import Pair, score
from pincite.evaluation.resampling import Resamples, interval

CUTS = (1, 3, 5)
OURS = "pincite"  # the peer that is ours


def quality(pairs: Sequence[Pair], replies: Sequence[Reply]) -> dict[str, Any]:
    """Return all in percent, or counts; None where nothing was there to count.

    F1 as SQuAD 2.0 defines it: declining is right where there is no answer and wrong where there is one. recall@k: the
    answerable questions of which one of the first k passages holds an answer. Refusal precision: of the questions
    declined those without an answer; refusal recall: of the questions without an answer those declined.
    """
    both = list(zip(pairs, replies, strict=True))
    f1 = f1_of(pairs, replies)
    answerable = [pair.answerable for pair in pairs]
    found = [
        next((rank for rank, passage in enumerate(reply.passages, 1) if holds(passage, pair)), None)
        for pair, reply in both
        if pair.answerable
    ]
    declined = [reply.answer is None for reply in replies]
    right = sum(gone and not pair.answerable for gone, pair in zip(declined, pairs, strict=True))
    return {
        "questions": len(pairs),
        "answerable": sum(answerable),
        "f1": _mean(f1),
        "has_answer_f1": _mean(value for value, there in zip(f1, answerable, strict=True) if there),
        **{f"recall@{k}": _mean(100.0 * (rank is not None and rank <= k) for rank in found) for k in CUTS},
        "refusal_precision": _percent(right, sum(declined)),
        "refusal_recall": _percent(right, len(pairs) - sum(answerable)),
        "declined": sum(declined),
        "failures": sum(reply.failure is not None for reply in replies),
    }


def f1_of(pairs: Sequence[Pair], replies: Sequence[Reply]) -> list[float]:
    """Of each reply, in percent."""
    both = zip(pairs, replies, strict=True)
    return [100 * score(reply.answer, pair.answers, pair.rules).f1 for pair, reply in both]


def ahead_by(pairs: Sequence[Pair], theirs: Sequence[Reply], ours: Sequence[Reply]) -> tuple[float, float] | None:
    """Return the 95% interval of how many points of F1 `theirs` are above `ours`, by a bootstrap of the questions."""
    more = np.array(f1_of(pairs, theirs)) - np.array(f1_of(pairs, ours))
    drawn = Resamples.draw([pair.id for pair in pairs])
    return interval(drawn.estimate(lambda counts: counts @ more / counts.sum(axis=1)))


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile, in milliseconds."""
    return {f"p{p}_ms": 1000 * float(np.percentile(seconds, p)) for p in (50, 95)}


def _mean(values: Iterable[float]) -> float | None:
    listed = list(values)
    return float(np.mean(listed)) if listed else None


def _percent(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None
