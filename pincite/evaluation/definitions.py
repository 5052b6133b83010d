"""Defines each figure (name, unit, whether higher or lower is better) and the gates that CI can check.

docs/evaluation.md has the formulas.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum

from pincite.evaluation.shapes import DefinitionRecord, GateRecord, Result


class Unit(StrEnum):
    """The unit of a figure: PERCENT from 0 to 100, RATIO from 0 to 1."""

    PERCENT = "percent"
    RATIO = "ratio"
    MILLISECONDS = "ms"
    COUNT = "count"


_QUESTIONS = {
    "total": "questions asked",
    "answerable": "of them with an answer in the source",
    "unanswerable": "of them without",
}
_SCORES = {
    "exact": "exact match, all questions",
    "f1": "F1, all questions",
    "HasAns_exact": "exact match, answerable",
    "HasAns_f1": "F1, answerable",
    "NoAns_f1": "F1, unanswerable: the share declined",
    "right": "answered with F1 of 50 or more, or rightly declined",
}
_DECLINED = {"declined": "questions declined", "wrongly_declined": "answerable questions declined"}
_REFUSALS = {
    "refusal_precision": "declined questions that have no answer",
    "refusal_recall": "questions without an answer that were declined",
}
_CITATIONS = {
    "citation_precision": "cited sentences that hold a gold answer",
    "citation_recall": "answerable questions with a gold sentence cited",
}
_SENTENCES = {
    "sentence_precision": "sentences cited that hold a gold answer, each by itself",
    "sentence_recall": "gold answers' sentences that were cited",
}
_ERRORS = {
    "ece": "expected calibration error of the confidence, 10 bins",
    "brier": "Brier score of the confidence",
    "aurc": "area under the risk-coverage curve",
}
_COVERAGE = {f"coverage@{percent}": f"questions answered at {percent}% precision" for percent in (80, 90, 95)}
_LISTS = {
    "list_exact_precision": "answers given that are gold answers",
    "list_exact_recall": "gold answers that were given",
    "list_exact_f1": "F1 over lists of answers, exact (MultiSpanQA)",
    "list_partial_precision": "answers given, the part in a gold answer",
    "list_partial_recall": "gold answers, the part in an answer given",
    "list_partial_f1": "F1 over lists of answers, partial (MultiSpanQA)",
}
PERCENTILES = (50, 95, 99)
CUTOFFS = (1, 3, 5, 10, 20)


def cutoffs(top_k: int) -> list[int]:
    """Return the ranks k at which recall@k is computed when `top_k` passages are retrieved."""
    return [*(k for k in CUTOFFS if k < top_k), top_k]


def define(top_k: int, *, several: bool = False, wider: bool = False) -> dict[str, DefinitionRecord]:
    """Return the definitions of all figures of a run that reads `top_k` passages, in the order of the report.

    `several`: questions have lists of answers. `wider`: forms of answer wider than a span were cited.
    """
    ranks = {
        f"recall@{k}": f"gold answer in the first {f'{k} passages' if k > 1 else 'passage'}" for k in cutoffs(top_k)
    }
    mrr, ndcg = "mean reciprocal rank of the first passage with a gold answer", f"nDCG of the first {top_k} passages"
    latencies = {f"latency_p{p}": f"milliseconds to answer, {p}%" for p in PERCENTILES}
    parts: tuple[tuple[dict[str, str], Unit, str | None], ...] = (
        (_QUESTIONS, Unit.COUNT, None),
        (_SCORES, Unit.PERCENT, "higher"),
        (_DECLINED, Unit.COUNT, None),
        (_REFUSALS | ranks, Unit.PERCENT, "higher"),
        ({"mrr": mrr, f"ndcg@{top_k}": ndcg}, Unit.RATIO, "higher"),
        (_CITATIONS | (_SENTENCES if wider else {}), Unit.PERCENT, "higher"),
        ({"auroc": "chance that a right candidate is surer than a wrong one"}, Unit.RATIO, "higher"),
        (_ERRORS, Unit.RATIO, "lower"),
        (_COVERAGE | (_LISTS if several else {}), Unit.PERCENT, "higher"),
        (latencies, Unit.MILLISECONDS, "lower"),
    )
    return {
        name: DefinitionRecord(label=label, unit=unit, better=better)
        for labels, unit, better in parts
        for name, label in labels.items()
    }


# The name of a gate on the command line → its figure; `--min-` if higher is better, else `--max-`.
LEAST = {
    "min-f1": "f1",
    "min-exact": "exact",
    "min-right": "right",
    "min-recall": "recall",
    "min-mrr": "mrr",
    "min-citation-precision": "citation_precision",
    "min-citation-recall": "citation_recall",
    "min-refusal-precision": "refusal_precision",
    "min-refusal-recall": "refusal_recall",
    "min-auroc": "auroc",
    "min-coverage-90": "coverage@90",
    "min-list-f1": "list_partial_f1",
}
MOST = {"max-ece": "ece", "max-brier": "brier", "max-aurc": "aurc", "max-latency-p95": "latency_p95"}
_HIGHEST = {Unit.PERCENT: 100.0, Unit.RATIO: 1.0, Unit.MILLISECONDS: math.inf}


def describe(gate: str) -> tuple[str, float]:
    """Return the meaning of the gate's figure, in a few words, and its highest possible value."""
    name = {**LEAST, **MOST}[gate]
    if name == "recall":
        return "gold answer in the passages read", _HIGHEST[Unit.PERCENT]
    definition = define(1, several=True)[name]
    return definition["label"], _HIGHEST[Unit(definition["unit"])]


def check_gates(result: Result, limits: Mapping[str, float]) -> list[GateRecord]:
    """Return each gate with its figure's value and whether it passed; a figure without a value fails."""
    checked = []
    for gate, limit in limits.items():
        figure = {**LEAST, **MOST}[gate]
        name = f"recall@{result['settings']['top_k']}" if figure == "recall" else figure
        value = result["figures"][name]["value"] if name in result["figures"] else None
        passed = value is not None and (value >= limit if gate in LEAST else value <= limit)
        checked.append(GateRecord(gate=f"--{gate}", figure=name, limit=limit, value=value, passed=passed))
    return checked
