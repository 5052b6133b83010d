"""Gives the page's script the visitor's state as JSON, reads its events, and renders the confidence dial."""

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

    `follows`: whether the server's documents may change. `short`: whether the visitor searches a short text, null if
    there is no calibration; `least`: the dial's position until the visitor moves it; `minimum`: their position, or
    null.

    Each new state gets a number, because results of simultaneous events may reach the page out of order.
    """
    with visitor.lock:
        documents, calibration = visitor.library.documents, visitor.library.calibration
        if visitor.shown not in documents:
            visitor.shown, visitor.chosen = next(iter(documents)), None
        short = least = None
        if calibration is not None:  # else it is not needed, and costs a remote index a look at all documents
            short = visitor.library.short
            least = _percent(calibration.least(short=short)) if visitor.minimum is None else None
        state = {
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
        if state != before:
            visitor.told = number, before = number + 1, state
    return json.dumps({"told": number, **state})


def _percent(least: float) -> int:
    """Return the dial's position for a threshold, from 0 to 99."""
    return min(99, max(0, round(100 * least)))


def dial_html(calibration: Calibration | None, *, short: bool) -> str:
    """Render the dial in per cent, at the calibrated threshold; return "" for a reader without calibration.

    `short`: as in `qa.confidence`; when it changes with the searched documents, `page_state` tells the page's script.
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
    """Return the number in an event's data, or 0."""
    number = event._data.get("number")
    return number if isinstance(number, int) else 0
