"""Applies a threshold to answers that were asked without one: the same best candidate, given or not."""

from __future__ import annotations

from dataclasses import replace

from pincite.evaluation.judging import EvalRow, references_of
from pincite.evaluation.lists import score_list
from pincite.evaluation.metrics import score
from pincite.evaluation.types import Pair, Verdict
from qa.types import Reason, Status


def with_threshold(row: EvalRow, pair: Pair, least: float) -> EvalRow:
    """Decline `row`, of a run that always answered, if its confidence is below `least` (0 to 1)."""
    if row.declined or row.confidence is None or row.confidence >= least:
        return row
    references, rules = references_of(pair, answerable=row.answerable)
    silent = score(None, references, rules)
    if not row.answerable:
        verdict = Verdict.RIGHTLY_DECLINED
    elif row.placed and not any(passage.gold for passage in row.retrieved):
        verdict = Verdict.NOT_RETRIEVED
    else:
        verdict = Verdict.WRONGLY_DECLINED
    return replace(
        row,
        status=Status.ABSTAINED,
        reason=Reason.LOW_CONFIDENCE,
        answers=[],
        exact=100 * silent.exact,
        f1=100 * silent.f1,
        official=silent,
        verdict=verdict,
        sentences=None if row.sentences is None else replace(row.sentences, cited=0, good=0, recall=0.0),
        list_score=None if row.list_score is None else score_list((), references),
    )
