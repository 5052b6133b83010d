"""Prepares the questions as data for the report's script, and marks answers and gold answers in passages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from itertools import pairwise
from typing import TypedDict

from pincite.evaluation.gold import EvalExcerpt, GoldSpan
from pincite.evaluation.judging import CitedPlace, EvalRow
from pincite.evaluation.report.sections import GOOD, VERDICTS
from pincite.evaluation.results import rows_of
from pincite.evaluation.shapes import Result
from pincite.evaluation.types import EvalVerdict
from pincite.html.marks import MarkedSpan, mark

GIVEN, GOLD = 1, 2  # bit flags: 3 where an answer and a gold answer overlap
LABELS = {GIVEN: "answer", GOLD: "gold"}

Interval = tuple[int, int]


def spans_in(row: EvalRow, passage: EvalExcerpt) -> dict[int, list[Interval]]:
    """Return the spans of answers (of the best candidate if there are none) and of gold answers in `passage`.

    They are relative to the passage's start, in code points; spans of one kind that touch are merged.
    """
    cited = [place for answer in row.answers for place in answer.places]
    gold = [place for answer in row.gold for place in answer.places]
    return {GIVEN: _inside(cited or filter(None, [row.best]), passage), GOLD: _inside(gold, passage)}


def marked(row: EvalRow, passage: EvalExcerpt) -> str:
    """Return the passage as HTML with the spans marked."""
    spans = [
        MarkedSpan(start, end, LABELS[kind], label=LABELS[kind])
        for kind, places in spans_in(row, passage).items()
        for start, end in places
    ]
    return mark(passage.text, spans)


def runs(row: EvalRow, passage: EvalExcerpt) -> list[list[int]]:
    """Cut the passage at the edges of spans, for JavaScript: [length in UTF-16 units, kinds]; kinds 0 is unmarked.

    The list is empty if the passage has no spans.
    """
    text, marked_spans = passage.text, spans_in(row, passage)
    edges = sorted({0, len(text), *(edge for spans in marked_spans.values() for span in spans for edge in span)})
    pieces = []
    for left, right in pairwise(edges):
        kinds = sum(kind for kind, spans in marked_spans.items() if any(a <= left and right <= b for a, b in spans))
        pieces.append([len(text[left:right].encode("utf-16-le")) // 2, kinds])
    return pieces if len(pieces) > 1 or (pieces and pieces[0][1]) else []


def _inside(places: Iterable[CitedPlace | EvalExcerpt | GoldSpan], passage: EvalExcerpt) -> list[Interval]:
    """Return the spans of `places` within the passage, in order; spans that overlap or touch are merged."""
    document_id, base, end = passage.document_id, passage.start, passage.end
    merged: list[Interval] = []
    for place in sorted(places, key=lambda place: (place.start, place.end)):
        if place.document_id != document_id or place.start < base or place.end > end:
            continue
        start, stop = place.start - base, place.end - base
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
        else:
            merged.append((start, stop))
    return merged


_COPIED_FIELDS = ("id", "place", "question", "type", "document", "exact", "f1", "best_f1", "confidence", "verdict")


class QuestionsData(TypedDict):
    """`texts`: the distinct passages. `rows`: the questions in order, without fields that are None."""

    texts: list[dict[str, object]]
    rows: list[dict[str, object]]
    verdicts: dict[EvalVerdict, str]
    good: tuple[EvalVerdict, ...]
    compared: bool
    several: bool


def questions_data(result: Result) -> QuestionsData:
    """Return the data of a result for the report's script."""
    texts: dict[EvalExcerpt, int] = {}
    changes = result["comparison"].get("changes", []) if "comparison" in result else []
    before = {change["id"]: {"before": change["old"]} for change in changes}
    rows = []
    for number, row in enumerate(rows_of(result), start=1):
        passages = [
            {"text": texts.setdefault(passage, len(texts)), "runs": runs(row, passage)} for passage in row.passages
        ]
        rows.append({"number": number, **_row(row), "passages": passages, **before.get(row.id, {})})
    return {
        "texts": [asdict(passage) for passage in texts],
        "rows": rows,
        "verdicts": VERDICTS,
        "good": GOOD,
        "compared": "comparison" in result,
        "several": result["settings"]["answers"] == "all",
    }


def gold_texts(row: EvalRow) -> list[str]:
    """Return the distinct texts of the gold answers, in order."""
    return list(dict.fromkeys(answer.text for answer in row.gold))


def _row(row: EvalRow) -> dict[str, object]:
    columns = {
        **{name: getattr(row, name) for name in _COPIED_FIELDS},
        "answers": [answer.text for answer in row.answers],
        "gold": gold_texts(row) if row.answerable or row.withheld else [],
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
