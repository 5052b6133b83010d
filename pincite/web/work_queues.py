"""Runs the page's work in one queue for each kind, so that opening the page never waits for somebody's documents.

In Gradio's own queues the person who sends most is served most. So events have no limit there, and wait here.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from index.errors import PinciteError
from index.sandbox import Sandbox, default_sandbox
from pincite.service.work import Work
from pincite.web.visitor import Visitors

__all__ = ["WorkQueues", "in_queue"]


@dataclass(frozen=True, slots=True)
class WorkQueues:
    """`asking`: questions; `adding`: documents read and indexed; `showing`: documents, pages and answers written out;
    `trying`: example questions, for which nobody waits. `sandbox`: reads documents.
    """

    sandbox: Sandbox = field(default_factory=default_sandbox)
    asking: Work = field(default_factory=lambda: Work(at_once=3, waiting=500, each=30, seconds=180.0))
    adding: Work = field(default_factory=lambda: Work(at_once=3, waiting=1_000, each=60, seconds=3_600.0))
    showing: Work = field(default_factory=lambda: Work(at_once=3, waiting=1_000, each=100, seconds=120.0))
    trying: Work = field(default_factory=lambda: Work(at_once=1, waiting=1_000, each=30, seconds=60.0))

    def close(self) -> None:
        """Start no more work, and close the sandbox."""
        for work in (self.asking, self.adding, self.showing, self.trying):
            work.close()
        self.sandbox.close()


def in_queue(work: Work, visitors: Visitors, handler: Callable[..., Any]) -> Callable[..., Coroutine[Any, Any, Any]]:
    """Return `handler` as a Gradio event that waits for its person's turn in `work`.

    A `PinciteError` becomes a `gr.Error`, which the page shows and programs receive.
    """

    @functools.wraps(handler)
    async def event(*arguments: Any) -> Any:
        (request,) = (argument for argument in arguments if isinstance(argument, gr.Request))
        try:
            return await work.run(lambda check: handler(*arguments), visitors.person(str(request.session_hash)))
        except PinciteError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return event
