"""Holds what search and reader found for questions, before it is decided whether to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from index import Hit
from qa.candidates import Candidate
from qa.read import PassageReading


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
