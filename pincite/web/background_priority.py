"""Lets background work wait while a person's question is answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

__all__ = ["BackgroundPriority"]

LONGEST = 5.0  # seconds that such work waits at a time: a busy server would never get to it


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
