"""Fits how sentences are scored, and each form's confidence, on questions that the reader was not trained on.

Each of the questions of training/form_questions.py is asked of its own text among others of the same file, and some of
them once more of the others alone, where nothing answers. Half of the texts fit the fusion. Those of the other half are
asked with it, and fit the confidences: of what each form cites by its rules. A sentence is right when a person marked
it, a list when half of what it cites is.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from index import Document, Index
from qa.answerer import Answerer
from qa.compose.draft import Material, Place
from qa.compose.evidence import FEATURES, UNFITTED, Fusion, Sentence
from qa.compose.listing import listing
from qa.confidence import SENTENCE_FEATURES, sentence_features
from qa.read import OnnxReader
from qa.types import Form
from qa.understand.form import understand
from qa.understand.parsed_question import ParsedQuestion
from training import verdicts
from training.data import kept_out, load_json
from training.form_questions import Question, Span, questions

NOTHING_ANSWERS = 0.5
# Questions of a form that its own fit wants, and the share of answerable ones that its threshold declines.
LEAST, MOST_SILENT = 120, 0.1
# Of squared weights, in the order of FEATURES; cosines and search scores are small numbers.
PENALTIES = np.array([0.005, 0.005, 0.005, 0.005, 0.001, 0.001])
BEGINNING = 200  # characters of a text that tell its half
Floats = NDArray[np.float64]


@dataclass(slots=True)
class Judged:
    """A question asked: the features of its sentences, best first, and whether each is right.

    `whole`: the `SENTENCE_FEATURES` of the question; `cited`: whether what its form cites is right.
    """

    source: str
    form: str
    answerable: bool
    sentences: list[tuple[float, ...]]
    right: list[bool]
    whole: list[float]
    cited: bool


def judge(reader: OnnxReader, asked: Sequence[Question], rng: random.Random, fusion: Fusion) -> list[Judged]:
    """Ask each question of its text and others; some of the others alone too. Those that nothing was read for go."""
    found = []
    for each in tqdm(asked, desc="forms", unit=" questions"):
        found.append(_judged(reader, each, [each.text, *each.others], each.gold, fusion))
        if each.gold and rng.random() < NOTHING_ANSWERS and each.others:
            found.append(_judged(reader, each, list(each.others), (), fusion))
    return [judged for judged in found if judged is not None]


def _judged(
    reader: OnnxReader, each: Question, texts: Sequence[str], gold: Sequence[Span], fusion: Fusion
) -> Judged | None:
    documents = [Document(f"text-{i}", text) for i, text in enumerate(texts)]
    answerer = Answerer(Index.build(documents), reader=reader)
    asked = understand(each.question)
    considered = answerer.consider([each.question])
    material = Material(
        ParsedQuestion(each.question, asked.form), answerer.index, considered.hits[0], considered.readings[0],
        considered.candidates[0], considered.short[0], answerer.config, fusion,
    )  # fmt: skip
    if not material.sentences:
        return None
    right = [_marked(sentence, gold) for sentence in material.sentences]
    cited = _half_marked(material, gold) if asked.form is Form.LIST else right[0]
    return Judged(
        each.source, str(asked.form), bool(gold), [s.features for s in material.sentences], right,
        sentence_features(material), cited,
    )  # fmt: skip


def _half_marked(material: Material, gold: Sequence[Span]) -> bool:
    """Return whether half of what a list cites is marked."""
    places = listing(material, None, 0.0, material.config.answers).places
    return 2 * sum(_marked(place, gold) for place in places) >= max(1, len(places))


def _marked(cited: Sentence | Place, gold: Sequence[Span]) -> bool:
    """Return whether it shares half of the shorter with one of the `gold` spans, which are the first text's."""
    return cited.document_id == "text-0" and any(
        2 * (min(cited.end, end) - max(cited.start, start)) >= min(end - start, cited.end - cited.start)
        for start, end in gold
        if start < cited.end and cited.start < end
    )


def fit_fusion(judged: Sequence[Judged]) -> Fusion:
    """Return the conditional logit of which sentence of a question is right (McFadden 1974), small weights preferred.

    What makes one sentence better than another of the same question is asked, not whether any answers: that is for the
    forms' confidences, so that the bias is 0.
    """
    asked = [j for j in judged if any(j.right) and not all(j.right)]
    rows = [(np.array(j.sentences), np.array(j.right)) for j in asked]

    def loss(weights: Floats) -> float:
        total = 0.0
        for values, right in rows:
            scores = values @ weights
            total += np.logaddexp.reduce(scores) - np.logaddexp.reduce(scores[right])
        return float(total / len(rows) + (PENALTIES * weights**2).sum())

    found = minimize(loss, np.zeros(len(FEATURES)), method="L-BFGS-B").x
    return Fusion(tuple(round(float(weight), 4) for weight in found), 0.0)


def fit_forms(judged: Sequence[Judged]) -> dict[str, Any]:
    """For each form that cites sentences its weights, bias, threshold, and how well it does on sources left out.

    A statement takes the place of words that are not believed, so that its fit is that of all questions.
    """
    fits = {}
    for form in (Form.STATEMENT, Form.PASSAGE, Form.LIST):
        own = [j for j in judged if j.form == form] if form is not Form.STATEMENT else list(judged)
        fits[str(form)] = _fit(own if len(own) >= LEAST else judged, form)
    return fits


def _fit(own: Sequence[Judged], form: Form) -> dict[str, Any]:
    values = np.array([judged.whole for judged in own])
    right = np.array([judged.cited if form is Form.LIST else judged.right[0] for judged in own])
    answerable = np.array([judged.answerable for judged in own])
    sources = np.array([judged.source for judged in own])
    held = np.zeros(len(own))
    for source in np.unique(sources):
        inside = sources == source
        model = LogisticRegression(C=0.3, max_iter=5000).fit(values[~inside], right[~inside])
        held[inside] = model.predict_proba(values[inside])[:, 1]
    model = LogisticRegression(C=0.3, max_iter=5000).fit(values, right)
    threshold = float(np.quantile(held[answerable], MOST_SILENT))
    return {
        "weights": [round(float(w), 5) for w in model.coef_[0]],
        "bias": round(float(model.intercept_[0]), 5),
        "threshold": round(threshold, 3),
        "held_out_by_source": {
            "questions": len(own),
            "right": round(float(right.mean()), 3),
            "auroc": round(float(roc_auc_score(right, held)), 3),
            "ece": round(_ece(held, right), 3),
            "declined_of_answerable": round(float((held[answerable] < threshold).mean()), 3),
            "declined_of_unanswerable": round(float((held[~answerable] < threshold).mean()), 3),
        },
    }


def _ece(chances: Floats, right: NDArray[np.bool_], bins: int = 10) -> float:
    which = np.minimum((chances * bins).astype(int), bins - 1)
    parts = [which == b for b in range(bins) if (which == b).any()]
    return float(sum(abs(chances[p].mean() - right[p].mean()) * p.mean() for p in parts))


def add_forms(data: Path, folder: Path) -> dict[str, Any]:
    """Add to the calibration.json in `folder` how sentences are scored, each form's fit, and verdicts' thresholds.

    Returns what was added. What the reader made of the questions is kept beside the model until all is done.
    """
    rng = random.Random(0)
    asked = list(questions(data, rng))
    first = [each for each in asked if kept_out(each.text[:BEGINNING], 0.5)]
    second = [each for each in asked if not kept_out(each.text[:BEGINNING], 0.5)]
    fusion = fit_fusion(_kept(folder / "judged-sentences.json", first, rng, UNFITTED))
    judged = _kept(folder / "judged-forms.json", second, rng, fusion)
    said = verdicts.fit(data, folder)
    added = {
        "fusion": {"features": FEATURES, "weights": fusion.weights, "bias": fusion.bias},
        "sentence_features": SENTENCE_FEATURES,
        "forms": fit_forms(judged),
        "verdicts": said["thresholds"],
        "verdicts_held_out": said,
    }
    written = load_json(folder / "calibration.json") | added
    (folder / "calibration.json").write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    for kept in folder.glob("judged-*.json"):
        kept.unlink()
    return added


def _kept(path: Path, asked: Sequence[Question], rng: random.Random, fusion: Fusion) -> list[Judged]:
    """Return what was judged of `asked`, from `path` where it has been."""
    if path.exists():
        return [Judged(**row) for row in load_json(path)]
    judged = judge(OnnxReader(path.parent), asked, rng, fusion)
    path.write_text(json.dumps([asdict(each) for each in judged]), encoding="utf-8")
    return judged
