"""Serves the page and the APIs behind middleware: log, guard, limits, sign-in, ownership of sessions, errors."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import gradio as gr
import uvicorn
from filelock import FileLock, Timeout
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from index.errors import PinciteError
from pincite.service.bodies import MOST_JSON, BodyLimits
from pincite.service.error_middleware import ErrorMiddleware
from pincite.service.errors import told
from pincite.service.library import LibraryAnswerer
from pincite.service.mcp import HttpPart, http_part
from pincite.service.preflight import ServeConfig, is_loopback
from pincite.service.rest import rest_app
from pincite.service.service import Service
from pincite.service.signin.auth import AuthMiddleware
from pincite.service.signin.users import Users
from pincite.service.work import Work
from pincite.web.checking import checking_route
from pincite.web.files import routes
from pincite.web.guard import Guard
from pincite.web.log import RequestLog, configure_logs
from pincite.web.page import Page, in_a_loop
from pincite.web.sessions import Sessions

__all__ = ["UPLOADS", "Uploads", "app_of", "serve"]

MOST_CONNECTIONS = 1_000  # an open page holds two
CONNECTION_SECONDS = 30  # that a connection may stay open without a request
GOODBYE_SECONDS = 3  # within which requests have to end when the server stops
MOST_WAITING = 2_000  # events of the page in all; `pincite.web.sessions` limits those of a person and an address

UPLOADS = "pincite-uploads-"
_LOCK = ".lock"
JUST_MADE = 60.0  # seconds in which a new folder may have no lock yet

_STYLES = ("page", "chat", "document", "documents", "why", "taking", "checking", "narrow")
_SANS = ["ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"]
_MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Liberation Mono", "monospace"]


class Uploads:
    """A folder for uploads to this process, deleted by `close`, or by a later server if this process is killed.

    `parent`: the folder that contains it, by default the system's folder for temporary files.
    """

    def __init__(self, parent: str | Path | None = None) -> None:
        self._parent = Path(parent or tempfile.gettempdir())
        self._sweep()
        self.folder = Path(tempfile.mkdtemp(prefix=UPLOADS, dir=self._parent))  # for this user alone
        # The kernel releases the lock when the process ends, however it ends.
        self._lock = FileLock(self.folder / _LOCK)
        self._lock.acquire(blocking=False)

    def close(self) -> None:
        """Delete everything."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.release()

    def _sweep(self) -> None:
        for folder in self._parent.glob(f"{UPLOADS}*"):
            if folder.is_symlink() or not folder.is_dir() or not _is_ours(folder):
                continue
            if not (folder / _LOCK).exists() and time.time() - folder.stat().st_mtime < JUST_MADE:
                continue  # a server that is starting has not locked it yet
            try:
                with FileLock(folder / _LOCK, blocking=False):
                    shutil.rmtree(folder, ignore_errors=True)
            except (Timeout, OSError):
                continue  # somebody else's, or still in use


def _is_ours(folder: Path) -> bool:
    """Return whether `folder` is this user's. Where users have no numbers, each has their own temporary folder."""
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()


class Closes(Protocol):
    """An object that is closed with the server."""

    def close(self) -> None: ...


def serve(
    page: Page,
    answerer: LibraryAnswerer,
    config: ServeConfig,
    listener: socket.socket,
    *,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve on `listener` until it is stopped; call `ready` once requests are accepted.

    `GET /healthz` answers `{"ready": true}`. Raises `UsersError` for a file of users that cannot be read.
    """
    configure_logs(config.log_level, text=config.log_text)
    uploads = Uploads()
    try:
        app = app_of(page, answerer, config, uploads)
        settings = uvicorn.Config(
            app,
            http="h11",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_keep_alive=CONNECTION_SECONDS,
            timeout_graceful_shutdown=GOODBYE_SECONDS,
        )
        page.queues.sandbox.get_ready()
        ready()
        uvicorn.Server(settings).run(sockets=[listener])
    finally:
        uploads.close()


def app_of(page: Page, answerer: LibraryAnswerer, config: ServeConfig, uploads: Uploads) -> Starlette:
    """Return the whole application. While it runs, visitors' files are in `uploads`; they are deleted when it stops."""
    page.visitors.uploads = uploads.folder
    page.visitors.ended = page.end_session
    work, bringing = Work(seconds=config.timeout), Work(seconds=config.timeout)
    service = Service(answerer, work, bringing=bringing, sandbox=page.queues.sandbox)
    mcp = http_part(service, most_bytes=MOST_JSON) if config.mcp else None
    app = Starlette(
        routes=[
            Route("/healthz", _healthy),
            Route("/v1", _reference),
            Mount("/v1", rest_app(service)),
            *routes(page.visitors, page.queues),
            checking_route(page.visitors, page.queues),
            *(mcp.routes if mcp else []),
        ],
        middleware=_middleware(config, page),
        exception_handlers={PinciteError: told},
        lifespan=_lifespan(mcp, [uploads, work, bringing, page.queues]),
    )
    in_a_loop(lambda: _mount(app, page))
    return app


def _mount(app: Starlette, page: Page) -> None:
    page.queue(max_size=MOST_WAITING)
    gr.mount_gradio_app(app, page, "/", **_OPTIONS, **_appearance())


def _middleware(config: ServeConfig, page: Page) -> list[Middleware]:
    """Return the middleware, outermost first."""
    # With the port, because browsers share cookies between the ports of a host.
    cookie = f"pincite-{config.port}"
    auth = [Middleware(AuthMiddleware, users=Users.read(config.auth), cookie=cookie)] if config.auth is not None else []
    return [
        Middleware(RequestLog),
        Middleware(Guard, hosts=_hosts(config), signing_in=config.auth is not None),
        Middleware(BodyLimits, seconds=config.body_seconds),
        *auth,
        Middleware(
            Sessions, cookie=cookie, visitors=page.visitors, events=page.fns, waiting=page.waiting, streams=page.streams
        ),
        Middleware(ErrorMiddleware),
    ]


def _hosts(config: ServeConfig) -> list[str]:
    """Return the host names that a request may use. None, which allows any, if the server is open and none is given."""
    if not is_loopback(config.host):
        return list(config.hosts)
    return ["localhost", "127.0.0.1", "[::1]", config.host, *config.hosts]


def _lifespan(mcp: HttpPart | None, resources: Sequence[Closes]) -> Callable[[Starlette], Any]:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for resource in resources:
                stack.callback(resource.close)
            if mcp is not None:
                await stack.enter_async_context(mcp.running())
            yield

    return lifespan


def _healthy(request: Request) -> Response:
    return JSONResponse({"ready": True})


def _reference(request: Request) -> Response:
    return RedirectResponse("/v1/")


_OPTIONS: dict[str, Any] = {
    "show_error": False,
    "footer_links": [],
    "run_history": False,
    "enable_monitoring": False,
    "mcp_server": False,
    "ssr_mode": False,
    "pwa": False,
}


def _appearance() -> dict[str, Any]:
    """Return theme, style sheet and icon, with fonts of the visitor's system, and light and dark colours."""
    theme = gr.themes.Base(font=_SANS, font_mono=_MONO, primary_hue="teal", neutral_hue="stone", radius_size="lg")
    here = Path(__file__).parent
    css = "\n".join((here / "style" / f"{name}.css").read_text(encoding="utf-8") for name in _STYLES)
    return {"theme": theme, "css": css, "favicon_path": str(here / "favicon.svg")}
