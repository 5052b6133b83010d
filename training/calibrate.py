"""Fits support and confidence on articles that the reader was not trained on, and chooses weight and thresholds.

Each question is asked in the ways in which a reader is used. Of its own paragraph alone all are asked, those included
that people wrote so that the paragraph seems to answer them. Of all paragraphs of these articles and of those that the
reader was trained on, as one collection, the answerable ones are asked, and every second of them once more where
nothing answers it: three of four without their paragraph alone, as people ask a collection about what it tells of, and
one without its article. A candidate counts as right when its F1 against a person's answer is 0.5 or more; where nothing
answers the question none is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
from tqdm import tqdm

from index import Document, Index
from pincite.evaluation import Pair, keep_articles, read_pairs, score
from qa.answerer import Answerer
from qa.candidates import Candidate, ranked
from qa.confidence import FEATURES, VERSION, Calibration, features
from qa.read import OnnxReader
from training import elsewhere
from training.bounded import BoundedRegression
from training.data import load_json
from training.export import write_card
from training.mixture import SPLIT
from training.support import StatesReader, add_head, held_out, learn

PAIRS = "dev/squad-dev-v2.0.json.gz"
BESIDE = "tune_train"
RIGHT = 0.5
WITHOUT_EVERY = 2
ARTICLE_EVERY = 4  # of those
WITHOUT_EVERY_PASSAGE = 4  # of other kinds of text
# Of the questions of each kind in `elsewhere.WANTED`: the share that is met with silence at most.
MOST_SILENT = 0.14
WEIGHTS = tuple(range(0, 41, 2))
# Of the thresholds tried: how far apart they are, and over how many a gain is averaged, lest a single question decide.
STEP, AVERAGED = 0.01, 11
# Of fewer answers no share is told.
LEAST_ANSWERED = 20
OPERATING_POINT = (
    "balanced: answers as much as it can while it treats as many questions of the calibration articles rightly as the "
    "best threshold does, to one standard error: answers well, or declines what has no answer; of a short text it "
    "declines as much as it can while it is silent on at most a seventh of what people asked who had not seen the text"
)
PARAGRAPH, COLLECTION = "paragraph", "collection"
WITHOUT = ("without its paragraph", "without its article")


@dataclass(frozen=True, slots=True)
class Judged:
    """A question asked in one way: its candidates (of all, not only the best) and the F1 of each, from 0 to 1.

    `short`: as in `qa.confidence`. `article`: what the question is on; `passages`: those that were read, in the
    order of the search, each with the place in its document where it begins.
    """

    question: str
    article: str
    passages: list[tuple[int, str]]
    way: str
    short: bool
    candidates: list[Candidate]
    f1: dict[tuple[str, int, int], float]
    answerable: bool

    def best(self, weight: float) -> Candidate:
        """The candidate that comes first with this weight of retrieval."""
        return ranked(self.candidates, weight)[0]

    def best_f1(self, weight: float) -> float:
        """F1 of that candidate."""
        best = self.best(weight)
        return self.f1[best.document_id, best.start, best.end]


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
    add_head(folder / "model.onnx", learn(states, scores, right))
    write_card(folder, load_json(folder / "reader.json")["window"])
    values = held_out(states, scores, right, [each.article for each in judged])
    return [_with(each, float(value)) for each, value in zip(judged, values, strict=True)]


def _with(judged: Judged, support: float) -> Judged:
    """The same, with this support for all candidates: only the best one's counts (`qa.confidence.features`)."""
    return replace(judged, candidates=[replace(candidate, support=support) for candidate in judged.candidates])


def _states(reader: StatesReader, judged: Judged, candidate: Candidate) -> NDArray[np.float32]:
    """Of the candidate in its passage, as it was read."""
    at, passage = judged.passages[candidate.rank]
    return reader.states(judged.question, passage, candidate.start - at, candidate.end - at)


def fit(judged: Sequence[Judged], reader: str) -> dict[str, Any]:
    """What `calibration.json` holds, from what the reader with this id made of the questions."""
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
    wanted = [short & (ways == kind) for kind in elsewhere.WANTED if (ways == kind).any()]
    thresholds = {name: most_right(unseen[part], f1[part], answerable[part]) for name, part in parts.items()}
    if wanted:
        thresholds["short"] = round(min(float(np.quantile(fitted[part], MOST_SILENT)) for part in wanted), 2)
    parts |= {kind: short & (ways == kind) for kind in elsewhere.KINDS if (ways == kind).any()}
    thresholds |= dict.fromkeys(elsewhere.KINDS, thresholds["short"])
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


def most_right(chances: NDArray[np.float64], f1: NDArray[np.float64], answerable: NDArray[np.bool_]) -> float:
    """The least threshold with which as many questions are treated rightly as with the best, to one standard error.

    An answer counts with its `f1`, from 0 to 1, a question that is declined with 1 where nothing answers it. Which of
    several that do as well is a matter of taste, and this one answers most (the rule of Breiman et al. 1984).
    """
    tried = np.arange(STEP, 1.0, STEP)
    gains = np.array([np.where(chances >= least, f1, ~answerable) for least in tried])  # (thresholds, questions)
    averaged = np.convolve(gains.mean(axis=1), np.ones(AVERAGED) / AVERAGED, mode="valid")
    middle = AVERAGED // 2
    error = gains[middle + int(averaged.argmax())].std() / np.sqrt(len(chances))
    as_good = np.flatnonzero(averaged >= averaged.max() - error)
    return round(float(tried[middle + int(as_good[0])]), 2)


def quality_of(
    chances: NDArray[np.float64], right: NDArray[np.bool_], answerable: NDArray[np.bool_], threshold: float
) -> dict[str, float]:
    """How well `chances` tell which answers are right, and what the threshold declines."""
    return {
        "questions": len(chances),
        "right": float(right.mean()),
        "auroc": float(roc_auc_score(right, chances)),
        "brier": float(brier_score_loss(right, chances)),
        "ece": expected_calibration_error(chances, right),
        **_declined("unanswerable", chances[~answerable], threshold),
        **_declined("answerable", chances[answerable], threshold),
    }


def _declined(name: str, chances: NDArray[np.float64], threshold: float) -> dict[str, float]:
    return {f"declined_of_{name}": float((chances < threshold).mean())} if len(chances) else {}


def choose_weight(judged: Sequence[Judged]) -> float:
    """What a passage's search score should count beside the reader's margin: the best mean F1 over the collection."""
    asked = [each for each in judged if each.way == COLLECTION]
    return float(max(WEIGHTS, key=lambda weight: sum(each.best_f1(weight) for each in asked)))


def coverage(chances: NDArray[np.float64], right: NDArray[np.bool_]) -> list[tuple[float, float, float]]:
    """For each least confidence in per cent: the share still answered, and of those the share that is right.

    Only where enough are answered to speak of a share.
    """
    rows = []
    for percent in range(100):
        least = percent / 100
        answered = chances >= least
        if answered.sum() >= LEAST_ANSWERED:
            rows.append((least, round(float(answered.mean()), 3), round(float(right[answered].mean()), 3)))
    return rows


def judge(data: Path, reader: OnnxReader, key: str = "tune_calibrate") -> list[Judged]:
    """Ask the questions of the articles under `key` in every way."""
    split, every = load_json(data / SPLIT), read_pairs(data / PAIRS)
    pairs = keep_articles(every, split[key])
    # The more there is to search, the likelier something looks like an answer where there is none.
    articles = {_text(pair): pair.title for pair in (*pairs, *keep_articles(every, split[BESIDE]))}
    documents = [
        Document(f"paragraph-{i}", text, metadata={"article": article})
        for i, (text, article) in enumerate(articles.items())
    ]
    names = {document.text: document.id for document in documents}
    neutral = Calibration((0.0,) * len(FEATURES), 0.0, 0.0, "not calibrated yet", reader.id)
    answerer = Answerer(Index.build(documents, progress=True), reader=reader, calibration=neutral)
    judged = []
    asked = 0
    for pair in tqdm(pairs, desc="calibrate", unit=" questions"):
        asked += pair.answerable
        for way, where in _ways(names[_text(pair)], pair, asked):
            answers = () if way in WITHOUT else pair.answers
            judged += [
                each for each in _judged_of(answerer, pair, where or "", way, answers) if way != PARAGRAPH or each.short
            ]
    return judged


def judge_elsewhere(data: Path, reader: OnnxReader) -> list[Judged]:
    """Ask the questions of other kinds of text, each of its own passage, some once more of another one's."""
    judged: list[Judged] = []
    for kind, pairs in elsewhere.questions(data).items():
        if not pairs:
            continue
        texts = list(dict.fromkeys(_text(pair) for pair in pairs))
        names = {text: f"{kind}-{i}" for i, text in enumerate(texts)}
        documents = [Document(name, text) for text, name in names.items()]
        neutral = Calibration((0.0,) * len(FEATURES), 0.0, 0.0, "not calibrated yet", reader.id)
        answerer = Answerer(Index.build(documents), reader=reader, calibration=neutral)
        for i, pair in enumerate(tqdm(pairs, desc=kind, unit=" questions")):
            judged += _judged_of(answerer, pair, f"id={names[_text(pair)]}", kind, pair.answers)
            if i % WITHOUT_EVERY_PASSAGE == 0:
                judged += _judged_of(answerer, pair, f"id!={names[_text(pair)]}", WITHOUT[0], ())
    return judged


def _judged_of(answerer: Answerer, pair: Pair, where: str, way: str, answers: Sequence[str]) -> Iterator[Judged]:
    considered = answerer.consider([pair.question], where=where or ())
    (candidates,), (short,) = considered.candidates, considered.short
    if not candidates:
        return
    passages = [(hit.chunk.start, answerer.index.text(hit.chunk)) for hit in considered.hits[0]]
    asked = replace(pair, answers=tuple(answers))
    f1 = {(c.document_id, c.start, c.end): _f1(answerer.documents[c.document_id], c, asked) for c in candidates}
    yield Judged(pair.question, pair.title, passages, way, short, candidates, f1, bool(answers))


def _ways(paragraph: str, pair: Pair, asked: int) -> Iterator[tuple[str, str | tuple[()]]]:
    """How a question is asked, and the condition on documents that makes it so. `asked`: answerable ones so far."""
    yield PARAGRAPH, f"id={paragraph}"
    if not pair.answerable:
        return
    yield COLLECTION, ()
    if asked % (WITHOUT_EVERY * ARTICLE_EVERY) == 0:
        yield WITHOUT[1], f"article!={pair.title}"
    elif asked % WITHOUT_EVERY == 0:
        yield WITHOUT[0], f"id!={paragraph}"


def expected_calibration_error(chances: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 10) -> float:
    """Mean distance of confidence and share of right answers over `bins` of equal width (Guo et al. 2017)."""
    bin_of = np.minimum((chances * bins).astype(int), bins - 1)
    parts = [(bin_of == b) for b in range(bins) if (bin_of == b).any()]
    return float(sum(abs(chances[p].mean() - right[p].mean()) * p.mean() for p in parts))


def _text(pair: Pair) -> str:
    assert pair.document is not None, "SQuAD's pairs bring their paragraphs"
    return pair.document.text


def _f1(document: Document, candidate: Candidate, pair: Pair) -> float:
    return score(document.text[candidate.start : candidate.end], pair.answers).f1 if pair.answers else 0.0
