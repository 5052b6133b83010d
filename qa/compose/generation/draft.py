"""Defines a question made of a document, with the place that should answer it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DraftQuestion:
    """A question and the place `[start, end)` that should answer it: a sentence, a list or a section.

    `answer`: the words that should answer it; empty where the place as a whole does. `kind`: the rule that made it.
    """

    question: str
    answer: str
    start: int
    end: int
    kind: str
