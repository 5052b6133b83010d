"""Turns a model's logits for a window into a reading of its passage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.read.protocol import PassageReading, SpanScore, TokenEvidence, VerdictLogits
from qa.read.spans import best_spans, span_table
from qa.read.windows import Window


class Logits(NamedTuple):
    """Of a batch of windows: each token as an answer's start and end, (windows, length).

    `support`: what each token adds to a span's support, (windows, length, 4), see `qa.read.spans`; of a reader that
    has learnt that. `sentences`: what each token adds to its sentence's score, (windows, length); `verdicts`: of each
    window yes, no and neither, (windows, 3).
    """

    starts: NDArray[np.float32]
    ends: NDArray[np.float32]
    support: NDArray[np.float32] | None = None
    sentences: NDArray[np.float32] | None = None
    verdicts: NDArray[np.float32] | None = None

    def row(self, which: int) -> Logits:
        """Return those of one window, without the first axis."""
        return Logits(*(None if part is None else part[which] for part in self))  # type: ignore[arg-type]


def read_window(window: Window, logits: Logits, *, best: int) -> PassageReading:
    """Return what the `logits` of one window say of its part of the passage."""
    table = span_table(window, logits.starts, logits.ends)
    starts = np.array([start for start, _ in window.offsets], dtype=np.int64)
    null = float(logits.starts[0]) + float(logits.ends[0])
    margins = (table.max(axis=1) - null if len(starts) else np.zeros(0)).astype(np.float32)
    inside = None
    if logits.sentences is not None:
        inside = logits.sentences[window.first : window.first + len(window.offsets)]
    spans = best_spans(window, logits.starts, logits.ends, logits.support, table=table, best=best)
    verdict = None if logits.verdicts is None else VerdictLogits(*(float(value) for value in logits.verdicts))
    return PassageReading(tuple(spans), TokenEvidence(starts, margins, inside), verdict)


def merge_windows(readings: Sequence[PassageReading], *, best: int) -> PassageReading:
    """Return what several windows of one passage say together.

    Of spans that overlap the better one; of a token in two windows the higher margin and the mean of its logits; of
    verdicts the one that is surest that it is not neither.
    """
    kept: list[SpanScore] = []
    for span in sorted((span for reading in readings for span in reading.spans), key=lambda s: -s.margin):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    verdicts = [reading.verdict for reading in readings if reading.verdict is not None]
    verdict = min(verdicts, key=lambda v: v.probabilities[2], default=None)
    evidence = [reading.evidence for reading in readings if reading.evidence is not None]
    return PassageReading(tuple(kept[:best]), _merged(evidence), verdict)


def _merged(parts: Sequence[TokenEvidence]) -> TokenEvidence | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    starts, where = np.unique(np.concatenate([part.starts for part in parts]), return_inverse=True)
    margins = np.full(len(starts), -np.inf, dtype=np.float32)
    np.maximum.at(margins, where, np.concatenate([part.margins for part in parts]))
    logits = [part.logits for part in parts if part.logits is not None]
    if len(logits) < len(parts):
        return TokenEvidence(starts, margins)
    means = np.bincount(where, np.concatenate(logits)) / np.bincount(where)
    return TokenEvidence(starts, margins, means.astype(np.float32))
