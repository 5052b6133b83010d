"""Whose a Gradio session is: a session's name alone lets nobody act in it or read what it is sent.

Gradio lets the browser choose its session's name, and takes whoever names it for its owner. Here the first who uses a
name keeps it: a person who signed in, or a browser, known by a cookie.
"""

from __future__ import annotations

import json
import re
import secrets
from collections import OrderedDict
from collections.abc import Container
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pincite.service.errors import error_response

__all__ = ["Sessions"]

REMEMBERED = 20_000  # sessions
LONGEST_NAME = 100
ARRIVALS = ("/", "/config")  # what a browser and gradio_client ask for first

_HEARTBEAT = re.compile(r"/gradio_api/heartbeat/([^/]+)/?")


class Sessions:
    """Answers 403 where a session is another's. `cookie` is the name of the cookie that tells browsers apart.

    `events`: the numbers of the events that can be sent; another is refused.
    """

    def __init__(self, app: ASGIApp, *, cookie: str, events: Container[object]) -> None:
        self.app = app
        self._cookie = cookie
        self._events = events
        self._owners: OrderedDict[str, str] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        owner = scope.get("state", {}).get("user") or request.cookies.get(self._cookie, "")
        refusal: ASGIApp | None = None
        if scope["path"].startswith("/gradio_api/"):
            if scope["method"] == "POST":
                body = await request.body()
                receive = _again(body, receive)
                refusal = self._check_body(body, owner)
            else:
                refusal = self._check(_named(scope), owner)
        if scope["path"] in ARRIVALS and not owner:
            send = self._with_cookie(send, secure=scope["scheme"] == "https")
        await (refusal or self.app)(scope, receive, send)

    def _check_body(self, body: bytes, owner: str) -> ASGIApp | None:
        try:
            said = json.loads(body)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            return error_response(400, "RequestError", "the body is not a JSON object, or nested too deep")
        number = said.get("fn_index")
        if isinstance(number, int) and number not in self._events:
            return error_response(422, "RequestError", f"'fn_index' is {number}: there is no such event")
        return self._check(said.get("session_hash"), owner)

    def _check(self, name: Any, owner: str) -> ASGIApp | None:
        if name is None:
            return None
        if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
            return error_response(
                422, "RequestError", f"'session_hash' is no text of up to {LONGEST_NAME} characters; send one"
            )
        if self._owners.setdefault(name, owner) != owner:
            return error_response(403, "ForeignSession", "this session is another's; begin one of your own")
        self._owners.move_to_end(name)
        while len(self._owners) > REMEMBERED:
            self._owners.popitem(last=False)
        return None

    def _with_cookie(self, send: Send, *, secure: bool) -> Send:
        value = f"{self._cookie}={secrets.token_urlsafe(24)}; Path=/; HttpOnly; SameSite=Lax{'; Secure' * secure}"

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", value)
            await send(message)

        return send_with_cookie


def _named(scope: Scope) -> str | None:
    """The session that a GET is about, or None."""
    if found := _HEARTBEAT.fullmatch(scope["path"]):
        return found[1]
    values = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [])
    return values[-1] if values else None  # the last: what the app reads where there are several


def _again(body: bytes, receive: Receive) -> Receive:
    """A body that has been read, to be read once more."""
    given = False

    async def receive_again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again
