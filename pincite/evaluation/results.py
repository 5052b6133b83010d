"""Summarises a run as plain data: settings, figures, groups, curves, and a row for each question.

docs/evaluation.md describes the fields. `--json` writes a result, `--against` compares with it, and a report shows it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from pincite.evaluation import calibration
from pincite.evaluation.definitions import cutoffs, define
from pincite.evaluation.fields import parse_json, read_text
from pincite.evaluation.figures import STAGES, Sample, figure, measure
from pincite.evaluation.judging import EvalRow
from pincite.evaluation.resampling import Resamples
from pincite.evaluation.shapes import (
    Bounded,
    Curves,
    Figure,
    Group,
    RecallPoint,
    Result,
    RiskPoint,
    Settings,
)
from pincite.evaluation.types import LENGTHS, TYPES, EvalVerdict
from qa.errors import PairsError
from qa.types import Form

SCHEMA_VERSION = 2
HISTOGRAM_BINS = 20
LATENCY_BINS = 30
DOCUMENTS_SUMMED_UP = 20


def summarise(rows: Sequence[EvalRow], settings: Settings, *, complete: bool = True) -> Result:
    """Return the result of a run. `settings` has `top_k`, `answers` and `threshold` among others."""
    top_k, several = settings["top_k"], settings["answers"] == "all"
    wider = settings.get("form", Form.SPAN) != Form.SPAN
    definitions = define(top_k, several=several, wider=wider)
    resamples, sample = Resamples.draw([row.source or row.document for row in rows]), Sample.of(rows, top_k)
    figures = measure(sample, resamples, list(definitions))
    orders: dict[str, Sequence[str]] = {"type": TYPES, "answer_length": LENGTHS, "document": ()}
    if wider:
        orders["form"] = tuple(Form)
    if any(row.withheld for row in rows):
        orders["withheld"] = ()
    return {
        "schema_version": SCHEMA_VERSION,
        "settings": dict(settings),
        "complete": complete,
        "intervals": resamples.to_dict(),
        "definitions": definitions,
        "figures": figures,
        "groups": {
            name: _groups(
                [getattr(row, name) or "nothing" for row in rows], sample, resamples, list(definitions), order
            )
            for name, order in orders.items()
        },
        "verdicts": {verdict: Counter(row.verdict for row in rows)[verdict] for verdict in EvalVerdict},
        "curves": _curves(rows, sample, resamples, figures, settings),
        "questions": [row.to_dict() for row in rows],
    }


def without_questions(result: Result) -> Result:
    """Return the result without its questions, and without the groups by document if there are many documents."""
    kept = result.copy()
    kept.pop("questions", None)
    groups = kept["groups"].items()
    kept["groups"] = {name: group for name, group in groups if name != "document" or len(group) <= DOCUMENTS_SUMMED_UP}
    if "comparison" in kept:
        kept["comparison"] = kept["comparison"].copy()
        kept["comparison"].pop("changes", None)
    return kept


def write_result(path: Path, result: Result) -> None:
    """Write `result` as JSON."""
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def read_result(path: Path) -> Result:
    """Return the result in `path`.

    Raises `PairsError` if it is not a result of this version, or was written without questions.
    """
    record = parse_json(read_text(path), str(path))
    version = record.get("schema_version") if isinstance(record, dict) else None
    if version != SCHEMA_VERSION or not isinstance(record, dict):
        raise PairsError(
            f"{path} is not a result of schema version {SCHEMA_VERSION} (found {version}); measure it again"
        )
    if "questions" not in record:
        raise PairsError(f"{path} is a summary, without questions; name the file that --json wrote")
    result: Result = record  # type: ignore[assignment]  # its version is checked here, its rows by `rows_of`
    return result


def rows_of(result: Result) -> list[EvalRow]:
    """Return the rows of a result. Raises `PairsError` for an edited row."""
    try:
        return [EvalRow.from_dict(record) for record in result["questions"]]
    except (KeyError, TypeError, ValueError) as error:
        problem = " ".join(str(error).split())
        raise PairsError(f"a question of the result is not as --json wrote it ({problem}); measure it again") from error


def _groups(
    group_of: Sequence[str], sample: Sample, resamples: Resamples, names: Sequence[str], order: Sequence[str]
) -> list[Group]:
    """Return the figures of each group, in `order` or the largest first. `group_of`: the group of each question."""
    members: dict[str, list[int]] = {}
    for i, group in enumerate(group_of):
        members.setdefault(group, []).append(i)
    listed = [name for name in order if name in members] or sorted(members, key=lambda name: -len(members[name]))
    groups = []
    for name in listed:
        chosen = np.array(members[name], dtype=np.intp)
        groups.append(Group(name=name, figures=measure(sample.subset(chosen), resamples.subset(chosen), names)))
    return groups


def _curves(
    rows: Sequence[EvalRow],
    sample: Sample,
    resamples: Resamples,
    figures: Mapping[str, Figure],
    settings: Settings,
) -> Curves:
    stages = {stage: sample.latencies(stage, resamples) for stage in STAGES}
    counts, edges = np.histogram(sample.latency["total"], bins=LATENCY_BINS)
    point, scores = _of_confidence(rows, sample, threshold_in_use(rows, settings))
    known = sample.confidence if rows else None
    return {
        "risk_coverage": [] if known is None else calibration.risk_coverage(known, sample.right),
        "operating_point": point,
        "reliability": [] if known is None else calibration.reliability(known, sample.right),
        "scores": scores,
        "recall_at_k": [RecallPoint(k=k, **_bounded(figures[f"recall@{k}"])) for k in cutoffs(settings["top_k"])],
        "latency": {"edges_ms": edges.tolist(), "counts": counts.tolist()},
        "latency_by_stage": {
            stage: {name: _bounded(figure(values, len(rows))) for name, values in percentiles.items()}
            for stage, percentiles in stages.items()
        },
    }


def threshold_in_use(rows: Sequence[EvalRow], settings: Settings) -> float | None:
    """Return the threshold that explains which rows were answered; None if no single threshold does.

    Short texts have a separate threshold (`qa.confidence`), and a run may have asked both kinds of texts.
    """
    for name in ("threshold", "short_threshold"):
        least = settings.get(name)
        if least is not None and all(row.declined == ((row.confidence or 0.0) < least) for row in rows):
            return float(least)
    return None


def _of_confidence(
    rows: Sequence[EvalRow], sample: Sample, threshold: float | None
) -> tuple[RiskPoint | None, dict[str, list[float]]]:
    """Return the run's point on the risk-coverage curve, and the histogram of the confidences."""
    confidence, right = sample.confidence, sample.right
    edges = np.linspace(0, 1, HISTOGRAM_BINS + 1)
    if confidence is None or not rows:
        return None, {"edges": edges.tolist(), "right": [], "wrong": [], "unanswerable": []}
    answerable = np.array([row.answerable for row in rows], dtype=np.bool_)
    kinds = {"right": right & answerable, "wrong": ~right & answerable, "unanswerable": ~answerable}
    counts = {name: np.histogram(confidence[kind], bins=edges)[0].tolist() for name, kind in kinds.items()}
    answered = np.array([not row.declined for row in rows], dtype=np.bool_)
    point = RiskPoint(
        coverage=float(answered.mean()),
        risk=float(1 - right[answered].mean()) if answered.any() else 0.0,
        confidence=threshold,
    )
    return point, {"edges": edges.tolist(), **counts}


def _bounded(figure: Figure) -> Bounded:
    return Bounded(value=figure["value"], low=figure["low"], high=figure["high"])
