"""Renders the risk dial: how sure an answer has to be, and how many answers that costs by the calibration data."""

from __future__ import annotations

import json

import prompts
from pincite.html.marks import escape
from qa.confidence import Calibration

__all__ = ["dial_html", "percent"]


def percent(least: float) -> int:
    """Return the slider's position for this threshold."""
    return min(99, max(0, round(100 * least)))


def dial_html(calibration: Calibration | None, *, short: bool) -> str:
    """Return a slider in per cent that stands at the calibrated threshold; nothing for a reader without calibration.

    `short`: as in `qa.confidence`; what is searched may change, and the page's script is told so
    (`pincite.web.page_state`).
    """
    if calibration is None:
        return ""
    words = {
        "dial": prompts.render("page_dial"),
        "dial_share": prompts.render("page_dial_share"),
        "dial_bounds": prompts.render("page_dial_bounds"),
    }
    kinds = {"long": calibration.coverage_of(short=False), "short": calibration.coverage_of(short=True)}
    data = escape(json.dumps({**kinds, **words}))
    kind = "short" if short else "long"
    return (
        f'<div class="pc-dial" data-dial="{data}" data-kind="{kind}">'
        '<label for="pc-sure" class="pc-dial-words"></label>'
        f'<input id="pc-sure" type="range" min="0" max="99" value="{percent(calibration.least(short=short))}">'
        '<span class="pc-dial-share" role="status"></span></div>'
    )
