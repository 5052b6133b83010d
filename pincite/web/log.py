"""Logs to stderr, one JSON object a line. Questions, answers and documents' texts are logged only on request."""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import time
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pincite.service.errors import UNEXPECTED, current_request, error_response

__all__ = ["RequestLog", "configure_logs"]

logger = logging.getLogger(__name__)

FRAMES = 6  # innermost frames of a traceback that are logged

# Parts of addresses that only one visitor may know.
_SECRET = re.compile(r"(?<=^/pincite/)[^/]+|(?<=/heartbeat/)[^/]+|(?<=^/gradio_api/call/)([^/]+/).+")
_OURS = ("pincite", "qa", "index", "app")
_ROUTINE = re.compile(
    r"/(?:assets|static|svelte)/|/gradio_api/(?:heartbeat|queue/data)|/healthz$|.*\.(?:css|ico|json)$"
)


def configure_logs(level: str = "info", *, text: bool = False) -> None:
    """Log `level` (debug, info, warning or error) and above. `text`: questions, answers and messages in full too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines(text=text))
    least = logging.getLevelNamesMapping()[level.upper()]
    # Libraries have their own idea of what is worth saying, and set the levels of their loggers themselves.
    handler.addFilter(lambda record: record.levelno >= (least if _is_ours(record) else logging.WARNING))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    for name in _OURS:
        logging.getLogger(name).setLevel(least)
    logging.captureWarnings(True)


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in _OURS


class _JsonLines(logging.Formatter):
    def __init__(self, *, text: bool) -> None:
        super().__init__()
        self._text = text

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": self._event(record),
            "logger": record.name,
        }
        if (request_id := current_request.get()) is not None:
            line["request"] = request_id
        line.update(_mapping(record, "fields"))
        if self._text:
            line.update(_mapping(record, "text"))
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = self._error(record.exc_info[1])
        return json.dumps(line, default=str)

    def _event(self, record: logging.LogRecord) -> str:
        # The values in a message may be a visitor's words.
        full = self._text or not record.args or record.name.startswith("uvicorn")
        return record.getMessage() if full else str(record.msg)

    def _error(self, error: BaseException) -> dict[str, Any]:
        frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
        details: dict[str, Any] = {
            "type": type(error).__name__,
            "where": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
        }
        return {**details, "message": str(error)} if self._text else details


def _mapping(record: logging.LogRecord, name: str) -> Mapping[str, Any]:
    mapping = getattr(record, name, None)
    return mapping if isinstance(mapping, Mapping) else {}


class RequestLog:
    """Gives each request an id, logs its result, and turns an unexpected exception into a JSON error with the id."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        token = current_request.set(request_id)
        began, status, complete = time.perf_counter(), 0, False

        async def send_with_id(message: Message) -> None:
            nonlocal status, complete
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", []), (b"x-request-id", request_id.encode())]
            complete = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        except Exception:
            logger.exception("unexpected")
            if status and not complete:  # the response has begun and can only be cut off
                raise
            if not status:
                await error_response(500, "InternalError", UNEXPECTED)(scope, receive, send_with_id)
        finally:
            self._log(scope, status, 1000 * (time.perf_counter() - began))
            current_request.reset(token)

    def _log(self, scope: Scope, status: int, milliseconds: float) -> None:
        fields = {
            "method": scope["method"],
            "path": _SECRET.sub("…", scope["path"])[:200],
            "status": status,
            "ms": round(milliseconds, 1),
        }
        if user := scope.get("state", {}).get("user"):
            fields["user"] = user
        routine = status < 400 and _ROUTINE.match(scope["path"])
        logger.log(logging.DEBUG if routine else logging.INFO, "request", extra={"fields": fields})
