"""Refuses requests to unknown addresses, from pages of other sites and under other host names, and events that name
a file.

A page of another site can make a visitor's browser send requests here: from a form or script of its own, or under a
host name that it points at this machine (DNS rebinding). The header `Origin` shows the first, `Host` the second.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pincite.service.errors import error_response
from qa.errors import RequestError

__all__ = ["Guard", "checked_body", "event_in", "names_file"]

# With this policy the browser loads nothing from other sites. Gradio needs inline styles and scripts, and builds its
# templates with `Function`; it shows files through blob: and data: addresses.
_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    ]
)
_HEADERS = {
    b"content-security-policy": _POLICY.encode(),
    b"referrer-policy": b"same-origin",  # under `no-referrer` our own forms would be sent without their origin
    b"x-content-type-options": b"nosniff",
}
# Gradio has many more routes than the page uses: the server's files, URLs that it fetches, unlimited uploads, links to
# other people's state. Only the routes below are let through.
_PAGE = re.compile(
    r"/(?:config|theme\.css|favicon\.ico|manifest\.json|robots\.txt|(?:static|assets|svelte)/.+)?"
    r"|/gradio_api/(?:info|theme\.css|app_id|heartbeat/[^/]+|queue/data|call/(?:ask|index|documents)/[^/]+)/?"
)
_EVENTS = re.compile(r"/gradio_api/(?:queue/join|cancel|reset|call/(?:ask|index|documents))/?")
_OURS = re.compile(r"/(?:healthz|mcp/?|v1(?:/.*)?|pincite/.+)")
_SIGN_IN = ("/login", "/logout")
_SAFE = ("GET", "HEAD", "OPTIONS")
# The fields of an event that are passed on. Gradio accepts others, such as a token, which nothing here needs.
_FIELDS = ("data", "event_data", "fn_index", "trigger_id", "session_hash", "event_id")
# Gradio takes an object with one of these keys for a file, and would open or copy the path in it.
_FILE_KEYS = frozenset(("path", "url", "meta", "_type"))
_FILE_KEYS_IN_EVENTS = _FILE_KEYS - {"url"}  # in events, `url` is an address that the visitor wants to be read


class Guard:
    """Refuses requests that the page and its programs never make, and adds `_HEADERS` to every response.

    `hosts`: the host names that a request may use; empty for any. `signing_in`: whether there is a sign-in form.
    """

    def __init__(self, app: ASGIApp, *, hosts: Collection[str] = (), signing_in: bool = False) -> None:
        self.app = app
        self._sign_in_paths = _SIGN_IN if signing_in else ()
        self._hosts = {host.lower() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_HEADERS.items()]
            await send(message)

        refused = self._refusal(scope)
        await (refused or self.app)(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        headers, path, method = Headers(scope=scope), scope["path"], scope["method"]
        host = headers.get("host", "")
        if self._hosts and _host_name(host) not in self._hosts:
            return error_response(
                421,
                "UnknownHost",
                f"this server does not accept the host name {host[:100]!r}; add it by --allow-host",
            )
        origin = headers.get("origin")
        if method not in _SAFE and origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return error_response(403, "ForeignOrigin", f"a page at {origin[:100]!r} may not send requests here")
        gradio = _PAGE if method in _SAFE else _EVENTS
        if not (_OURS.fullmatch(path) or gradio.fullmatch(path) or path in self._sign_in_paths):
            return error_response(404, "NotFound", f"there is nothing at {method} {path[:100]!r}")
        return None


def _host_name(host: str) -> str:
    """Return the host name in a `Host` header, without the port."""
    return (host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]).lower()


def checked_body(body: bytes) -> dict[str, Any]:
    """Return the fields of an event that are passed on. Raises `RequestError` if it is none, or names a file."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RequestError("the body is not a JSON object, or nested too deep") from error
    if not isinstance(fields, dict):
        raise RequestError("the body is not a JSON object, or nested too deep")
    fields = {name: fields[name] for name in _FIELDS if name in fields}
    if names_file(fields.get("data")) or names_file(fields.get("event_data"), _FILE_KEYS_IN_EVENTS):
        raise RequestError("the event's data names a file; send its contents, by `index` or the page")
    return fields


def names_file(data: Any, keys: Collection[str] = _FILE_KEYS) -> bool:
    """Return whether Gradio would take any part of `data` for a file."""
    pending = [data]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            if any(key in value for key in keys):
                return True
            pending.extend(value.values())
        elif isinstance(value, list | tuple):
            pending.extend(value)
    return False


def event_in(response: bytes) -> str | None:
    """Return the id of the new event in Gradio's response to it, or None."""
    try:
        content = json.loads(response)
    except ValueError:
        return None
    event = content.get("event_id") if isinstance(content, dict) else None
    return event if isinstance(event, str) else None
