"""Finds the best of several settings that were measured on the same questions, by one figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pincite.evaluation.definitions import define
from pincite.evaluation.shapes import Result, Sweep, SweepRun
from pincite.evaluation.workshop import Setup
from qa.errors import PairsError

Value = int | float | str


def with_settings(setup: Setup, settings: dict[str, Value]) -> Setup:
    """`setup` with these settings in place of its own."""
    return replace(setup, **settings)  # type: ignore[arg-type]  # checked by `parse_sweep`


def check_goal(goal: str, top_ks: Sequence[int], *, several: bool, wider: bool = False) -> None:
    """Raise `PairsError` where `goal` is no figure that can be better or worse in all of the runs."""
    common = [{name for name, d in define(k, several=several, wider=wider).items() if d.better} for k in top_ks]
    names = set.intersection(*common)
    if goal not in names:
        listed = ", ".join(name for name in define(top_ks[0], several=several, wider=wider) if name in names)
        raise PairsError(f"{goal!r} is not a goal; choose by one of {listed}")


def best_of(results: Sequence[Result], goal: str) -> int:
    """Return which result has the best value of the figure `goal`; of equals the first.

    One without a value is never best.
    """
    sign = -1.0 if results[0]["definitions"][goal]["better"] == "lower" else 1.0
    values = [result["figures"][goal]["value"] for result in results]
    ranked = [float("-inf") if value is None else sign * value for value in values]
    return ranked.index(max(ranked))


def sweep_summary(swept: Sequence[dict[str, Value]], results: Sequence[Result], goal: str) -> Sweep:
    """Return the table of a sweep, as a result holds it."""
    runs = [
        SweepRun(settings=settings, value=result["figures"][goal]["value"], figures=result["figures"])
        for settings, result in zip(swept, results, strict=True)
    ]
    return Sweep(goal=goal, runs=runs, best=best_of(results, goal))
