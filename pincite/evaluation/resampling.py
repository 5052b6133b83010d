"""Bootstraps figures: draws the questions again and again to tell how far a figure could be off.

Efron and Tibshirani 1993, "An Introduction to the Bootstrap", ch. 13: percentile intervals. A resample is written as
how often each question was drawn, so that a figure is computed over all resamples at once; `scipy.stats.bootstrap`
would call back for each. Questions about one document stand or fall together, so whole documents are drawn where there
are enough of them (the cluster bootstrap; Miller 2024, "Adding Error Bars to Evals").
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
_AT_ONCE = 1_000_000  # counts that a figure is computed over together

Floats = NDArray[np.float64]
Statistic = Callable[[Floats], Floats]
"""(resamples, questions) of how often each was drawn → (resamples,) or (resamples, figures); NaN where undefined."""


@dataclass(frozen=True, slots=True)
class Resamples:
    """`counts`: (1 + resamples, questions), how often each question was drawn; the first row is the questions as asked.

    `unit`: what was drawn, "documents" or "questions".
    """

    counts: NDArray[np.uint16]
    unit: str

    @classmethod
    def draw(cls, documents: Sequence[str], resamples: int = RESAMPLES) -> Resamples:
        """Draw resamples of questions whose documents are these."""
        names, home = np.unique(np.array(documents, dtype=object), return_inverse=True)
        unit = "documents" if len(names) >= ENOUGH_DOCUMENTS else "questions"
        if unit == "questions":
            home = np.arange(len(documents))
        units = int(home.max()) + 1 if len(documents) else 0
        generator = np.random.default_rng(SEED)
        counts = np.ones((1 + resamples, len(documents)), dtype=np.uint16)
        for row in counts[1:] if units else ():
            row[:] = np.bincount(generator.integers(units, size=units), minlength=units)[home]
        return cls(counts, unit)

    def of(self, chosen: NDArray[np.intp]) -> Resamples:
        """Return the same resamples of some of the questions."""
        return Resamples(self.counts[:, chosen], self.unit)

    def to_dict(self) -> Intervals:
        """Return what a result says about its intervals."""
        return Intervals(level=LEVEL, resamples=len(self.counts) - 1, resampled=self.unit, seed=SEED)

    def blocks(self) -> Iterator[Floats]:
        """Yield the counts, some resamples at a time."""
        resamples, questions = self.counts.shape
        step = max(1, _AT_ONCE // max(1, questions))
        for first in range(0, resamples, step):
            yield self.counts[first : first + step].astype(np.float64)

    def estimate(self, statistic: Statistic) -> Floats:
        """Return `statistic` over the questions as asked (the first row) and over every resample."""
        return np.concatenate([statistic(block) for block in self.blocks()])


def divided(part: Floats, whole: Floats) -> Floats:
    """Return `part / whole`, NaN where there is nothing to divide by."""
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)


def interval(estimates: Floats) -> tuple[float, float] | None:
    """Return the bounds of the percentile interval from a figure's estimates, the first of which is its value.

    None where too few resamples define the figure.
    """
    drawn = estimates[1:][~np.isnan(estimates[1:])]
    if len(drawn) < len(estimates) / 2 or len(drawn) < 2:
        return None
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(drawn, [tail, 100 - tail])
    return float(low), float(high)
