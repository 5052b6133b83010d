"""Formulas that are set in two dimensions as one line: `h^2`, `a/(b+1)`, `√x`; what is added is marked."""

from __future__ import annotations

import re

from index.load.marked import added

MAX = 5000  # characters of a formula
_SIMPLE = re.compile(r"[\w.,]+")


def grouped(text: str) -> str:
    """`text`, in brackets where it is more than one sign."""
    return text if not text or _SIMPLE.fullmatch(text) else f"{added('(')}{text}{added(')')}"


def raised(base: str, exponent: str) -> str:
    """`base^exponent`."""
    return f"{base}{added('^')}{grouped(exponent)}" if exponent else base


def lowered(base: str, index: str) -> str:
    """`base_index`."""
    return f"{base}{added('_')}{grouped(index)}" if index else base


def fraction(above: str, below: str) -> str:
    """`above/below`."""
    return f"{grouped(above)}{added('/')}{grouped(below)}"


def root(inside: str, degree: str = "") -> str:
    """`√inside`, `3√inside`."""
    return f"{grouped(degree)}{added('√')}{grouped(inside)}"


def matrix(rows: list[list[str]]) -> str:
    """Rows parted by semicolons, cells by commas."""
    return added("; ").join(added(", ").join(filter(str.strip, row)) for row in rows if any(map(str.strip, row)))
