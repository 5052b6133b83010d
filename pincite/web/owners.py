"""Records who owns each session and event, and limits the sessions of a person and of an address.

No session is ended to make room for somebody else's: a person with too many loses their own session that has been idle
longest, and an address that has reached its limit gets no new ones.
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
    """Raised if a session, or an event of one, belongs to somebody else."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most sessions of one person, of all people at one address who did not sign in, and in all.

    `idle`: seconds without a request after which a session ends. `left`: sessions whose owner is remembered after the
    visitor has left. `events`: the latest events of a session that are remembered.
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
    """The owners of sessions. `ended` is called with each session that is dropped, so that its data are deleted."""

    def __init__(self, ended: Callable[[str], None] = lambda session: None, limits: Limits | None = None) -> None:
        self.ended = ended
        self.limits = limits or Limits()
        self._present: OrderedDict[str, _Session] = OrderedDict()  # the one that has been idle longest first
        self._left: OrderedDict[str, _Session] = OrderedDict()
        self._events: dict[str, str] = {}  # session by event
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
            if session not in self._present:
                dropped = self._make_room(person, now)
                self._left.pop(session, None)
                self._present[session] = known or _Session(person, now)
            self._present[session].seen = now
            self._present.move_to_end(session)
        for dropped_name in dropped:
            self.ended(dropped_name)

    def began(self, event: str, session: str) -> None:
        """Record that `event` belongs to `session`."""
        with self._lock:
            known = self._present.get(session)
            if known is None:
                return
            known.events[event] = None
            self._events[event] = session
            while len(known.events) > self.limits.events:
                self._events.pop(known.events.popitem(last=False)[0], None)

    def check_event(self, event: str, person: Person) -> None:
        """Raise `ForeignSessionError` unless `event` belongs to `person`."""
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
        """Return the remembered events of `person`, and those of all people at their place."""
        own: set[str] = set()
        near: set[str] = set()
        with self._lock:
            for session in self._present.values():
                if session.person.place == person.place:
                    near.update(session.events)
                    if session.person.key == person.key:
                        own.update(session.events)
        return own, near

    def leave(self, session: str) -> None:
        """Record that the visitor has left. They stay the owner, because an answer may still be under way."""
        with self._lock:
            known = self._present.pop(session, None)
            if known is not None:
                self._left[session] = known
            while len(self._left) > self.limits.left:
                self._forget_events(self._left.popitem(last=False)[1])

    def _known(self, session: str) -> _Session | None:
        return self._present.get(session) or self._left.get(session)

    def _make_room(self, person: Person, now: float) -> list[str]:
        """Drop idle sessions, and the person's own beyond their limit; return the dropped ones."""
        dropped = [name for name, session in self._present.items() if now - session.seen > self.limits.idle]
        own = [n for n, session in self._present.items() if session.person.key == person.key and n not in dropped]
        dropped += own[: max(0, len(own) - self.limits.per_person + 1)]
        for name in dropped:
            self._forget_events(self._present.pop(name))
        places = Counter(session.person.place for session in self._present.values())
        if not person.signed_in and places[person.place] >= self.limits.per_address:
            raise BusyError(
                f"{places[person.place]} sessions are open from this address, which is the limit; close one, or sign in"
            )
        if len(self._present) >= self.limits.in_all:
            raise BusyError(f"{len(self._present)} sessions are open, which is the limit; try again later")
        return dropped

    def _forget_events(self, session: _Session) -> None:
        for event in session.events:
            self._events.pop(event, None)
