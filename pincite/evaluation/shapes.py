"""Defines the JSON of a result, as docs/evaluation.md describes it: `--json` writes it, `--against` reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

from pydantic import JsonValue

Settings = Mapping[str, Any]
"""The settings by name: texts, numbers, lists of texts, null."""


class Bounded(TypedDict):
    """A figure's value, or None if no question defines it, and the bounds of its interval."""

    value: float | None
    low: float | None
    high: float | None


class Figure(Bounded):
    """`n`: the number of questions that the figure is computed from."""

    n: int


class DefinitionRecord(TypedDict):
    """`label`: the meaning of the figure in a few words. `better`: "higher", "lower", or None if neither is."""

    label: str
    unit: str
    better: str | None


class Intervals(TypedDict):
    level: float
    resamples: int
    resampled: str
    seed: int


class Group(TypedDict):
    name: str
    figures: dict[str, Figure]


class RiskPoint(TypedDict):
    """The share of questions answered, the share of those that are wrong, and the threshold, or None if unknown."""

    coverage: float
    risk: float
    confidence: float | None


class ReliabilityBin(TypedDict):
    low: float
    high: float
    count: int
    confidence: float | None
    right: float | None


class RecallPoint(Bounded):
    k: int


class Curves(TypedDict):
    risk_coverage: list[RiskPoint]
    operating_point: RiskPoint | None
    reliability: list[ReliabilityBin]
    scores: dict[str, list[float]]  # the `edges` of the bins of confidence, and the counts of each kind of question
    recall_at_k: list[RecallPoint]
    latency: dict[str, list[float]]  # `edges_ms` and `counts`
    latency_by_stage: dict[str, dict[str, Bounded]]


class FigureDifference(TypedDict):
    """A figure in two runs. `p`: None if it is no mean over questions. `real`: the difference is significant."""

    old: float | None
    new: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    real: bool


class Outcome(TypedDict):
    verdict: str
    answer: str | None
    f1: float


class AnswerChange(TypedDict):
    id: str
    question: str
    old: Outcome
    new: Outcome


class RunComparison(TypedDict):
    file: str
    settings_changed: dict[str, list[JsonValue]]
    questions: int
    only_old: int
    only_new: int
    better: int
    worse: int
    changed: int
    figures: dict[str, FigureDifference]
    changes: NotRequired[list[AnswerChange]]


class SweepRun(TypedDict):
    settings: dict[str, int | float | str]
    value: float | None
    figures: dict[str, Figure]


class Sweep(TypedDict):
    goal: str
    runs: list[SweepRun]
    best: int


class GateRecord(TypedDict):
    gate: str
    figure: str
    limit: float
    value: float | None
    passed: bool


class Result(TypedDict):
    """The content of a result. `questions`: its `EvalRow`s as JSON; a result without them is a summary."""

    schema_version: int
    settings: Settings
    complete: bool
    intervals: Intervals
    definitions: dict[str, DefinitionRecord]
    figures: dict[str, Figure]
    groups: dict[str, list[Group]]
    verdicts: dict[str, int]
    curves: Curves
    questions: NotRequired[list[dict[str, JsonValue]]]
    comparison: NotRequired[RunComparison]
    sweep: NotRequired[Sweep]
    gates: NotRequired[list[GateRecord]]
