"""Settings of asking. Impossible values raise at once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AskConfig:
    """`candidates`: spans kept for each passage. `answers`: different answers cited at most where a question asks for
    several. `further`: places beside its first that an answer cites at most.
    `context`: characters of a citation's prefix and suffix. `batch`: questions read together by `ask_many`.
    `enough`: the confidence from which a question's first two passages suffice and the others are left unread, which
    saves time (`benchmarks.early`) but leaves out further places that say the same; None reads all.
    """

    candidates: int = 5
    answers: int = 8
    further: int = 3
    context: int = 32
    batch: int = 16
    enough: float | None = None

    def __post_init__(self) -> None:
        if min(self.candidates, self.answers, self.batch) < 1 or min(self.further, self.context) < 0:
            raise ValueError(f"impossible settings: {self}")
        if self.enough is not None and not 0.0 <= self.enough <= 1.0:
            raise ValueError(f"enough is {self.enough}; it is a confidence, from 0 to 1")
