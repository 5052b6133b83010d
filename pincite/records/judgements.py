"""What a file of feedback, or of other questions with answers, says of the answers that questions get."""

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

RIGHT = 0.5  # F1 from which words count as those of an answer, as when the shipped calibration was fitted


@dataclass(frozen=True, slots=True)
class Judgement:
    """A question of a document. `right`: its answers, () where it has none; None where only `wrong` is known."""

    document: Document
    question: str
    right: tuple[str, ...] | None
    wrong: tuple[str, ...] = ()

    def of(self, words: str) -> bool | None:
        """Whether `words` answer the question; None if that is not known."""
        if self.right is not None:
            return bool(self.right) and score(words, self.right).f1 >= RIGHT
        return False if self.wrong and score(words, self.wrong).f1 >= RIGHT else None


def read_judgements(path: Path) -> list[Judgement]:
    """Those of a SQuAD-format file; of one that `pincite.records.feedback` keeps, what was rated wrong too.

    Raises `PairsError` for what is no such file, `FeedbackError` for one that says nothing.
    """
    documents: dict[str, Document] = {}
    found: list[Judgement] = []
    for pair in read_squad(path):
        assert pair.document is not None, "SQuAD's pairs bring their paragraphs"
        documents.setdefault(pair.document.text, pair.document)
        found.append(Judgement(documents[pair.document.text], pair.question, pair.answers))
    for context, question, given in _rated(parse_json(read_text(path), str(path))):
        document = documents.setdefault(context, Document(f"rated#{len(documents)}", context, source=str(path)))
        found.append(Judgement(document, question, None, given))
    if not found:
        raise FeedbackError(f"{str(path)!r} holds no feedback")
    order = {id(document): i for i, document in enumerate(documents.values())}
    return sorted(found, key=lambda judgement: order[id(judgement.document)])


def _rated(data: Any) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(context, question, words that were given) of each thumb down; `read_squad` has checked what is around them."""
    for article in data["data"]:
        for paragraph in article["paragraphs"]:
            rated = paragraph.get("rated", [])
            for entry in rated if isinstance(rated, list) else []:
                if not isinstance(entry, dict) or not isinstance(entry.get("question"), str):
                    continue
                given = entry.get("given")
                words = [one.get("text") for one in given if isinstance(one, dict)] if isinstance(given, list) else []
                texts = tuple(word for word in words if isinstance(word, str) and word.strip())
                yield paragraph["context"], entry["question"], texts
