"""Formats a result's figures as tables for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pincite.evaluation.shapes import Bounded, DefinitionRecord, FigureDifference, Result, RunComparison, Sweep

_GROUP_COLUMNS = ("total", "exact", "f1", "right", "declined")
_BESIDE_THE_GOAL = ("f1", "right", "declined", "latency_p50")
_MOST_GROUPS = 10
_DECIMALS = {"percent": 2, "ratio": 3, "ms": 0, "count": 0}


def format_result(result: Result) -> str:
    """Return the figures with their intervals, the groups, the verdicts, and a sweep or comparison if there is one."""
    parts = [_figures(result), _stages(result), *(_groups(result, key) for key in result["groups"])]
    parts.append("\n".join(f"{name.replace('_', ' '):<22} {count:>8}" for name, count in result["verdicts"].items()))
    if "sweep" in result:
        parts.append(_sweep(result["sweep"], result["definitions"]))
    if "comparison" in result:
        parts.append(_comparison(result["comparison"], result["definitions"]))
    if not result["complete"]:
        parts.append("not complete: the run was stopped, these are the questions asked until then")
    return "\n\n".join(parts)


def _figures(result: Result) -> str:
    """Return one line for each figure: its name, its value, its interval, its meaning."""
    lines = []
    for name, defined in result["definitions"].items():
        figure = result["figures"][name]
        bounds = _bounds(figure, defined["unit"])
        lines.append(f"{name:<22} {_cell(figure['value'], defined['unit']):>8}  {bounds:<18}  {defined['label']}")
    drawn = result["intervals"]
    return "\n".join([*lines, f"in brackets: {drawn['level']:.0%} intervals, {drawn['resampled']} resampled"])


def _groups(result: Result, key: str) -> str:
    units = {name: result["definitions"][name]["unit"] for name in _GROUP_COLUMNS}
    groups = result["groups"][key]
    title = f"by {key.replace('_', ' ')}"
    if len(groups) > _MOST_GROUPS:
        title = f"{_MOST_GROUPS} lowest of {len(groups)} {key}s"
        groups = sorted(groups, key=lambda group: group["figures"]["f1"]["value"] or 0.0)[:_MOST_GROUPS]
    lines = [f"{title:<22} " + " ".join(f"{name:>9}" for name in _GROUP_COLUMNS)]
    for group in groups:
        cells = (_cell(group["figures"][name]["value"], units[name]) for name in _GROUP_COLUMNS)
        lines.append(f"{group['name'][:22]:<22} " + " ".join(f"{cell:>9}" for cell in cells))
    return "\n".join(lines)


def _stages(result: Result) -> str:
    stages = result["curves"]["latency_by_stage"]
    names = list(stages["total"])
    lines = [f"{'milliseconds by stage':<22} " + " ".join(f"{name:>9}" for name in names)]
    for stage, figures in stages.items():
        lines.append(f"{stage:<22} " + " ".join(f"{_cell(figures[name]['value'], 'ms'):>9}" for name in names))
    return "\n".join(lines)


def _sweep(sweep: Sweep, definitions: Mapping[str, DefinitionRecord]) -> str:
    """Return one line for each setting: the goal with its interval, and some other figures."""
    names, goal = list(sweep["runs"][0]["settings"]), sweep["goal"]
    beside = [name for name in _BESIDE_THE_GOAL if name != goal]
    rows = [[*names, goal, "", *beside, ""]]
    for i, run in enumerate(sweep["runs"]):
        settings = [str(run["settings"][name]) for name in names]
        figures = {name: run["figures"][name] for name in (goal, *beside)}
        values = [_cell(figures[name]["value"], definitions[name]["unit"]) for name in beside]
        value = _cell(figures[goal]["value"], definitions[goal]["unit"])
        bounds = _bounds(figures[goal], definitions[goal]["unit"])
        rows.append([*settings, value, bounds, *values, "best" if i == sweep["best"] else ""])
    return _aligned(rows)


def _comparison(comparison: RunComparison, definitions: Mapping[str, DefinitionRecord]) -> str:
    head = (
        f"against {comparison['file']}: {comparison['questions']} questions in both, "
        f"{comparison['changed']} answered otherwise, "
        f"F1 higher in {comparison['better']}, lower in {comparison['worse']}"
    )
    rows = [["", "old", "new", "difference", "", "p", ""]]
    for name, difference in comparison["figures"].items():
        unit = definitions[name]["unit"]
        p = "" if difference["p"] is None else f"{difference['p']:.4f}"
        values = (_cell(value, unit) for value in (difference["old"], difference["new"], difference["difference"]))
        rows.append([name, *values, _bounds(difference, unit), p, "real" if difference["real"] else ""])
    return head + "\n" + _aligned(rows)


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def _bounds(figure: Bounded | FigureDifference, unit: str) -> str:
    if figure["low"] is None:
        return ""
    return f"[{_cell(figure['low'], unit)}, {_cell(figure['high'], unit)}]"


def _cell(value: float | None, unit: str) -> str:
    return "-" if value is None else f"{value:.{_DECIMALS[unit]}f}"
