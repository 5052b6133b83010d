"""Gives error responses one shape, wherever they come from: Starlette, FastAPI, Gradio or Pincite."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pincite.service.errors import UNEXPECTED, error_response
from pincite.service.requests import explained

__all__ = ["ErrorMiddleware"]

LONGEST = 100_000  # bytes of an error response that are read
_UNPARSED = "there was an error parsing the body"  # FastAPI's message, which gives no reason
_KINDS = {404: "NotFound", 405: "MethodNotAllowed", 503: "BusyError"}


class ErrorMiddleware:
    """Turns every error response into `{"error": …}`, except HTML pages and the errors of MCP's JSON-RPC."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        held_start: Message | None = None
        body, sent = b"", False

        async def send_errors_as_json(message: Message) -> None:
            nonlocal held_start, body, sent
            if message["type"] == "http.response.start" and _is_failure(message):
                held_start = message
                return
            if held_start is None:
                await send(message)
                return
            body += message.get("body", b"")
            if sent or (message.get("more_body", False) and len(body) < LONGEST):
                return
            sent = True
            await _error_json(scope, held_start, body)(scope, receive, send)

        await self.app(scope, receive, send_errors_as_json if scope["type"] == "http" else send)


def _is_failure(start: Message) -> bool:
    return start["status"] >= 400 and not Headers(raw=start["headers"]).get("content-type", "").startswith("text/html")


def _error_json(scope: Scope, start: Message, body: bytes) -> Response:
    status = start["status"]
    headers = {k: v for k, v in Headers(raw=start["headers"]).items() if k not in ("content-length", "content-type")}
    content = _json(body)
    if isinstance(content, dict) and isinstance(content.get("error"), dict):
        return Response(body, status, {**headers, "content-type": "application/json"})
    kind = _KINDS.get(status, "RequestError" if status < 500 else "InternalError")
    return error_response(status, kind, _message(scope, status, content), headers=headers)


def _message(scope: Scope, status: int, content: Any) -> str:
    """Return the error's own message, or one for its status if it has none."""
    detail = content.get("detail") if isinstance(content, dict) else content
    where = f"{scope['method']} {scope['path'][:100]!r}"
    if isinstance(detail, list) and detail and isinstance(detail[0], dict) and {"loc", "type", "msg"} <= set(detail[0]):
        return explained([{"input": None, **fault} for fault in detail])
    words = detail.strip().lower() if isinstance(detail, str) else ""
    if words == _UNPARSED:
        return "the body cannot be read as JSON; it may be nested too deep"
    if words not in ("", HTTPStatus(status).phrase.lower()):
        return str(detail)
    if status >= 500:
        return UNEXPECTED
    hint = "; /v1/ lists what there is" if scope["path"].startswith("/v1/") else ""
    messages = {
        404: f"there is nothing at {where}{hint}",
        405: f"{where} does not take this kind of request{hint}",
    }
    return messages.get(status, f"{where} is refused ({HTTPStatus(status).phrase.lower()})")


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")
