"""Reads numbers from the command line, with their bounds, and the settings of a sweep."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable, Sequence
from itertools import product
from typing import TYPE_CHECKING

from qa.errors import PairsError

if TYPE_CHECKING:
    from pincite.evaluation.workshop import Value


def whole_from(least: int) -> Callable[[str], int]:
    """Return a parser of whole numbers from `least`."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if value < least:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least}")
        return value

    return read


def number_to(most: float) -> Callable[[str], float]:
    """Return a parser of finite numbers from 0 to `most`, which may be infinite."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0.0 <= value <= most or math.isinf(value):
            bounds = "from 0" if math.isinf(most) else f"from 0 to {most:g}"
            raise argparse.ArgumentTypeError(f"{text!r} is not a number {bounds}")
        return value

    return read


at_least_one = whole_from(1)
probability = number_to(1.0)


def positive(text: str) -> float:
    """Return a number above 0."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return value


def rows(text: str) -> tuple[int, int]:
    """Return the first and the last of some rows, from 1: "3" or "3-4"; (0, 0) for "0"."""
    match = re.fullmatch(r"(\d+)(?:-(\d+))?", text)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (-1, -1)
    if (first, last) != (0, 0) and not 1 <= first <= last:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a row, such as 3, or a first and a last row, such as 3-4, from 1"
        )
    return first, last


def _name(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("a name is empty")
    return text


# What can be swept over, and how a value is read.
SWEPT: dict[str, Callable[[str], Value]] = {
    "top_k": at_least_one,
    "min_confidence": probability,
    "chunk_tokens": whole_from(16),
    "overlap": whole_from(0),
    "dense_weight": probability,
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
            raise PairsError(f"{text!r} is not a setting to sweep; write NAME=VALUE,VALUE with {', '.join(SWEPT)}")
        if name in axes:
            raise PairsError(f"--sweep names {name} twice; give all its values at once")
        axes[name] = parsed_values = [_value(name, value) for value in values.split(",")]
        if len(set(parsed_values)) < len(parsed_values):
            raise PairsError(f"--sweep {name}: {values!r} has a value twice; give each once")
    names = sorted(axes, key=lambda name: name == "min_confidence")
    return [dict(zip(names, chosen, strict=True)) for chosen in product(*(axes[name] for name in names))]


def _value(name: str, text: str) -> Value:
    try:
        return SWEPT[name](text.strip())
    except argparse.ArgumentTypeError as error:
        raise PairsError(f"--sweep {name}: {text!r} is not a value of {name}") from error
