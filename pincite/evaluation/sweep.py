"""Measures several settings on the same questions, and finds the best by one figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product

from pincite.evaluation.definitions import define
from pincite.evaluation.shapes import Result, Sweep, SweepRun
from pincite.evaluation.workshop import Setup
from qa.errors import PairsError

Value = int | float | str


def _whole(least: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        value = int(text)
        if value < least:
            raise ValueError(text)
        return value

    return read


def _share(text: str) -> float:
    value = float(text)
    if not 0.0 <= value <= 1.0:
        raise ValueError(text)
    return value


def _name(text: str) -> str:
    if not text:
        raise ValueError(text)
    return text


# What can be swept over, and how a value is read.
SWEPT: dict[str, Callable[[str], Value]] = {
    "top_k": _whole(1),
    "min_confidence": _share,
    "chunk_tokens": _whole(16),
    "overlap": _whole(0),
    "dense_weight": _share,
    "embedder": _name,
    "reader": _name,
}


def parse_sweep(texts: Sequence[str]) -> list[dict[str, Value]]:
    """Return the settings that `NAME=VALUE,VALUE,…` stand for, every combination of them. Raises `PairsError`.

    Those that differ in their threshold alone stand together: they can be asked once.
    """
    axes: dict[str, list[Value]] = {}
    for text in texts:
        name, mark, values = text.partition("=")
        if not mark or name not in SWEPT:
            raise PairsError(f"{text!r} is nothing to sweep over; write NAME=VALUE,VALUE with {', '.join(SWEPT)}")
        if name in axes:
            raise PairsError(f"--sweep names {name} twice; give all its values at once")
        axes[name] = parsed_values = [_value(name, value) for value in values.split(",")]
        if len(set(parsed_values)) < len(parsed_values):
            raise PairsError(f"--sweep {name}: {values!r} has a value twice; give each once")
    names = sorted(axes, key=lambda name: name == "min_confidence")
    return [dict(zip(names, chosen, strict=True)) for chosen in product(*(axes[name] for name in names))]


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


def _value(name: str, text: str) -> Value:
    try:
        return SWEPT[name](text.strip())
    except ValueError as error:
        raise PairsError(f"--sweep {name}: {text!r} is not a value of {name}") from error
