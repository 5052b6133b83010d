"""Fits the confidence to a user's own questions, from feedback or any other questions with known answers.

Every fit starts from the shipped calibration, because all feedback is kept and would otherwise count twice. The shipped
threshold t implies the cost of a wrong answer: answering from t on is optimal if a wrong answer costs t / (1 - t) of
the gain of a right one. This cost stays. The new threshold has the highest gain on the pairs, shrunk towards the
shipped one, more strongly with fewer pairs. Short texts have a threshold and a cost of their own; both thresholds are
fitted to all pairs, because feedback does not tell what else was searched. With enough pairs, the confidence is also
rescaled (Platt 1999) if that predicts held-out pairs better (five-fold cross-validation).
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
    """The effect of thresholds on the pairs: the share of questions answered, and the share of those that are right.

    `right`: None if no question is answered. `short_threshold`: that of short texts (see `qa.confidence`).
    """

    threshold: float
    short_threshold: float
    answered: float
    right: float | None


@dataclass(frozen=True, slots=True)
class Refit:
    """A new calibration, and its effect on the pairs that it was fitted to. `set_aside`: the unusable pairs."""

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
    """Ask the questions again and fit a calibration. Raises `FeedbackError` for too few pairs.

    `answerer_for`: called once for each run of judgements on one document. `current`: the one in use, to compare with.
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
            verdict = judgement.is_right(answerer.documents[best.document_id].text[best.start : best.end])
            if verdict is not None:
                rows.append(features(candidates, short=short))
                verdicts.append(verdict)
    right = np.array(verdicts, dtype=bool)
    _require_enough(right, LEAST_PAIRS, LEAST_OF_EACH)
    return refitted(rows, right, shipped, current, total - len(rows))


def _require_enough(right: NDArray[np.bool_], least: int, of_each: int) -> None:
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
        coverage=_rescaled_coverage(shipped.coverage, slope, shift),
        short_coverage=_rescaled_coverage(shipped.short_coverage, slope, shift),
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
    """Return the threshold with the highest gain, shrunk towards the shipped one."""
    cost = _cost(shipped)
    edges = np.unique(chances)
    tried = np.clip([shipped, *((edges[:-1] + edges[1:]) / 2), edges[0] / 2, (edges[-1] + 1) / 2], *_RANGE)
    gains = np.array([np.where(right, 1.0, -cost)[chances >= threshold].sum() for threshold in tried])
    # The closest to the shipped one of those with the highest gain, so that nothing changes without a reason.
    best = min(
        tried[gains >= gains.max() - 1e-9], key=lambda threshold: abs(_logit(float(threshold)) - _logit(shipped))
    )
    share = len(right) / (len(right) + WEIGHT_OF_SHIPPED)
    shrunk = share * _logit(float(best)) + (1 - share) * _logit(shipped)
    return round(float(np.clip(_sigmoid(np.array(shrunk)), *_RANGE)), 3)


def _rescaling(logits: Floats, right: NDArray[np.bool_]) -> tuple[float, float]:
    """Return slope and shift of the logit; (1, 0) if there are too few pairs or rescaling does not help."""
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
    """Return slope and shift, regularised towards (1, 0), with the targets smoothed as in Platt's paper.

    Newton's method, with an upper bound in place of the curvature, never overshoots (Böhning and Lindsay 1988).
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


def _rescaled_coverage(coverage: Coverage, slope: float, shift: float) -> Coverage:
    """Return the rows of `coverage` with their thresholds rescaled like the confidences."""

    def rescaled_threshold(least: float) -> float:
        return least if least <= 0 else round(float(_sigmoid(np.array(slope * _logit(least) + shift))), 3)

    return tuple((rescaled_threshold(least), *shares) for least, *shares in coverage)


def _logit(chance: float) -> float:
    inside = min(max(chance, 1e-9), 1 - 1e-9)
    return math.log(inside / (1 - inside))


def _sigmoid(values: Floats) -> Floats:
    return 0.5 + 0.5 * np.tanh(values / 2)
