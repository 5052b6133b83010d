"""Computes how many pairs an evaluation needs: the width of a figure's interval, and what a paired test can see.

`python -m benchmarks.power` computes it, without sampling, and writes benchmarks/results/power.json, from which
docs/evaluation.md has its tables.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
from scipy.stats import binom

RESULT = Path(__file__).parent / "results" / "power.json"
LEVEL, POWER = 0.05, 0.8
Z = 1.96
SIZES = (30, 100, 200, 500, 1000, 2000, 5000, 10000)
DIFFERENCES = (0.01, 0.02, 0.03, 0.05, 0.1)
CHANGED = (0.05, 0.1, 0.2, 0.3)


def half_width(share: float, questions: int) -> float:
    """Half of the 95% interval of a share of `questions`, by the normal approximation."""
    return Z * math.sqrt(share * (1 - share) / questions)


def power(questions: int, changed: float, difference: float) -> float:
    """Return the chance that the exact sign test (McNemar) gives p < 0.05 for a run that is better by `difference`.

    Each question's outcome (right or wrong) changes with probability `changed`; so many more changes are for the better
    that the share of right answers rises by `difference`. Exact: summed over how many change and how many win.
    """
    wins = (1 + difference / changed) / 2
    spread = 6 * math.sqrt(questions * changed * (1 - changed))
    low, high = max(1, int(questions * changed - spread)), min(questions, int(questions * changed + spread) + 1)
    count = np.arange(low, high + 1)
    least = binom.ppf(LEVEL / 2, count, 0.5)  # the most wins, or losses, with which p may still be below 0.05
    least -= 2 * binom.cdf(least, count, 0.5) >= LEVEL
    seen = binom.cdf(least, count, wins) + binom.cdf(least, count, 1 - wins)
    return float((binom.pmf(count, questions, changed) * seen).sum())


def questions_needed(changed: float, difference: float) -> int | None:
    """Return the fewest questions, to the next ten, with which the test sees `difference` four times out of five.

    None where `difference` is more than all that changes.
    """
    if difference > changed:
        return None
    start = max(10, round(4 * changed / difference**2, -1))
    return next(n for n in range(int(start), 10**6, 10) if power(n, changed, difference) >= POWER)


def main() -> None:
    """Compute, print and write both tables."""
    widths = [
        {"questions": n, **{f"at_{share:.0%}": round(100 * half_width(share, n), 1) for share in (0.5, 0.8, 0.95)}}
        for n in SIZES
    ]
    needed = [
        {"difference": 100 * d, **{f"changed_{c:.0%}": questions_needed(c, d) for c in CHANGED}} for d in DIFFERENCES
    ]
    for line in (*widths, *needed):
        print(line)
    RESULT.write_text(json.dumps({"half_width": widths, "questions_needed": needed}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
