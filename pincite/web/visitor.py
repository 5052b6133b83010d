"""One visitor: their documents, their conversation, and what they have set. Gone when they are."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, RLock
from typing import Any

from pincite.service.library import Library
from pincite.web.conversation import Exchange, NumberedCitation, numbered

__all__ = ["MOST_BYTES", "MOST_DOCUMENTS", "Source", "Visitor", "Visitors"]

MOST_BYTES = 20_000_000  # of a file that a visitor adds
MOST_DOCUMENTS = 20  # that a visitor adds
MOST_FAILED = 30  # messages about what could not be added
MOST_VISITORS = 200
IDLE_SECONDS = 4 * 3600  # after which a visitor whose browser has not said goodbye is taken to be gone


@dataclass(slots=True)
class Source:
    """Something that a visitor wants to ask: a file that came, or an address. `share`: how much is indexed."""

    name: str
    path: Path | str | None
    share: float = 0.0
    error: str | None = None


class Visitor:
    """What belongs to one visitor. `token` is the secret part of the addresses of what is theirs.

    `uploads`: below which folder their files lie; None: where temporary files do.
    """

    def __init__(self, library: Library, uploads: Path | None = None) -> None:
        self.library = library
        self._uploads = uploads
        self.token = secrets.token_urlsafe(18)
        self.conversation: tuple[Exchange, ...] = ()
        self.minimum: float | None = None  # the confidence from which an answer is given; None: the calibrated one
        self.shown = next(iter(library.documents))
        self.chosen: str | None = None
        self.picks = 0  # the number of the last document that was picked, by the page's count
        self.editing: int | None = None  # the number of the question that the next one takes the place of
        self.sources: list[Source] = []
        self.files: dict[str, Path] = {}  # by document, for what was sent as a file
        self.examples: dict[str, list[str]] = {}
        self.cleared = 0  # how often the conversation was begun anew: an answer to the one before comes too late
        self.answers = 0  # how often an answer has been sent: how the page's script knows that one has come
        self.told: tuple[int, dict[str, Any]] = (0, {})  # what the page's script was told last, and its number
        self.listed: tuple[int, str] = (0, "")  # the rows of the list of documents that was sent last, and its number
        self.lock = RLock()
        self.talking = RLock()  # held while the conversation changes, by what takes its time
        self.working = Lock()  # held while the sources are indexed
        self.gone = Event()
        self.seen = time.monotonic()
        self.came_with = frozenset(library.documents)
        self._keys: dict[str, str] = {}
        self._folder: Path | None = None

    @property
    def added(self) -> list[str]:
        """The ids of the documents that the visitor added."""
        return [i for i in self.library.documents if i not in self.came_with]

    def key(self, document_id: str) -> str:
        """A short name of a document for addresses."""
        return self._keys.setdefault(document_id, f"d{len(self._keys) + 1}")

    def document_id(self, key: str) -> str | None:
        """The document whose name in addresses is `key`, or None."""
        return next((i for i, k in self._keys.items() if k == key and i in self.library.documents), None)

    def citation(self, number: int) -> NumberedCitation | None:
        """The conversation's citation `number`, or None."""
        every = (one for _, cited in numbered(self.conversation) for one in cited)
        return next((one for one in every if one.number == number), None)

    def keep(self, conversation: tuple[Exchange, ...], cleared: int) -> bool:
        """Make `conversation` theirs, unless they began anew after `cleared` times; whether that was done."""
        with self.lock:
            if self.cleared != cleared:
                return False
            self.conversation = conversation
            return True

    def clear(self) -> None:
        """Begin anew. What is being answered comes too late."""
        with self.lock:
            self.cleared += 1
            self.conversation, self.chosen, self.editing = (), None, None

    @property
    def is_full(self) -> bool:
        """Whether nothing more can be added to what is there and what is on its way."""
        return len(self.added) + sum(source.error is None for source in self.sources) >= MOST_DOCUMENTS

    def expect(self, source: Source) -> None:
        """Add to what is to be indexed, or to what failed; of very many that failed, the first are forgotten."""
        self.sources.append(source)
        failed = [one for one in self.sources if one.error is not None]
        for one in failed[: max(0, len(failed) - MOST_FAILED)]:
            self.sources.remove(one)

    def next_source(self) -> Source | None:
        """The first source that is still to be indexed, or None; None too once the visitor has gone."""
        if self.gone.is_set():
            return None
        return next((source for source in self.sources if source.error is None), None)

    def discard(self, document_id: str) -> None:
        """Delete the file of a document that has been removed."""
        source = self.files.pop(document_id, None)
        if source is not None:
            source.unlink(missing_ok=True)

    def place_for(self, name: str) -> Path:
        """Where to put a file called `name` that the visitor sends: a folder of its own, as names can recur."""
        with self.lock:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="pincite-", dir=self._uploads))
            return Path(tempfile.mkdtemp(dir=self._folder)) / name

    def leave(self) -> None:
        """End everything that goes on for the visitor, and delete what they sent."""
        self.gone.set()
        with self.lock:
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)


@dataclass(slots=True)
class Visitors:
    """Everyone who is there, by the name that Gradio gives their session. `uploads` is as for `Visitor`."""

    arrive: Callable[[], Library]
    uploads: Path | None = None
    _there: dict[str, Visitor] = field(default_factory=dict)
    _lock: RLock = field(default_factory=RLock)

    def of(self, session: str) -> Visitor:
        """The visitor of `session`, who may be new."""
        with self._lock:
            visitor = self._there.get(session)
            if visitor is None:
                self._sweep()
                visitor = self._there[session] = Visitor(self.arrive(), self.uploads)
            visitor.seen = time.monotonic()
            return visitor

    def there(self, session: str) -> Visitor | None:
        """The visitor of `session` if they are there already, or None."""
        with self._lock:
            visitor = self._there.get(session)
            if visitor is not None:
                visitor.seen = time.monotonic()
            return visitor

    def with_token(self, token: str) -> Visitor | None:
        """The visitor whose secret is `token`, or None."""
        with self._lock:
            found = [v for v in self._there.values() if secrets.compare_digest(v.token.encode(), token.encode())]
        return found[0] if found else None

    def forget(self, session: str) -> None:
        """The visitor of `session` has left."""
        with self._lock:
            visitor = self._there.pop(session, None)
        if visitor is not None:
            visitor.leave()

    def _sweep(self) -> None:
        """Make room: first those who have long been silent, then the longest silent."""
        now = time.monotonic()
        by_age = sorted(self._there, key=lambda session: self._there[session].seen)
        for session in by_age:
            if now - self._there[session].seen > IDLE_SECONDS or len(self._there) >= MOST_VISITORS:
                self._there.pop(session).leave()
