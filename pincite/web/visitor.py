"""Holds one visitor's documents, conversation and settings, which are deleted soon after they leave."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, RLock, Timer
from typing import Any

from index.load.formats import is_read
from pincite.service.library import Library
from pincite.service.person import Person
from pincite.web.conversation import ChatExchange, NumberedCitation, numbered
from pincite.web.owners import Owners

__all__ = ["MOST_BYTES", "MOST_DOCUMENTS", "Source", "Visitor", "Visitors"]

MOST_BYTES = 20_000_000  # of a file that a visitor adds
MOST_DOCUMENTS = 20  # that a visitor adds
MOST_FAILED = 30  # sources that failed and are still listed
MOST_OF_PERSON = 60  # documents that one person adds in all their sessions
LINGER = 120.0  # seconds for which a visitor is kept after their page has closed: they may be reloading it
MOST_LINGERING = 3  # visitors of one person that are kept in this way
MOST_OF_ADDRESS = 400  # documents that all people at one address add, or one account


@dataclass(slots=True)
class Source:
    """A source that a visitor adds: an uploaded file or an address. `share`: how much of it is indexed, from 0 to 1."""

    name: str
    path: Path | str | None
    share: float = 0.0
    error: str | None = None


class Visitor:
    """Everything that belongs to one visitor. `token` is the secret part of the addresses of their data.

    `uploads`: the folder of their files; None: the temporary folder. `session`: the name of their Gradio session.
    """

    def __init__(self, library: Library, uploads: Path | None = None, session: str = "") -> None:
        self.library = library
        self.session = session
        self._uploads = uploads
        self.token = secrets.token_urlsafe(18)
        self.conversation: tuple[ChatExchange, ...] = ()
        self.minimum: float | None = None  # the confidence that an answer needs; None: the calibrated threshold
        self.shown = next(iter(library.documents))
        self.chosen: str | None = None
        self.picks = 0  # the page's number of the last pick of a document
        self.editing: int | None = None  # the number of the question that the next one replaces
        self.sources: list[Source] = []
        self.files: dict[str, Path] = {}  # uploaded files by document
        self.examples: dict[str, list[str]] = {}
        self.on_page = False  # whether they have the page open; False for programs
        self.resumed = 0  # how often they resumed after a reload
        self.cleared = 0  # how often the conversation was cleared: answers to an earlier one are dropped
        self.answers = 0  # how many answers were sent: so the page's script notices a new one
        self.told: tuple[int, dict[str, Any]] = (0, {})  # the number and content of the last page state
        self.listed: tuple[int, str] = (0, "")  # the number and rows of the last list of documents
        self.lock = RLock()
        self.talking = RLock()  # held by slow work that changes the conversation
        self.working = Lock()  # held while the sources are indexed
        self.gone = Event()
        self.arriving = 0  # files that are being sent
        self._keys: dict[str, str] = {}
        self._folder: Path | None = None

    @property
    def added(self) -> list[str]:
        """The ids of the documents that the visitor added."""
        return [i for i in self.library.documents if i not in self.library.brought]

    def key(self, document_id: str) -> str:
        """Return a short name of a document for addresses."""
        return self._keys.setdefault(document_id, f"d{len(self._keys) + 1}")

    def document_id(self, key: str) -> str | None:
        """Return the id of the document whose name in addresses is `key`, or None."""
        return next((i for i, k in list(self._keys.items()) if k == key and i in self.library.documents), None)

    def citation(self, number: int) -> NumberedCitation | None:
        """Return the conversation's citation `number`, or None."""
        citations = (citation for _, cited in numbered(self.conversation) for citation in cited)
        return next((citation for citation in citations if citation.number == number), None)

    def keep(self, conversation: tuple[ChatExchange, ...], cleared: int) -> bool:
        """Set the conversation, unless it was cleared since the count `cleared` was read; return whether it was set."""
        with self.lock:
            if self.cleared != cleared:
                return False
            self.conversation = conversation
            return True

    def clear(self) -> None:
        """Clear the conversation. Answers that are under way are dropped."""
        with self.lock:
            self.cleared += 1
            self.conversation, self.chosen, self.editing = (), None, None

    @property
    def taken(self) -> int:
        """The number of documents that were added, wait to be indexed, or are being sent."""
        return len(self.added) + sum(source.error is None for source in list(self.sources)) + self.arriving

    def expect(self, source: Source) -> None:
        """Add a source to index, or one that failed; of more than `MOST_FAILED` failed ones the first are dropped."""
        self.sources.append(source)
        failed = [entry for entry in self.sources if entry.error is not None]
        for entry in failed[: max(0, len(failed) - MOST_FAILED)]:
            self.sources.remove(entry)

    def next_source(self) -> Source | None:
        """Return the first source that is still to be indexed; None if there is none, or the visitor has left."""
        if self.gone.is_set():
            return None
        return next((source for source in self.sources if source.error is None), None)

    def discard(self, document_id: str) -> None:
        """Delete the file of a document that has been removed."""
        source = self.files.pop(document_id, None)
        if source is not None:
            source.unlink(missing_ok=True)

    def place_for(self, suffix: str) -> Path:
        """Return a new path in the visitor's own folder for a file that they send, whatever its name.

        `suffix`: the file's suffix, which the path keeps if a loader reads it.
        """
        with self.lock:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="pincite-", dir=self._uploads))
            known = suffix.lower() if is_read(suffix) else ""
            return Path(tempfile.mkdtemp(dir=self._folder)) / f"upload{known}"

    def leave(self) -> None:
        """End all work for the visitor, and delete their files."""
        self.gone.set()
        with self.lock:
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)


@dataclass
class Visitors:
    """All present visitors, by the name of their Gradio session. `uploads` is as for `Visitor`.

    `owners` knows who owns each session. `ended` is called with the name of a session that was ended. `linger`:
    seconds for which a visitor is kept after the page has closed.
    """

    arrive: Callable[[], Library]
    uploads: Path | None = None
    owners: Owners = field(default_factory=Owners)
    ended: Callable[[str], None] = lambda session: None
    linger: float = LINGER
    _present: dict[str, Visitor] = field(default_factory=dict)
    _lingering: dict[str, Visitor] = field(default_factory=dict)  # by token, the last to leave at the end
    _lock: RLock = field(default_factory=RLock)

    def __post_init__(self) -> None:
        self.owners.ended = self._end

    def of(self, session: str) -> Visitor:
        """Return the visitor of `session`, a new one if there is none."""
        with self._lock:
            visitor = self._present.get(session)
            if visitor is None:
                visitor = self._present[session] = Visitor(self.arrive(), self.uploads, session)
            return visitor

    def there(self, session: str) -> Visitor | None:
        """Return the visitor of `session`, or None."""
        with self._lock:
            return self._present.get(session)

    def with_token(self, token: str) -> Visitor | None:
        """Return the visitor whose secret is `token`, or None."""
        with self._lock:
            visitors = [v for v in self._present.values() if secrets.compare_digest(v.token.encode(), token.encode())]
        return visitors[0] if visitors else None

    def person(self, session: str) -> Person:
        """Return the owner of `session`; if it has none, a person of its own."""
        return self.owners.owner(session) or Person(f"session {session}")

    def limit_reached(self, visitor: Visitor, *, being_added: int = 0) -> int | None:
        """Return the limit of documents that the visitor, the person or their address has reached, or None.

        `being_added`: sources on their way whose document is added already, so that it is not counted twice.
        """
        person = self.person(visitor.session)
        own = near = -being_added
        with self._lock:
            for present in [*self._present.values(), *self._lingering.values()]:
                other = self.person(present.session)
                own += present.taken if other.key == person.key else 0
                near += present.taken if other.place == person.place else 0
        counts = ((visitor.taken - being_added, MOST_DOCUMENTS), (own, MOST_OF_PERSON), (near, MOST_OF_ADDRESS))
        return next((most for count, most in counts if count >= most), None)

    def forget(self, session: str) -> None:
        """Record that the visitor of `session` closed or reloads the page. They are kept for `linger` seconds."""
        self.owners.leave(session)
        visitor = self.there(session)
        if visitor is None or not visitor.on_page or self.linger <= 0:
            self._drop(session)
            return
        with self._lock:
            del self._present[session]
            self._lingering[visitor.token] = visitor
            own = [
                v for v in self._lingering.values() if self.person(v.session).key == self.person(visitor.session).key
            ]
        for oldest in own[: max(0, len(own) - MOST_LINGERING)]:
            self._expire(oldest.token)
        timer = Timer(self.linger, self._expire, [visitor.token])
        timer.daemon = True
        timer.start()

    def resume(self, session: str, token: str) -> Visitor:
        """Move the visitor whose secret is `token` to `session` if both are the same person's, and return them.

        Otherwise return the visitor of `session`.
        """
        with self._lock:
            new = self.of(session)
            known = [*self._lingering.values(), *self._present.values()]
            visitor = next((v for v in known if secrets.compare_digest(v.token.encode(), token.encode())), None)
            if visitor is None or visitor is new or self.person(visitor.session).key != self.person(new.session).key:
                return new
            self._lingering.pop(token, None)
            self._present.pop(visitor.session, None)
            self._present[session], visitor.session = visitor, session
        new.leave()
        return visitor

    def _expire(self, token: str) -> None:
        with self._lock:
            visitor = self._lingering.pop(token, None)
        if visitor is not None:
            visitor.leave()

    def _end(self, session: str) -> None:
        """End a session and delete its data."""
        self._drop(session)
        self.ended(session)

    def _drop(self, session: str) -> None:
        with self._lock:
            visitor = self._present.pop(session, None)
        if visitor is not None:
            visitor.leave()
