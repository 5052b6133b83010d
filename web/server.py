"""Serves a page: local by default, with nothing asked of or sent to anywhere else, and says so to the browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import gradio as gr
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.files import routes
from web.page import Page

__all__ = ["serve"]

# The browser itself refuses what is not the page's own. Gradio needs inline styles and scripts, and builds its
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
    ]
)
_HEADERS = {
    b"content-security-policy": _POLICY.encode(),
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
}
# Gradio stores files that a visitor sends, and fetches addresses that a visitor names. The page has its own way for
# the first, with limits and an end, and the loader's for the second.
_UNUSED = re.compile(r"(?:/gradio_api)?/(?:file=|proxy=|upload|stream)")
_STYLES = ("page", "chat", "document", "documents", "why", "narrow")
_SANS = ["ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"]
_MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Liberation Mono", "monospace"]


def serve(page: Page, *, host: str, port: int) -> None:
    """Launches `page` at `host`:`port` and returns; `page.block_thread()` waits until it is stopped.

    `GET /healthz` answers `{"ready": true}`.
    """
    app = {"routes": [Route("/healthz", _healthy), *routes(page.visitors)], "middleware": [Middleware(_Guard)]}
    page.launch(server_name=host, server_port=port, prevent_thread_lock=True, app_kwargs=app, **_OPTIONS, **_look())


class _Guard:
    """Adds `_HEADERS` to every response, and answers 404 for what Gradio offers and the page does not use."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _UNUSED.match(scope["path"]):
            await JSONResponse({"detail": "Not Found"}, status_code=404)(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_HEADERS.items()]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _healthy(request: Request) -> JSONResponse:
    return JSONResponse({"ready": True})


_OPTIONS: dict[str, Any] = {
    "share": False,
    "show_error": False,
    "quiet": True,
    "footer_links": [],
    "run_history": False,
    "enable_monitoring": False,
    "mcp_server": False,
    "ssr_mode": False,
    "pwa": False,
}


def _look() -> dict[str, Any]:
    """Theme, style sheet and icon: fonts of the visitor's own system, colours for light and dark."""
    theme = gr.themes.Base(font=_SANS, font_mono=_MONO, primary_hue="teal", neutral_hue="stone", radius_size="lg")
    here = Path(__file__).parent
    css = "\n".join((here / "style" / f"{name}.css").read_text(encoding="utf-8") for name in _STYLES)
    return {"theme": theme, "css": css, "favicon_path": here / "favicon.svg"}
