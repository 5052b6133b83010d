"""Checks limits that a run has to keep, for continuous integration."""

from __future__ import annotations

import math
from collections.abc import Mapping

from pincite.evaluation.definitions import Unit, define
from pincite.evaluation.shapes import GateRecord, Result

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
