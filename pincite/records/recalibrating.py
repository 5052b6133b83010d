"""Fits the confidence to a user's own questions, from feedback or any other questions with known answers.

The shipped calibration is where every fit starts, however often: feedback is kept, so that nothing is counted twice.
Its operating point says what a wrong answer costs: answering from a confidence of t on is best where a wrong one costs
t / (1 - t) of what a right one gains. That cost stays; the threshold is the one that gains most on the pairs, drawn
towards the shipped one the more the fewer pairs there are. Short texts and others have a threshold, and a cost, each;
both are fitted to all pairs: feedback does not say what else was searched. With enough pairs the confidence itself is
rescaled by Platt's method (Platt 1999), where that predicts pairs that were left out better (five-fold
cross-validation).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from pincite.records.feedback import Judgement
from qa.answerer import Answerer
from qa.confidence import FEATURES, Calibration, Coverage, features
from qa.errors import FeedbackError

LEAST_PAIRS, LEAST_OF_EACH = 20, 5
LEAST_TO_RESCALE, LEAST_OF_EACH_TO_RESCALE = 100, 20
WEIGHT_OF_SHIPPED = 50  # pairs
FOLDS = 5

_RANGE = (0.01, 0.95)
_RIDGE = 1.0
_SHORT = FEATURES.index("short")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Operation:
    """The effect of thresholds on the pairs: the share of questions answered, and the share right of those (or None).

    `short_threshold`: that of short texts (see `qa.confidence`).
    """

    threshold: float
    short_threshold: float
    answered: float
    right: float | None


@dataclass(frozen=True, slots=True)
class Refit:
    """A new calibration, and its effect on the pairs that it was fitted on. `set_aside`: pairs of no use."""

    calibration: Calibration
    pairs: int
    right: int
    set_aside: int
    rescaled: bool
    before: Operation
    after: Operation

    def to_dict(self) -> dict[str, JsonValue]:
        """Return plain data for JSON, without the calibration."""
        return {name: value for name, value in asdict(self).items() if name != "calibration"}


def recalibrate(
    judgements: Iterable[Judgement],
    answerer_for: Callable[[Judgement], Answerer],
    shipped: Calibration,
    current: Calibration,
) -> Refit:
    """Ask the questions again and fit. `answerer_for` is called once for each run of judgements on one document.

    `current`: the calibration in use, for comparison. Raises `FeedbackError` for too few pairs.
    """
    rows: list[list[float]] = []
    verdicts: list[bool] = []
    total = 0
    for _, group in groupby(judgements, key=lambda judgement: id(judgement.document)):
        asked = list(group)
        total += len(asked)
        answerer = answerer_for(asked[0])
        considered = answerer.consider([judgement.question for judgement in asked])
        for judgement, candidates, short in zip(asked, considered.candidates, considered.short, strict=True):
            if not candidates:
                continue
            best = candidates[0]
            verdict = judgement.of(answerer.documents[best.document_id].text[best.start : best.end])
            if verdict is not None:
                rows.append(features(candidates, short=short))
                verdicts.append(verdict)
    right = np.array(verdicts, dtype=bool)
    _require(right, LEAST_PAIRS, LEAST_OF_EACH)
    return refitted(rows, right, shipped, current, total - len(rows))


def _require(right: NDArray[np.bool_], least: int, of_each: int) -> None:
    rights, wrongs = int(right.sum()), int((~right).sum())
    if len(right) < least or min(rights, wrongs) < of_each:
        raise FeedbackError(
            f"there are {len(right)} questions whose best answer is known to be right ({rights}) or wrong ({wrongs}); "
            f"at least {least} are needed, {of_each} of each"
        )


def refitted(
    rows: Sequence[Sequence[float]],
    right: NDArray[np.bool_],
    shipped: Calibration,
    current: Calibration,
    set_aside: int,
) -> Refit:
    logits = np.array([_logit(shipped.probability(row)) for row in rows])
    slope, shift = _rescaling(logits, right)
    rescaled = (slope, shift) != (1.0, 0.0)
    chances = _sigmoid(slope * logits + shift)
    thresholds = [_threshold(chances, right, shipped.least(short=short)) for short in (False, True)]
    costs = [_cost(shipped.least(short=short)) for short in (False, True)]
    point = (
        f"fitted to {len(right)} pairs of feedback; a wrong answer costs {costs[0]:.2f} of a right one, "
        f"on short texts {costs[1]:.2f}"
    )
    fitted = replace(
        shipped,
        weights=tuple(slope * weight for weight in shipped.weights),
        bias=slope * shipped.bias + shift,
        threshold=thresholds[0],
        short_threshold=thresholds[1],
        operating_point=point,
        coverage=_moved(shipped.coverage, slope, shift),
        short_coverage=_moved(shipped.short_coverage, slope, shift),
    )
    old = np.array([current.probability(row) for row in rows])
    short = np.array([bool(row[_SHORT]) for row in rows])
    return Refit(
        fitted,
        len(right),
        int(right.sum()),
        set_aside,
        rescaled,
        _operation(old, right, short, current),
        _operation(chances, right, short, fitted),
    )


def _threshold(chances: Floats, right: NDArray[np.bool_], shipped: float) -> float:
    """Return the threshold that gains most, drawn towards the shipped one."""
    cost = _cost(shipped)
    edges = np.unique(chances)
    tried = np.clip([shipped, *((edges[:-1] + edges[1:]) / 2), edges[0] / 2, (edges[-1] + 1) / 2], *_RANGE)
    gains = np.array([np.where(right, 1.0, -cost)[chances >= threshold].sum() for threshold in tried])
    # Of those that gain as much, the nearest to the shipped one: without a reason nothing changes.
    best = min(
        tried[gains >= gains.max() - 1e-9], key=lambda threshold: abs(_logit(float(threshold)) - _logit(shipped))
    )
    share = len(right) / (len(right) + WEIGHT_OF_SHIPPED)
    drawn = share * _logit(float(best)) + (1 - share) * _logit(shipped)
    return round(float(np.clip(_sigmoid(np.array(drawn)), *_RANGE)), 3)


def _rescaling(logits: Floats, right: NDArray[np.bool_]) -> tuple[float, float]:
    """Return slope and shift of the logit; (1, 0) if there are too few pairs or it does not help."""
    if len(right) < LEAST_TO_RESCALE or min(right.sum(), (~right).sum()) < LEAST_OF_EACH_TO_RESCALE:
        return 1.0, 0.0
    fold = np.arange(len(right)) % FOLDS
    before = after = 0.0
    for held_out in range(FOLDS):
        inside = fold != held_out
        slope, shift = platt_scaling(logits[inside], right[inside])
        before += _loss(logits[~inside], right[~inside])
        after += _loss(slope * logits[~inside] + shift, right[~inside])
    slope, shift = platt_scaling(logits, right)
    return (slope, shift) if after < before and slope > 0 else (1.0, 0.0)


def platt_scaling(logits: Floats, right: NDArray[np.bool_]) -> tuple[float, float]:
    """Return slope and shift, drawn towards (1, 0); targets as Platt smooths them.

    By Newton's method with the curvature's upper bound in its place, which never overshoots (Böhning and Lindsay 1988).
    """
    rights, wrongs = right.sum(), (~right).sum()
    targets = np.where(right, (rights + 1) / (rights + 2), 1 / (wrongs + 2))
    inputs = np.stack([logits, np.ones_like(logits)], axis=1)
    prior = np.array([1.0, 0.0])
    fitted = prior.copy()
    curvature = inputs.T @ inputs / 4 + _RIDGE * np.eye(2)
    for _ in range(1000):
        gradient = inputs.T @ (_sigmoid(inputs @ fitted) - targets) + _RIDGE * (fitted - prior)
        step = np.linalg.solve(curvature, gradient)
        fitted -= step
        if np.abs(step).max() < 1e-9:
            break
    return float(fitted[0]), float(fitted[1])


def _loss(logits: Floats, right: NDArray[np.bool_]) -> float:
    """Return the negative log likelihood."""
    return float(np.logaddexp(0.0, np.where(right, -logits, logits)).sum())


def _operation(
    chances: Floats, right: NDArray[np.bool_], short: NDArray[np.bool_], calibration: Calibration
) -> Operation:
    least, short_least = calibration.least(short=False), calibration.least(short=True)
    answered = chances >= np.where(short, short_least, least)
    good = round(float(right[answered].mean()), 3) if answered.any() else None
    return Operation(least, short_least, round(float(answered.mean()), 3), good)


def _cost(threshold: float) -> float:
    return threshold / (1 - threshold)


def _moved(coverage: Coverage, slope: float, shift: float) -> Coverage:
    """Return the same rows, for confidences that were rescaled."""

    def moved(least: float) -> float:
        return least if least <= 0 else round(float(_sigmoid(np.array(slope * _logit(least) + shift))), 3)

    return tuple((moved(least), *shares) for least, *shares in coverage)


def _logit(chance: float) -> float:
    inside = min(max(chance, 1e-9), 1 - 1e-9)
    return math.log(inside / (1 - inside))


def _sigmoid(values: Floats) -> Floats:
    return 0.5 + 0.5 * np.tanh(values / 2)
