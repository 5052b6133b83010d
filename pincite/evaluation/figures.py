"""Computes the figures of a run's rows, each with its bootstrap interval."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from pincite.evaluation import calibration
from pincite.evaluation.definitions import PERCENTILES
from pincite.evaluation.evidence import citation_shares, column, search_shares, sentence_shares
from pincite.evaluation.judging import EvalRow
from pincite.evaluation.resampling import Floats, Resamples, Statistic, interval, safe_divide
from pincite.evaluation.shapes import Figure
from pincite.evaluation.types import EvalVerdict

STAGES = ("retrieve", "read", "cite", "total")
_PRECISIONS = (80, 90, 95)


@dataclass(frozen=True, slots=True)
class Sample:
    """The arrays that the figures are computed from, with an entry for each question.

    `shares`: name → (part, whole): the figure is the sum of the parts over the sum of the wholes, times its scale.
    `official`: exact match and F1 as SQuAD's scripts sum them. `confidence`: None if the reader has none.
    `lists`: (questions, 5), the fields of `ListScore`, or None.
    """

    shares: dict[str, tuple[Floats, Floats]]
    official: dict[str, Floats]
    confidence: Floats | None
    right: NDArray[np.bool_]
    lists: Floats | None
    latency: dict[str, Floats]
    counts: dict[str, Floats]

    @classmethod
    def of(cls, rows: Sequence[EvalRow], top_k: int) -> Sample:
        """Return the sample of `rows`."""
        confidences = [row.confidence for row in rows]
        known = None not in confidences
        lists = [row.list_score for row in rows]
        listed = [astuple(list_score) for list_score in lists if list_score is not None]
        return cls(
            shares=_shares(rows, top_k),
            official={name: column(getattr(row.official, name) for row in rows) for name in ("exact", "f1")},
            confidence=np.array(confidences, dtype=np.float64) if known else None,
            right=np.array([row.right for row in rows], dtype=np.bool_),
            lists=np.array(listed, dtype=np.float64).reshape(-1, 5) if len(listed) == len(rows) else None,
            latency={stage: column(getattr(row.timings, stage) for row in rows) for stage in STAGES},
            counts={
                "total": np.ones(len(rows)),
                "answerable": column(row.answerable for row in rows),
                "unanswerable": column(not row.answerable for row in rows),
                "declined": column(row.declined for row in rows),
                "wrongly_declined": column(row.declined and row.answerable for row in rows),
            },
        )

    def subset(self, chosen: NDArray[np.intp]) -> Sample:
        """Return the sample of the `chosen` questions, given by index."""
        return Sample(
            {name: (part[chosen], whole[chosen]) for name, (part, whole) in self.shares.items()},
            {name: values[chosen] for name, values in self.official.items()},
            None if self.confidence is None else self.confidence[chosen],
            self.right[chosen],
            None if self.lists is None else self.lists[chosen],
            {stage: values[chosen] for stage, values in self.latency.items()},
            {name: values[chosen] for name, values in self.counts.items()},
        )

    def estimates(self, resamples: Resamples) -> dict[str, Floats]:
        """Return every figure except the counts: its value, then its value in each resample."""
        estimates = dict(zip(self.shares, self._all_shares(resamples), strict=True))
        for name, score in _OFFICIAL.items():
            estimates[name][0] = _official_mean(self.official[score][self.shares[name][1] > 0])
        if self.lists is not None:
            estimates |= zip_columns(_LIST_NAMES, resamples.estimate(self._lists))
        if self.confidence is not None:
            estimates |= {name: resamples.estimate(self._statistic(f)) for name, f in _OF_CONFIDENCE.items()}
        return estimates

    def latencies(self, stage: str, resamples: Resamples) -> dict[str, Floats]:
        """Return percentiles of a stage's milliseconds, interpolated linearly, as `numpy.percentile` does."""
        values = np.sort(self.latency[stage])
        order = np.argsort(self.latency[stage], kind="stable")
        estimates = resamples.estimate(lambda weights: _percentiles(values, weights[:, order]))
        return zip_columns([f"p{p}" for p in PERCENTILES], estimates)

    def _all_shares(self, resamples: Resamples) -> Floats:
        parts, wholes = (np.stack(list(column), axis=1) for column in zip(*self.shares.values(), strict=True))
        return resamples.estimate(lambda weights: safe_divide(weights @ parts, weights @ wholes)).T

    def _statistic(self, measured: Callable[[Floats, Floats, NDArray[np.bool_]], Floats]) -> Statistic:
        assert self.confidence is not None
        confidence = self.confidence
        return lambda weights: measured(weights, confidence, self.right)

    def _lists(self, weights: Floats) -> Floats:
        assert self.lists is not None
        gold, given, hits, precision, recall = (weights @ self.lists).T
        exact = [safe_divide(hits, given), safe_divide(hits, gold)]
        in_part = [safe_divide(precision, given), safe_divide(recall, gold)]
        return 100 * np.stack([*exact, _f1(*exact), *in_part, _f1(*in_part)], axis=1)


def _coverage(percent: int, weights: Floats, confidence: Floats, right: NDArray[np.bool_]) -> Floats:
    return 100 * calibration.coverage_at(percent / 100, weights, confidence, right)


_OFFICIAL = {"exact": "exact", "f1": "f1", "HasAns_exact": "exact", "HasAns_f1": "f1", "NoAns_f1": "f1"}
_LIST_NAMES = [f"list_{match}_{name}" for match in ("exact", "partial") for name in ("precision", "recall", "f1")]
_OF_CONFIDENCE: dict[str, Callable[[Floats, Floats, NDArray[np.bool_]], Floats]] = {
    "auroc": calibration.auroc,
    "ece": calibration.expected_calibration_error,
    "brier": calibration.brier,
    "aurc": calibration.aurc,
    **{f"coverage@{p}": partial(_coverage, p) for p in _PRECISIONS},
}


def measure(sample: Sample, resamples: Resamples, names: Sequence[str]) -> dict[str, Figure]:
    """Return the figures `names`, in that order."""
    estimates = sample.estimates(resamples)
    estimates |= {f"latency_{name}": estimate for name, estimate in sample.latencies("total", resamples).items()}
    total = len(sample.right)
    figures = {}
    for name in names:
        if name in sample.counts:
            figures[name] = Figure(value=int(sample.counts[name].sum()), low=None, high=None, n=total)
        elif name in estimates:
            over = int((sample.shares[name][1] > 0).sum()) if name in sample.shares else total
            figures[name] = figure(estimates[name], over)
        else:
            figures[name] = Figure(value=None, low=None, high=None, n=0)
    return figures


def figure(estimates: Floats, over: int) -> Figure:
    """Return a figure over `over` questions from its `estimates`: its value, then its values in the resamples."""
    bounds = interval(estimates) if over > 1 else None
    value = None if np.isnan(estimates[0]) else float(estimates[0])
    low, high = bounds or (None, None)
    return Figure(value=value, low=low, high=high, n=over)


def _shares(rows: Sequence[EvalRow], top_k: int) -> dict[str, tuple[Floats, Floats]]:
    ones = np.ones(len(rows))
    answerable, declined = column(row.answerable for row in rows), column(row.declined for row in rows)
    exact, f1 = column(row.exact for row in rows), column(row.f1 for row in rows)
    good = column(row.verdict in (EvalVerdict.RIGHT, EvalVerdict.RIGHTLY_DECLINED) for row in rows)
    return {
        "exact": (exact, ones),
        "f1": (f1, ones),
        "HasAns_exact": (exact * answerable, answerable),
        "HasAns_f1": (f1 * answerable, answerable),
        "NoAns_f1": (f1 * (1 - answerable), 1 - answerable),
        "right": (100 * good, ones),
        "refusal_precision": (100 * declined * (1 - answerable), declined),
        "refusal_recall": (100 * declined * (1 - answerable), 1 - answerable),
        **search_shares(rows, top_k),
        **citation_shares(rows),
        **sentence_shares(rows),
    }


def _official_mean(scores: Floats) -> float:
    """Return the mean in percent, summed in the order of SQuAD's scripts: another order differs in the last digits."""
    return float(100.0 * np.add.accumulate(scores)[-1] / len(scores)) if len(scores) else math.nan


def _percentiles(values: Floats, weights: Floats) -> Floats:
    """Return (resamples, percentiles) of the sorted `values`, each counted as often as its weight."""
    below = np.cumsum(weights, axis=1)
    position = (below[:, -1:] - 1) * np.array(PERCENTILES) / 100
    first = np.floor(position)
    picks = [values[_nth(below, np.minimum(first + step, below[:, -1:] - 1))] for step in (0, 1)]
    mixed = picks[0] + (picks[1] - picks[0]) * (position - first)
    return np.where(below[:, -1:] > 0, mixed, np.nan)


def _nth(below: Floats, position: Floats) -> NDArray[np.intp]:
    """Return the index of the value at each position, from 0. `below`: the cumulative counts of the values."""
    positions: NDArray[np.intp] = (below[:, None, :] <= position[:, :, None]).sum(axis=2)
    return positions


def zip_columns(names: Sequence[str], estimates: Floats) -> dict[str, Floats]:
    """Return the columns of `estimates` by name."""
    return dict(zip(names, estimates.T, strict=True))


def _f1(precision: Floats, recall: Floats) -> Floats:
    total = precision + recall
    return np.where(np.isnan(total), np.nan, 2 * precision * recall / np.where(total > 0, total, 1.0))
