"""Prepares a report's tables and lists for the template."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

from pincite.evaluation.definitions import define
from pincite.evaluation.judging import EvalRow
from pincite.evaluation.report.formatting import (
    CAUSE_TEXTS,
    CAUSES,
    GOOD,
    MISSING,
    VERDICTS,
    interval,
    number,
    setting,
    share,
    signed,
)
from pincite.evaluation.report.questions import distinct, marked
from pincite.evaluation.results import rows_of
from pincite.evaluation.shapes import Bounded, Change, Comparison, Difference, Group, Result, Told
from pincite.evaluation.types import Verdict
from prompts import render

Record = dict[str, Any]  # what the template shows

EXAMPLES = 3  # of each cause of failure
PASSAGES = 3  # of an example
CHANGES = 10  # told of a comparison, for the better and for the worse
GROUPS = 40  # of one kind that are shown; the rest can be opened

# What a figure is called where there is little room, in the order in which they are told.
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
_TITLES = {  # the others go by the label of their definition
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


def headline(result: Result) -> list[Record]:
    """Return the figures to look at first; those without a value, or that say the same as another, are left out."""
    recall = f"recall@{result['settings']['top_k']}"
    titles = {**_HEADLINE, recall: recall.capitalize()}
    names = [*list(_HEADLINE)[:9], recall, *list(_HEADLINE)[9:]]
    if result["figures"]["unanswerable"]["value"] == 0:  # they would repeat F1, or be empty
        names = [name for name in names if name not in ("HasAns_f1", "NoAns_f1", "refusal_precision")]
    figures = [_figure(result, name) for name in names if name in result["figures"]]
    return [{**entry, "title": titles[entry["name"]]} for entry in figures if entry["value"] != MISSING]


def figures(result: Result) -> list[Record]:
    """Return every figure, in the order of their definitions."""
    return [_figure(result, name) for name in result["definitions"]]


def gates(result: Result) -> list[Record]:
    """Return the gates that were asked for, with the value of each figure."""
    known = define(result["settings"]["top_k"], several=True)  # a gate may be about a figure that this run lacks
    return [
        {
            **gate,
            "label": known[gate["figure"]].label,
            "value": number(gate["value"], known[gate["figure"]].unit),
            "limit": number(gate["limit"], known[gate["figure"]].unit),
        }
        for gate in result.get("gates", ())
    ]


def groups(result: Result) -> list[Record]:
    """F1 and what goes with it by question type, answer length and document; a single group says nothing new."""
    return [
        {
            "title": title,
            "rows": [_group(result, group) for group in result["groups"][key]],
            "shown": GROUPS,
        }
        for key, title in _GROUPED.items()
        if len(result["groups"][key]) > 1
    ]


def verdicts(result: Result) -> list[Record]:
    """Return how many questions got each verdict, the good ones first."""
    total = sum(result["verdicts"].values()) or 1
    counts = {verdict: result["verdicts"][verdict] for verdict in (*GOOD, *CAUSES)}
    return [
        {
            "name": verdict,
            "words": VERDICTS[verdict],
            "count": count,
            "counted": number(count, "count"),
            "share": count / total,
            "percent": share(count / total),
        }
        for verdict, count in counts.items()
    ]


def causes(result: Result) -> list[Record]:
    """Return each cause of failure, with its count and the first questions that it befell."""
    counted = {verdict["name"]: verdict for verdict in verdicts(result)}
    rows = rows_of(result)
    return [
        {
            **counted[cause],
            "text": render(CAUSE_TEXTS[cause]),
            "examples": [_example(row) for row in islice((row for row in rows if row.verdict == cause), EXAMPLES)],
        }
        for cause in CAUSES
    ]


def comparison(result: Result) -> Record | None:
    """Return the old run and the new one, figure by figure, and the questions whose F1 changed most."""
    compared = result.get("comparison")
    if compared is None:
        return None
    rows = []
    for name, difference in compared["figures"].items():
        if difference["difference"] is None:
            continue
        unit, better = _unit(result, name), result["definitions"][name]["better"]
        gained = difference["difference"] * (-1 if better == "lower" else 1)
        rows.append(
            {
                "name": name,
                "label": result["definitions"][name]["label"],
                "old": number(difference["old"], unit),
                "new": number(difference["new"], unit),
                "difference": signed(difference["difference"], unit),
                "interval": _signed_interval(difference, unit),
                "p": MISSING
                if difference["p"] is None
                else "< 0.001"
                if difference["p"] < 0.001
                else f"{difference['p']:.3f}",
                "outcome": _outcome(gained, real=difference["real"]),
            }
        )
    changes = compared.get("changes", [])
    by_gain = sorted(changes, key=lambda change: change["new"]["f1"] - change["old"]["f1"])
    return {
        "text": render(
            "report_compared",
            file=compared["file"],
            questions=number(compared["questions"], "count"),
            changed=number(compared["changed"], "count"),
            better=number(compared["better"], "count"),
            worse=number(compared["worse"], "count"),
        ),
        "left_out": _left_out(compared),
        "settings": [(name, setting(old), setting(new)) for name, (old, new) in compared["settings_changed"].items()],
        "rows": rows,
        "worse": [_change(change) for change in by_gain[:CHANGES] if change["new"]["f1"] < change["old"]["f1"]],
        "better": [_change(change) for change in by_gain[::-1][:CHANGES] if change["new"]["f1"] > change["old"]["f1"]],
    }


def sweep(result: Result) -> Record | None:
    """Return each setting that was tried, with the figure to choose by and some others."""
    swept = result.get("sweep")
    if swept is None:
        return None
    goal = swept["goal"]
    names = list(dict.fromkeys((goal, "f1", "exact", "right", "citation_precision", "latency_p50")))
    names = [name for name in names if all(name in run["figures"] for run in swept["runs"])]
    return {
        "text": render("report_sweep", count=len(swept["runs"]), goal=_label(result, goal)),
        "settings": list(swept["runs"][0]["settings"]),
        "names": [(name, _title(result, name)) for name in names],
        "runs": [
            {
                "settings": [setting(value) for value in run["settings"].values()],
                "figures": [_measured(result, name, run["figures"][name]) for name in names],
                "best": i == swept["best"],
            }
            for i, run in enumerate(swept["runs"])
        ],
    }


def settings(result: Result) -> list[tuple[str, str]]:
    """Return how it was measured."""
    return [(name, setting(value)) for name, value in result["settings"].items()]


def heading(result: Result) -> str:
    """Return what the report is about."""
    return render("report_title", pairs=Path(str(result["settings"].get("pairs") or "questions")).name)


def asked(result: Result) -> str:
    """Return how many questions there are, of which kinds."""
    counts = {
        name: number(result["figures"][name]["value"], "count") for name in ("total", "answerable", "unanswerable")
    }
    return render("report_asked_all" if counts["unanswerable"] == "0" else "report_asked", **counts)


def _figure(result: Result, name: str) -> Record:
    label, figure = _label(result, name), result["figures"][name]
    return {"name": name, "label": label, "n": number(figure["n"], "count"), **_measured(result, name, figure)}


def _measured(result: Result, name: str, figure: Bounded) -> Record:
    """Return a figure as words; `drawn`: `low`, `at` and `high` as shares of its scale, or None if it has no scale."""
    unit = _unit(result, name)
    scale = {"percent": 100.0, "ratio": 1.0}.get(unit)
    ends = {"low": figure["low"], "at": figure["value"], "high": figure["high"]}
    drawn = {end: value / scale for end, value in ends.items() if value is not None} if scale else {}
    return {
        "value": number(figure["value"], unit),
        "interval": interval(figure, unit),
        "drawn": drawn if len(drawn) == len(ends) else None,
    }


def _group(result: Result, group: Group) -> Record:
    names = ("total", "f1", "exact", "right", "declined")
    figures = group["figures"]
    return {"name": group["name"], **{name: _measured(result, name, figures[name]) for name in names}}


def _example(row: EvalRow) -> Record:
    return {
        "question": row.question,
        "answers": [answer.text for answer in row.answers],
        "best": row.best.text if row.best else None,
        "gold": distinct([answer.text for answer in row.gold]),
        "withheld": row.withheld,
        "passages": [
            {"document": passage.document_id, "marked": marked(row, passage)} for passage in row.passages[:PASSAGES]
        ],
    }


def _change(change: Change) -> Record:
    def told(side: Told) -> Record:
        return {"answer": side["answer"], "verdict": VERDICTS[Verdict(side["verdict"])], "f1": f"{side['f1']:.0f}"}

    return {"question": change["question"], "old": told(change["old"]), "new": told(change["new"])}


def _outcome(gained: float, *, real: bool) -> str:
    if gained == 0:
        return "none"
    return ("better" if gained > 0 else "worse") if real else "within chance"


def _left_out(group: Comparison) -> str:
    alone = {"only_old": group["only_old"], "only_new": group["only_new"]}
    return render("report_only_one", **alone) if any(alone.values()) else ""


def _signed_interval(difference: Difference, unit: str) -> str:
    return (
        "" if difference["low"] is None else f"{signed(difference['low'], unit)} to {signed(difference['high'], unit)}"
    )


def _unit(result: Result, name: str) -> str:
    return str(result["definitions"][name]["unit"])


def _label(result: Result, name: str) -> str:
    return str(result["definitions"][name]["label"])


def _title(result: Result, name: str) -> str:
    return _TITLES.get(name, _label(result, name))
