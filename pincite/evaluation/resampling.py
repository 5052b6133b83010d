"""Bootstraps figures: resamples the questions to estimate the interval of a figure.

Percentile intervals: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", ch. 13. A resample is stored as
the number of times that each question was drawn, so that a figure is computed over all resamples at once;
`scipy.stats.bootstrap` would call a function for each. Questions about one document are not independent, so whole
documents are drawn if there are enough of them (cluster bootstrap; Miller 2024, "Adding Error Bars to Evals").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pincite.evaluation.shapes import Intervals

RESAMPLES = 1000
LEVEL = 0.95
SEED = 0
ENOUGH_DOCUMENTS = 20
_AT_ONCE = 1_000_000  # counts in a block

Floats = NDArray[np.float64]
Statistic = Callable[[Floats], Floats]
"""(resamples, questions) of how often each was drawn → (resamples,) or (resamples, figures); NaN where undefined."""


@dataclass(frozen=True, slots=True)
class Resamples:
    """`counts`: (1 + resamples, questions), how often each question was drawn; the first row is all ones.

    `unit`: what was drawn, "documents" or "questions".
    """

    counts: NDArray[np.uint16]
    unit: str

    @classmethod
    def draw(cls, documents: Sequence[str], resamples: int = RESAMPLES) -> Resamples:
        """Draw resamples of questions. `documents`: the document of each question."""
        names, unit_of = np.unique(np.array(documents, dtype=object), return_inverse=True)
        unit = "documents" if len(names) >= ENOUGH_DOCUMENTS else "questions"
        if unit == "questions":
            unit_of = np.arange(len(documents))
        units = int(unit_of.max()) + 1 if len(documents) else 0
        generator = np.random.default_rng(SEED)
        counts = np.ones((1 + resamples, len(documents)), dtype=np.uint16)
        for row in counts[1:] if units else ():
            row[:] = np.bincount(generator.integers(units, size=units), minlength=units)[unit_of]
        return cls(counts, unit)

    def subset(self, chosen: NDArray[np.intp]) -> Resamples:
        """Return the same resamples of the `chosen` questions, given by index."""
        return Resamples(self.counts[:, chosen], self.unit)

    def to_dict(self) -> Intervals:
        """Return the description of the intervals for a result."""
        return Intervals(level=LEVEL, resamples=len(self.counts) - 1, resampled=self.unit, seed=SEED)

    def blocks(self) -> Iterator[Floats]:
        """Yield the counts in blocks of resamples."""
        resamples, questions = self.counts.shape
        step = max(1, _AT_ONCE // max(1, questions))
        for first in range(0, resamples, step):
            yield self.counts[first : first + step].astype(np.float64)

    def estimate(self, statistic: Statistic) -> Floats:
        """Return the values of `statistic`, for the questions as asked (the first row) and for every resample."""
        return np.concatenate([statistic(block) for block in self.blocks()])


def safe_divide(part: Floats, whole: Floats) -> Floats:
    """Return `part / whole`, NaN where `whole` is 0."""
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)


def interval(estimates: Floats) -> tuple[float, float] | None:
    """Return the bounds of the percentile interval from a figure's estimates, the first of which is its value.

    None if the figure is undefined in too many resamples.
    """
    drawn = estimates[1:][~np.isnan(estimates[1:])]
    if len(drawn) < len(estimates) / 2 or len(drawn) < 2:
        return None
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(drawn, [tail, 100 - tail])
    return float(low), float(high)
