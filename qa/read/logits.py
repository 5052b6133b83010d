"""What a model says of a window, as a reading of its passage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.read.protocol import PassageReading, SpanScore, TokenEvidence, VerdictLogits
from qa.read.spans import best_spans
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
        """Those of one window, without the first axis."""
        return Logits(*(None if part is None else part[which] for part in self))  # type: ignore[arg-type]


def read_window(window: Window, logits: Logits, *, best: int) -> PassageReading:
    """What the `logits` of one window say of its part of the passage."""
    spans = best_spans(window, logits.starts, logits.ends, logits.support, best=best)
    evidence = verdict = None
    if logits.sentences is not None:
        inside = logits.sentences[window.first : window.first + len(window.offsets)]
        evidence = TokenEvidence(np.array([start for start, _ in window.offsets], dtype=np.int64), inside)
    if logits.verdicts is not None:
        verdict = VerdictLogits(*(float(value) for value in logits.verdicts))
    return PassageReading(tuple(spans), evidence, verdict)


def merge_windows(readings: Sequence[PassageReading], *, best: int) -> PassageReading:
    """What several windows of one passage say together.

    Of spans that overlap the better one; of a token in two windows the mean; of verdicts the one that is surest that
    it is not neither.
    """
    kept: list[SpanScore] = []
    for span in sorted((span for reading in readings for span in reading.spans), key=lambda s: -s.margin):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    verdicts = [reading.verdict for reading in readings if reading.verdict is not None]
    verdict = min(verdicts, key=lambda v: v.probabilities[2], default=None)
    return PassageReading(
        tuple(kept[:best]), _merged([r.evidence for r in readings if r.evidence is not None]), verdict
    )


def _merged(parts: Sequence[TokenEvidence]) -> TokenEvidence | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    starts, where = np.unique(np.concatenate([part.starts for part in parts]), return_inverse=True)
    sums = np.bincount(where, np.concatenate([part.logits for part in parts]))
    return TokenEvidence(starts, (sums / np.bincount(where)).astype(np.float32))
