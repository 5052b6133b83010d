"""What is found for questions before it is decided whether to answer."""

from __future__ import annotations

from dataclasses import dataclass

from index import Hit
from qa.candidates import Candidate
from qa.read import PassageReading


@dataclass(frozen=True, slots=True)
class Considered:
    """For each question its passages and its candidate spans, best first, and whether a short text was searched.

    `readings`: of the passages, as far as they were read. `short`: as in `qa.confidence`. `retrieve` and `read` (the
    model's own run time): milliseconds for all of the questions together.
    """

    hits: list[list[Hit]]
    candidates: list[list[Candidate]]
    short: list[bool]
    retrieve: float
    read: float
    readings: list[list[PassageReading]]
