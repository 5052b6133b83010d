"""Gives every question as data for the report's script, which makes the table."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pincite.evaluation.excerpts import Excerpt
from pincite.evaluation.judging import EvalRow
from pincite.evaluation.report.formatting import GOOD, VERDICTS
from pincite.evaluation.report.passages import runs
from pincite.evaluation.results import rows_of
from pincite.evaluation.shapes import Result

_SAME = ("id", "place", "question", "type", "document", "exact", "f1", "best_f1", "confidence", "verdict")


def questions_data(result: Result) -> dict[str, Any]:
    """`texts`: passages, each once. `rows`: the questions, in order; what a row does not have, it leaves out."""
    texts: dict[Excerpt, int] = {}
    changes = result["comparison"].get("changes", []) if "comparison" in result else []
    before = {change["id"]: {"before": change["old"]} for change in changes}
    rows = []
    for number, row in enumerate(rows_of(result), start=1):
        passages = [{"text": texts.setdefault(each, len(texts)), "runs": runs(row, each)} for each in row.passages]
        rows.append({"number": number, **_row(row), "passages": passages, **before.get(row.id, {})})
    return {
        "texts": [asdict(passage) for passage in texts],
        "rows": rows,
        "verdicts": VERDICTS,
        "good": GOOD,
        "compared": "comparison" in result,
        "several": result["settings"]["answers"] == "all",
    }


def distinct(texts: list[str]) -> list[str]:
    """Return the texts, each once, in order."""
    return list(dict.fromkeys(texts))


def _row(row: EvalRow) -> dict[str, Any]:
    columns = {
        **{name: getattr(row, name) for name in _SAME},
        "answers": [answer.text for answer in row.answers],
        "gold": distinct([answer.text for answer in row.gold]) if row.answerable or row.withheld else [],
        "ms": row.timings.total,
        "timings": asdict(row.timings),
        "retrieved": [[hit.document_id, hit.start, hit.end, hit.score, hit.gold] for hit in row.retrieved],
        "read_as": row.read_as if row.read_as != row.question else None,
        "history": row.history or None,
        "withheld": row.withheld,
        "reason": row.reason,
        "best": row.best.text if row.best and not row.answers else None,
    }
    return {name: value for name, value in columns.items() if value is not None}
