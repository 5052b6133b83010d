"""Closes event loops that Gradio would leave open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

__all__ = ["in_a_loop"]

T = TypeVar("T")


def in_a_loop(make: Callable[[], T]) -> T:
    """Call `make` while an event loop runs, and close the loop afterwards.

    Gradio makes a loop for each page and application that is made without a running one, and closes none of them
    (`gradio.utils.safe_get_stop_event`).
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(_made(make))
    return make()


async def _made(make: Callable[[], T]) -> T:
    return make()
