"""A report's figures as a table for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qa.evaluation.report import Report

_MEANINGS = {
    "total": "questions asked",
    "answerable": "of them with an answer in the source",
    "unanswerable": "of them without",
    "exact": "exact match, all questions",
    "f1": "F1, all questions",
    "HasAns_exact": "exact match, answerable",
    "HasAns_f1": "F1, answerable",
    "NoAns_f1": "F1, unanswerable: the share declined",
    "declined": "questions declined",
    "wrongly_declined": "answerable questions declined",
}


def format_table(report: Report) -> str:
    """One line a figure: its name, its value (scores from 0 to 100), what it means."""
    metrics = report.metrics()
    lines = [f"{name:<16} {_cell(metrics[name]):>8}  {meaning}" for name, meaning in _MEANINGS.items()]
    lines += _latency(metrics["latency_ms"])
    if not report.complete:
        lines.append("not complete: the run was stopped, these are the questions asked until then")
    return "\n".join(lines)


def _latency(percentiles: Mapping[str, float | None]) -> list[str]:
    return [
        f"{'latency_ms ' + name:<16} {_cell(value):>8}  milliseconds to answer" for name, value in percentiles.items()
    ]


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.2f}" if isinstance(value, float) else str(value)
