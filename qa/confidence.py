"""The calibrated probability that the best candidate is right: logistic regression over a few scores."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

from index.errors import ModelError
from qa.candidates import Candidate
from qa.read.onnx import MODEL_FOLDER

VERSION = 8
SCORES = ("margin", "gap", "log_probability", "rank", "retrieval", "support")
# Whoever asks a short text has it before them, and may well ask what it seems to answer; of a collection people ask
# what they do not know. The same scores mean less of the one than of the other.
SHORT = 4  # passages
Coverage = tuple[tuple[float, float, float], ...]
FEATURES = (*SCORES, "short", *(f"{name}, short" for name in SCORES))


def is_short(found: int, top_k: int, passages: int) -> bool:
    """Whether at most `SHORT` passages were searched.

    `found`: of up to `top_k` hits, fewer than those only where conditions left no more. `passages`: of the index.
    """
    return passages <= SHORT or found < min(top_k, SHORT + 1)


def features(candidates: Sequence[Candidate], *, short: bool) -> list[float]:
    """The values of `FEATURES` for the first of `candidates`.

    `margin`: of the best span over "no answer"; `gap`: to the score of the next candidate that says other words;
    `log_probability`: the span's within its passage; `rank` and `retrieval`: its passage's place and score in the
    search; `support`: the span's, as the reader's hidden states tell it. Each is clipped to where calibration has seen
    examples. `short`: whether `is_short`; the scores stand a second time where it is, and 0 elsewhere, so that each
    setting has weights of its own.
    """
    best = candidates[0]
    other = next((candidate for candidate in candidates if candidate.words != best.words), None)
    gap = 10.0 if other is None else best.score - other.score
    scores = [
        _clip(best.margin, -15.0, 15.0),
        _clip(gap, 0.0, 10.0),
        _clip(math.log(max(best.probability, 1e-12)), -10.0, 0.0),
        _clip(float(best.rank), 0.0, 5.0),
        _clip(best.retrieval, 0.0, 1.0),
        _clip(best.support, -10.0, 10.0),
    ]
    return [*scores, float(short), *(score * short for score in scores)]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of the logistic regression, and the confidence from which an answer is given.

    `coverage`: what other confidences would do, as rows of a least confidence, the share of the calibration questions
    that are still answered with it, and the share of those answers that are right. `short_threshold` and
    `short_coverage`: the same where the text `is_short`; without them the others hold there too.
    `retrieval_weight`: what a passage's score in the search counts beside the reader's margin (`qa.candidates`).
    `operating_point` says in words how both thresholds were chosen; `reader` is the id of the reader that they were
    fitted on. Fitted by training/calibrate.py.
    """

    weights: tuple[float, ...]
    bias: float
    threshold: float
    operating_point: str
    reader: str
    coverage: Coverage = ()
    retrieval_weight: float = 0.0
    short_threshold: float | None = None
    short_coverage: Coverage = ()

    def __post_init__(self) -> None:
        if len(self.weights) != len(FEATURES):
            raise ModelError(f"the calibration has {len(self.weights)} weights for {len(FEATURES)} features; refit it")
        for least in (self.least(short=False), self.least(short=True)):
            if not 0.0 <= least <= 1.0:
                raise ModelError(f"the calibration's threshold is {least}; it must lie between 0 and 1")

    @property
    def id(self) -> str:
        """A hash of all that decides: of weights and thresholds, not of what they cost."""
        decides = (self.weights, self.bias, self.retrieval_weight, self.threshold, self.short_threshold)
        return hashlib.sha256(repr(decides).encode()).hexdigest()[:12]

    def least(self, *, short: bool) -> float:
        """The confidence from which an answer is given of a text that `is_short`, or of others."""
        return self.short_threshold if short and self.short_threshold is not None else self.threshold

    def coverage_of(self, *, short: bool) -> Coverage:
        """The rows of coverage for a text that `is_short`, or for others."""
        return self.short_coverage if short and self.short_coverage else self.coverage

    def probability(self, values: Sequence[float]) -> float:
        """The chance, from 0 to 1, that a candidate with these feature values is right."""
        total = self.bias + math.fsum(w * v for w, v in zip(self.weights, values, strict=True))
        return 1.0 / (1.0 + math.exp(-total))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read `path`. Raises `ModelError` if it is missing, of another version or for other features."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ModelError(f"{str(path)!r} is not a calibration; make it with `make train DATA=PATH`") from error
        if data.get("version") != VERSION or tuple(data.get("features", ())) != FEATURES:
            raise ModelError(
                f"{str(path)!r} fits another version of Pincite; make it again with `make train DATA=PATH`"
            )
        return cls(
            tuple(data["weights"]),
            data["bias"],
            data["threshold"],
            data["operating_point"],
            data["reader"],
            _rows(data["coverage"]),
            data["retrieval_weight"],
            data["short_threshold"],
            _rows(data["short_coverage"]),
        )


@cache
def default_calibration() -> Calibration:
    """The shipped reader's."""
    return Calibration.load(MODEL_FOLDER / "calibration.json")


def _rows(coverage: Sequence[Sequence[float]]) -> Coverage:
    return tuple((float(least), float(share), float(right)) for least, share, right in coverage)


def _clip(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
