"""Bounds requests in size and time: bytes are counted as they come, whatever the request says about its length."""

from __future__ import annotations

import asyncio
import time

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pincite.service.errors import error_response

__all__ = ["MOST_JSON", "BodyLimits"]

MOST_JSON = 4_000_000  # bytes of any body but a file's
FILE_SECONDS = 600.0  # in which a file has to have come
DRAINED = 50_000_000  # bytes of a body that is too large, read and thrown away
DRAINED_SECONDS = 5.0
FILES = "/pincite/"  # below which files come; what takes them has a limit of its own


class _NoMoreError(Exception):
    """Raised in the reader of a body that is over a limit."""


class BodyLimits:
    """Answers 413 for a body that is too large, and 408 for one that does not arrive in time."""

    def __init__(self, app: ASGIApp, *, seconds: float, most: int = MOST_JSON) -> None:
        self.app = app
        self._most = most
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_file = scope["path"].startswith(FILES)
        declared = Headers(scope=scope).get("content-length", "")
        body = _Body(receive, None if is_file else self._most, FILE_SECONDS if is_file else self._seconds)
        if not is_file and declared.isdigit() and int(declared[:20]) > self._most:
            await body.drain()
            await self._too_large()(scope, receive, send)
            return
        began = False

        async def send_unless_refused(message: Message) -> None:
            nonlocal began
            if began or body.over is None:  # whatever the app makes of a body that broke off is not the answer
                began = True
                await send(message)

        try:
            await self.app(scope, body.receive, send_unless_refused)
        except _NoMoreError:
            if began:
                raise
        if body.over is not None and not began:
            await body.drain()
            await (self._too_large() if body.over == 413 else self._too_slow())(scope, receive, send)

    def _too_large(self) -> Response:
        message = f"the body is larger than {self._most} bytes, which is the limit; send less"
        return error_response(413, "BodyTooLarge", message, headers=_CLOSE)

    def _too_slow(self) -> Response:
        message = f"the body did not come within {self._seconds:g} seconds; send it faster, or less of it"
        return error_response(408, "BodyTooSlow", message, headers=_CLOSE)


class _Body:
    """A body that is being received. `over`: the status for the limit that it broke, None while it is within limits."""

    def __init__(self, receive: Receive, most: int | None, seconds: float) -> None:
        self._receive, self._most = receive, most
        self._deadline = time.monotonic() + seconds
        self._size = 0
        self._complete = False
        self.over: int | None = None

    async def receive(self) -> Message:
        if self._complete:  # from now on only the end of the connection can come, whenever that is
            return await self._receive()
        try:
            async with asyncio.timeout(max(0.0, self._deadline - time.monotonic())):
                message = await self._receive()
        except TimeoutError as error:
            self.over = 408
            raise _NoMoreError from error
        self._size += len(message.get("body", b""))
        if self._most is not None and self._size > self._most:
            self.over = 413
            raise _NoMoreError
        self._complete = not message.get("more_body", False)
        return message

    async def drain(self) -> None:
        """Read on for a while when a client is over a limit: while it is sending, it does not read the answer."""
        deadline = time.monotonic() + DRAINED_SECONDS
        while not self._complete and self._size <= DRAINED and time.monotonic() < deadline:
            try:
                async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                    message = await self._receive()
            except TimeoutError:
                return
            self._size += len(message.get("body", b""))
            self._complete = not message.get("more_body", False)


# What is left of the body is not read.
_CLOSE = {"connection": "close"}
