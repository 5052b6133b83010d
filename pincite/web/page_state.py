"""Tells the page's script the visitor's state as JSON, reads what it sends back, and renders the risk dial."""

from __future__ import annotations

import json

import gradio as gr

import prompts
from pincite.html.marks import escape
from pincite.web.files import images
from pincite.web.pane import marks, version_of
from pincite.web.visitor import Visitor
from qa.confidence import Calibration

__all__ = ["dial_html", "number_in", "page_state"]


def page_state(visitor: Visitor) -> str:
    """Return the visitor's state: token, documents, citations to mark, the document to show, the citation to choose.

    `follows`: whether the documents that the server brings may change. `short`: whether they search a short text, null
    where there is no calibration; `least`: where the dial stands until they move it; `minimum`: where they have moved
    it, or null.

    Each new state gets a number: results of simultaneous events may reach the page in the other order.
    """
    with visitor.lock:
        documents, calibration = visitor.library.documents, visitor.library.calibration
        if visitor.shown not in documents:
            visitor.shown, visitor.chosen = next(iter(documents)), None
        short = least = None
        if calibration is not None:  # else nobody needs to know, and a remote index looks at all its documents for it
            short = visitor.library.short
            least = _percent(calibration.least(short=short)) if visitor.minimum is None else None
        now = {
            "token": visitor.token,
            "shown": visitor.shown,
            "chosen": visitor.chosen,
            "editing": visitor.editing,
            "answers": visitor.answers,
            "resumed": visitor.resumed,
            "follows": visitor.library.follows,
            "minimum": None if visitor.minimum is None else _percent(visitor.minimum),
            "short": short,
            "least": least,
            "documents": {
                i: {"key": visitor.key(i), "version": version_of(d), "pages": images(visitor, d) is not None}
                for i, d in documents.items()
            },
            "marks": marks(visitor.conversation, documents),
        }
        number, before = visitor.told
        if now != before:
            visitor.told = number, before = number + 1, now
    return json.dumps({"told": number, **now})


def _percent(least: float) -> int:
    """Return the slider's position for this threshold."""
    return min(99, max(0, round(100 * least)))


def dial_html(calibration: Calibration | None, *, short: bool) -> str:
    """Return a slider in per cent that stands at the calibrated threshold; nothing for a reader without calibration.

    `short`: as in `qa.confidence`; what is searched may change, and `page_state` tells the page's script so.
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
        f'<input id="pc-sure" type="range" min="0" max="99" value="{_percent(calibration.least(short=short))}">'
        '<span class="pc-dial-share" role="status"></span></div>'
    )


def number_in(event: gr.EventData) -> int:
    """Return the number that an event brings, or 0."""
    number = event._data.get("number")
    return number if isinstance(number, int) else 0
