"""Stores people's judgements of answers in a local file in the format of SQuAD 2.0, and reads them back.

A thumb up, or a span that a person marks, becomes a question with its answer. A thumb up for an abstention, or `deny`,
becomes an impossible question. A thumb down tells which answer is wrong, but not which is right, and SQuAD has no field
for that: it goes into the list `rated` of its paragraph, which `eval` ignores and `calibrate` reads. A question has one
entry for each document, the latest. `form`: the form of its answer (missing: a span).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypedDict, cast

from filelock import FileLock, Timeout

from index.types import Document
from pincite.evaluation.fields import JsonRecord, parse_json, read_text
from pincite.evaluation.metrics import score
from pincite.evaluation.pairs import read_squad
from pincite.evaluation.types import Span
from qa.atomic_files import write_whole
from qa.errors import FeedbackError, FeedbackFileError
from qa.types import SCHEMA_VERSION, Answer, Form
from qa.userdata import user_data

KIND = "pincite-feedback"
# Only the text around the answer is stored of a longer document.
LONGEST_CONTEXT = 500_000
SECONDS = 20.0  # to wait while other processes write


class Rating(StrEnum):
    """A thumb up or down."""

    UP = "up"
    DOWN = "down"


class _Paragraph(TypedDict):
    context: str
    qas: list[dict[str, object]]
    rated: list[dict[str, object]]


class _Article(TypedDict):
    title: str
    document_sha256: str
    paragraphs: list[_Paragraph]


class _FeedbackData(TypedDict):
    version: str
    kind: str
    schema_version: int
    data: list[_Article]


def feedback_file(named: str | Path | None = None) -> Path:
    """Return the file `named`, or else the current user's feedback file."""
    return Path(named) if named else user_data() / "feedback.json"


@dataclass(frozen=True, slots=True)
class Feedback:
    """The feedback file at `path`, made when the first judgement is stored. Several processes may write to it.

    Every method raises `FeedbackFileError` if it is not a feedback file, or other processes write to it for too long,
    and `OSError` if it cannot be written; the file is then unchanged.
    """

    path: Path

    def rate(self, document: Document, answer: Answer, rating: Rating) -> None:
        """Store a thumb for `answer` on `document`, which it cites or in which it found no answer."""
        key = (document.id, document.sha256)
        spans = [(c.start, c.end) for c in answer.citations if (c.document_id, c.document_sha256) == key]
        if answer.answered and not spans:
            raise FeedbackError(
                f"the answer does not cite {document.id!r} as it is now; ask again and rate that answer"
            )
        self._store(document, answer.read_as, spans, rating, answer.form, wrong=rating is Rating.DOWN)

    def mark(self, document: Document, question: str, start: int, end: int, *, form: Form = Form.SPAN) -> None:
        """Store that `document.text[start:end]` answers `question`. `form`: that of the answer it replaces."""
        if not 0 <= start < end <= len(document.text) or not document.text[start:end].strip():
            raise FeedbackError(f"characters {start} to {end} of {document.id!r} have no words; mark some words")
        self._store(document, question, [(start, end)], "marked", form)

    def deny(self, document: Document, question: str, *, form: Form = Form.SPAN) -> None:
        """Store that `document` does not answer `question`. `form`: that of the answer that was given or declined."""
        self._store(document, question, [], "denied", form)

    def withdraw(self, document: Document, question: str) -> None:
        """Delete the judgement of `question` on `document`."""
        if self.path.exists():
            with self._changing() as data:
                _drop(data, _key(document, question))

    def _store(
        self, document: Document, question: str, spans: Sequence[Span], rating: str, form: Form, *, wrong: bool = False
    ) -> None:
        """Store that the words at `spans` (none: no words) answer the question or, if `wrong`, that they do not."""
        first, last = _window(document, *(spans[0] if spans else (0, 0)))
        answers = [
            {"text": document.text[start:end], "answer_start": start - first}
            for start, end in spans
            if first <= start and end <= last
        ]
        entry: dict[str, object] = {"id": _key(document, question), "question": question, "form": form}
        entry |= {"given": answers} if wrong else {"answers": answers, "is_impossible": not answers}
        with self._changing() as data:
            _drop(data, entry["id"])
            paragraph = _paragraph(data, document, document.text[first:last])
            (paragraph["rated"] if wrong else paragraph["qas"]).append({**entry, "rating": rating})

    @contextmanager
    def _changing(self) -> Iterator[_FeedbackData]:
        """Yield the file's data, under a lock, and write them back unless an exception is raised."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.path.with_name(f"{self.path.name}.lock"), timeout=SECONDS):
                data = self._read()
                data["schema_version"] = SCHEMA_VERSION
                try:
                    yield data
                except (AttributeError, KeyError, TypeError) as error:
                    raise FeedbackFileError(_damaged(self.path)) from error
                write_whole(self.path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")
        except Timeout as error:
            raise FeedbackFileError(f"{str(self.path)!r} is being written by another process; try again") from error

    def _read(self) -> _FeedbackData:
        try:
            data = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {"version": "v2.0", "kind": KIND, "schema_version": SCHEMA_VERSION, "data": []}
        except (ValueError, RecursionError) as error:
            raise FeedbackFileError(_damaged(self.path)) from error
        if not isinstance(data, dict) or data.get("kind") != KIND or not isinstance(data.get("data"), list):
            raise FeedbackFileError(f"{str(self.path)!r} is not a feedback file; name another")
        return cast("_FeedbackData", data)


def _key(document: Document, question: str) -> str:
    """Return the id of an entry, which is the same for the same question on the same text."""
    return hashlib.sha256(f"{document.sha256}\n{question}".encode()).hexdigest()[:16]


def _drop(data: _FeedbackData, key: object) -> None:
    """Remove the entry with this id, and paragraphs and articles that become empty."""
    for article in data["data"]:
        for paragraph in article["paragraphs"]:
            paragraph["qas"] = [entry for entry in paragraph.get("qas", []) if entry.get("id") != key]
            paragraph["rated"] = [entry for entry in paragraph.get("rated", []) if entry.get("id") != key]
        article["paragraphs"] = [p for p in article["paragraphs"] if p["qas"] or p["rated"]]
    data["data"] = [article for article in data["data"] if article["paragraphs"]]


def _paragraph(data: _FeedbackData, document: Document, context: str) -> _Paragraph:
    """Return the paragraph with the text `context` in `document`'s article; add either if it is new."""
    sha256 = document.sha256
    same = (a for a in data["data"] if a.get("document_sha256") == sha256 and a["title"] == document.id)
    article = next(same, None)
    if article is None:
        article = {"title": document.id, "document_sha256": sha256, "paragraphs": []}
        data["data"].append(article)
    paragraph = next((p for p in article["paragraphs"] if p["context"] == context), None)
    if paragraph is None:
        paragraph = {"context": context, "qas": [], "rated": []}
        article["paragraphs"].append(paragraph)
    return paragraph


def _window(document: Document, start: int, end: int) -> Span:
    """Return the span of the document to store, around `[start, end)`."""
    size = len(document.text)
    if size <= LONGEST_CONTEXT:
        return 0, size
    first = max(0, min(start - LONGEST_CONTEXT // 2, size - LONGEST_CONTEXT))
    return first, max(first + LONGEST_CONTEXT, end)


def _damaged(path: Path) -> str:
    return f"{str(path)!r} is damaged; move it away, or name another file"


RIGHT = 0.5  # F1 from which words count as an answer, as in the fit of the shipped calibration


@dataclass(frozen=True, slots=True)
class Judgement:
    """A judged question on a document. `right`: its answers, () if it has none, None if only `wrong` is known."""

    document: Document
    question: str
    right: tuple[str, ...] | None
    wrong: tuple[str, ...] = ()

    def is_right(self, words: str) -> bool | None:
        """Return whether `words` answer the question; None if that is unknown."""
        if self.right is not None:
            return bool(self.right) and score(words, self.right).f1 >= RIGHT
        return False if self.wrong and score(words, self.wrong).f1 >= RIGHT else None


def read_judgements(path: Path) -> list[Judgement]:
    """Return the judgements of a SQuAD-format file; from a feedback file, also the answers rated wrong.

    Judgements of forms other than spans are left out, because the confidence is that of spans.
    Raises `PairsError` for an invalid file, `FeedbackError` for one without judgements.
    """
    documents: dict[str, Document] = {}
    judgements: list[Judgement] = []
    root = JsonRecord.of(parse_json(read_text(path), str(path)), str(path))
    pairs = read_squad(path)
    others = {entry.value("id") for _, entry in _entries(root, "qas") if not _is_span(entry)}
    for pair in pairs:
        assert pair.document is not None, "SQuAD's pairs come with their paragraphs"
        if pair.id not in others:
            documents.setdefault(pair.document.text, pair.document)
            judgements.append(Judgement(documents[pair.document.text], pair.question, pair.answers))
    for context, entry in _entries(root, "rated"):
        if _is_span(entry):
            document = documents.setdefault(context, Document(f"rated#{len(documents)}", context, source=str(path)))
            given = tuple(words.text("text") for words in entry.records("given"))
            judgements.append(Judgement(document, entry.text("question"), None, given))
    if not judgements:
        raise FeedbackError(f"{str(path)!r} holds no feedback{' on spans, but on other forms' if others else ''}")
    order = {id(document): i for i, document in enumerate(documents.values())}
    return sorted(judgements, key=lambda judgement: order[id(judgement.document)])


def _entries(root: JsonRecord, name: str) -> Iterator[tuple[str, JsonRecord]]:
    """Yield (context, entry) for each entry of the paragraphs' lists `name`."""
    for article in root.records("data"):
        for paragraph in article.records("paragraphs"):
            for entry in paragraph.records(name) if paragraph.has(name) else ():
                yield paragraph.text("context"), entry


def _is_span(entry: JsonRecord) -> bool:
    """Return whether the entry judges a span; all feedback of schema version 1 does."""
    return entry.value("form") in (None, Form.SPAN)
