"""Reads numbers from the command line, with their bounds."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable


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
    first, dash, last = text.partition("-")
    if not first.isdecimal() or (dash and not last.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is neither a row nor a first and a last row such as 3-4")
    numbers = int(first), int(last) if dash else int(first)
    if numbers != (0, 0) and not 1 <= numbers[0] <= numbers[1]:
        raise argparse.ArgumentTypeError(f"{text!r} is neither a row from 1 on nor a first and a last row such as 3-4")
    return numbers
