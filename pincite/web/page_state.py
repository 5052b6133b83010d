"""Tells the page's script the visitor's state after each event, as JSON, and reads what it sends back."""

from __future__ import annotations

import json

import gradio as gr

from pincite.web.dial import percent
from pincite.web.files import images
from pincite.web.pane import marks, version_of
from pincite.web.visitor import Visitor

__all__ = ["number_in", "page_state"]


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
            least = percent(calibration.least(short=short)) if visitor.minimum is None else None
        now = {
            "token": visitor.token,
            "shown": visitor.shown,
            "chosen": visitor.chosen,
            "editing": visitor.editing,
            "answers": visitor.answers,
            "resumed": visitor.resumed,
            "follows": visitor.library.follows,
            "minimum": None if visitor.minimum is None else percent(visitor.minimum),
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


def number_in(event: gr.EventData) -> int:
    """Return the number that an event brings, or 0."""
    number = event._data.get("number")
    return number if isinstance(number, int) else 0
