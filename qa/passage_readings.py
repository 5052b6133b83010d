"""Reads the passages that were found for a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from index import Hit
from qa.candidates import Candidate, gather
from qa.confidence import Calibration
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


class PassageQueue:
    """The `hits` of a question with their `texts`, and their `readings` once `reader` has read them."""

    def __init__(self, reader: Reader, question: str, hits: list[Hit], texts: list[str]) -> None:
        self.milliseconds = 0.0
        self.hits = hits
        self.readings: list[PassageReading] = []
        self._reader = reader
        self._question = question
        self._texts = texts

    def read(self, *, best: int) -> None:
        """Read the passages that are unread, for the `best` spans of each."""
        texts = self._texts[len(self.readings) :]
        if texts:
            reading = self._reader.read([(self._question, text) for text in texts], best=best)
            self.milliseconds += reading.milliseconds
            self.readings += reading.passages

    def read_too(self, passages: Sequence[tuple[Hit, str]], *, best: int) -> None:
        """Read passages that were not among the hits, and add them to these."""
        self.hits += [hit for hit, _ in passages]
        self._texts += [text for _, text in passages]
        self.read(best=best)

    def candidates(self, calibration: Calibration | None) -> list[Candidate]:
        """Return what stands in the passages that have been read, best first."""
        read = len(self.readings)
        weight = calibration.retrieval_weight if calibration else 0.0
        return gather(self.hits[:read], self._texts[:read], self.readings, retrieval_weight=weight)
