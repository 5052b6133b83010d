"""Measures confidence: as a probability, as an order, and as a reason to abstain.

Every function takes `weights` (resamples, questions), how often each question counts (`pincite.evaluation.resampling`),
`confidence` (questions,) from 0 to 1, and `right` (questions,), whether the best candidate is right, answered or not.
Tests compare the results with scikit-learn's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pincite.evaluation.resampling import Floats, safe_divide
from pincite.evaluation.shapes import ReliabilityBin, RiskPoint

BINS = 10
Bools = NDArray[np.bool_]


def bin_of(confidence: Floats, bins: int = BINS) -> NDArray[np.intp]:
    """Return (questions,): the index of each confidence's bin, of `bins` of equal width; 1 is in the last."""
    return np.minimum((confidence * bins).astype(np.intp), bins - 1)


def expected_calibration_error(weights: Floats, confidence: Floats, right: Bools, bins: int = BINS) -> Floats:
    """Return the mean gap between confidence and accuracy over bins of equal width (Guo et al. 2017)."""
    member = np.eye(bins)[bin_of(confidence, bins)]
    gap = weights @ (member * (confidence - right)[:, None])
    return safe_divide(np.abs(gap).sum(axis=1), weights.sum(axis=1))


def brier(weights: Floats, confidence: Floats, right: Bools) -> Floats:
    """Return the mean squared error of the confidence, against 1 if right and 0 if wrong (Brier 1950)."""
    return safe_divide(weights @ (confidence - right) ** 2, weights.sum(axis=1))


def auroc(weights: Floats, confidence: Floats, right: Bools) -> Floats:
    """Return the chance that a right candidate has more confidence than a wrong one; ties count half."""
    good = _by_level(weights * right, confidence)
    bad = _by_level(weights * ~right, confidence)
    above = good * (np.cumsum(bad, axis=1) - bad / 2)
    return safe_divide(above.sum(axis=1), good.sum(axis=1) * bad.sum(axis=1))


def aurc(weights: Floats, confidence: Floats, right: Bools) -> Floats:
    """Return the area under the risk-coverage curve (Geifman and El-Yaniv 2017): the mean risk; 0 is best."""
    answered, risk = _risk(weights, confidence, right)
    return safe_divide((np.diff(answered, axis=1, prepend=0) * risk).sum(axis=1), weights.sum(axis=1))


def coverage_at(precision: float, weights: Floats, confidence: Floats, right: Bools) -> Floats:
    """Return the largest share of questions answered, surest first, with `precision` (0 to 1) of them right."""
    answered, risk = _risk(weights, confidence, right)
    enough = (1 - risk >= precision - 1e-12) & (answered > 0)
    return safe_divide(np.where(enough, answered, 0.0).max(axis=1), weights.sum(axis=1))


def risk_coverage(confidence: Floats, right: Bools, points: int = 200) -> list[RiskPoint]:
    """Return the risk-coverage curve: for each threshold, the share answered and the share of those that are wrong."""
    if not len(confidence):
        return []
    answered, risk = _risk(np.ones((1, len(confidence))), confidence, right)
    levels = np.unique(confidence)[::-1]
    kept = np.unique(np.linspace(0, len(levels) - 1, min(points, len(levels))).round().astype(int))
    return [
        RiskPoint(coverage=float(answered[0, i] / len(confidence)), risk=float(risk[0, i]), confidence=float(levels[i]))
        for i in kept
    ]


def reliability(confidence: Floats, right: Bools, bins: int = BINS) -> list[ReliabilityBin]:
    """Return for each bin of confidence its number of questions, their mean confidence and the share that are right."""
    member = bin_of(confidence, bins)
    bars = []
    for i in range(bins):
        inside = member == i
        count = int(inside.sum())
        means = (float(confidence[inside].mean()), float(right[inside].mean())) if count else (None, None)
        edges = i / bins, (i + 1) / bins
        bars.append(ReliabilityBin(low=edges[0], high=edges[1], count=count, confidence=means[0], right=means[1]))
    return bars


def _by_level(weights: Floats, confidence: Floats) -> Floats:
    """Return (resamples, levels): the weights summed over the questions of each confidence, lowest first."""
    order = np.argsort(confidence, kind="stable")
    _, starts = np.unique(confidence[order], return_index=True)
    summed: Floats = np.add.reduceat(weights[:, order], starts, axis=1)
    return summed


def _risk(weights: Floats, confidence: Floats, right: Bools) -> tuple[Floats, Floats]:
    """Return two arrays (resamples, levels), surest first: the number of answered questions, and the share wrong."""
    answered = np.cumsum(_by_level(weights, confidence)[:, ::-1], axis=1)
    wrong = np.cumsum(_by_level(weights * ~right, confidence)[:, ::-1], axis=1)
    return answered, np.divide(wrong, answered, out=np.zeros_like(wrong), where=answered > 0)
