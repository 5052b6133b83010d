"""Reads the passages that were found for a question: all of them, or as few as it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from index import Hit
from qa.candidates import Candidate, gather
from qa.confidence import Calibration, features
from qa.config import AskConfig
from qa.read import PassageReading, Reader


@dataclass(frozen=True, slots=True)
class PassageReadings:
    """The passages found for a question and its candidate spans, best first, and whether a short text was searched.

    `readings`: of the passages, as far as they were read. `short`: as in `qa.confidence`. `retrieve` and `read` (the
    model's own run time): milliseconds.
    """

    hits: list[Hit]
    candidates: list[Candidate]
    short: bool
    retrieve: float
    read: float
    readings: list[PassageReading]


class ConsideredMany(NamedTuple):
    """The same for each of several questions, field by field: for programs that measure."""

    hits: list[list[Hit]]
    candidates: list[list[Candidate]]
    short: list[bool]
    readings: list[list[PassageReading]]


FIRST = 2  # passages that are read before it is decided whether to go on: the next one often holds a better answer


class PassageQueue:
    """The `hits` of a question and their `texts`, as far as `reader` has read them: `readings`."""

    def __init__(self, reader: Reader, question: str, hits: list[Hit], texts: list[str]) -> None:
        self.milliseconds = 0.0
        self.hits = hits
        self.readings: list[PassageReading] = []
        self._reader = reader
        self._question = question
        self._texts = texts

    def read(self, most: int | None, *, best: int) -> None:
        """Read what is unread of the first `most` passages."""
        texts = self._texts[len(self.readings) : most]
        if texts:
            reading = self._reader.read([(self._question, text) for text in texts], best=best)
            self.milliseconds += reading.milliseconds
            self.readings += reading.passages

    def read_too(self, passages: Sequence[tuple[Hit, str]], *, best: int) -> None:
        """Read passages that were not among the hits: they come next after those that were read."""
        read = len(self.readings)
        self.hits[read:read] = [hit for hit, _ in passages]
        self._texts[read:read] = [text for _, text in passages]
        self.read(read + len(passages), best=best)

    def candidates(self, calibration: Calibration | None) -> list[Candidate]:
        """Return what stands in the passages that have been read, best first."""
        read = len(self.readings)
        weight = calibration.retrieval_weight if calibration else 0.0
        return gather(self.hits[:read], self._texts[:read], self.readings, retrieval_weight=weight)


def read_as_needed(
    passages: PassageQueue, calibration: Calibration | None, config: AskConfig, *, may_stop: bool, short: bool
) -> list[Candidate]:
    """Return the candidates, best first.

    Where it `may_stop`, the first passages are read before the others, which are left unread if the best candidate's
    confidence is at least `config.enough`. `short`: as in `qa.confidence`.
    """
    if may_stop and config.enough is not None and calibration is not None:
        passages.read(FIRST, best=config.candidates)
        candidates = passages.candidates(calibration)
        if candidates and calibration.probability(features(candidates, short=short)) >= config.enough:
            return candidates
    passages.read(None, best=config.candidates)
    return passages.candidates(calibration)
