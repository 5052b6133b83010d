"""Work that takes a while, bounded: so much at once, so much waiting, so long for each."""

from __future__ import annotations

import asyncio
import functools
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from qa.errors import BusyError, TimeIsUpError

__all__ = ["Check", "Work"]

T = TypeVar("T")
Check = Callable[[], None]
"""Called by work now and then; raises once its time is up or nobody waits for it any more."""


class Work:
    """Runs functions on threads of its own: `at_once` of them, up to `waiting` more in line, `seconds` for each.

    `seconds` count from when the work is handed in. A thread cannot be stopped from outside: what is over its time
    ends at its next `check`, and keeps its place until then.
    """

    def __init__(self, *, at_once: int = 2, waiting: int = 128, seconds: float = 60.0) -> None:
        self.seconds = seconds
        self._most = at_once + waiting
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="pincite-work")
        self._taken = 0
        self._lock = threading.Lock()

    async def run(self, function: Callable[[Check], T]) -> T:
        """What `function` returns or raises. Raises `BusyError` at once if the line is full, `TimeIsUpError` later."""
        over = threading.Event()
        future = self._hand_in(function, over)
        limit = asyncio.timeout(self.seconds)
        try:
            async with limit:
                return await asyncio.wrap_future(future)
        except TimeoutError as error:
            if limit.expired():
                raise _time_is_up(self.seconds) from error
            raise
        finally:
            over.set()
            future.cancel()

    def close(self) -> None:
        """Begin nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _hand_in(self, function: Callable[[Check], T], over: threading.Event) -> Future[T]:
        with self._lock:
            if self._taken >= self._most:
                raise BusyError(f"{self._taken} requests are being worked on, which is the limit; try again in a while")
            self._taken += 1
        check = functools.partial(_check, over, time.monotonic() + self.seconds, self.seconds)
        future = self._threads.submit(function, check)
        future.add_done_callback(self._done)
        return future

    def _done(self, future: Future[T]) -> None:
        with self._lock:
            self._taken -= 1


def _check(over: threading.Event, deadline: float, seconds: float) -> None:
    if over.is_set() or time.monotonic() > deadline:
        raise _time_is_up(seconds)


def _time_is_up(seconds: float) -> TimeIsUpError:
    return TimeIsUpError(f"the request took longer than {seconds:g} seconds; ask less at once, or try again in a while")
