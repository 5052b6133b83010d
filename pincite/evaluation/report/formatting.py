"""Formats a result's numbers and codes for people."""

from __future__ import annotations

from typing import Any

from pincite.evaluation.shapes import Bounded
from pincite.evaluation.types import Verdict

VERDICTS = {
    Verdict.RIGHT: "right",
    Verdict.NOT_RETRIEVED: "not retrieved",
    Verdict.NOT_READ: "retrieved, not read",
    Verdict.WRONG_SPAN: "wrong span",
    Verdict.WRONGLY_DECLINED: "wrongly declined",
    Verdict.WRONGLY_ANSWERED: "wrongly answered",
    Verdict.RIGHTLY_DECLINED: "rightly declined",
}
GOOD = (Verdict.RIGHT, Verdict.RIGHTLY_DECLINED)
CAUSES = tuple(verdict for verdict in Verdict if verdict not in GOOD)
CAUSE_TEXTS = {
    Verdict.NOT_RETRIEVED: "report_cause_not_retrieved",
    Verdict.NOT_READ: "report_cause_not_read",
    Verdict.WRONG_SPAN: "report_cause_wrong_span",
    Verdict.WRONGLY_DECLINED: "report_cause_wrongly_declined",
    Verdict.WRONGLY_ANSWERED: "report_cause_wrongly_answered",
}

_DECIMALS = {"percent": 1, "ratio": 3, "ms": 0, "count": 0}
_AFTER = {"percent": "%", "ms": " ms"}
MISSING = "–"


def number(value: float | None, unit: str, *, bare: bool = False) -> str:
    """`value` with the unit behind it, unless `bare`; a dash where there is none."""
    if value is None:
        return MISSING
    text = f"{value:,.{_DECIMALS[unit]}f}".replace("-", "−")
    return text if bare else text + _AFTER.get(unit, "")


def interval(figure: Bounded, unit: str) -> str:
    """Return the bounds of a figure, or nothing."""
    if figure["low"] is None:
        return ""
    between = " to " if unit == "ratio" or figure["low"] < 0 else "–"
    return between.join(number(figure[end], unit, bare=True) for end in ("low", "high"))


def signed(value: float | None, unit: str) -> str:
    """Return a difference: its sign, then its size."""
    if value is None:
        return MISSING
    size = number(abs(value), unit, bare=True)
    return size if float(size.replace(",", "")) == 0 else ("+" if value > 0 else "−") + size


def p_value(p: float | None) -> str:
    """Return a p-value; a dash for a figure that has none."""
    return MISSING if p is None else "< 0.001" if p < 0.001 else f"{p:.3f}"


def share(value: float) -> str:
    """Return a share from 0 to 1 as whole percent; as tenths of a percent where it is small."""
    return f"{100 * value:.0f}%" if value == 0 or value >= 0.0995 else f"{100 * value:.1f}%"


def setting(value: Any) -> str:
    """Return a setting as it stands in the result; None is one that was not given."""
    if value is None:
        return "not given"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value)
