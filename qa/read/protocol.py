"""What the answerer asks of a reader, and what it gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SpanScore:
    """A candidate answer `passage[start:end]`, in code points.

    `margin`: the span's logits (start plus end) less those of "no answer here": above 0 the reader prefers
    the span. It is comparable between passages. `probability`: of the span within its passage, the null
    answer included; the reader's own, not calibrated. `support`: what the reader's hidden states say for the span's
    being right, as a logit; 0 from a reader that has not learnt that.
    """

    start: int
    end: int
    margin: float
    probability: float
    support: float = 0.0


@dataclass(frozen=True, slots=True)
class PassageReading:
    """The best spans of one passage, which do not overlap, best first. Empty only for a passage without tokens."""

    spans: tuple[SpanScore, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One `PassageReading` for each pair, in order. `milliseconds`: the model's own run time for all of them."""

    passages: tuple[PassageReading, ...]
    milliseconds: float


class Reader(Protocol):
    """Finds the spans of passages that answer questions.

    `id` names the model; `max_question_tokens` is the longest question that leaves room for a passage.
    """

    @property
    def id(self) -> str: ...

    @property
    def max_question_tokens(self) -> int: ...

    def count_tokens(self, text: str) -> int:
        """How many of the model's tokens `text` is, without special ones."""

    def read(self, pairs: Sequence[tuple[str, str]], *, best: int = 5) -> Reading:
        """The `best` spans for each (question, passage). A passage over the model's window is read in several."""
