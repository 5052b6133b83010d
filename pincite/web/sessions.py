"""Checks who owns each session. Every request passes this one place, also those to Gradio's own routes.

Gradio lets the browser choose its session's name, and treats everybody who knows the name, or an event's id, as its
owner. Here the first to use a session's name owns it: a person who signed in, or a browser, known by a cookie. A
request that names a session, an event or a visitor's token is refused unless its sender owns it. Unknown paths of
Gradio get a 404.
"""

from __future__ import annotations

import json
import re
import secrets
from collections import Counter
from collections.abc import Callable, Collection, Container
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pincite.service.errors import error_response
from pincite.service.person import Person, current_person, network_of
from pincite.web.guard import checked_body, event_in
from pincite.web.owners import ForeignSessionError
from pincite.web.visitor import Visitors
from qa.errors import BusyError, RequestError

__all__ = ["Sessions"]

LONGEST_NAME = 100
ARRIVALS = ("/", "/config")  # the first requests of a browser and of gradio_client
MOST_AT_ONCE = 300  # requests under way of one address or account; an open page holds two
MOST_EVENTS = 30  # unfinished events of one person
MOST_EVENTS_NEAR = 200  # unfinished events of all people at one address, or of one account

_COOKIE = re.compile(r"[A-Za-z0-9_-]{32}")
_HEARTBEAT = re.compile(r"/gradio_api/heartbeat/([^/]+)/?")
_OUTCOME = re.compile(r"/gradio_api/call/[^/]+/([^/]+)/?")
_STREAM = re.compile(r"/gradio_api/queue/data/?")
_NAMELESS = re.compile(r"/gradio_api/(?:info|theme\.css|app_id)/?")
_BEGIN = re.compile(r"/gradio_api/(?:queue/join|call/[^/]+)/?")
_END = re.compile(r"/gradio_api/(?:cancel|reset)/?")
_OWN = re.compile(r"/pincite/([^/]+)(?:/.*)?")
_STATELESS = ("/v1", "/mcp")


class Sessions:
    """Answers 403 if a session or an event is somebody else's, 404 if a token is.

    `cookie`: the name of the cookie that tells browsers apart. `events`: the numbers of the events that can be sent.
    `waiting` returns the ids of unfinished events; `streams` the sessions that have messages to be sent.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        cookie: str,
        visitors: Visitors,
        events: Container[object],
        waiting: Callable[[], Collection[str]],
        streams: Callable[[], Container[str]],
    ) -> None:
        self.app = app
        self._cookie = cookie
        self._events = events
        self._visitors = visitors
        self._owners = visitors.owners
        self._waiting = waiting
        self._streams = streams
        self._under_way: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        person, is_new = self._person(Request(scope))
        if is_new and (scope["path"] in ARRIVALS or _BEGIN.fullmatch(scope["path"])):
            send = self._with_cookie(send, person.key, secure=scope["scheme"] == "https")
        if self._under_way[person.place] >= MOST_AT_ONCE:
            text = f"{MOST_AT_ONCE} requests from your address or account are unfinished, the limit; try again later"
            await error_response(429, "BusyError", text)(scope, receive, send)
            return
        self._under_way[person.place] += 1
        token = current_person.set(person)
        try:
            await self._checked(scope, receive, send, person)
        finally:
            current_person.reset(token)
            self._under_way[person.place] -= 1
            if not self._under_way[person.place]:
                del self._under_way[person.place]

    def _person(self, request: Request) -> tuple[Person, bool]:
        """Return who sends the request, and whether it is a new browser."""
        address = network_of(request.client.host) if request.client else ""
        user = request.scope.get("state", {}).get("user")
        if user:
            return Person(f"user {user}", address, signed_in=True), False
        if request.scope["path"].startswith(_STATELESS):
            return Person(f"address {address}", address), False
        value = request.cookies.get(self._cookie, "")
        known = _COOKIE.fullmatch(value) is not None
        return Person(value if known else secrets.token_urlsafe(24), address), not known

    async def _checked(self, scope: Scope, receive: Receive, send: Send, person: Person) -> None:
        try:
            if scope["path"].startswith("/gradio_api"):
                receive, send = await self._gradio(scope, receive, send, person)
            elif own_path := _OWN.fullmatch(scope["path"]):
                self._check_token(own_path[1], person)
        except ForeignSessionError:
            refusal = error_response(403, "ForeignSession", "this session is another's; begin one of your own")
        except LookupError:
            refusal = error_response(404, "NotFound", f"there is nothing at {scope['method']} {scope['path'][:100]!r}")
        except BusyError as error:
            refusal = error_response(429, "BusyError", str(error))
        except RequestError as error:
            refusal = error_response(422, "RequestError", str(error))
        else:
            await self.app(scope, receive, send)
            return
        await refusal(scope, receive, send)

    async def _gradio(self, scope: Scope, receive: Receive, send: Send, person: Person) -> tuple[Receive, Send]:
        path = scope["path"]
        if scope["method"] in ("GET", "HEAD"):
            if match := _HEARTBEAT.fullmatch(path):
                self._claim(match[1], person)
            elif _STREAM.fullmatch(path):
                self._claim(stream := _session_in(scope), person)
                if stream not in self._streams():
                    raise LookupError  # Gradio would begin a stream, and cut it off
            elif match := _OUTCOME.fullmatch(path):
                self._owners.check_event(match[1], person)
            elif not _NAMELESS.fullmatch(path):
                raise LookupError
            return receive, send
        begins = _BEGIN.fullmatch(path) is not None
        if scope["method"] != "POST" or not (begins or _END.fullmatch(path)):
            raise LookupError
        body = checked_body(await Request(scope, receive).body())
        session = body.get("session_hash")
        if begins:
            session = self._begin(body, path, person)
            send = self._recording_event(send, session)
        elif session is not None:
            self._claim(session, person)
        if not begins:
            self._owners.check_event(str(body.get("event_id")), person)
        return _with_checked_body(scope, body, receive), send

    def _begin(self, body: dict[str, Any], path: str, person: Person) -> str:
        """Check that an event may begin; return its session, a new one if it names none."""
        number = body.get("fn_index")
        if path.startswith("/gradio_api/queue/") and (type(number) is not int or number not in self._events):
            raise RequestError(f"'fn_index' is {str(number)[:20]}: there is no such event")
        body["session_hash"] = session = body.get("session_hash") or secrets.token_hex(16)
        self._claim(session, person)
        own, near = self._owners.events_of(person)
        waiting = set(self._waiting())
        most = MOST_EVENTS if len(own & waiting) >= MOST_EVENTS else MOST_EVENTS_NEAR
        if most == MOST_EVENTS or len(near & waiting) >= MOST_EVENTS_NEAR:
            raise BusyError(f"{most} requests from you or your address are unfinished, the limit; try again later")
        return str(session)

    def _claim(self, session: Any, person: Person) -> None:
        if not isinstance(session, str) or not 0 < len(session) <= LONGEST_NAME:
            raise RequestError(f"'session_hash' is not a text of up to {LONGEST_NAME} characters; send one")
        self._owners.claim(session, person)

    def _check_token(self, token: str, person: Person) -> None:
        visitor = self._visitors.with_token(token)
        owner = None if visitor is None else self._owners.owner(visitor.session)
        if owner is None or owner.key != person.key:
            raise LookupError

    def _recording_event(self, send: Send, session: str) -> Send:
        """Record the owner of the event that the response names."""
        answer = b""

        async def send_and_keep(message: Message) -> None:
            nonlocal answer
            if message["type"] == "http.response.body" and len(answer) < 10_000:
                answer += message.get("body", b"")
                if not message.get("more_body", False) and (event := event_in(answer)):
                    self._owners.began(event, session)
            await send(message)

        return send_and_keep

    def _with_cookie(self, send: Send, value: str, *, secure: bool) -> Send:
        cookie = f"{self._cookie}={value}; Path=/; HttpOnly; SameSite=Lax{'; Secure' * secure}"

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        return send_with_cookie


def _session_in(scope: Scope) -> str:
    """Return the session of a request for a stream. Raises `RequestError` if it is not named exactly once."""
    values = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [])
    if len(values) != 1:
        raise RequestError(f"'session_hash' is given {len(values)} times; give it once")
    return str(values[0])


def _with_checked_body(scope: Scope, event: dict[str, Any], receive: Receive) -> Receive:
    """Return a receiver that gives the app only the fields of the event that were checked."""
    body = json.dumps(event).encode()
    kept = [(name, value) for name, value in scope["headers"] if name not in (b"content-length", b"content-type")]
    scope["headers"] = [*kept, (b"content-length", b"%d" % len(body)), (b"content-type", b"application/json")]
    given = False

    async def receive_again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again
