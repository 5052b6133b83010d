"""Runs the page's work in a queue for each kind, so that nobody's first page waits behind somebody's documents.

Gradio has lines of its own, in which who sends most stands first. Its events are given no limit there, and wait here.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition
from typing import Any

import gradio as gr
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from index.sandbox import Sandbox, default_sandbox
from pincite.service.person import Person
from pincite.service.work import Work
from pincite.web.visitor import Visitors
from qa.errors import BusyError, TimeIsUpError

__all__ = ["BackgroundPriority", "WorkQueues", "answered_in_queue", "in_queue", "person_of"]

Handler = Callable[[Request], Awaitable[Response]]
LONGEST = 5.0  # seconds that such work waits at a time: a busy server would never get to it


@dataclass(frozen=True, slots=True)
class WorkQueues:
    """`asking`: questions; `adding`: documents read and indexed; `showing`: documents, pages and answers written out;
    `trying`: example questions, for which nobody waits. `sandbox` reads documents.
    """

    sandbox: Sandbox = field(default_factory=default_sandbox)
    asking: Work = field(default_factory=lambda: Work(at_once=3, waiting=500, each=30, seconds=180.0))
    adding: Work = field(default_factory=lambda: Work(at_once=3, waiting=1_000, each=60, seconds=3_600.0))
    showing: Work = field(default_factory=lambda: Work(at_once=3, waiting=1_000, each=100, seconds=120.0))
    trying: Work = field(default_factory=lambda: Work(at_once=1, waiting=1_000, each=30, seconds=60.0))

    def close(self) -> None:
        """Begin nothing more."""
        for work in (self.asking, self.adding, self.showing, self.trying):
            work.close()
        self.sandbox.close()


def in_queue(work: Work, visitors: Visitors, handler: Callable[..., Any]) -> Callable[..., Coroutine[Any, Any, Any]]:
    """`handler` as an event of Gradio's that waits for its turn in `work`, by the person whose session it is of."""

    @functools.wraps(handler)
    async def event(*arguments: Any) -> Any:
        (request,) = (argument for argument in arguments if isinstance(argument, gr.Request))
        person = person_of(visitors, request)
        try:
            return await work.run(lambda check: handler(*arguments), person)
        except (BusyError, TimeIsUpError) as error:
            raise gr.Error(str(error), print_exception=False) from error

    return event


def answered_in_queue(handler: Handler) -> Handler:
    """`handler`, which does its work in a line, with an answer for those for whom there is no place or time in it."""

    @functools.wraps(handler)
    async def answered(request: Request) -> Response:
        try:
            return await handler(request)
        except (BusyError, TimeIsUpError) as error:
            return JSONResponse({"detail": str(error)}, status_code=503, headers={"retry-after": "5"})

    return answered


def person_of(visitors: Visitors, request: gr.Request) -> Person:
    """Whose session a request of Gradio's is of."""
    session = str(request.session_hash)
    return visitors.owners.owner(session) or Person(f"session {session}")


class BackgroundPriority:
    """Knows whether questions are being answered."""

    def __init__(self) -> None:
        self._asking = 0
        self._changed = Condition()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Mark the time in which a person's question is answered."""
        with self._changed:
            self._asking += 1
        try:
            yield
        finally:
            with self._changed:
                self._asking -= 1
                self._changed.notify_all()

    def wait(self) -> None:
        """Wait until no question is being answered, at most for a while."""
        with self._changed:
            self._changed.wait_for(lambda: self._asking == 0, timeout=LONGEST)
