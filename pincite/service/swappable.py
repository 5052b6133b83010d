"""Serves an answerer that can be swapped as a whole, between two questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index import Document
from qa.answerer import AS_USUAL, Answerer
from qa.confidence import Calibration
from qa.config import AskOptions
from qa.types import Answer, Turn

__all__ = ["SwappableAnswerer"]


class SwappableAnswerer:
    """Asks the current answerer; a question that has begun ends with the answerer that it began with."""

    def __init__(self, first: Answerer) -> None:
        self.current = first

    @property
    def documents(self) -> Mapping[str, Document]:
        """The current answerer's documents by id."""
        return self.current.documents

    @property
    def calibration(self) -> Calibration | None:
        """The current one's."""
        return self.current.calibration

    @property
    def short(self) -> bool:
        """Whether the current one's documents are a short text."""
        return self.current.short

    def answer(self, question: str, history: Sequence[Turn] = (), options: AskOptions = AS_USUAL) -> Answer:
        """Answer as `Answerer.answer` does."""
        return self.current.answer(question, history, options)
