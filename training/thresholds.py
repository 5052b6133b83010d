"""Says how well confidences tell right answers from wrong ones, and what each threshold keeps and costs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest
from sklearn.metrics import brier_score_loss, roc_auc_score

# Of the thresholds tried: how far apart they are, and over how many a gain is averaged, lest a single question decide.
STEP, AVERAGED = 0.01, 11
# Of fewer answers no share is told.
LEAST_ANSWERED = 20
# What the exact bounds of a share hold with (Clopper and Pearson 1934).
SURE = 0.95


def most_right(chances: NDArray[np.float64], f1: NDArray[np.float64], answerable: NDArray[np.bool_]) -> float:
    """The least threshold with which as many questions are treated rightly as with the best, to one standard error.

    An answer counts with its `f1`, from 0 to 1, a question that is declined with 1 where nothing answers it. Which of
    several that do as well is a matter of taste, and this one answers most (the rule of Breiman et al. 1984).
    """
    tried = np.arange(STEP, 1.0, STEP)
    gains = np.array([np.where(chances >= least, f1, ~answerable) for least in tried])  # (thresholds, questions)
    averaged = np.convolve(gains.mean(axis=1), np.ones(AVERAGED) / AVERAGED, mode="valid")
    middle = AVERAGED // 2
    error = gains[middle + int(averaged.argmax())].std() / np.sqrt(len(chances))
    as_good = np.flatnonzero(averaged >= averaged.max() - error)
    return round(float(tried[middle + int(as_good[0])]), 2)


def quality_of(
    chances: NDArray[np.float64], right: NDArray[np.bool_], answerable: NDArray[np.bool_], threshold: float
) -> dict[str, float]:
    """How well `chances` tell which answers are right, and what the threshold declines."""
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
