"""Calibrates: gives the probability that the best candidate is right, by logistic regression over a few scores."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

from index.errors import ModelError
from qa.candidates import Candidate
from qa.read.onnx import MODEL_FOLDER

if TYPE_CHECKING:
    from qa.compose.draft import Material

VERSION = 8
SCORES = ("margin", "gap", "log_probability", "rank", "retrieval", "support", "rivals")
# Whoever asks a short text has it before them, and may well ask what it seems to answer; of a collection people ask
# what they do not know. The same scores mean less of the one than of the other.
SHORT = 4  # passages
# Rows of three or five numbers: see `Calibration`.
Coverage = tuple[tuple[float, ...], ...]
FEATURES = (*SCORES, "short", *(f"{name}, short" for name in SCORES))


def is_short(hits: int, top_k: int, passages: int) -> bool:
    """Return whether at most `SHORT` passages were searched.

    `hits`: of up to `top_k` hits, fewer than those only where conditions left no more. `passages`: of the index.
    """
    return passages <= SHORT or hits < min(top_k, SHORT + 1)


def features(candidates: Sequence[Candidate], *, short: bool) -> list[float]:
    """Return the values of `FEATURES` for the first of `candidates`.

    `margin`: of the best span over "no answer"; `gap`: to the score of the next candidate that says other words;
    `log_probability`: the span's within its passage; `rank` and `retrieval`: its passage's place and score in the
    search; `support`: the span's, as the reader's hidden states tell it; `rivals`: how many other words seem to answer,
    as the sum of their chances against "no answer". Each is clipped to where calibration has seen examples. `short`:
    whether `is_short`; the scores stand a second time where it is, and 0 elsewhere, so that each setting has weights of
    its own.
    """
    best = candidates[0]
    others = [candidate for candidate in candidates if candidate.words != best.words]
    gap = best.score - others[0].score if others else 10.0
    scores = [
        _clip(best.margin, -15.0, 15.0),
        _clip(gap, 0.0, 10.0),
        _clip(math.log(max(best.probability, 1e-12)), -10.0, 0.0),
        _clip(float(best.rank), 0.0, 5.0),
        _clip(best.retrieval, 0.0, 1.0),
        _clip(best.support, -10.0, 10.0),
        _clip(_rivals(others), 0.0, 10.0),
    ]
    return [*scores, float(short), *(score * short for score in scores)]


def _rivals(others: Sequence[Candidate]) -> float:
    margins: dict[str, float] = {}
    for other in others:
        margins[other.words] = max(_clip(other.margin, -15.0, 15.0), margins.get(other.words, -15.0))
    return math.fsum(1.0 / (1.0 + math.exp(-margin)) for margin in margins.values())


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of the logistic regression, and the confidence from which an answer is given.

    `coverage`: the effect of other thresholds. Each row has a threshold, the share of the calibration questions that
    are still answered at it, the share of those answers that are right, and that share's exact bounds of 95%
    (Clopper and Pearson 1934), which files of earlier versions lack. `short_threshold` and
    `short_coverage`: the same for a text that `is_short`; without them the others hold there too.
    `retrieval_weight`: what a passage's score in the search counts beside the reader's margin (`qa.candidates`).
    `operating_point` says in words how both thresholds were chosen; `reader` is the id of the reader that they were
    fitted on. `forms`: the calibrations of the other forms by their names; `fusion`: how sentences
    are scored (`qa.compose.evidence`), as weights and a bias; `verdicts`: from which probability on "yes" and "no" are
    said. Fitted by training/calibrate.py, training/forms.py and training/verdicts.py.
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
    forms: Mapping[str, FormCalibration] = field(default_factory=dict)
    fusion: tuple[tuple[float, ...], float] | None = None
    verdicts: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.weights) != len(FEATURES):
            raise ModelError(f"the calibration has {len(self.weights)} weights for {len(FEATURES)} features; refit it")
        for least in (self.least(short=False), self.least(short=True)):
            if not 0.0 <= least <= 1.0:
                raise ModelError(f"the calibration's threshold is {least}; it must lie between 0 and 1")

    @property
    def id(self) -> str:
        """A hash of weights and thresholds, not of the coverage that they give."""
        decides = (self.weights, self.bias, self.retrieval_weight, self.threshold, self.short_threshold)
        return hashlib.sha256(repr(decides).encode()).hexdigest()[:12]

    def least(self, *, short: bool) -> float:
        """Return the confidence from which an answer is given of a text that `is_short`, or of others."""
        return self.short_threshold if short and self.short_threshold is not None else self.threshold

    def coverage_of(self, *, short: bool) -> Coverage:
        """Return the rows of coverage for a text that `is_short`, or for others."""
        return self.short_coverage if short and self.short_coverage else self.coverage

    def probability(self, values: Sequence[float]) -> float:
        """Return the chance, from 0 to 1, that a candidate with these feature values is right."""
        return _probability(self.weights, self.bias, values)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read `path`; a feature that it does not know weighs nothing.

        Raises `ModelError` if it is missing, of another version or has features that are not among `FEATURES`.
        """
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ModelError(f"{str(path)!r} is not a calibration; make it with `make train DATA=PATH`") from error
        names = data.get("features", ())
        if data.get("version") != VERSION or not set(names) <= set(FEATURES):
            raise ModelError(
                f"{str(path)!r} fits another version of Pincite; make it again with `make train DATA=PATH`"
            )
        weights = dict(zip(names, data["weights"], strict=True))
        return cls(
            tuple(weights.get(name, 0.0) for name in FEATURES),
            data["bias"],
            data["threshold"],
            data["operating_point"],
            data["reader"],
            _rows(data["coverage"]),
            data["retrieval_weight"],
            data["short_threshold"],
            _rows(data["short_coverage"]),
            {
                name: FormCalibration(tuple(fit["weights"]), fit["bias"], fit["threshold"])
                for name, fit in data.get("forms", {}).items()
            },
            (tuple(data["fusion"]["weights"]), data["fusion"]["bias"]) if data.get("fusion") else None,
            data.get("verdicts", {}),
        )


@cache
def default_calibration() -> Calibration:
    """Return the shipped reader's calibration."""
    return Calibration.load(MODEL_FOLDER / "calibration.json")


def _rows(coverage: Sequence[Sequence[float]]) -> Coverage:
    return tuple(tuple(float(number) for number in row) for row in coverage)


def _clip(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


# Of the best sentence, how far ahead of the next it is, and what the whole question found.
SENTENCE_FEATURES = ("score", "gap", "answers", "margin", "meaning", "shared", "retrieval", "absent", "short")


def sentence_features(material: Material) -> list[float]:
    """Return the values of `SENTENCE_FEATURES` for what was found and read for a question.

    `score`, `answers`, `margin`, `meaning`, `shared`, `retrieval`: of the best sentence (`qa.compose.evidence`); `gap`:
    of its score to the next's; `absent`: the share of the question's content words that stand in no passage that was
    read; `short`: whether the text `is_short`.
    """
    best = material.sentences[0]
    gap = best.score - material.sentences[1].score if len(material.sentences) > 1 else 5.0
    return [
        _clip(best.score, -10.0, 10.0),
        _clip(gap, 0.0, 5.0),
        _clip(best.answers, -6.0, 6.0),
        best.margin,
        best.meaning,
        best.shared,
        _clip(best.retrieval, 0.0, 1.0),
        material.absent,
        float(material.short),
    ]


@dataclass(frozen=True, slots=True)
class FormCalibration:
    """The logistic regression of one form's `SENTENCE_FEATURES`, and the confidence from which it is given."""

    weights: tuple[float, ...]
    bias: float
    threshold: float

    def __post_init__(self) -> None:
        if len(self.weights) != len(SENTENCE_FEATURES):
            raise ModelError(
                f"a form's calibration has {len(self.weights)} weights for {len(SENTENCE_FEATURES)} features; refit it"
            )

    def probability(self, values: Sequence[float]) -> float:
        """Return the chance, from 0 to 1, that a person accepts what is cited."""
        return _probability(self.weights, self.bias, values)


def _probability(weights: Sequence[float], bias: float, values: Sequence[float]) -> float:
    total = bias + math.fsum(w * v for w, v in zip(weights, values, strict=True))
    return 1.0 / (1.0 + math.exp(-total))
