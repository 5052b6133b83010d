"""The result of a run as plain data: settings, figures, groups, curves, and a row for each question.

docs/evaluation.md describes the fields. A result is what `--json` writes, `--against` compares, and a report shows.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pincite.evaluation import calibration
from pincite.evaluation.definitions import define
from pincite.evaluation.fields import parse_json, read_text
from pincite.evaluation.figures import STAGES, Figure, Sample, figure, measure
from pincite.evaluation.judging import Row
from pincite.evaluation.kinds import LENGTHS, TYPES
from pincite.evaluation.resampling import Resamples
from pincite.evaluation.retrieval import cutoffs
from pincite.evaluation.types import Verdict
from qa.errors import PairsError

SCHEMA_VERSION = 2
HISTOGRAM_BINS = 20
LATENCY_BINS = 30

Result = dict[str, Any]


def summarise(rows: Sequence[Row], settings: Mapping[str, Any], *, complete: bool = True) -> Result:
    """Everything a result holds. `settings` names `top_k`, `answers` and `threshold` among what was asked for."""
    top_k, several = settings["top_k"], settings["answers"] == "all"
    definitions = define(top_k, several=several)
    resamples, sample = Resamples.draw([row.source or row.document for row in rows]), Sample.of(rows, top_k)
    figures = measure(sample, resamples, list(definitions))
    keys: dict[str, tuple[Callable[[Row], str], Sequence[str]]] = {
        "type": (lambda row: row.type, TYPES),
        "answer_length": (lambda row: row.answer_length, LENGTHS),
        "document": (lambda row: row.document, ()),
    }
    if any(row.withheld for row in rows):
        keys["withheld"] = (lambda row: row.withheld or "nothing", ())
    return {
        "schema_version": SCHEMA_VERSION,
        "settings": dict(settings),
        "complete": complete,
        "intervals": resamples.to_dict(),
        "definitions": {
            name: {"label": d.label, "unit": d.unit, "better": d.better} for name, d in definitions.items()
        },
        "figures": {name: found.to_dict() for name, found in figures.items()},
        "groups": {
            name: _groups([key(row) for row in rows], sample, resamples, list(definitions), order)
            for name, (key, order) in keys.items()
        },
        "verdicts": {verdict: Counter(row.verdict for row in rows)[verdict] for verdict in Verdict},
        "curves": _curves(rows, sample, resamples, figures, settings),
        "questions": [row.to_dict() for row in rows],
    }


DOCUMENTS_SUMMED_UP = 20


def without_questions(result: Result) -> Result:
    """The result's figures alone, with nobody's questions; by document only for so few that a person reads them."""
    kept = {name: value for name, value in result.items() if name != "questions"}
    groups = kept["groups"].items()
    kept["groups"] = {name: found for name, found in groups if name != "document" or len(found) <= DOCUMENTS_SUMMED_UP}
    if "comparison" in kept:
        kept["comparison"] = {name: value for name, value in kept["comparison"].items() if name != "changes"}
    return kept


def write_result(path: Path, result: Result) -> None:
    """Write `result` as JSON."""
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def read_result(path: Path) -> Result:
    """The result in `path`. Raises `PairsError` if it is not one of this version, or was written without questions."""
    result = parse_json(read_text(path), str(path))
    version = result.get("schema_version") if isinstance(result, dict) else None
    if version != SCHEMA_VERSION or not isinstance(result, dict):
        raise PairsError(f"{path} is no result of schema version {SCHEMA_VERSION} (found {version}); measure it again")
    if "questions" not in result:
        raise PairsError(f"{path} is a summary, without questions; name the file that --json wrote")
    return result


def rows_of(result: Result) -> list[Row]:
    """The rows of a result. Raises `PairsError` for one that was edited."""
    try:
        return [Row.from_dict(record) for record in result["questions"]]
    except TypeError as error:
        raise PairsError(f"a row of the result to compare with is not as --json writes it ({error})") from error


def _groups(
    homes: Sequence[str], sample: Sample, resamples: Resamples, names: Sequence[str], order: Sequence[str]
) -> list[dict[str, Any]]:
    """The figures of each group, in `order` or, without one, the largest first; `homes`: each question's group."""
    members: dict[str, list[int]] = {}
    for i, home in enumerate(homes):
        members.setdefault(home, []).append(i)
    listed = [name for name in order if name in members] or sorted(members, key=lambda name: -len(members[name]))
    groups = []
    for name in listed:
        chosen = np.array(members[name], dtype=np.intp)
        figures = measure(sample.of_some(chosen), resamples.of(chosen), names)
        groups.append({"name": name, "figures": {each: found.to_dict() for each, found in figures.items()}})
    return groups


def _curves(
    rows: Sequence[Row],
    sample: Sample,
    resamples: Resamples,
    figures: Mapping[str, Figure],
    settings: Mapping[str, Any],
) -> dict[str, Any]:
    stages = {stage: sample.latencies(stage, resamples) for stage in STAGES}
    counts, edges = np.histogram(sample.latency["total"], bins=LATENCY_BINS)
    return {
        **_of_confidence(rows, sample, threshold_in_use(rows, settings)),
        "recall_at_k": [{"k": k, **_bounded(figures[f"recall@{k}"].to_dict())} for k in cutoffs(settings["top_k"])],
        "latency": {"edges_ms": edges.tolist(), "counts": counts.tolist()},
        "latency_by_stage": {
            stage: {name: _bounded(figure(values, len(rows)).to_dict()) for name, values in found.items()}
            for stage, found in stages.items()
        },
    }


def threshold_in_use(rows: Sequence[Row], settings: Mapping[str, Any]) -> float | None:
    """The confidence from which all of the rows were answered; None where there is no such thing.

    Short texts have a threshold of their own (`qa.confidence`): a run may have asked texts of both kinds.
    """
    for name in ("threshold", "short_threshold"):
        least = settings.get(name)
        if least is not None and all(row.declined == ((row.confidence or 0.0) < least) for row in rows):
            return float(least)
    return None


def _of_confidence(rows: Sequence[Row], sample: Sample, threshold: float | None) -> dict[str, Any]:
    confidence, right = sample.confidence, sample.right
    edges = np.linspace(0, 1, HISTOGRAM_BINS + 1)
    empty: dict[str, Any] = {"risk_coverage": [], "operating_point": None, "reliability": []}
    if confidence is None or not rows:
        return {**empty, "scores": {"edges": edges.tolist(), "right": [], "wrong": [], "unanswerable": []}}
    answerable = np.array([row.answerable for row in rows], dtype=np.bool_)
    kinds = {"right": right & answerable, "wrong": ~right & answerable, "unanswerable": ~answerable}
    scores = {name: np.histogram(confidence[kind], bins=edges)[0].tolist() for name, kind in kinds.items()}
    answered = np.array([not row.declined for row in rows], dtype=np.bool_)
    point = {
        "coverage": float(answered.mean()),
        "risk": float(1 - right[answered].mean()) if answered.any() else 0.0,
        "confidence": threshold,
    }
    return {
        "risk_coverage": calibration.risk_coverage(confidence, right),
        "operating_point": point,
        "reliability": calibration.reliability(confidence, right),
        "scores": {"edges": edges.tolist(), **scores},
    }


def _bounded(found: dict[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in ("value", "low", "high")}
