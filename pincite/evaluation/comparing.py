"""Compares two runs on the same questions: which answers changed, and whether a difference is significant.

The interval of a difference comes from the same bootstrap resamples in both runs. For figures that are means over
questions, a paired permutation test gives the p-value (Fisher 1935: without a difference, the two runs could be
swapped for any question, or for any document where documents are resampled). If all changes are of one size, as for
exact match, this is McNemar's test, computed exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from math import comb

import numpy as np

from pincite.evaluation.figures import Sample, figure
from pincite.evaluation.judging import EvalRow
from pincite.evaluation.resampling import SEED, Floats, Resamples
from pincite.evaluation.results import rows_of
from pincite.evaluation.shapes import AnswerChange, FigureDifference, Outcome, Result, RunComparison
from qa.errors import PairsError

PERMUTATIONS = 9999
_EXACT = 13  # up to so many changes, all 2**13 ways to swap them are fewer than `PERMUTATIONS`
_BATCH = 2_000_000  # numbers drawn at a time
SIGNIFICANT = 0.05


def compare(old: Result, new: Result, file: str) -> RunComparison:
    """Compare `new` with `old` on the questions of both runs. `file`: the name of the old result.

    If they share no questions, for example after an early stop, there are no differences.
    """
    before = {row.id: row for row in rows_of(old)}
    after = rows_of(new)
    pairs = [(before[b.id], b) for b in after if b.id in before and b.question == before[b.id].question]
    settings = {**old["settings"], **new["settings"]}
    changed = {name: [old["settings"].get(name), new["settings"].get(name)] for name in settings}
    changes = [_change(a, b) for a, b in pairs if _outcome(a) != _outcome(b)]
    return {
        "file": file,
        "settings_changed": {name: both for name, both in changed.items() if both[0] != both[1]},
        "questions": len(pairs),
        "only_old": len(before) - len(pairs),
        "only_new": len(after) - len(pairs),
        "better": sum(b.f1 > a.f1 for a, b in pairs),
        "worse": sum(b.f1 < a.f1 for a, b in pairs),
        "changed": len(changes),
        "figures": _differences(pairs, old, new) if pairs else {},
        "changes": changes,
    }


def check_comparable(old: Result, ids: Iterable[str], file: str) -> None:
    """Raise `PairsError` if the result in `file` has none of the questions with these ids."""
    if {row.id for row in rows_of(old)}.isdisjoint(ids):
        raise PairsError(f"{file} has none of these questions; compare runs on the same pairs")


def _differences(pairs: Sequence[tuple[EvalRow, EvalRow]], old: Result, new: Result) -> dict[str, FigureDifference]:
    old_rows, new_rows = [a for a, _ in pairs], [b for _, b in pairs]
    before = Sample.of(old_rows, old["settings"]["top_k"])
    after = Sample.of(new_rows, new["settings"]["top_k"])
    documents = [row.source or row.document for row in new_rows]
    resamples = Resamples.draw(documents)
    first, second = before.estimates(resamples), after.estimates(resamples)
    units = documents if resamples.unit == "documents" else [row.id for row in new_rows]
    differences: dict[str, FigureDifference] = {}
    for name in (name for name in new["definitions"] if name in first and name in second):
        difference = figure(second[name] - first[name], len(pairs))
        p = _p_value(before, after, name, units)
        low, high = difference["low"], difference["high"]
        crossed = low is None or high is None or low <= 0 <= high
        differences[name] = {
            "old": _number(first[name][0]),
            "new": _number(second[name][0]),
            "difference": difference["value"],
            "low": low,
            "high": high,
            "p": p,
            "real": p < SIGNIFICANT if p is not None else not crossed,
        }
    return differences


def _p_value(before: Sample, after: Sample, name: str, units: Sequence[str]) -> float | None:
    """Return the p-value of a figure that is a mean over the same questions in both runs, None for other figures."""
    if name not in before.shares or name not in after.shares:
        return None
    (old, old_whole), (new, new_whole) = before.shares[name], after.shares[name]
    if not np.array_equal(old_whole, new_whole) or not np.isin(new_whole, (0, 1)).all():
        return None
    chosen = new_whole > 0
    if not chosen.any():
        return None
    _, unit_of = np.unique(np.array(units, dtype=object)[chosen], return_inverse=True)
    gained = np.bincount(unit_of, weights=(new - old)[chosen])
    gained = gained[gained != 0]  # swapping equal scores changes nothing
    if not len(gained):
        return 1.0
    return sign_test(gained) if np.ptp(np.abs(gained)) == 0 else permutation(gained)


def permutation(gained: Floats) -> float:
    """Return the two-sided p-value of the sum of `gained`, if each gain could equally have been a loss."""
    least = abs(gained.sum()) - 1e-12 * np.abs(gained).sum()  # tolerates rounding errors of equal sums
    if len(gained) <= _EXACT:
        all_signs = np.array(list(product((-1.0, 1.0), repeat=len(gained))))
        return float((np.abs(all_signs @ gained) >= least).mean())
    generator = np.random.default_rng(SEED)
    size = max(1, _BATCH // len(gained))
    at_least = 0
    for first in range(0, PERMUTATIONS, size):
        signs = generator.choice((-1.0, 1.0), (min(size, PERMUTATIONS - first), len(gained)))
        at_least += int((np.abs(signs @ gained) >= least).sum())
    return (at_least + 1) / (PERMUTATIONS + 1)  # the observed signs count as one draw


def sign_test(gained: Floats) -> float:
    """Return the exact two-sided p-value if all gains and losses are of one size (McNemar 1947)."""
    count = len(gained)
    fewer = min(int((gained > 0).sum()), int((gained < 0).sum()))
    return min(1.0, 2 * sum(comb(count, heads) for heads in range(fewer + 1)) / (1 << count))


def _outcome(row: EvalRow) -> tuple[str, str | None]:
    return row.verdict, next((answer.text for answer in row.answers), None)


def _change(before: EvalRow, after: EvalRow) -> AnswerChange:
    def outcome(row: EvalRow) -> Outcome:
        verdict, answer = _outcome(row)
        return Outcome(verdict=verdict, answer=answer, f1=row.f1)

    return AnswerChange(id=after.id, question=after.question, old=outcome(before), new=outcome(after))


def _number(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)
