"""Says how well confidences tell right answers from wrong ones, and what each threshold keeps and costs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest
from sklearn.metrics import brier_score_loss, roc_auc_score

# Of fewer answers no share is told.
LEAST_ANSWERED = 20
# What the exact bounds of a share hold with (Clopper and Pearson 1934).
SURE = 0.95


def least_silent(kinds: Sequence[NDArray[np.float64]], share: float) -> float:
    """Return the greatest threshold below which at most `share` of the chances of each kind lie.

    The chances are of questions that have an answer: what lies below is met with silence.
    """
    return round(min(float(np.quantile(chances, share)) for chances in kinds), 2)


def quality_of(
    chances: NDArray[np.float64], right: NDArray[np.bool_], answerable: NDArray[np.bool_], threshold: float
) -> dict[str, float]:
    """Return how well `chances` tell which answers are right, and what the threshold declines."""
    return {
        "questions": len(chances),
        "right": float(right.mean()),
        "auroc": float(roc_auc_score(right, chances)),
        "brier": float(brier_score_loss(right, chances)),
        "ece": expected_calibration_error(chances, right),
        **_declined("unanswerable", chances[~answerable], threshold),
        **_declined("answerable", chances[answerable], threshold),
    }


def _declined(name: str, chances: NDArray[np.float64], threshold: float) -> dict[str, float]:
    return {f"declined_of_{name}": float((chances < threshold).mean())} if len(chances) else {}


def coverage(chances: NDArray[np.float64], right: NDArray[np.bool_]) -> list[tuple[float, ...]]:
    """For each least confidence in per cent: the share still answered, of those the share that is right, its bounds.

    The bounds are exact ones of a binomial share, low and high. Only where enough are answered to speak of a share.
    """
    rows = []
    for percent in range(100):
        least = percent / 100
        answered = chances >= least
        count = int(answered.sum())
        if count < LEAST_ANSWERED:
            continue
        bounds = binomtest(int(right[answered].sum()), count).proportion_ci(SURE, method="exact")
        shares = (answered.mean(), right[answered].mean(), bounds.low, bounds.high)
        rows.append((least, *(round(float(share), 3) for share in shares)))
    return rows


def expected_calibration_error(chances: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 10) -> float:
    """Mean distance of confidence and share of right answers over `bins` of equal width (Guo et al. 2017)."""
    bin_of = np.minimum((chances * bins).astype(int), bins - 1)
    parts = [(bin_of == b) for b in range(bins) if (bin_of == b).any()]
    return float(sum(abs(chances[p].mean() - right[p].mean()) * p.mean() for p in parts))
