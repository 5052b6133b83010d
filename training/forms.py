"""Fits how sentences are scored, and each form's confidence, on questions that the reader was not trained on.

The questions are those of training/evidence.py's kind that were kept out: SelQA's and NQ's titles, summaries of
BioASQ, meetings of QMSum's other splits, CoQA's test part, ConditionalQA's dev part, and SQuAD's calibration articles.
Each is asked of its own text among others of the same file, and some of them once more of the others alone, where
nothing answers. Half of the texts fit the fusion, the other half the confidences. A cited sentence is right when a
person marked it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
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
from qa.compose.draft import Material
from qa.compose.evidence import FEATURES, Fusion, Sentence
from qa.confidence import SENTENCE_FEATURES, sentence_features
from qa.read import OnnxReader
from qa.types import Form
from qa.understand.asked import Asked
from qa.understand.form import understand
from training import verdicts
from training.data import kept_out, load_json, read_squad
from training.evidence import read_records
from training.mixture import SPLIT, TUNE

EACH, NOTHING_ANSWERS, OTHERS = 180, 0.5, 2
# Questions of a form that its own fit wants, and the share of answerable ones that its threshold declines.
LEAST, MOST_SILENT = 120, 0.1
# Of squared weights, in the order of FEATURES; cosines and search scores are small numbers.
PENALTIES = np.array([0.005, 0.005, 0.005, 0.005, 0.001, 0.001])
Span = tuple[int, int]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Question:
    """A question, its text, the `gold` sentences there, and other texts (of the same file) beside it."""

    source: str
    question: str
    text: str
    gold: tuple[Span, ...]
    others: tuple[str, ...]


@dataclass(slots=True)
class Judged:
    """A question asked: the features of its sentences and whether each is right; those of the question as a whole."""

    source: str
    group: str
    form: str
    answerable: bool
    sentences: list[tuple[float, ...]]
    right: list[bool]
    short: bool
    absent: float


def questions(data: Path, rng: random.Random) -> Iterator[Question]:
    """Up to `EACH` of every source, with other texts of it."""
    for name, rows in _sources(data).items():
        texts = sorted({text for _, text, _ in rows})
        for question, text, gold in rng.sample(rows, min(EACH, len(rows))):
            others = tuple(other for other in rng.sample(texts, min(OTHERS + 1, len(texts))) if other != text)
            yield Question(name, question, text, gold, others[:OTHERS])


def _sources(data: Path) -> dict[str, list[tuple[str, str, tuple[Span, ...]]]]:
    found: dict[str, list[tuple[str, str, tuple[Span, ...]]]] = {}
    for name, share in (("selqa-sentences", 0.2), ("nq-qed-train", 0.1)):
        rows = read_squad(data / f"train/{name}.json.gz", every_answer=True)
        found[name] = [(e.question, e.context, e.spans) for e in rows if kept_out(e.title, share)]
    titles = load_json(data / SPLIT)["tune_calibrate"]
    squad = read_squad(data / TUNE[0], titles=titles)
    found["squad"] = [(e.question, e.context, e.spans) for e in squad]
    found["bioasq"] = list(_lines(data / "evidence/bioasq-summary.jsonl.gz", lambda row: row["question"]))
    found["conditionalqa"] = list(
        _lines(data / "evidence/conditionalqa-dev.jsonl.gz", lambda row: f"{row['scenario']} {row['question']}")
    )
    found["coqa"] = [
        (row["question"], row["passage"], tuple((a, b) for a, b, _ in row["evidence_spans"]))
        for row in read_records(data / "evidence/coqa-abg-test.jsonl.gz")
        if not row["history"] or len(row["question"].split()) > 5
    ]
    found["qmsum"] = list(_meetings(data))
    return found


def _lines(path: Path, asked: Any) -> Iterator[tuple[str, str, tuple[Span, ...]]]:
    """Passages that are all evidence: their lines among those of two others."""
    rows = [row for row in read_records(path) if row.get("evidence")]
    for i, row in enumerate(rows):
        parts = [rows[i - 7]["evidence"][:6], row["evidence"][:5], rows[i - 3]["evidence"][:6]]
        text, gold = "", []
        for which, lines in enumerate(parts):
            for line in lines:
                if which == 1:
                    gold.append((len(text), len(text) + len(line)))
                text += line + "\n\n"
        yield asked(row), text, tuple(gold)


def _meetings(data: Path) -> Iterator[tuple[str, str, tuple[Span, ...]]]:
    said = {row["id"]: row["passage"] for row in read_records(data / "evidence/qmsum-meetings.jsonl.gz")}
    for row in read_records(data / "evidence/qmsum-queries.jsonl.gz"):
        if row["split"] == "train" or row["kind"] != "specific" or not row["evidence_chars"]:
            continue
        text = said[row["meeting"]]
        start = max(0, row["evidence_chars"][0][0] - 2000)
        end = min(len(text), start + 5000)
        gold = tuple((a - start, min(b, end) - start) for a, b in row["evidence_chars"] if a < end)
        yield row["question"], text[start:end], gold


def judge(reader: OnnxReader, asked: Sequence[Question], rng: random.Random) -> list[Judged]:
    """Ask each question of its text and others; some of the others alone too."""
    found = []
    for each in tqdm(asked, desc="forms", unit=" questions"):
        found.append(_judged(reader, each, [each.text, *each.others], each.gold))
        if each.gold and rng.random() < NOTHING_ANSWERS and each.others:
            found.append(_judged(reader, each, list(each.others), ()))
    return found


def _judged(reader: OnnxReader, each: Question, texts: Sequence[str], gold: Sequence[Span]) -> Judged:
    documents = [Document(f"text-{i}", text) for i, text in enumerate(texts)]
    answerer = Answerer(Index.build(documents), reader=reader)
    question = each.question[:600]
    asked = understand(question)
    considered = answerer.consider([question])
    material = Material(
        Asked(question, asked.form), answerer.index, considered.hits[0], considered.readings[0],
        considered.candidates[0], considered.short[0], answerer.config,
    )  # fmt: skip
    own = "text-0" if gold else ""
    sentences = material.sentences
    right = [s.document_id == own and _marked(s, gold) for s in sentences]
    return Judged(
        each.source, each.text[:200], str(asked.form), bool(gold), [s.features for s in sentences], right,
        material.short, material.absent,
    )  # fmt: skip


def _marked(sentence: Sentence, gold: Sequence[Span]) -> bool:
    return any(
        2 * (min(sentence.end, end) - max(sentence.start, start)) >= min(end - start, sentence.end - sentence.start)
        for start, end in gold
        if start < sentence.end and sentence.start < end
    )


def fit_fusion(judged: Sequence[Judged]) -> Fusion:
    """The conditional logit of which sentence of a question is right (McFadden 1974), small weights preferred.

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


class _AsMaterial:
    """What `sentence_features` looks at, from what was kept of a question."""

    def __init__(self, judged: Judged, fusion: Fusion) -> None:
        made = [Sentence("", 0, 0, a, m, s, above, 0, r, meaning) for a, m, s, above, meaning, r in judged.sentences]
        scored = [_with_score(sentence, fusion) for sentence in made]
        order = sorted(range(len(scored)), key=lambda i: -scored[i].score)
        self.sentences = [scored[i] for i in order]
        self.right = [judged.right[i] for i in order]
        self.short, self.absent = judged.short, judged.absent


def _with_score(sentence: Sentence, fusion: Fusion) -> Sentence:
    return replace(sentence, score=fusion(sentence))


def fit_forms(judged: Sequence[Judged], fusion: Fusion) -> dict[str, Any]:
    """For each form that cites sentences its weights, bias, threshold, and how well it does on texts left out."""
    fits = {}
    pooled = [(j, _AsMaterial(j, fusion)) for j in judged if j.sentences]
    for form in (Form.STATEMENT, Form.PASSAGE, Form.LIST):
        own = [(j, m) for j, m in pooled if j.form == form] if form is not Form.STATEMENT else pooled
        if len(own) < LEAST:
            own = pooled
        fits[str(form)] = _fit(own)
    return fits


def _fit(own: Sequence[tuple[Judged, _AsMaterial]]) -> dict[str, Any]:
    values = np.array([sentence_features(m) for _, m in own])
    right = np.array([m.right[0] for _, m in own])
    answerable = np.array([j.answerable for j, _ in own])
    sources = np.array([j.source for j, _ in own])
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
    rng, kept = random.Random(0), folder / "judged-forms.json"
    if kept.exists():
        judged = [Judged(**row) for row in load_json(kept)]
    else:
        judged = judge(OnnxReader(folder), list(questions(data, rng)), rng)
        kept.write_text(json.dumps([asdict(each) for each in judged]), encoding="utf-8")
    first = [each for each in judged if each.sentences and kept_out(each.group, 0.5)]
    second = [each for each in judged if each.sentences and not kept_out(each.group, 0.5)]
    fusion = fit_fusion(first)
    said = verdicts.fit(data, folder)
    added = {
        "fusion": {"features": FEATURES, "weights": fusion.weights, "bias": fusion.bias},
        "sentence_features": SENTENCE_FEATURES,
        "forms": fit_forms(second, fusion),
        "verdicts": said["thresholds"],
        "verdicts_held_out": said,
    }
    written = load_json(folder / "calibration.json") | added
    (folder / "calibration.json").write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    kept.unlink()
    return added
