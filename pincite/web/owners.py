"""Keeps who owns each session, event and visitor's token, and how many a person and an address may have.

No session is ended to make room for somebody else's: a person with too many loses their own longest silent one, and an
address that is full takes no newcomers.
"""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import RLock

from pincite.service.person import Person
from qa.errors import BusyError

__all__ = ["ForeignSessionError", "Limits", "Owners"]


class ForeignSessionError(Exception):
    """A session, or an event of one, belongs to somebody else."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many sessions there may be, of a person, of people who did not sign in at one address, and of all.

    `idle`: seconds after which a silent session ends. `left`: sessions whose visitor has gone and whose owner is still
    known. `events`: how many of a session's latest events are known.
    """

    per_person: int = 30
    per_address: int = 200
    in_all: int = 1_000
    idle: float = 4 * 3600.0
    left: int = 5_000
    events: int = 500


@dataclass(slots=True)
class _Session:
    person: Person
    seen: float
    events: OrderedDict[str, None] = field(default_factory=OrderedDict)


class Owners:
    """`ended` is called with the name of each session that is dropped, so that what belongs to it is deleted."""

    def __init__(self, ended: Callable[[str], None] = lambda session: None, limits: Limits | None = None) -> None:
        self.ended = ended
        self.limits = limits or Limits()
        self._there: OrderedDict[str, _Session] = OrderedDict()  # the longest silent first
        self._left: OrderedDict[str, _Session] = OrderedDict()
        self._events: dict[str, str] = {}  # by event, its session
        self._lock = RLock()

    def claim(self, session: str, person: Person) -> None:
        """Give `session` to `person`, or check that it is theirs.

        Raises `ForeignSessionError` if it is somebody else's, `BusyError` if there is no room for a new one.
        """
        now, dropped = time.monotonic(), []
        with self._lock:
            known = self._known(session)
            if known is not None and known.person.key != person.key:
                raise ForeignSessionError
            if session not in self._there:
                dropped = self._make_room(person, now)
                self._left.pop(session, None)
                self._there[session] = known or _Session(person, now)
            self._there[session].seen = now
            self._there.move_to_end(session)
        for dropped_name in dropped:
            self.ended(dropped_name)

    def began(self, event: str, session: str) -> None:
        """Note that `event` belongs to `session`."""
        with self._lock:
            known = self._there.get(session)
            if known is None:
                return
            known.events[event] = None
            self._events[event] = session
            while len(known.events) > self.limits.events:
                self._events.pop(known.events.popitem(last=False)[0], None)

    def check_event(self, event: str, person: Person) -> None:
        """Raise `ForeignSessionError` unless `event` is the `person`'s."""
        with self._lock:
            session = self._events.get(event)
            known = self._known(session) if session is not None else None
        if known is None or known.person.key != person.key:
            raise ForeignSessionError

    def owner(self, session: str) -> Person | None:
        """Return the owner of `session`; None if nobody has it."""
        with self._lock:
            known = self._known(session)
            return known.person if known is not None else None

    def events_of(self, person: Person) -> tuple[set[str], set[str]]:
        """Return the known events of the `person`, and those of all people at their place."""
        own: set[str] = set()
        near: set[str] = set()
        with self._lock:
            for session in self._there.values():
                if session.person.place == person.place:
                    near.update(session.events)
                    if session.person.key == person.key:
                        own.update(session.events)
        return own, near

    def leave(self, session: str) -> None:
        """Note that the visitor has gone. The name stays theirs: an answer to them may still be under way."""
        with self._lock:
            known = self._there.pop(session, None)
            if known is not None:
                self._left[session] = known
            while len(self._left) > self.limits.left:
                self._forget_events(self._left.popitem(last=False)[1])

    def _known(self, session: str) -> _Session | None:
        return self._there.get(session) or self._left.get(session)

    def _make_room(self, person: Person, now: float) -> list[str]:
        """Drop sessions that are over, and the person's own ones that are too many; return what was dropped."""
        dropped = [name for name, session in self._there.items() if now - session.seen > self.limits.idle]
        own = [n for n, session in self._there.items() if session.person.key == person.key and n not in dropped]
        dropped += own[: max(0, len(own) - self.limits.per_person + 1)]
        for name in dropped:
            self._forget_events(self._there.pop(name))
        places = Counter(session.person.place for session in self._there.values())
        if not person.signed_in and places[person.place] >= self.limits.per_address:
            raise BusyError(
                f"{places[person.place]} sessions are open from this address, which is the limit; close one, or sign in"
            )
        if len(self._there) >= self.limits.in_all:
            raise BusyError(f"{len(self._there)} sessions are open, which is the limit; try again later")
        return dropped

    def _forget_events(self, session: _Session) -> None:
        for event in session.events:
            self._events.pop(event, None)
