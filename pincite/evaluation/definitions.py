"""Defines each figure: its name, its unit, which way is better, and the limits that a run may be held to in CI.

docs/evaluation.md has the formulas.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pincite.evaluation.shapes import GateRecord, Result


class Unit(StrEnum):
    """PERCENT from 0 to 100, RATIO from 0 to 1."""

    PERCENT = "percent"
    RATIO = "ratio"
    MILLISECONDS = "ms"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Definition:
    """`label`: what it means, in a few words. `better`: "higher", "lower", or None where neither is."""

    label: str
    unit: Unit
    better: str | None = "higher"


_COUNTS = {
    "total": "questions asked",
    "answerable": "of them with an answer in the source",
    "unanswerable": "of them without",
    "declined": "questions declined",
    "wrongly_declined": "answerable questions declined",
}
_PERCENT = {
    "exact": "exact match, all questions",
    "f1": "F1, all questions",
    "HasAns_exact": "exact match, answerable",
    "HasAns_f1": "F1, answerable",
    "NoAns_f1": "F1, unanswerable: the share declined",
    "right": "answered with F1 of 50 or more, or rightly declined",
    "citation_precision": "cited sentences that hold a gold answer",
    "citation_recall": "answerable questions with a gold sentence cited",
    "refusal_precision": "declined questions that have no answer",
    "refusal_recall": "questions without an answer that were declined",
    "coverage@80": "questions answered at 80% precision",
    "coverage@90": "questions answered at 90% precision",
    "coverage@95": "questions answered at 95% precision",
}
SENTENCE_FIGURES = {
    "sentence_precision": "sentences cited that hold a gold answer, each by itself",
    "sentence_recall": "gold answers' sentences that were cited",
}
_RATIOS = {"mrr": "mean reciprocal rank of the first passage with a gold answer", "auroc": "right candidates surer"}
_ERRORS = {
    "ece": "expected calibration error of the confidence, 10 bins",
    "brier": "Brier score of the confidence",
    "aurc": "area under the risk-coverage curve",
}
LIST_FIGURES = {
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
    """Return the ranks at which recall is told when `top_k` passages are retrieved."""
    return [*(k for k in CUTOFFS if k < top_k), top_k]


def define(top_k: int, *, several: bool = False, wider: bool = False) -> dict[str, Definition]:
    """Return every figure of a run that reads `top_k` passages, in the order of the report.

    `wider`: other forms of answer than spans were cited.
    """
    counts = {name: Definition(label, Unit.COUNT, None) for name, label in _COUNTS.items()}
    percent = {name: Definition(label, Unit.PERCENT) for name, label in _PERCENT.items()}
    recalls = {
        f"recall@{k}": f"gold answer in the first {f'{k} passages' if k > 1 else 'passage'}" for k in cutoffs(top_k)
    }
    return {
        **{name: counts[name] for name in ("total", "answerable", "unanswerable")},
        **{name: percent[name] for name in ("exact", "f1", "HasAns_exact", "HasAns_f1", "NoAns_f1", "right")},
        **{name: counts[name] for name in ("declined", "wrongly_declined")},
        **{name: percent[name] for name in ("refusal_precision", "refusal_recall")},
        **{name: Definition(label, Unit.PERCENT) for name, label in recalls.items()},
        "mrr": Definition(_RATIOS["mrr"], Unit.RATIO),
        f"ndcg@{top_k}": Definition(f"nDCG of the first {top_k} passages", Unit.RATIO),
        **{name: percent[name] for name in ("citation_precision", "citation_recall")},
        **{name: Definition(label, Unit.PERCENT) for name, label in SENTENCE_FIGURES.items() if wider},
        "auroc": Definition("chance that a right candidate is surer than a wrong one", Unit.RATIO),
        **{name: Definition(label, Unit.RATIO, "lower") for name, label in _ERRORS.items()},
        **{name: percent[name] for name in ("coverage@80", "coverage@90", "coverage@95")},
        **{name: Definition(label, Unit.PERCENT) for name, label in LIST_FIGURES.items() if several},
        **{
            f"latency_p{p}": Definition(f"milliseconds to answer, {p}%", Unit.MILLISECONDS, "lower")
            for p in PERCENTILES
        },
    }


# The command line's name of a gate → the figure that it is about; `--min-` where higher is better, else `--max-`.
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
    """Return what the gate's figure means, in a few words, and the highest value that it can have."""
    name = {**LEAST, **MOST}[gate]
    if name == "recall":
        return "gold answer in the passages read", _HIGHEST[Unit.PERCENT]
    defined = define(1, several=True)[name]
    return defined.label, _HIGHEST[defined.unit]


def check_gates(result: Result, limits: Mapping[str, float]) -> list[GateRecord]:
    """Return each gate with its figure's value and whether it is kept; a figure that has no value fails."""
    checked = []
    for gate, limit in limits.items():
        figure = {**LEAST, **MOST}[gate]
        name = f"recall@{result['settings']['top_k']}" if figure == "recall" else figure
        value = result["figures"][name]["value"] if name in result["figures"] else None
        kept = value is not None and (value >= limit if gate in LEAST else value <= limit)
        checked.append(GateRecord(gate=f"--{gate}", figure=name, limit=limit, value=value, passed=kept))
    return checked
