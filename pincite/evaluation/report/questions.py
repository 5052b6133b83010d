"""Every question as data for the report's own script, which makes the table of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pincite.evaluation.report.passages import runs
from pincite.evaluation.report.words import GOOD, VERDICTS

_SAME = ("id", "place", "question", "type", "document", "exact", "f1", "best_f1", "confidence", "verdict")


def questions_data(result: Mapping[str, Any]) -> dict[str, Any]:
    """`texts`: passages, each once. `rows`: the questions, in order; what a row does not have, it leaves out."""
    texts: dict[tuple[str, int, int], int] = {}
    kept: list[dict[str, Any]] = []
    before = {change["id"]: change["old"] for change in result.get("comparison", {}).get("changes", ())}
    rows = []
    for number, row in enumerate(result["questions"], start=1):
        passages = []
        for passage in row["passages"]:
            key = passage["document_id"], passage["start"], passage["end"]
            if key not in texts:
                texts[key] = len(kept)
                kept.append(dict(passage))
            passages.append({"text": texts[key], "runs": runs(row, passage)})
        rows.append({"number": number, **_row(row), "passages": passages, **_before(before.get(row["id"]))})
    return {
        "texts": kept,
        "rows": rows,
        "verdicts": VERDICTS,
        "good": GOOD,
        "compared": "comparison" in result,
        "several": result["settings"]["answers"] == "all",
    }


def distinct(texts: list[str]) -> list[str]:
    """The texts, each once, in order."""
    return list(dict.fromkeys(texts))


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    found = {
        **{name: row[name] for name in _SAME},
        "answers": [answer["text"] for answer in row["answers"]],
        "gold": distinct([answer["text"] for answer in row["gold"]]) if row["answerable"] or row["withheld"] else [],
        "ms": row["timings"]["total"],
        "timings": row["timings"],
        "retrieved": [
            [hit["document_id"], hit["start"], hit["end"], hit["score"], hit["gold"]] for hit in row["retrieved"]
        ],
        "read_as": row["read_as"] if row["read_as"] != row["question"] else None,
        "history": row["history"] or None,
        "withheld": row["withheld"],
        "reason": row["reason"],
        "best": row["best"]["text"] if row["best"] and not row["answers"] else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _before(old: Mapping[str, Any] | None) -> dict[str, Any]:
    return {} if old is None else {"before": dict(old)}
