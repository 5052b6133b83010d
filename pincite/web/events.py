"""Checks the body of an event. Nothing in it is ever taken for a file."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from qa.errors import RequestError

__all__ = ["checked_body", "event_in", "names_file"]

# Gradio takes more: an event's id, a token, whether it is a batch. Nobody needs it.
_FIELDS = ("data", "event_data", "fn_index", "trigger_id", "session_hash", "event_id")
# By these Gradio knows an object that stands for a file: it would open what it names, or copy it.
_OF_FILES = frozenset(("path", "url", "meta", "_type"))
_OF_FILES_IN_EVENTS = _OF_FILES - {"url"}  # the page says so what address to read


def checked_body(body: bytes) -> dict[str, Any]:
    """Return the known fields of an event. Raises `RequestError` for a body that is not an event, or names a file."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RequestError("the body is not a JSON object, or nested too deep") from error
    if not isinstance(fields, dict):
        raise RequestError("the body is not a JSON object, or nested too deep")
    fields = {name: fields[name] for name in _FIELDS if name in fields}
    if names_file(fields.get("data")) or names_file(fields.get("event_data"), _OF_FILES_IN_EVENTS):
        raise RequestError("the event's data names a file; send its contents, by `index` or the page")
    return fields


def names_file(data: Any, signs: Collection[str] = _OF_FILES) -> bool:
    """Return whether Gradio would take any part of `data` for a file."""
    pending = [data]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            if any(sign in value for sign in signs):
                return True
            pending.extend(value.values())
        elif isinstance(value, list | tuple):
            pending.extend(value)
    return False


def event_in(answer: bytes) -> str | None:
    """Return the id of the event that an answer says has begun."""
    try:
        event_data = json.loads(answer)
    except ValueError:
        return None
    event = event_data.get("event_id") if isinstance(event_data, dict) else None
    return event if isinstance(event, str) else None
