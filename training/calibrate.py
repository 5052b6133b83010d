"""Fits support and confidence on questions that `training.judging` asked, and chooses weight and thresholds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
from tqdm import tqdm

from qa.candidates import Candidate, ranked
from qa.confidence import FEATURES, VERSION, features
from qa.read import OnnxReader
from training import out_of_domain
from training.bounded_regression import BoundedRegression
from training.data import load_json
from training.export import write_card
from training.judging import COLLECTION, ELSEWHERE, MISLEADING, RIGHT, Judged, judge, judge_elsewhere
from training.support import StatesReader, add_head, held_out, learn
from training.thresholds import coverage, least_silent, quality_of

# Of answerable questions: the share that is met with silence at most. A collection holds more that says it otherwise.
MOST_SILENT = {"short": 1 / 6, "collection": 1 / 12}
WEIGHTS = tuple(range(0, 41, 2))
OPERATING_POINT = (
    "balanced: declines as much as it can while few questions that have answers are met with silence: of a short text "
    "at most a sixth of what people asked who had not seen it, of a collection at most a twelfth of the calibration "
    "articles'"
)


def calibrate(data: Path, folder: Path) -> dict[str, dict[str, float]]:
    """Teach the reader in `folder` its support and write `calibration.json`; returns how well it does, held out."""
    reader = OnnxReader(folder)
    judged = with_support([*judge(data, reader), *judge_elsewhere(data, reader)], folder)
    written = fit(judged, OnnxReader(folder).id)
    (folder / "calibration.json").write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    quality: dict[str, dict[str, float]] = written["held_out"]
    return quality


def with_support(judged: Sequence[Judged], folder: Path) -> list[Judged]:
    """Teach the reader in `folder` its support, from its best candidates.

    Returns the same, those candidates with the support that the articles without theirs would have taught: the
    confidence is to know what the support is worth on articles that it was not learnt on.
    """
    judged = [_with(each, 0.0) for each in judged]  # whatever a layer before this one said
    weight = choose_weight(judged)
    reader = StatesReader(folder)
    seen = tqdm(judged, desc="support", unit=" questions")
    states = np.array([_states(reader, each, each.best(weight)) for each in seen], dtype=np.float64)
    scores = np.array([features(ranked(each.candidates, weight), short=each.short) for each in judged])
    right = np.array([each.best_f1(weight) >= RIGHT for each in judged])
    taught = np.array([each.way != MISLEADING for each in judged])  # those are asked of their paragraphs already
    add_head(folder / "model.onnx", learn(states[taught], scores[taught], right[taught]))
    write_card(folder, load_json(folder / "reader.json")["window"])
    values = held_out(states, scores, right, taught, [each.article for each in judged])
    return [_with(each, float(value)) for each, value in zip(judged, values, strict=True)]


def _with(judged: Judged, support: float) -> Judged:
    """Return the same, with this support for all candidates: only the best one's counts (`qa.confidence.features`)."""
    return replace(judged, candidates=[replace(candidate, support=support) for candidate in judged.candidates])


def _states(reader: StatesReader, judged: Judged, candidate: Candidate) -> NDArray[np.float32]:
    """Of the candidate in its passage, as it was read."""
    at, passage = judged.passages[candidate.rank]
    return reader.states(judged.question, passage, candidate.start - at, candidate.end - at)


def fit(judged: Sequence[Judged], reader: str) -> dict[str, Any]:
    """Return what `calibration.json` holds, from what the reader with this id made of the questions."""
    judged = [each for each in judged if each.way != ELSEWHERE]
    weight = choose_weight(judged)
    values = np.array([features(ranked(each.candidates, weight), short=each.short) for each in judged])
    f1 = np.array([each.best_f1(weight) for each in judged])
    right = f1 >= RIGHT
    answerable = np.array([each.answerable for each in judged])
    margins = [FEATURES.index("margin"), FEATURES.index("margin, short")]
    model = BoundedRegression(not_negative=margins).fit(values, right)
    weights = tuple(float(w) for w in model.coef_[0])
    bias = float(model.intercept_[0])
    short = np.array([each.short for each in judged])
    parts = {"short": short, "collection": ~short}
    # As sure as it is of articles that it was not fitted on: what is promised is to be kept elsewhere.
    groups = [each.article for each in judged]
    unseen = cross_val_predict(model, values, right, groups=groups, cv=LeaveOneGroupOut(), method="predict_proba")[:, 1]
    costs = {name: coverage(unseen[part], right[part]) for name, part in parts.items()}
    ways = np.array([each.way for each in judged])
    fitted = model.predict_proba(values)[:, 1]
    # People who had not seen the text asked those of other kinds; without them, all that can be answered counts.
    unseeing = [short & (ways == kind) for kind in out_of_domain.WANTED if (ways == kind).any()]
    asked = {"short": unseeing or [short & answerable], "collection": [~short & answerable]}
    thresholds = {
        name: least_silent([fitted[part] for part in kinds], MOST_SILENT[name]) for name, kinds in asked.items()
    }
    parts |= {kind: short & (ways == kind) for kind in out_of_domain.KINDS if (ways == kind).any()}
    thresholds |= dict.fromkeys(out_of_domain.KINDS, thresholds["short"])
    quality = {
        name: quality_of(unseen[part], right[part], answerable[part], thresholds[name]) for name, part in parts.items()
    }
    return {
        "version": VERSION,
        "reader": reader,
        "method": "logistic regression",
        "features": FEATURES,
        "weights": weights,
        "bias": bias,
        "retrieval_weight": weight,
        "threshold": thresholds["collection"],
        "short_threshold": thresholds["short"],
        "operating_point": OPERATING_POINT,
        "coverage": costs["collection"],
        "short_coverage": costs["short"],
        "held_out": quality,
    }


def choose_weight(judged: Sequence[Judged]) -> float:
    """What a passage's search score should count beside the reader's margin: the best mean F1 over the collection."""
    asked = [each for each in judged if each.way == COLLECTION]
    return float(max(WEIGHTS, key=lambda weight: sum(each.best_f1(weight) for each in asked)))
