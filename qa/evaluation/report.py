"""What an evaluation measured: every answer with its score, and the figures over all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from index.errors import PinciteError
from qa.evaluation.metrics import Score
from qa.evaluation.types import Pair
from qa.types import Answer

SCHEMA_VERSION = 1
PERCENTILES = (50, 95, 99)


@dataclass(frozen=True, slots=True)
class Item:
    """One question: the pair, the answer it got, its score, and the milliseconds that `ask` took."""

    pair: Pair
    answer: Answer
    score: Score
    latency_ms: float

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; `exact` and `f1` on a scale of 0 to 100, `citation` None where it declined."""
        place = next(iter(self.answer.citations), None)
        return {
            "id": self.pair.id,
            "question": self.pair.question,
            "gold": list(self.pair.answers),
            "answer": self.answer.text,
            "status": self.answer.status,
            "reason": self.answer.reason,
            "confidence": self.answer.confidence,
            "exact": 100.0 * self.score.exact,
            "f1": 100.0 * self.score.f1,
            "citation": place and {"document_id": place.document_id, "start": place.start, "end": place.end},
            "latency_ms": self.latency_ms,
            "timings": asdict(self.answer.timings),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The items in the order asked. `stopped_by` is what ended the run early, or None."""

    items: tuple[Item, ...]
    stopped_by: PinciteError | KeyboardInterrupt | None = None

    @property
    def complete(self) -> bool:
        """Whether every question was asked."""
        return self.stopped_by is None

    def metrics(self) -> dict[str, Any]:
        """The figures over all items; `exact` and `f1` (and their kin) on a scale of 0 to 100.

        - `total`, `answerable`, `unanswerable`: questions asked, those with and those without a gold answer
        - `exact`, `f1`: means over all questions, as SQuAD's scripts compute them
        - `HasAns_exact`, `HasAns_f1`: the same over the answerable questions; None if there are none
        - `NoAns_f1`: the same over the unanswerable, where it equals exact match: the share declined, in
          percent (an answer of mere articles or punctuation counts as empty); None if there are none
        - `declined`: the number of questions that got no answer (status abstained), answerable or not
        - `wrongly_declined`: the number of answerable questions among them
        - `latency_ms`: percentiles of the time that `ask` took, interpolated linearly; building or opening the
          index is not in it. None for each if nothing was asked
        """
        answerable = [item for item in self.items if item.pair.answerable]
        unanswerable = [item for item in self.items if not item.pair.answerable]
        return {
            "total": len(self.items),
            "answerable": len(answerable),
            "unanswerable": len(unanswerable),
            "exact": _percent(item.score.exact for item in self.items),
            "f1": _percent(item.score.f1 for item in self.items),
            "HasAns_exact": _percent(item.score.exact for item in answerable),
            "HasAns_f1": _percent(item.score.f1 for item in answerable),
            "NoAns_f1": _percent(item.score.f1 for item in unanswerable),
            "declined": sum(not item.answer.answered for item in self.items),
            "wrongly_declined": sum(not item.answer.answered for item in answerable),
            "latency_ms": _percentiles([item.latency_ms for item in self.items]),
        }

    def to_dict(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Plain data for JSON: `settings` (how it was measured), the metrics, and every item."""
        head = {"schema_version": SCHEMA_VERSION, "settings": dict(settings), "complete": self.complete}
        return {**head, **self.metrics(), "items": [item.to_dict() for item in self.items]}


def _percent(scores: Iterable[float]) -> float | None:
    values = list(scores)
    return 100.0 * sum(values) / len(values) if values else None


def _percentiles(milliseconds: list[float]) -> dict[str, float | None]:
    if not milliseconds:
        return {f"p{p}": None for p in PERCENTILES}
    return {f"p{p}": float(np.percentile(milliseconds, p)) for p in PERCENTILES}
