"""Turns errors into JSON responses of one shape, with the message that the command line prints."""

from __future__ import annotations

from contextvars import ContextVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from index.errors import PinciteError, SourceTooLargeError, UnknownDocumentError
from qa.errors import BusyError, RequestError, TimeIsUpError

__all__ = ["RETRY_AFTER", "UNEXPECTED", "current_request", "error_response", "told"]

current_request: ContextVar[str | None] = ContextVar("current_request", default=None)
"""The id of the request that is being answered, None outside one."""

UNEXPECTED = "the server failed, not the request; the server's log says why, under the request's id"
RETRY_AFTER = 5  # seconds that a client should wait when the server has too much to do

# The first type that an error is an instance of decides.
_STATUS: tuple[tuple[type[PinciteError], int], ...] = (
    (UnknownDocumentError, 404),
    (SourceTooLargeError, 413),
    (RequestError, 422),
    (BusyError, 503),
    (TimeIsUpError, 503),
    (PinciteError, 400),
)


async def told(request: Request, error: Exception) -> Response:
    """Return the response for a `PinciteError`, with the HTTP status of its type."""
    status = next(status for kind, status in _STATUS if isinstance(error, kind))
    return error_response(status, type(error).__name__, str(error))


def error_response(status: int, kind: str, message: str, *, headers: dict[str, str] | None = None) -> Response:
    """Return `{"error": {"type", "message", "request_id"}}`; `message` in one line. 429 and 503 say when to retry."""
    error = {"type": kind, "message": " ".join(message.split()), "request_id": current_request.get()}
    retry = {"retry-after": str(RETRY_AFTER)} if status in (429, 503) else {}
    return JSONResponse({"error": error}, status_code=status, headers={**retry, **(headers or {})})
