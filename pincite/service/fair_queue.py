"""Queues work fairly: people take turns, and so do their addresses."""

from __future__ import annotations

from collections import Counter, deque
from typing import Generic, TypeVar

from pincite.service.person import Person

__all__ = ["FairQueue"]

T = TypeVar("T")


class FairQueue(Generic[T]):
    """Waiting tasks, by person. Not safe for threads: the owner has to lock it.

    `most`: tasks of one place (`Person.place`) that are under way at a time; of one of the people there, one fewer.
    Next is a task of the place that has the fewest under way, and has gone longest without a turn; of the people there,
    the same; of one person's tasks, the first.
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
        """Return whether `take` would give a task."""
        return any(map(self._may, self._waiting))

    def waiting(self, person: Person) -> int:
        """Return how many tasks of the `person` wait."""
        return len(self._waiting.get(person, ()))

    def put(self, person: Person, task: T) -> None:
        """Add a task of the `person`'s."""
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
        """Remove all waiting tasks."""
        tasks = [task for waiting in self._waiting.values() for task in waiting]
        self._waiting.clear()
        return tasks

    def take(self) -> tuple[Person, T] | None:
        """Return the next task, which now counts as under way; None if none may start."""
        able = filter(self._may, self._waiting)
        person = min(
            able,
            key=lambda person_waiting: (*self._claims(_place(person_waiting)), *self._claims(_key(person_waiting))),
            default=None,
        )
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
        """Count one task of the `person` as done."""
        for name in (_place(person), _key(person)):
            self._under_way[name] -= 1
            if not self._under_way[name]:
                del self._under_way[name]
        if not self._waiting and not self._under_way:
            self._last_turn.clear()

    def _may(self, person: Person) -> bool:
        """Return whether one more task of the `person` may be under way."""
        limit = self._most if person.key == person.place else max(1, self._most - 1)
        return self._under_way[_place(person)] < self._most and self._under_way[_key(person)] < limit

    def _claims(self, name: str) -> tuple[int, int]:
        return self._under_way[name], self._last_turn.get(name, 0)


def _place(person: Person) -> str:
    return f"place {person.place}"


def _key(person: Person) -> str:
    return f"person {person.key}"
