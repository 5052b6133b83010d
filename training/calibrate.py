"""Fits the confidence on articles that the reader was not trained on, and chooses the threshold.

Each question is asked of its whole article, as a reader is used: passages are retrieved, then read. A candidate
counts as right when its F1 against a person's answer is 0.5 or more; on an unanswerable question none is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from tqdm import tqdm

from index import Document, Index
from qa.answerer import Answerer
from qa.candidates import Candidate
from qa.confidence import FEATURES, VERSION, Calibration, features
from qa.evaluation import Pair, keep_articles, read_pairs, score
from qa.reading import OnnxReader
from training.data import load_json
from training.mixture import SPLIT

PAIRS = "dev/squad-dev-v2.0.json.gz"
RIGHT = 0.5
AT_ONCE = 16
# So many of the candidates that are right must pass the threshold.
KEPT_OF_RIGHT = 0.92
OPERATING_POINT = f"keeps {KEPT_OF_RIGHT:.0%} of the right candidates of the calibration articles"


@dataclass(frozen=True, slots=True)
class Judged:
    """`values`: (questions, features). `right`: whether the best candidate is. `answerable`: whether any could be."""

    values: NDArray[np.float64]
    right: NDArray[np.bool_]
    answerable: NDArray[np.bool_]


def calibrate(data: Path, folder: Path) -> dict[str, float]:
    """Write `calibration.json` beside the reader in `folder`; returns how well it fits."""
    reader = OnnxReader(folder)
    judged = judge(data, reader)
    model = LogisticRegression(C=1.0, max_iter=1000).fit(judged.values, judged.right)
    weights = tuple(float(w) for w in model.coef_[0])
    bias = float(model.intercept_[0])
    fitted = Calibration(weights, bias, 0.5, OPERATING_POINT, reader.id)
    chances = np.array([fitted.probability(row) for row in judged.values.tolist()])
    threshold = round(float(np.quantile(chances[judged.right], 1 - KEPT_OF_RIGHT)), 3)
    fit = {
        "questions": len(chances),
        "right": float(judged.right.mean()),
        "auroc": float(roc_auc_score(judged.right, chances)),
        "brier": float(brier_score_loss(judged.right, chances)),
        "ece": expected_calibration_error(chances, judged.right),
        "declined_of_unanswerable": float((chances[~judged.answerable] < threshold).mean()),
        "declined_of_answerable": float((chances[judged.answerable] < threshold).mean()),
    }
    written = {
        "version": VERSION,
        "reader": reader.id,
        "method": "logistic regression",
        "features": FEATURES,
        "weights": weights,
        "bias": bias,
        "threshold": threshold,
        "operating_point": OPERATING_POINT,
        "fit": fit,
    }
    (folder / "calibration.json").write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    return fit


def judge(data: Path, reader: OnnxReader, key: str = "tune_calibrate") -> Judged:
    """Ask the questions of the articles under `key`, each of its whole article."""
    pairs = keep_articles(read_pairs(data / PAIRS), load_json(data / SPLIT)[key])
    neutral = Calibration((0.0,) * len(FEATURES), 0.0, 0.0, "not calibrated yet", reader.id)
    values, right, answerable = [], [], []
    with tqdm(total=len(pairs), desc="calibrate", unit=" questions") as bar:
        for title, group in groupby(pairs, key=lambda pair: pair.title):
            asked = list(group)
            answerer = Answerer(Index.build([_article(title, asked)]), reader=reader, calibration=neutral)
            for first in range(0, len(asked), AT_ONCE):
                batch = asked[first : first + AT_ONCE]
                considered = answerer.consider([pair.question for pair in batch])
                for pair, hits, candidates in zip(batch, considered.hits, considered.candidates, strict=True):
                    values.append(features(candidates, hits))
                    right.append(_is_right(answerer, candidates[0], pair))
                    answerable.append(pair.answerable)
                bar.update(len(batch))
    return Judged(np.array(values), np.array(right), np.array(answerable))


def expected_calibration_error(chances: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 10) -> float:
    """Mean distance of confidence and share of right answers over `bins` of equal width (Guo et al. 2017)."""
    bin_of = np.minimum((chances * bins).astype(int), bins - 1)
    parts = [(bin_of == b) for b in range(bins) if (bin_of == b).any()]
    return float(sum(abs(chances[p].mean() - right[p].mean()) * p.mean() for p in parts))


def _article(title: str, pairs: list[Pair]) -> Document:
    paragraphs = dict.fromkeys(pair.document.text for pair in pairs if pair.document is not None)
    return Document(title, "\n\n".join(paragraphs))


def _is_right(answerer: Answerer, best: Candidate, pair: Pair) -> bool:
    text = answerer.documents[best.document_id].text[best.start : best.end]
    return pair.answerable and score(text, pair.answers).f1 >= RIGHT
