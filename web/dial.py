"""The risk dial: how sure an answer has to be, and what that costs in answers by the calibration data."""

from __future__ import annotations

import json

import prompts
from qa.confidence import Calibration
from qa.marks import escape

__all__ = ["dial_html"]


def dial_html(calibration: Calibration | None) -> str:
    """A slider in per cent that stands at the calibrated threshold; nothing for a reader without calibration."""
    if calibration is None:
        return ""
    rows = [list(row) for row in calibration.coverage]
    words = {name: prompts.render(f"page_{name}") for name in ("dial", "dial_share")}
    data = escape(json.dumps({"coverage": rows, **words}))
    value = min(99, max(0, round(100 * calibration.threshold)))
    return (
        f'<div class="pc-dial" data-dial="{data}"><label for="pc-sure" class="pc-dial-words"></label>'
        f'<input id="pc-sure" type="range" min="0" max="99" value="{value}">'
        '<span class="pc-dial-share" role="status"></span></div>'
    )
