"""Defines `Reader`, the protocol that every reading model follows, and what a reading holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class SpanScore:
    """A candidate answer `passage[start:end]`, in code points.

    `margin`: the span's logits (start plus end) minus those of "no answer here"; above 0 the reader prefers
    the span. It is comparable between passages. `probability`: of the span within its passage, the null
    answer included; the reader's own, not calibrated. `support`: what the reader's hidden states say for the span's
    being right, as a logit; 0 from a reader that has not learnt that.
    """

    start: int
    end: int
    margin: float
    probability: float
    support: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class TokenEvidence:
    """Scores of a passage's tokens, for the sentences that they stand in.

    `starts`: (tokens,), where each begins in the passage, rising. `margins`: (tokens,), of the best span that begins
    there, as `SpanScore.margin`. `logits`: (tokens,), what each adds to the score that its sentence answers, or None
    of a reader that has not learnt that.
    """

    starts: NDArray[np.int64]
    margins: NDArray[np.float32]
    logits: NDArray[np.float32] | None = None

    def margin(self, start: int, end: int) -> float:
        """Return the margin of the best span that begins in `passage[start:end]`; -inf if no token does."""
        inside = self._inside(start, end)
        return float(self.margins[inside].max()) if inside.stop > inside.start else -np.inf

    def answers(self, start: int, end: int) -> float:
        """Return the logit that the sentence `passage[start:end]` answers: its tokens' mean; 0 if there is none."""
        inside = self._inside(start, end)
        return 0.0 if self.logits is None or inside.stop <= inside.start else float(self.logits[inside].mean())

    def _inside(self, start: int, end: int) -> slice:
        first, after = np.searchsorted(self.starts, (start, end))
        return slice(int(first), int(after))


class VerdictLogits(NamedTuple):
    """A passage's verdict on a yes/no question or a statement: `yes` means supported, `no` contradicted."""

    yes: float
    no: float
    neither: float

    @property
    def probabilities(self) -> tuple[float, float, float]:
        """Return the probabilities of yes, no and neither; the reader's own, not calibrated."""
        shares = np.exp(np.array(self) - np.logaddexp.reduce(self))
        return float(shares[0]), float(shares[1]), float(shares[2])


@dataclass(frozen=True, slots=True)
class PassageReading:
    """A reader's result for one passage.

    `spans`: the best, which do not overlap, best first; empty only for a passage without tokens. `evidence`, `verdict`:
    of a reader that has learnt which sentences answer, and to say yes or no.
    """

    spans: tuple[SpanScore, ...]
    evidence: TokenEvidence | None = None
    verdict: VerdictLogits | None = None


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
        """Return how many of the model's tokens `text` is, without special ones."""

    def read(self, pairs: Sequence[tuple[str, str]], *, best: int = 5) -> Reading:
        """Return the `best` spans for each (question, passage). Passages over the window are read in several."""
