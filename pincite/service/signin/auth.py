"""Requires sign-in for the page, the endpoints, /v1 and MCP: by a cookie, or by name and password (Basic)."""

from __future__ import annotations

import base64
import binascii
import math
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from urllib.parse import parse_qs, quote

import anyio
from cachetools import TTLCache
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

import prompts
from pincite.html.marks import escape
from pincite.html.pages import style_text
from pincite.html.words import words_html
from pincite.service.errors import error_response
from pincite.service.person import network_of
from pincite.service.signin.users import Users

__all__ = ["AuthMiddleware", "LoginThrottle"]

OPEN = ("/healthz", "/favicon.ico", "/robots.txt")
LASTS = 12 * 3600.0  # seconds that a sign-in stays valid after its last use
MOST_SIGNED_IN = 10_000
LARGEST_FORM = 10_000  # bytes
CHECKED_AT_ONCE = 2

FREE = 3  # failures without a wait
LONGEST = 60.0  # seconds to wait at most
FORGOTTEN = 900.0  # seconds after the last failure; then none counts any more
REMEMBERED = 10_000  # addresses and names whose failures are counted


class AuthMiddleware:
    """Requires sign-in as one of `users`, and sets `scope["state"]["user"]`. `cookie` is the name of the cookie."""

    def __init__(self, app: ASGIApp, *, users: Users, cookie: str, slowing: LoginThrottle | None = None) -> None:
        self.app = app
        self._users = users
        self._cookie = cookie
        self._slowing = slowing or LoginThrottle()
        self._signed_in: TTLCache[str, str] = TTLCache(MOST_SIGNED_IN, LASTS)  # user by token
        self._limiter: anyio.CapacityLimiter | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in OPEN:
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        if scope["path"] == "/login":
            answer: ASGIApp = await self._login(request) if scope["method"] == "POST" else _page(request)
        elif scope["path"] == "/logout":
            answer = self._logout(request)
        else:
            user = self._by_cookie(request)
            refusal = None
            if user is None:
                user, refusal = await self._by_header(request)
            if user is not None:
                scope.setdefault("state", {})["user"] = user
            answer = refusal or (self.app if user is not None else self._sign_in_first(request))
        await answer(scope, receive, send)

    # -- ways in

    def _by_cookie(self, request: Request) -> str | None:
        token = request.cookies.get(self._cookie, "")
        user = self._signed_in.get(token)
        if user is not None:
            self._signed_in[token] = user  # restarts its time
        return user

    async def _by_header(self, request: Request) -> tuple[str | None, Response | None]:
        """Return the user, or None and the response if the attempt failed."""
        credentials = _basic(request.headers)
        if credentials is None:
            return None, None
        wait = await self._wait(request, *credentials)
        return (credentials[0], None) if wait is None else (None, _refused(wait, tried=True))

    async def _login(self, request: Request) -> Response:
        """Sign in by the form. A browser is redirected, a program gets JSON; both get the cookie."""
        user, password, onward = await _form(request)
        browser = "text/html" in request.headers.get("accept", "")
        wait = await self._wait(request, user, password)
        if wait is not None:
            return _page(request, wait=wait, onward=onward) if browser else _refused(wait, tried=True)
        token = secrets.token_urlsafe(32)
        self._signed_in[token] = user
        answer = RedirectResponse(onward, status_code=303) if browser else JSONResponse({"success": True})
        secure = request.url.scheme == "https"
        answer.set_cookie(self._cookie, token, httponly=True, samesite="lax", secure=secure)
        return answer

    def _logout(self, request: Request) -> Response:
        self._signed_in.pop(request.cookies.get(self._cookie, ""), None)
        answer = RedirectResponse("/login", status_code=303)
        answer.delete_cookie(self._cookie)
        return answer

    async def _wait(self, request: Request, user: str, password: str) -> int | None:
        """Return None if the password is right; else the seconds until the next attempt, 0 for none."""
        if self._users.knows(user, password):
            return None
        address = request.client.host if request.client else ""
        if wait := self._slowing.begin(address, user):
            return wait
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(CHECKED_AT_ONCE)
        if not await anyio.to_thread.run_sync(self._users.right, user, password, limiter=self._limiter):
            return 0
        self._slowing.succeeded(address, user)
        return None

    def _sign_in_first(self, request: Request) -> Response:
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            return RedirectResponse(f"/login?next={quote(request.url.path)}", status_code=303)
        # Not in reply to the page's own requests: the browser would ask for the password again for each of them.
        return _refused(0, ask="sec-fetch-mode" not in request.headers)


def _basic(headers: Headers) -> tuple[str, str] | None:
    scheme, _, encoded = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password


async def _form(request: Request) -> tuple[str, str, str]:
    """Return user, password, and the path to go to afterwards, which is one of this server."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_FORM:
            return "", "", "/"
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    user, password, onward = (fields.get(name, [""])[0] for name in ("username", "password", "next"))
    return user.strip(), password, _own_path(onward)


def _own_path(onward: str) -> str:
    """Return `onward` if it is a path of this server, else the path of the page."""
    elsewhere = not onward.startswith("/") or onward[1:2] in ("/", "\\") or not onward.isprintable()
    return "/" if elsewhere or onward.startswith(("/login", "/logout")) else onward


def _refused(wait: int, *, tried: bool = False, ask: bool = True) -> Response:
    if wait:
        message = f"too many attempts to sign in have failed; try again in {wait} seconds"
        return error_response(429, "TooManyAttempts", message, headers={"retry-after": str(wait)})
    challenge = {"www-authenticate": 'Basic realm="Pincite", charset="UTF-8"'} if ask else {}
    message = (
        "no account has this user name and password; check both"
        if tried
        else "sign in first, with user name and password"
    )
    return error_response(401, "NotSignedIn", message, headers=challenge)


def _page(request: Request, *, wait: int | None = None, onward: str | None = None) -> Response:
    """Render the sign-in form. `wait`: seconds until the next attempt after a failed one; None before the first."""
    style = style_text("pincite.service", "plain.css")
    title, user = words_html("page_signin_title"), words_html("page_signin_user")
    password = words_html("page_signin_password")
    message = ""
    if wait is not None:
        text = prompts.render("page_signin_slow", seconds=wait) if wait else prompts.render("page_signin_wrong")
        message = f'<p class="wrong" role="alert">{escape(text)}</p>'
    target = escape(_own_path(onward if onward is not None else request.query_params.get("next", "/")))
    html = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="/favicon.ico">'
        f'<style>{style}</style></head><body><main class="sign-in"><h1>Pin<span>cite</span></h1>'
        f'<p>{words_html("page_signin_text")}</p><form method="post" action="/login">{message}'
        f'<input type="hidden" name="next" value="{target}"><label for="user">{user}</label>'
        '<input id="user" name="username" autocomplete="username" autocapitalize="none" required autofocus>'
        f'<label for="password">{password}</label>'
        '<input id="password" name="password" type="password" autocomplete="current-password" required>'
        f"<button>{words_html('page_signin_button')}</button></form></main></body></html>"
    )
    status = 200 if wait is None else 429 if wait else 401
    headers = {"cache-control": "no-store"} | ({"retry-after": str(wait)} if wait else {})
    return HTMLResponse(html, status_code=status, headers=headers)


@dataclass(slots=True)
class _Failures:
    count: int
    last: float

    def wait(self, now: float) -> float:
        """Return the seconds until the next attempt: 0 at first, then 1, 2, 4 … after the last failure."""
        if self.count < FREE:
            return 0.0
        return max(0.0, self.last + min(LONGEST, 2.0 ** min(self.count - FREE, 10)) - now)


class LoginThrottle:
    """Counts failures by address and by user name. `clock` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: TTLCache[tuple[str, str], _Failures] = TTLCache(REMEMBERED, FORGOTTEN, clock)
        self._lock = Lock()

    def begin(self, address: str, user: str) -> int:
        """Begin an attempt: return 0, or the seconds to wait first. It counts as a failure until it succeeds, so that
        simultaneous attempts all count."""
        now = self._clock()
        keys = (("address", network_of(address)), ("user", user))
        with self._lock:
            counted = [self._failures.get(key, _Failures(0, now)) for key in keys]
            wait = max(failures.wait(now) for failures in counted)
            if wait > 0:
                return math.ceil(wait)
            for key, failures in zip(keys, counted, strict=True):
                self._failures[key] = _Failures(failures.count + 1, now)
            return 0

    def succeeded(self, address: str, user: str) -> None:
        """Forget the user's failures, and one of the address: that of this attempt."""
        with self._lock:
            self._failures.pop(("user", user), None)
            failures = self._failures.get(("address", network_of(address)))
            if failures is not None:
                failures.count = max(0, failures.count - 1)
