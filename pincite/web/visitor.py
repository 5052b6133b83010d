"""Holds one visitor: their documents, their conversation and their settings. Deleted soon after they leave."""

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
MOST_FAILED = 30  # messages about what could not be added
MOST_OF_PERSON = 60  # documents that one person adds in all their sessions
LINGER = 120.0  # seconds after their page has gone in which a visitor may be back: it was loaded anew
MOST_LINGERING = 3  # visitors of one person of whom that is waited for
MOST_OF_ADDRESS = 400  # documents that people add whom nothing but their address tells apart


@dataclass(slots=True)
class Source:
    """A source that a visitor adds: an uploaded file, or an address. `share`: how much is indexed."""

    name: str
    path: Path | str | None
    share: float = 0.0
    error: str | None = None


class Visitor:
    """Everything that belongs to one visitor. `token` is the secret part of the addresses of their data.

    `uploads`: the folder of their files; None: the temporary folder. `session`: Gradio's name for theirs.
    """

    def __init__(self, library: Library, uploads: Path | None = None, session: str = "") -> None:
        self.library = library
        self.session = session
        self._uploads = uploads
        self.token = secrets.token_urlsafe(18)
        self.conversation: tuple[ChatExchange, ...] = ()
        self.minimum: float | None = None  # the confidence from which an answer is given; None: the calibrated one
        self.shown = next(iter(library.documents))
        self.chosen: str | None = None
        self.picks = 0  # the number of the last document that was picked, by the page's count
        self.editing: int | None = None  # the number of the question that the next one takes the place of
        self.sources: list[Source] = []
        self.files: dict[str, Path] = {}  # by document, for what was sent as a file
        self.examples: dict[str, list[str]] = {}
        self.on_page = False  # whether they have the page open, or ask by a program
        self.resumed = 0  # how often they went on after their page was loaded anew
        self.cleared = 0  # how often the conversation was begun anew: an answer to the one before comes too late
        self.answers = 0  # how often an answer has been sent: how the page's script knows that one has come
        self.told: tuple[int, dict[str, Any]] = (0, {})  # what the page's script was told last, and its number
        self.listed: tuple[int, str] = (0, "")  # the rows of the list of documents that was sent last, and its number
        self.lock = RLock()
        self.talking = RLock()  # held while the conversation changes, by what takes its time
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
        """Return the document whose name in addresses is `key`, or None."""
        return next((i for i, k in list(self._keys.items()) if k == key and i in self.library.documents), None)

    def citation(self, number: int) -> NumberedCitation | None:
        """Return the conversation's citation `number`, or None."""
        every = (citation for _, cited in numbered(self.conversation) for citation in cited)
        return next((citation for citation in every if citation.number == number), None)

    def keep(self, conversation: tuple[ChatExchange, ...], cleared: int) -> bool:
        """Set their `conversation`, unless they cleared it more than `cleared` times; return whether it was set."""
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
        """Return how many documents were added, are being indexed, or are being sent."""
        return len(self.added) + sum(source.error is None for source in list(self.sources)) + self.arriving

    def expect(self, source: Source) -> None:
        """Add to the sources to index, or to the failed ones; of very many failed ones, the first are dropped."""
        self.sources.append(source)
        failed = [source_failed for source_failed in self.sources if source_failed.error is not None]
        for source_failed in failed[: max(0, len(failed) - MOST_FAILED)]:
            self.sources.remove(source_failed)

    def next_source(self) -> Source | None:
        """Return the first source that is still to be indexed, or None; None too once the visitor has gone."""
        if self.gone.is_set():
            return None
        return next((source for source in self.sources if source.error is None), None)

    def discard(self, document_id: str) -> None:
        """Delete the file of a document that has been removed."""
        source = self.files.pop(document_id, None)
        if source is not None:
            source.unlink(missing_ok=True)

    def place_for(self, suffix: str) -> Path:
        """Return where to put a file that the visitor sends, whatever its name: a place of its own in their own folder.

        `suffix`: how the path ends where it is one that a loader reads.
        """
        with self.lock:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="pincite-", dir=self._uploads))
            known = suffix.lower() if is_read(suffix) else ""
            return Path(tempfile.mkdtemp(dir=self._folder)) / f"upload{known}"

    def leave(self) -> None:
        """End everything that goes on for the visitor, and delete what they sent."""
        self.gone.set()
        with self.lock:
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)


@dataclass
class Visitors:
    """All present visitors, by Gradio's name of their session. `uploads` is as for `Visitor`.

    `owners` knows who owns each session. `ended` is called with the name of a session that was ended. `linger`:
    seconds for which a visitor is kept after the page has closed.
    """

    arrive: Callable[[], Library]
    uploads: Path | None = None
    owners: Owners = field(default_factory=Owners)
    ended: Callable[[str], None] = lambda session: None
    linger: float = LINGER
    _there: dict[str, Visitor] = field(default_factory=dict)
    _lingering: dict[str, Visitor] = field(default_factory=dict)  # by token, who left last at the end
    _lock: RLock = field(default_factory=RLock)

    def __post_init__(self) -> None:
        self.owners.ended = self._end

    def of(self, session: str) -> Visitor:
        """Return the visitor of `session`, who may be new."""
        with self._lock:
            visitor = self._there.get(session)
            if visitor is None:
                visitor = self._there[session] = Visitor(self.arrive(), self.uploads, session)
            return visitor

    def there(self, session: str) -> Visitor | None:
        """Return the visitor of `session` if they are there already, or None."""
        with self._lock:
            return self._there.get(session)

    def with_token(self, token: str) -> Visitor | None:
        """Return the visitor whose secret is `token`, or None."""
        with self._lock:
            visitors = [v for v in self._there.values() if secrets.compare_digest(v.token.encode(), token.encode())]
        return visitors[0] if visitors else None

    def person(self, session: str) -> Person:
        """Return whose `session` it is; a person of its own where nothing is known of them."""
        return self.owners.owner(session) or Person(f"session {session}")

    def limit_reached(self, visitor: Visitor, *, being_added: int = 0) -> int | None:
        """The number of documents that the visitor, the person or their address must not exceed and has; or None.

        `being_added`: how many of what is on its way are added already.
        """
        person = self.person(visitor.session)
        own = near = -being_added
        with self._lock:
            for present in [*self._there.values(), *self._lingering.values()]:
                other = self.person(present.session)
                own += present.taken if other.key == person.key else 0
                near += present.taken if other.place == person.place else 0
        counts = ((visitor.taken - being_added, MOST_DOCUMENTS), (own, MOST_OF_PERSON), (near, MOST_OF_ADDRESS))
        return next((most for count, most in counts if count >= most), None)

    def forget(self, session: str) -> None:
        """Note that the visitor of `session` left, or loads the page anew: they are kept for a while."""
        self.owners.leave(session)
        visitor = self.there(session)
        if visitor is None or not visitor.on_page or self.linger <= 0:
            self._drop(session)
            return
        with self._lock:
            del self._there[session]
            self._lingering[visitor.token] = visitor
            own = [
                v for v in self._lingering.values() if self.person(v.session).key == self.person(visitor.session).key
            ]
        for visitor_gone in own[: max(0, len(own) - MOST_LINGERING)]:
            self._let_go(visitor_gone.token)
        timer = Timer(self.linger, self._let_go, [visitor.token])
        timer.daemon = True
        timer.start()

    def resume(self, session: str, token: str) -> Visitor:
        """Return the visitor whose secret is `token`, from now on of `session`, if both are the same person's.

        Else the visitor of `session` as they are.
        """
        with self._lock:
            new = self.of(session)
            known = [*self._lingering.values(), *self._there.values()]
            visitor = next((v for v in known if secrets.compare_digest(v.token.encode(), token.encode())), None)
            if visitor is None or visitor is new or self.person(visitor.session).key != self.person(new.session).key:
                return new
            self._lingering.pop(token, None)
            self._there.pop(visitor.session, None)
            self._there[session], visitor.session = visitor, session
        new.leave()
        return visitor

    def _let_go(self, token: str) -> None:
        with self._lock:
            visitor = self._lingering.pop(token, None)
        if visitor is not None:
            visitor.leave()

    def _end(self, session: str) -> None:
        """End a session that has to go, with all that belongs to it."""
        self._drop(session)
        self.ended(session)

    def _drop(self, session: str) -> None:
        with self._lock:
            visitor = self._there.pop(session, None)
        if visitor is not None:
            visitor.leave()
