"""One visitor's conversation: what was asked and what came back, with its citations numbered from first to last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.types import Document
from pincite.service.explaining import Passage
from qa.types import Answer, Citation, Turn

__all__ = ["Exchange", "NumberedCitation", "as_cited", "citations", "numbered", "turns"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its answer, or with the `error` that came instead (one line).

    `passages`: what was considered for the answer, once that has been asked for. `rating`: what the visitor said of
    the answer ("up", "down", "marked", "denied"), or None; `refused`: why the last they said was not kept, or None.
    """

    question: str
    answer: Answer | None = None
    error: str | None = None
    passages: tuple[Passage, ...] | None = None
    rating: str | None = None
    refused: str | None = None

    def __post_init__(self) -> None:
        if (self.answer is None) == (self.error is None):
            raise ValueError("an exchange has an answer or an error")


@dataclass(frozen=True, slots=True)
class NumberedCitation:
    """A citation and its number in the conversation, from 1. `nearest` is True where it answers nothing."""

    number: int
    citation: Citation
    nearest: bool

    @property
    def id(self) -> str:
        """The name that its chip and its mark share."""
        return f"pc-cite-{self.number}"


def citations(exchange: Exchange) -> list[tuple[Citation, bool]]:
    """The citations that `exchange` shows, and of each whether it is only the nearest statement."""
    if exchange.answer is None:
        return []
    nearest = exchange.answer.nearest
    return [(c, False) for c in exchange.answer.citations] + ([(nearest, True)] if nearest is not None else [])


def numbered(exchanges: Sequence[Exchange]) -> Iterator[tuple[Exchange, list[NumberedCitation]]]:
    """Each exchange with its citations, numbered on through the conversation so that a number means one place."""
    number = 0
    for exchange in exchanges:
        found = []
        for citation, nearest in citations(exchange):
            number += 1
            found.append(NumberedCitation(number, citation, nearest))
        yield exchange, found


def as_cited(citation: Citation, documents: Mapping[str, Document]) -> Document | None:
    """The document that a citation counts in; None if it is gone, or has another text by now."""
    document = documents.get(citation.document_id)
    return document if document is not None and document.sha256 == citation.document_sha256 else None


def turns(exchanges: Sequence[Exchange]) -> list[Turn]:
    """The conversation as `Answerer.ask` takes it; questions that could not be asked are left out."""
    return [exchange.answer.to_dict() for exchange in exchanges if exchange.answer is not None]
