"""Keeps people's judgements of answers in a local file in the format of SQuAD 2.0, and reads them back.

A thumb up, and a span that a person marks, is a question with its answer; that the document does not answer, by a
thumb up for an abstention or by `deny`, is an impossible question. A thumb down says what is wrong and not what is
right, which SQuAD has no words for: it stands in its paragraph's list `rated`, which `eval` passes over and
`calibrate` reads. A question has one entry a document, the last; `form` says what its answer cites (none: a span).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from index.types import Document
from pincite.evaluation.fields import parse_json, read_text
from pincite.evaluation.metrics import score
from pincite.evaluation.pairs import read_squad
from qa.atomic_files import write_whole
from qa.errors import FeedbackError, FeedbackFileError
from qa.types import SCHEMA_VERSION, Answer, Form
from qa.userdata import user_data

KIND = "pincite-feedback"
# Of a longer document, the text around the answer is kept.
LONGEST_CONTEXT = 500_000
SECONDS = 20.0  # to wait for others who write


class Rating(StrEnum):
    """A thumb."""

    UP = "up"
    DOWN = "down"


def feedback_file(named: str | Path | None = None) -> Path:
    """Return the file `named`, or that of the user who runs Pincite."""
    return Path(named) if named else user_data() / "feedback.json"


@dataclass(frozen=True, slots=True)
class Feedback:
    """The file at `path`, which is made when something is first kept. Several processes may write to it.

    Every method raises `FeedbackFileError` if it is not a feedback file, or is being written for too long, and
    `OSError` if it cannot be written; nothing has changed then.
    """

    path: Path

    def rate(self, document: Document, answer: Answer, rating: Rating) -> None:
        """Keep a thumb for `answer`: on `document`, which it cites, or which it finds no answer in."""
        text = (document.id, document.sha256)
        cited = [c for c in answer.citations if (c.document_id, c.document_sha256) == text]
        if answer.answered and not cited:
            raise FeedbackError(
                f"the answer does not cite {document.id!r} as it is now; ask again and rate that answer"
            )
        start, end = (cited[0].start, cited[0].end) if cited else (0, 0)
        spans = [(c.start, c.end) for c in cited]
        kept = _Kept(document, answer.read_as, start, end, answer.form)
        add = kept.add_pair if rating is Rating.UP else kept.add_rated
        self._change(lambda data: add(data, spans, str(rating)))

    def mark(self, document: Document, question: str, start: int, end: int, *, form: Form = Form.SPAN) -> None:
        """Keep that `document.text[start:end]` answers `question`. `form`: of the answer that it stands against."""
        if not 0 <= start < end <= len(document.text) or not document.text[start:end].strip():
            raise FeedbackError(f"characters {start} to {end} of {document.id!r} hold no words; mark some words")
        kept = _Kept(document, question, start, end, form)
        self._change(lambda data: kept.add_pair(data, [(start, end)], "marked"))

    def deny(self, document: Document, question: str, *, form: Form = Form.SPAN) -> None:
        """Keep that `document` does not answer `question`. `form`: of the answer that was given or declined."""
        kept = _Kept(document, question, 0, 0, form)
        self._change(lambda data: kept.add_pair(data, [], "denied"))

    def withdraw(self, document: Document, question: str) -> None:
        """Forget what was said of `question` on `document`."""
        if self.path.exists():
            self._change(_Kept(document, question, 0, 0).drop)

    def _change(self, change: Callable[[dict[str, Any]], None]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.path.with_name(f"{self.path.name}.lock"), timeout=SECONDS):
                data = self._read()
                data["schema_version"] = SCHEMA_VERSION
                try:
                    change(data)
                except (AttributeError, KeyError, TypeError) as error:
                    raise FeedbackFileError(_damaged(self.path)) from error
                write_whole(self.path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")
        except Timeout as error:
            raise FeedbackFileError(f"{str(self.path)!r} is being written by another process; try again") from error

    def _read(self) -> dict[str, Any]:
        try:
            data = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {"version": "v2.0", "kind": KIND, "schema_version": SCHEMA_VERSION, "data": []}
        except (ValueError, RecursionError) as error:
            raise FeedbackFileError(_damaged(self.path)) from error
        if not isinstance(data, dict) or data.get("kind") != KIND or not isinstance(data.get("data"), list):
            raise FeedbackFileError(f"{str(self.path)!r} is not a feedback file; name another")
        return data


@dataclass(frozen=True, slots=True)
class _Kept:
    """A question on a document; its answer, of the `form`, is at `[start, end)`, if it has one."""

    document: Document
    question: str
    start: int
    end: int
    form: Form = Form.SPAN

    @property
    def id(self) -> str:
        """Return the key: the same for the same question on the same text."""
        return hashlib.sha256(f"{self.document.sha256}\n{self.question}".encode()).hexdigest()[:16]

    def add_pair(self, data: dict[str, Any], spans: list[tuple[int, int]], rating: str) -> None:
        """Keep the question with its answers, none of which is: it cannot be answered."""
        answers = self._answers(spans)
        entry = {"answers": answers, "is_impossible": not answers, "rating": rating}
        self._add(data, "qas", entry)

    def add_rated(self, data: dict[str, Any], spans: list[tuple[int, int]], rating: str) -> None:
        """Keep that the answer at `spans`, or that there is none, is wrong."""
        self._add(data, "rated", {"given": self._answers(spans), "rating": rating})

    def drop(self, data: dict[str, Any]) -> None:
        """Take the question's entry out, and what is empty after that."""
        for article in data["data"]:
            for paragraph in article["paragraphs"]:
                for name in ("qas", "rated"):
                    paragraph[name] = [entry for entry in paragraph.get(name, []) if entry.get("id") != self.id]
            article["paragraphs"] = [p for p in article["paragraphs"] if p["qas"] or p["rated"]]
        data["data"] = [article for article in data["data"] if article["paragraphs"]]

    def _add(self, data: dict[str, Any], name: str, entry: dict[str, Any]) -> None:
        self.drop(data)
        self._paragraph(self._article(data))[name].append(
            {"id": self.id, "question": self.question, "form": self.form, **entry}
        )

    def _article(self, data: dict[str, Any]) -> dict[str, Any]:
        sha256 = self.document.sha256
        articles: list[dict[str, Any]] = data["data"]
        for article in articles:
            if article.get("document_sha256") == sha256 and article["title"] == self.document.id:
                return article
        made: dict[str, Any] = {"title": self.document.id, "document_sha256": sha256, "paragraphs": []}
        articles.append(made)
        return made

    def _paragraph(self, article: dict[str, Any]) -> dict[str, Any]:
        first, last = self._window()
        context = self.document.text[first:last]
        paragraphs: list[dict[str, Any]] = article["paragraphs"]
        for paragraph in paragraphs:
            if paragraph["context"] == context:
                return paragraph
        made: dict[str, Any] = {"context": context, "qas": [], "rated": []}
        paragraphs.append(made)
        return made

    def _answers(self, spans: list[tuple[int, int]]) -> list[dict[str, Any]]:
        first, last = self._window()
        inside = [(start, end) for start, end in spans if first <= start and end <= last]
        return [{"text": self.document.text[start:end], "answer_start": start - first} for start, end in inside]

    def _window(self) -> tuple[int, int]:
        """Return what of the document is kept."""
        size = len(self.document.text)
        if size <= LONGEST_CONTEXT:
            return 0, size
        first = max(0, min(self.start - LONGEST_CONTEXT // 2, size - LONGEST_CONTEXT))
        return first, max(first + LONGEST_CONTEXT, self.end)


def _damaged(path: Path) -> str:
    return f"{str(path)!r} is damaged; move it away, or name another file"


RIGHT = 0.5  # F1 from which words count as those of an answer, as when the shipped calibration was fitted


@dataclass(frozen=True, slots=True)
class Judgement:
    """A question of a document. `right`: its answers, () if it has none; None if only `wrong` is known."""

    document: Document
    question: str
    right: tuple[str, ...] | None
    wrong: tuple[str, ...] = ()

    def of(self, words: str) -> bool | None:
        """Return whether `words` answer the question; None if that is not known."""
        if self.right is not None:
            return bool(self.right) and score(words, self.right).f1 >= RIGHT
        return False if self.wrong and score(words, self.wrong).f1 >= RIGHT else None


def read_judgements(path: Path) -> list[Judgement]:
    """Return the judgements of a SQuAD-format file; from a feedback file, also the answers rated wrong.

    Judgements of other forms than spans are left out: the confidence in spans is not fitted to them.
    Raises `PairsError` for an invalid file, `FeedbackError` for one without judgements.
    """
    documents: dict[str, Document] = {}
    judgements: list[Judgement] = []
    pairs = list(read_squad(path))
    data = parse_json(read_text(path), str(path))
    others = {entry.get("id") for _, entry in _entries(data, "qas") if not _is_span(entry)}
    for pair in pairs:
        assert pair.document is not None, "SQuAD's pairs bring their paragraphs"
        if pair.id not in others:
            documents.setdefault(pair.document.text, pair.document)
            judgements.append(Judgement(documents[pair.document.text], pair.question, pair.answers))
    for context, question, given in _rated(data):
        document = documents.setdefault(context, Document(f"rated#{len(documents)}", context, source=str(path)))
        judgements.append(Judgement(document, question, None, given))
    if not judgements:
        raise FeedbackError(f"{str(path)!r} holds no feedback{' on spans, but on other forms' if others else ''}")
    order = {id(document): i for i, document in enumerate(documents.values())}
    return sorted(judgements, key=lambda judgement: order[id(judgement.document)])


def _rated(data: Any) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield (context, question, given words) of each thumb down for a span."""
    for context, entry in _entries(data, "rated"):
        if not isinstance(entry.get("question"), str) or not _is_span(entry):
            continue
        given = entry.get("given")
        words = [marked.get("text") for marked in given if isinstance(marked, dict)] if isinstance(given, list) else []
        yield context, entry["question"], tuple(word for word in words if isinstance(word, str) and word.strip())


def _entries(data: Any, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (context, entry) of each entry of the lists `name`; `read_squad` has checked the rest."""
    for article in data["data"]:
        for paragraph in article["paragraphs"]:
            entries = paragraph.get(name, [])
            for entry in entries if isinstance(entries, list) else []:
                if isinstance(entry, dict):
                    yield paragraph["context"], entry


def _is_span(entry: dict[str, Any]) -> bool:
    """Return whether it is about a span, as all feedback of schema version 1 is."""
    return bool(entry.get("form", Form.SPAN) == Form.SPAN)
