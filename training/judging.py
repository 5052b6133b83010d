"""Asks the questions of articles that the reader was not trained on, and judges every candidate.

Each question is asked in the ways in which a reader is used. Of its own paragraph alone all are asked, those included
that people wrote so that the paragraph seems to answer them. Of all paragraphs of these articles and of those that the
reader was trained on, as one collection, the answerable ones are asked, and every second of them once more where
nothing answers it: three of four without their paragraph alone, as people ask a collection about what it tells of, and
one without its article. Every second of the questions that only seem to have an answer is asked of the collection too.
A candidate counts as right when its F1 against a person's answer is 0.5 or more; where nothing answers the question
none is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tqdm import tqdm

from index import Document, Index
from pincite.evaluation import Pair, keep_articles, read_pairs, score
from qa.answerer import Answerer
from qa.candidates import Candidate, ranked
from qa.confidence import FEATURES, Calibration
from qa.read import OnnxReader
from training import out_of_domain
from training.data import load_json
from training.mixture import SPLIT

PAIRS = "dev/squad-dev-v2.0.json.gz"
BESIDE = "tune_train"
RIGHT = 0.5
WITHOUT_EVERY = 2
ARTICLE_EVERY = 4  # of those
WITHOUT_EVERY_PASSAGE = 4  # of other kinds of text
MISLEADING_EVERY = 2
PARAGRAPH, COLLECTION, MISLEADING = "paragraph", "collection", "misleading"
WITHOUT = ("without its paragraph", "without its article")
# Of other kinds of text. They teach the support alone: those kinds' collections are asked nothing that has an answer,
# so that a confidence fitted on them would learn to doubt collections.
ELSEWHERE = "without its passage"


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
        """Return the candidate that comes first with this weight of retrieval."""
        return ranked(self.candidates, weight)[0]

    def best_f1(self, weight: float) -> float:
        """F1 of that candidate."""
        best = self.best(weight)
        return self.f1[best.document_id, best.start, best.end]


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
    asked = {True: 0, False: 0}
    for pair in tqdm(pairs, desc="calibrate", unit=" questions"):
        asked[pair.answerable] += 1
        for way, where in ways_of_asking(names[_text(pair)], pair, asked[pair.answerable]):
            answers = () if way in WITHOUT else pair.answers
            judged += [
                each for each in _judged_of(answerer, pair, where or "", way, answers) if way != PARAGRAPH or each.short
            ]
    return judged


def judge_elsewhere(data: Path, reader: OnnxReader) -> list[Judged]:
    """Ask the questions of other kinds of text, each of its own passage, some once more of another one's."""
    judged: list[Judged] = []
    for kind, pairs in out_of_domain.questions(data).items():
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
                judged += _judged_of(answerer, pair, f"id!={names[_text(pair)]}", ELSEWHERE, ())
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


def ways_of_asking(paragraph: str, pair: Pair, asked: int) -> Iterator[tuple[str, str | tuple[()]]]:
    """Yield how a question is asked, and the condition on documents that makes it so. `asked`: such ones so far."""
    yield PARAGRAPH, f"id={paragraph}"
    if not pair.answerable:
        if asked % MISLEADING_EVERY == 0:
            yield MISLEADING, ()
        return
    yield COLLECTION, ()
    if asked % (WITHOUT_EVERY * ARTICLE_EVERY) == 0:
        yield WITHOUT[1], f"article!={pair.title}"
    elif asked % WITHOUT_EVERY == 0:
        yield WITHOUT[0], f"id!={paragraph}"


def _text(pair: Pair) -> str:
    assert pair.document is not None, "SQuAD's pairs bring their paragraphs"
    return pair.document.text


def _f1(document: Document, candidate: Candidate, pair: Pair) -> float:
    return score(document.text[candidate.start : candidate.end], pair.answers).f1 if pair.answers else 0.0
