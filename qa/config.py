"""Settings of asking. Impossible values raise at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.errors import QuestionError
from qa.types import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOptions:
    """The options of one question; `Answerer.ask` describes each field and its default.

    Raises `QuestionError`.
    """

    top_k: int = 5
    min_confidence: float | None = None
    where: Sequence[str] | str = ()
    answers: int | None = None
    form: Form | None = None

    def __post_init__(self) -> None:
        if self.min_confidence is not None and not 0.0 <= self.min_confidence <= 1.0:
            raise QuestionError(f"min_confidence is {self.min_confidence}; give a probability from 0 to 1")
        if self.top_k < 1:
            raise QuestionError(f"top_k is {self.top_k}; read at least one passage")
        if self.answers is not None and self.answers < 1:
            raise QuestionError(f"answers is {self.answers}; ask for at least one")

    @property
    def conditions(self) -> list[str]:
        """`where` as separate conditions."""
        return [self.where] if isinstance(self.where, str) else list(self.where)


@dataclass(frozen=True, slots=True)
class AskConfig:
    """`candidates`: spans kept for each passage. `answers`: different answers cited at most where a question asks for
    several. `further`: places beside its first that an answer cites at most.
    `context`: characters of a citation's prefix and suffix.
    """

    candidates: int = 5
    answers: int = 8
    further: int = 3
    context: int = 32

    def __post_init__(self) -> None:
        if min(self.candidates, self.answers) < 1 or min(self.further, self.context) < 0:
            raise ValueError(f"impossible settings: {self}")
