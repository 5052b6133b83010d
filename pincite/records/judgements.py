"""Reads judgements of answers from a file of feedback, or of other questions with answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.types import Document
from pincite.evaluation.fields import parse_json, read_text
from pincite.evaluation.metrics import score
from pincite.evaluation.squad import read_squad
from qa.errors import FeedbackError
from qa.types import Form

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
