"""Compares two runs on the same questions: which of them changed, and whether the difference is more than chance.

A difference has the bootstrap interval of the same resamples in both runs. For figures that are means over questions a
paired permutation test gives its p-value (Fisher 1935: if there is no difference, the two runs could be swapped,
question by question, or document by document where documents are resampled). Where all changes are of one size, as for
exact match, that is McNemar's test, done exactly.
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
from pincite.evaluation.shapes import AnswerChange, FigureDifference, Result, RunComparison, Told
from qa.errors import PairsError

PERMUTATIONS = 9999
_EXACT = 13  # so many gains or losses can be signed in fewer ways than that
_BATCH = 2_000_000  # numbers drawn at a time
SIGNIFICANT = 0.05


def compare(old: Result, new: Result, file: str) -> RunComparison:
    """Compare `new` with `old`, over the questions that both asked; `file` names the old result.

    If they share none, as after an early stop, nothing differs.
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
    """Return the p-value of a figure that is a mean over the same questions in both runs; None for any other."""
    if name not in before.shares or name not in after.shares:
        return None
    (old, old_whole), (new, new_whole) = before.shares[name], after.shares[name]
    if not np.array_equal(old_whole, new_whole) or not np.isin(new_whole, (0, 1)).all():
        return None
    chosen = new_whole > 0
    if not chosen.any():
        return None
    _, home = np.unique(np.array(units, dtype=object)[chosen], return_inverse=True)
    gained = np.bincount(home, weights=(new - old)[chosen])
    gained = gained[gained != 0]  # swapping equals changes nothing
    if not len(gained):
        return 1.0
    return sign_test(gained) if np.ptp(np.abs(gained)) == 0 else permutation(gained)


def permutation(gained: Floats) -> float:
    """Return two-sided p-value of the sum of `gained`, if each gain could as well have been a loss."""
    least = abs(gained.sum()) - 1e-12 * np.abs(gained).sum()  # equal sums differ by how they are rounded
    if len(gained) <= _EXACT:
        every = np.array(list(product((-1.0, 1.0), repeat=len(gained))))
        return float((np.abs(every @ gained) >= least).mean())
    generator = np.random.default_rng(SEED)
    size = max(1, _BATCH // len(gained))
    as_far = 0
    for first in range(0, PERMUTATIONS, size):
        signs = generator.choice((-1.0, 1.0), (min(size, PERMUTATIONS - first), len(gained)))
        as_far += int((np.abs(signs @ gained) >= least).sum())
    return (as_far + 1) / (PERMUTATIONS + 1)  # the signs as they are count as one of the draws


def sign_test(gained: Floats) -> float:
    """Return the same where all gains and losses are of one size, exactly (McNemar 1947)."""
    count = len(gained)
    fewer = min(int((gained > 0).sum()), int((gained < 0).sum()))
    return min(1.0, 2 * sum(comb(count, heads) for heads in range(fewer + 1)) / (1 << count))


def _outcome(row: EvalRow) -> tuple[str, str | None]:
    return row.verdict, next((answer.text for answer in row.answers), None)


def _change(before: EvalRow, after: EvalRow) -> AnswerChange:
    def told(row: EvalRow) -> Told:
        verdict, answer = _outcome(row)
        return Told(verdict=verdict, answer=answer, f1=row.f1)

    return AnswerChange(id=after.id, question=after.question, old=told(before), new=told(after))


def _number(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)
