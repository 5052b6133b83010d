"""What the body of an event may say. Nothing in it is ever taken for a file."""

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
    """The fields of an event that are known. Raises `RequestError` for what is none, or names a file."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RequestError("the body is not a JSON object, or nested too deep") from error
    if not isinstance(said, dict):
        raise RequestError("the body is not a JSON object, or nested too deep")
    said = {name: said[name] for name in _FIELDS if name in said}
    if names_file(said.get("data")) or names_file(said.get("event_data"), _OF_FILES_IN_EVENTS):
        raise RequestError("the event's data stands for a file; send what is in it, by `index` or the page")
    return said


def names_file(data: Any, signs: Collection[str] = _OF_FILES) -> bool:
    """Whether Gradio would take any part of `data` for a file."""
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
    """The id of the event that an answer says has begun."""
    try:
        said = json.loads(answer)
    except ValueError:
        return None
    event = said.get("event_id") if isinstance(said, dict) else None
    return event if isinstance(event, str) else None
