"""Chooses the content of a report and its order, and formats numbers and codes for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from pincite.evaluation.definitions import Unit
from pincite.evaluation.judging import EvalRow
from pincite.evaluation.results import rows_of
from pincite.evaluation.shapes import AnswerChange, Bounded, FigureDifference, Group, Result, RunComparison, Sweep
from pincite.evaluation.types import EvalVerdict
from prompts import render

VERDICTS = {verdict: verdict.replace("_", " ") for verdict in EvalVerdict}
VERDICTS[EvalVerdict.NOT_READ] = "retrieved, not read"
GOOD = (EvalVerdict.RIGHT, EvalVerdict.RIGHTLY_DECLINED)
CAUSES = tuple(verdict for verdict in EvalVerdict if verdict not in GOOD)
CAUSE_TEXTS = {
    EvalVerdict.NOT_RETRIEVED: "report_cause_not_retrieved",
    EvalVerdict.NOT_READ: "report_cause_not_read",
    EvalVerdict.WRONG_SPAN: "report_cause_wrong_span",
    EvalVerdict.WRONGLY_DECLINED: "report_cause_wrongly_declined",
    EvalVerdict.WRONGLY_ANSWERED: "report_cause_wrongly_answered",
}

_DECIMALS = {"percent": 1, "ratio": 3, "ms": 0, "count": 0}
_AFTER = {"percent": "%", "ms": " ms"}
MISSING = "–"


def number(value: float | None, unit: str, *, bare: bool = False) -> str:
    """Return `value` with its unit, unless `bare`; a dash for None."""
    if value is None:
        return MISSING
    text = f"{value:,.{_DECIMALS[unit]}f}".replace("-", "−")
    return text if bare else text + _AFTER.get(unit, "")


def interval(figure: Bounded, unit: str) -> str:
    """Return the bounds of a figure, or ""."""
    if figure["low"] is None:
        return ""
    between = " to " if unit == "ratio" or figure["low"] < 0 else "–"
    return between.join(number(figure[end], unit, bare=True) for end in ("low", "high"))


def signed(value: float | None, unit: str) -> str:
    """Return a difference: its sign, then its size."""
    if value is None:
        return MISSING
    size = number(abs(value), unit, bare=True)
    return size if float(size.replace(",", "")) == 0 else ("+" if value > 0 else "−") + size


def p_value(p: float | None) -> str:
    """Return a p-value; a dash for None."""
    return MISSING if p is None else "< 0.001" if p < 0.001 else f"{p:.3f}"


def share(value: float) -> str:
    """Return a share from 0 to 1 in percent, with a decimal if it is below 10%."""
    return f"{100 * value:.0f}%" if value == 0 or value >= 0.0995 else f"{100 * value:.1f}%"


def setting(value: Any) -> str:
    """Return a setting as text; None was not given."""
    if value is None:
        return "not given"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value)


EXAMPLES = 3  # of each cause of failure
CHANGES = 10  # shown in a comparison, for the better and for the worse each

# Short titles of the figures at the top of a report, in their order.
_HEADLINE = {
    "f1": "F1",
    "exact": "Exact match",
    "list_partial_f1": "List F1, partial",
    "list_exact_f1": "List F1, exact",
    "HasAns_f1": "F1, answerable",
    "NoAns_f1": "Rightly declined",
    "refusal_precision": "Refusal precision",
    "citation_precision": "Citation precision",
    "citation_recall": "Citation recall",
    "coverage@90": "Coverage at 90%",
    "aurc": "AURC",
    "ece": "Calibration error",
    "latency_p50": "Median time",
}
_TITLES = {  # other figures use the label of their definition
    **_HEADLINE,
    "HasAns_exact": "Exact match, answerable",
    "right": "Right",
    "refusal_recall": "Refusal recall",
    "mrr": "MRR",
    "auroc": "AUROC",
    "brier": "Brier score",
    "coverage@80": "Coverage at 80%",
    "coverage@95": "Coverage at 95%",
}
_GROUPED = {"type": "By question type", "answer_length": "By length of the answer", "document": "By document"}
_BESIDE_THE_GOAL = ("f1", "exact", "right", "citation_precision", "latency_p50")


def headline(result: Result) -> list[tuple[str, str]]:
    """Return the most important figures, each with its title.

    Figures without a value, or equal to another by definition, are left out.
    """
    recall = f"recall@{result['settings']['top_k']}"
    names = [*list(_HEADLINE)[:9], recall, *list(_HEADLINE)[9:]]
    if result["figures"]["unanswerable"]["value"] == 0:  # they would repeat F1, or be empty
        names = [name for name in names if name not in ("HasAns_f1", "NoAns_f1", "refusal_precision")]
    figures = result["figures"]
    known = [name for name in names if name in figures and figures[name]["value"] is not None]
    return [(name, _HEADLINE.get(name, recall.capitalize())) for name in known]


def groups(result: Result) -> list[tuple[str, list[Group]]]:
    """Return the groups by question type, answer length and document, except where there is only one group."""
    listed = [(title, result["groups"][key]) for key, title in _GROUPED.items()]
    return [(title, group) for title, group in listed if len(group) > 1]


def verdicts(result: Result) -> dict[EvalVerdict, int]:
    """Return how many questions got each verdict, the good ones first."""
    return {verdict: result["verdicts"][verdict] for verdict in (*GOOD, *CAUSES)}


def causes(result: Result) -> list[tuple[EvalVerdict, list[EvalRow]]]:
    """Return each cause of failure that occurred, with its first questions."""
    rows = rows_of(result)
    examples = [(cause, list(islice((row for row in rows if row.verdict == cause), EXAMPLES))) for cause in CAUSES]
    return [(cause, failed) for cause, failed in examples if result["verdicts"][cause]]


def outcome(result: Result, name: str, difference: FigureDifference) -> str:
    """Return, in words, whether a figure is significantly better or worse."""
    gained = (difference["difference"] or 0.0) * (-1 if result["definitions"][name]["better"] == "lower" else 1)
    if gained == 0:
        return "none"
    return ("better" if gained > 0 else "worse") if difference["real"] else "within chance"


def compared(comparison: RunComparison) -> str:
    """Return, in words, how many questions both runs asked, how many changed, and how many only one run asked."""
    counts = {name: number(comparison[name], "count") for name in ("questions", "changed", "better", "worse")}
    text = render("report_compared", file=comparison["file"], **counts)
    alone = {"only_old": comparison["only_old"], "only_new": comparison["only_new"]}
    return f"{text} {render('report_only_one', **alone)}" if any(alone.values()) else text


def changed_most(changes: Sequence[AnswerChange]) -> tuple[list[AnswerChange], list[AnswerChange]]:
    """Return the questions whose F1 fell most, and those whose F1 rose most."""
    by_gain = sorted(changes, key=_gained)
    worse = [change for change in by_gain[:CHANGES] if _gained(change) < 0]
    return worse, [change for change in by_gain[::-1][:CHANGES] if _gained(change) > 0]


def _gained(change: AnswerChange) -> float:
    return change["new"]["f1"] - change["old"]["f1"]


def swept_names(result: Result, sweep: Sweep) -> list[tuple[str, str]]:
    """Return the goal of the sweep and some other figures that all its runs have, each with its title."""
    names = dict.fromkeys((sweep["goal"], *_BESIDE_THE_GOAL))
    common = [name for name in names if all(name in run["figures"] for run in sweep["runs"])]
    return [(name, _TITLES.get(name, result["definitions"][name]["label"])) for name in common]


def heading(result: Result) -> str:
    """Return the title of the report."""
    return render("report_title", pairs=Path(str(result["settings"].get("pairs") or "questions")).name)


def asked(result: Result) -> str:
    """Return, in words, the numbers of answerable and unanswerable questions."""
    counts = {
        name: number(result["figures"][name]["value"], "count") for name in ("total", "answerable", "unanswerable")
    }
    return render("report_asked_all" if counts["unanswerable"] == "0" else "report_asked", **counts)


@dataclass(frozen=True, slots=True)
class DrawnInterval:
    """A figure and its interval as shares of its scale, from 0 to 1."""

    low: float
    at: float
    high: float


def drawn(figure: Bounded, unit: str) -> DrawnInterval | None:
    """Return a figure with its interval to draw; None without an interval, or for a unit without a scale."""
    scale = {Unit.PERCENT: 100.0, Unit.RATIO: 1.0}.get(Unit(unit))
    low, at, high = figure["low"], figure["value"], figure["high"]
    if scale is None or low is None or at is None or high is None:
        return None
    return DrawnInterval(low / scale, at / scale, high / scale)
