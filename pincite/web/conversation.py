"""Holds one visitor's conversation: questions and answers, with numbered citations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from index.types import Document
from pincite.service.explaining import ExplainedPassage
from qa.types import Answer, Citation, Turn

__all__ = ["ChatExchange", "NumberedCitation", "as_cited", "numbered", "turns"]


@dataclass(frozen=True, slots=True)
class ChatExchange:
    """A question with its answer, or with the `error` message that it got instead (one line).

    `passages`: the passages that were considered, once the visitor has asked for them. `rating`: the visitor's rating
    ("up", "down", "marked", "denied"), or None; `refused`: why the last rating was not kept, or None.
    """

    question: str
    answer: Answer | None = None
    error: str | None = None
    passages: tuple[ExplainedPassage, ...] | None = None
    rating: str | None = None
    refused: str | None = None

    def __post_init__(self) -> None:
        if (self.answer is None) == (self.error is None):
            raise ValueError("an exchange has an answer or an error")


@dataclass(frozen=True, slots=True)
class NumberedCitation:
    """A citation and its number in the conversation, from 1. `nearest` is True if it is only the nearest statement."""

    number: int
    citation: Citation
    nearest: bool

    @property
    def id(self) -> str:
        """The HTML id that a citation's chip and its mark in the document share."""
        return f"pc-cite-{self.number}"


def numbered(exchanges: Sequence[ChatExchange]) -> Iterator[tuple[ChatExchange, list[NumberedCitation]]]:
    """Yield each exchange with its citations, whose numbers are unique in the conversation."""
    number = count(1)
    for exchange in exchanges:
        answer = exchange.answer
        cited = [] if answer is None else [(citation, False) for citation in answer.citations]
        if answer is not None and answer.nearest is not None:
            cited.append((answer.nearest, True))
        yield exchange, [NumberedCitation(next(number), *citation) for citation in cited]


def as_cited(citation: Citation, documents: Mapping[str, Document]) -> Document | None:
    """Return the document of a citation; None if it is gone, or its text has changed."""
    document = documents.get(citation.document_id)
    return document if document is not None and document.sha256 == citation.document_sha256 else None


def turns(exchanges: Sequence[ChatExchange]) -> list[Turn]:
    """Return the conversation as `Answerer.ask` takes it; questions that failed are left out."""
    return [exchange.answer.to_dict() for exchange in exchanges if exchange.answer is not None]
