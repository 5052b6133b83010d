"""Writes formulas that are set in two dimensions in one line: `h^2`, `a/(b+1)`, `√x`; added characters are marked."""

from __future__ import annotations

import re

from index.load.marked import added

MAX = 5000  # characters of a formula
_SIMPLE = re.compile(r"[\w.,]+")


def grouped(text: str) -> str:
    """Return `text`, in brackets if it is more than one sign."""
    return text if not text or _SIMPLE.fullmatch(text) else f"{added('(')}{text}{added(')')}"


def raised(base: str, exponent: str) -> str:
    """Write `base^exponent`."""
    return f"{base}{added('^')}{grouped(exponent)}" if exponent else base


def lowered(base: str, index: str) -> str:
    """Write `base_index`."""
    return f"{base}{added('_')}{grouped(index)}" if index else base


def fraction(above: str, below: str) -> str:
    """Write `above/below`."""
    return f"{grouped(above)}{added('/')}{grouped(below)}"


def root(inside: str, degree: str = "") -> str:
    """Write `√inside`, `3√inside`."""
    return f"{grouped(degree)}{added('√')}{grouped(inside)}"


def matrix(rows: list[list[str]]) -> str:
    """Write rows separated by semicolons, cells by commas."""
    return added("; ").join(added(", ").join(filter(str.strip, row)) for row in rows if any(map(str.strip, row)))
