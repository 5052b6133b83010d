"""Runs slow work within limits on concurrency, queue length and time; people take turns."""

from __future__ import annotations

import asyncio
import functools
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pincite.service.person import Person, current_person
from qa.errors import BusyError, TimeIsUpError

__all__ = ["Check", "FairQueue", "Work"]

T = TypeVar("T")
Check = Callable[[], None]
"""A function that work calls regularly: it raises when the time is up or nobody waits for the result any more."""


@dataclass(eq=False, slots=True)
class _Task(Generic[T]):
    function: Callable[[Check], T]
    check: Check
    future: Future[T] = field(default_factory=Future)


class Work:
    """Runs functions on its own threads: `at_once` at a time, up to `waiting` more in the queue, `seconds` for each.

    At most `each` tasks of one person wait. One thread is reserved for people at whose address nothing is under way, so
    that nobody occupies all threads. `seconds` count from when the work is queued. A thread cannot be stopped from
    outside: work whose time is up ends at its next `check`. Work that may never call `check`, such as reading
    documents, runs in processes that the thread ends (`index.sandbox`).
    """

    def __init__(self, *, at_once: int = 3, waiting: int = 128, each: int = 64, seconds: float = 60.0) -> None:
        self.seconds = seconds
        self._at_once, self._waiting, self._each = at_once, waiting, each
        self._queue: FairQueue[_Task[Any]] = FairQueue(most=max(1, at_once - 1))
        self._under_way = 0
        self._threads: list[threading.Thread] = []
        self._closed = False
        self._changed = threading.Condition()

    async def run(self, function: Callable[[Check], T], person: Person | None = None) -> T:
        """Run `function`, and return its result or raise its error. `person`: by default the current request's.

        Raises `BusyError` if the queue is full, `TimeIsUpError` when the time is up.
        """
        unwanted = threading.Event()
        future = self._submit(function, unwanted, person or current_person.get())
        limit = asyncio.timeout(self.seconds)
        try:
            async with limit:
                return await asyncio.wrap_future(future)
        except TimeoutError as error:
            if limit.expired():
                raise _time_is_up(self.seconds) from error
            raise
        finally:
            unwanted.set()
            future.cancel()

    def wait_until_idle(self, seconds: float) -> None:
        """Wait until no work is under way or queued, but not longer than `seconds`."""
        with self._changed:
            self._changed.wait_for(lambda: not (self._under_way or self._queue), seconds)

    def close(self) -> None:
        """Start no more work."""
        with self._changed:
            self._closed = True
            waiting = self._queue.clear()
            self._changed.notify_all()
        for task in waiting:
            task.future.cancel()

    def _submit(self, function: Callable[[Check], T], unwanted: threading.Event, person: Person) -> Future[T]:
        check = functools.partial(_check, unwanted, time.monotonic() + self.seconds, self.seconds)
        task = _Task(function, check)
        with self._changed:
            waiting = len(self._queue)
            if self._under_way + waiting >= self._at_once + self._waiting:
                raise BusyError(
                    f"{self._under_way + waiting} requests are being worked on, which is the limit; try again later"
                )
            if self._queue.waiting(person) >= self._each:
                raise BusyError(f"{self._each} requests from your address wait, which is the limit; try again later")
            self._queue.put(person, task)
            if len(self._threads) < self._at_once:
                thread = threading.Thread(target=self._serve, name="pincite-work", daemon=True)
                self._threads.append(thread)
                thread.start()
            self._changed.notify_all()
        task.future.add_done_callback(lambda _: self._withdraw(person, task))
        return task.future

    def _withdraw(self, person: Person, task: _Task[Any]) -> None:
        with self._changed:
            self._queue.drop(person, task)

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._queue.has_next())
                if self._closed:
                    return
                taken = self._queue.take()
                assert taken is not None
                self._under_way += 1
            person, task = taken
            try:
                self._run_task(task)
            finally:
                with self._changed:
                    self._under_way -= 1
                    self._queue.done(person)
                    self._changed.notify_all()

    @staticmethod
    def _run_task(task: _Task[Any]) -> None:
        if not task.future.set_running_or_notify_cancel():
            return
        try:
            result = task.function(task.check)
        except Exception as error:  # noqa: BLE001 - raised where the future is awaited
            task.future.set_exception(error)
        else:
            task.future.set_result(result)


def _check(unwanted: threading.Event, deadline: float, seconds: float) -> None:
    if unwanted.is_set() or time.monotonic() > deadline:
        raise _time_is_up(seconds)


def _time_is_up(seconds: float) -> TimeIsUpError:
    return TimeIsUpError(f"the request took longer than {seconds:g} seconds; ask less at once, or try again later")


class FairQueue(Generic[T]):
    """Waiting tasks, by person. Not safe for threads: the owner has to lock it.

    `most`: tasks of one place (`Person.place`) that may be under way at a time; one fewer for each person there. The
    next task is of the place with the fewest tasks under way, among equals the one that has gone longest without a
    turn; people at that place are chosen in the same way; one person's tasks keep their order.
    """

    def __init__(self, most: int = 1_000_000) -> None:
        self._most = most
        self._waiting: dict[Person, deque[T]] = {}
        self._under_way: Counter[str] = Counter()
        self._last_turn: dict[str, int] = {}
        self._turns = 0

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def has_next(self) -> bool:
        """Return whether `take` would return a task."""
        return any(map(self._may_start, self._waiting))

    def waiting(self, person: Person) -> int:
        """Return how many tasks of `person` wait."""
        return len(self._waiting.get(person, ()))

    def put(self, person: Person, task: T) -> None:
        """Add a task of `person`."""
        self._waiting.setdefault(person, deque()).append(task)

    def drop(self, person: Person, task: T) -> bool:
        """Remove a task that is no longer wanted; return whether it was there."""
        tasks = self._waiting.get(person)
        if tasks is None or task not in tasks:
            return False
        tasks.remove(task)
        if not tasks:
            del self._waiting[person]
        return True

    def clear(self) -> list[T]:
        """Remove and return all waiting tasks."""
        tasks = [task for waiting in self._waiting.values() for task in waiting]
        self._waiting.clear()
        return tasks

    def take(self) -> tuple[Person, T] | None:
        """Return the next task, which now counts as under way; None if none may start."""
        startable = filter(self._may_start, self._waiting)
        person = min(startable, key=lambda p: (*self._rank(_place(p)), *self._rank(_key(p))), default=None)
        if person is None:
            return None
        tasks = self._waiting[person]
        task = tasks.popleft()
        if not tasks:
            del self._waiting[person]
        self._turns += 1
        for name in (_place(person), _key(person)):
            self._under_way[name] += 1
            self._last_turn[name] = self._turns
        return person, task

    def done(self, person: Person) -> None:
        """Count one task of `person` as done."""
        for name in (_place(person), _key(person)):
            self._under_way[name] -= 1
            if not self._under_way[name]:
                del self._under_way[name]
        if not self._waiting and not self._under_way:
            self._last_turn.clear()

    def _may_start(self, person: Person) -> bool:
        """Return whether one more task of `person` may start."""
        limit = self._most if person.key == person.place else max(1, self._most - 1)
        return self._under_way[_place(person)] < self._most and self._under_way[_key(person)] < limit

    def _rank(self, name: str) -> tuple[int, int]:
        return self._under_way[name], self._last_turn.get(name, 0)


def _place(person: Person) -> str:
    return f"place {person.place}"


def _key(person: Person) -> str:
    return f"person {person.key}"
