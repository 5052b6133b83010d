"""Limits the size of request bodies, counted as the bytes arrive, and the time that they may take to arrive."""

from __future__ import annotations

import asyncio
import time

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pincite.service.errors import error_response

__all__ = ["MOST_JSON", "BodyLimits"]

MOST_JSON = 4_000_000  # bytes of a body that is not a file
FILE_SECONDS = 600.0  # within which a file has to arrive
DRAINED = 50_000_000  # bytes of a body that is too large which are read and discarded
DRAINED_SECONDS = 5.0
FILES = "/pincite/"  # the path below which files are sent; their routes have a limit of their own


class _BodyLimitError(Exception):
    """Raised while an app reads a body that is over a limit."""


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
        started = False

        async def send_unless_refused(message: Message) -> None:
            nonlocal started
            if started or body.refusal is None:  # else the app answered a body that was cut off
                started = True
                await send(message)

        try:
            await self.app(scope, body.receive, send_unless_refused)
        except _BodyLimitError:
            if started:
                raise
        if body.refusal is not None and not started:
            await body.drain()
            await (self._too_large() if body.refusal == 413 else self._too_slow())(scope, receive, send)

    def _too_large(self) -> Response:
        message = f"the body is larger than {self._most} bytes, which is the limit; send less"
        return error_response(413, "BodyTooLarge", message, headers=_CLOSE)

    def _too_slow(self) -> Response:
        message = f"the body did not come within {self._seconds:g} seconds; send it faster, or less of it"
        return error_response(408, "BodyTooSlow", message, headers=_CLOSE)


class _Body:
    """A body that is being received. `refusal`: the status for the limit that it exceeds, or None."""

    def __init__(self, receive: Receive, most: int | None, seconds: float) -> None:
        self._receive, self._most = receive, most
        self._deadline = time.monotonic() + seconds
        self._size = 0
        self._complete = False
        self.refusal: int | None = None

    async def receive(self) -> Message:
        if self._complete:  # only the end of the connection can follow, at any time
            return await self._receive()
        try:
            async with asyncio.timeout(max(0.0, self._deadline - time.monotonic())):
                message = await self._receive()
        except TimeoutError as error:
            self.refusal = 408
            raise _BodyLimitError from error
        self._size += len(message.get("body", b""))
        if self._most is not None and self._size > self._most:
            self.refusal = 413
            raise _BodyLimitError
        self._complete = not message.get("more_body", False)
        return message

    async def drain(self) -> None:
        """Read and discard more of a body that is over a limit: clients do not read the response while they send."""
        deadline = time.monotonic() + DRAINED_SECONDS
        while not self._complete and self._size <= DRAINED and time.monotonic() < deadline:
            try:
                async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                    message = await self._receive()
            except TimeoutError:
                return
            self._size += len(message.get("body", b""))
            self._complete = not message.get("more_body", False)


# The rest of the body is never read, so the connection cannot be used again.
_CLOSE = {"connection": "close"}
