"""Asks every question and keeps what came back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from time import perf_counter
from typing import Protocol

from index.errors import PinciteError
from qa.errors import PairsError, QuestionError
from qa.evaluation.metrics import score
from qa.evaluation.report import Item, Report
from qa.evaluation.types import Pair
from qa.types import Answer


class Asker(Protocol):
    """Whatever answers questions; `qa.Answerer` does."""

    def ask(self, question: str, *, top_k: int = ..., min_confidence: float | None = ...) -> Answer:
        """Answer one question, or decline."""
        ...


def evaluate(
    pairs: Iterable[Pair],
    asker_for: Callable[[Pair], Asker],
    *,
    top_k: int = 5,
    min_confidence: float | None = None,
) -> Report:
    """Ask the questions of `pairs` in their order and score the answers.

    `asker_for` is called once for each run of pairs that share a document, and what it returned is let go before
    the next call. `min_confidence` is the threshold (0 to 1) below which to decline; None leaves it to the asker.
    Ctrl-C, and any `PinciteError` on the way, end the run early: the report then holds the questions asked until
    that point, `complete` is False, and `stopped_by` is the exception for the caller to raise.
    """
    items: list[Item] = []
    stopped_by: PinciteError | KeyboardInterrupt | None = None
    try:
        for item in _ask_all(pairs, asker_for, top_k, min_confidence):
            items.append(item)
    except (PinciteError, KeyboardInterrupt) as error:
        stopped_by = error
    return Report(tuple(items), stopped_by)


def _ask_all(
    pairs: Iterable[Pair], asker_for: Callable[[Pair], Asker], top_k: int, min_confidence: float | None
) -> Iterator[Item]:
    for _, group in groupby(pairs, key=lambda pair: id(pair.document)):
        asker: Asker | None = None
        for pair in group:
            if asker is None:
                asker = asker_for(pair)
            yield _ask(pair, asker, top_k, min_confidence)


def _ask(pair: Pair, asker: Asker, top_k: int, min_confidence: float | None) -> Item:
    start = perf_counter()
    try:
        answer = asker.ask(pair.question, top_k=top_k, min_confidence=min_confidence)
    except QuestionError as error:
        raise PairsError(f"{pair.place}, field 'question': {error}") from error
    latency_ms = (perf_counter() - start) * 1000
    return Item(pair, answer, score(answer.text, pair.answers, pair.rules), latency_ms)
