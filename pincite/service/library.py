"""Holds one person's documents: the server's and their own, and which of these their questions search."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from threading import Lock
from typing import Protocol

from index import Document, Index
from index.errors import PinciteError
from index.load.documents import ATTACHED_TO
from index.near_copies import NearCopy
from pincite.service.explaining import ExplainedPassage, explain
from pincite.service.reporting import Progress, Reporting
from qa.answerer import AS_USUAL, Answerer
from qa.confidence import SHORT, Calibration
from qa.config import AskOptions
from qa.types import Answer, Turn


class LibraryAnswerer(Protocol):
    """The members of `Answerer` that a library needs."""

    @property
    def documents(self) -> Mapping[str, Document]: ...

    @property
    def calibration(self) -> Calibration | None: ...

    @property
    def short(self) -> bool: ...

    def answer(self, question: str, history: Sequence[Turn] = (), options: AskOptions = ...) -> Answer: ...


class SwappableAnswerer:
    """Passes questions to the `current` answerer, which can be replaced; a question that has begun keeps its own."""

    def __init__(self, first: Answerer) -> None:
        self.current = first

    @property
    def documents(self) -> Mapping[str, Document]:
        """The current answerer's documents by id."""
        return self.current.documents

    @property
    def calibration(self) -> Calibration | None:
        """The current answerer's calibration."""
        return self.current.calibration

    @property
    def short(self) -> bool:
        """Whether the current answerer's documents are a short text."""
        return self.current.short

    def answer(self, question: str, history: Sequence[Turn] = (), options: AskOptions = AS_USUAL) -> Answer:
        """Answer as `Answerer.answer` does."""
        return self.current.answer(question, history, options)


def index_of(answerer: LibraryAnswerer) -> Index | None:
    """Return the index of an `Answerer`; None for anything else."""
    return answerer.index if isinstance(answerer, Answerer) else None


def current(answerer: LibraryAnswerer) -> LibraryAnswerer:
    """Return the current answerer behind `answerer`."""
    return answerer.current if isinstance(answerer, SwappableAnswerer) else answerer


def answerer_over(
    base: LibraryAnswerer,
    documents: Sequence[Document],
    progress: Progress = lambda share: None,
    characters: int | None = None,
    before: Index | None = None,
    split: Mapping[str, Sequence[tuple[int, int]]] | None = None,
) -> Answerer:
    """Return an answerer over `documents`, with the models and settings of `base`.

    `characters`: how many of them are new, for the progress; by default all. `before` and `split` are as for
    `Index.build`. Raises `PinciteError` if `base` is not an `Answerer`.
    """
    if not isinstance(base, Answerer):
        raise PinciteError("this server takes no further documents")
    size = sum(len(document.text) for document in documents) if characters is None else characters
    embedder = Reporting(base.index.embedder, progress, size)
    index = Index.build(documents, embedder=embedder, before=before, split=split)
    embedder.stop_reporting()
    return type(base)(index, reader=base.reader, calibration=base.calibration, config=base.config)


class Library:
    """One person's documents. Questions search all of them, until some are chosen by `search_in`.

    An index never changes: when other documents are to be searched, the next question builds a new index, which reuses
    passages and vectors of the one before. So a document is split and embedded only once, when it is added. If a
    `SwappableAnswerer` gets another answerer, the next question or change takes over its documents; `follow` does so
    at once.
    """

    def __init__(self, base: LibraryAnswerer) -> None:
        self._given_base = base
        self._base = base = current(base)
        self._brought = frozenset(base.documents)
        self._documents = dict(base.documents)
        self._searched = set(self._documents)
        self._answerer: LibraryAnswerer | None = base
        self._whole: Index | None = None  # over all documents, searched or not; None: the base's index serves
        self._lock = Lock()

    @property
    def documents(self) -> Mapping[str, Document]:
        """All documents by id, searched or not. The mapping never changes: adding or removing makes a new one."""
        return self._documents

    @property
    def brought(self) -> Collection[str]:
        """The ids of the server's documents: all that were not added here."""
        return self._brought

    @property
    def searched(self) -> Collection[str]:
        """The ids of the documents that questions search."""
        return self._searched

    @property
    def calibration(self) -> Calibration | None:
        """The calibration of the server's answerer, or None."""
        return self._base.calibration

    @property
    def short(self) -> bool:
        """Whether the searched documents together are a short text (see `qa.confidence`)."""
        answerer = self._answerer  # no lock: its holder may be indexing
        return self._will_be_short() if answerer is None else answerer.short

    @property
    def _reusable(self) -> Index | None:
        """The index whose passages, vectors and near copies can be reused, or None."""
        return self._whole or index_of(self._base)

    def _will_be_short(self) -> bool:
        """Return what `Answerer.short` will be for the next question's documents."""
        chunks = () if self._reusable is None else self._reusable.chunks
        searched_chunks = islice((chunk for chunk in chunks if chunk.document_id in self._searched), SHORT + 1)
        return sum(1 for _ in searched_chunks) <= SHORT

    def add(
        self,
        document: Document,
        progress: Progress = lambda share: None,
        *,
        sentences: Sequence[tuple[int, int]] | None = None,
    ) -> Document:
        """Index `document`, search it from now on, and return it with the id it has here.

        `sentences`: the offsets of its sentences, if it has been split already.
        Raises `PinciteError` if the same document is here already or cannot be indexed; nothing is changed then.
        """
        self._refuse_database()
        document = self._with_free_id(document)
        with self._lock:
            self._follow()
            everything = [*self._documents.values(), document]
        split = None if sentences is None else {document.id: sentences}
        whole = answerer_over(self._base, everything, progress, len(document.text), self._reusable, split)
        with self._lock:
            self._whole = whole.index
            # Replaced, never changed in place: other threads may be iterating over them.
            self._documents = {**self._documents, document.id: document}
            self._searched = {*self._searched, document.id}
            searches_all = {other.id for other in everything} == set(self._documents) == self._searched
            self._answerer = whole if searches_all else None
        return document

    def remove(self, document_id: str) -> None:
        """Remove a document and its attachments. Raises `PinciteError` if no document would be left."""
        removed_ids = {document_id, *self.attached_to(document_id)}
        if not set(self._documents) - removed_ids:
            raise PinciteError(f"{document_id!r} is the only document here; add another before you remove it")
        self._refuse_database()
        with self._lock:
            self._follow()
            self._documents = {i: document for i, document in self._documents.items() if i not in removed_ids}
        self.search_in(self._searched - removed_ids or set(self._documents))

    def attached_to(self, document_id: str) -> list[str]:
        """Return the ids of a document's attachments, such as those of a message, and of their own attachments."""
        holders = {document_id}
        for document in self._documents.values():  # an attachment comes after what it is attached to
            if document.metadata.get(ATTACHED_TO) in holders:
                holders.add(document.id)
        return [i for i in self._documents if i in holders - {document_id}]

    @property
    def near_copies(self) -> Mapping[str, NearCopy]:
        """The near copies among the documents, by id."""
        copies = () if self._reusable is None else self._reusable.near_copies
        return {copy.id: copy for copy in copies if copy.id in self._documents and copy.of in self._documents}

    def search_in(self, ids: Collection[str]) -> None:
        """Let questions search only the documents `ids`. Raises `PinciteError` if none of them is here."""
        self._refuse_database()
        wanted = set(ids) & set(self._documents)
        if not wanted:
            raise PinciteError("no document is left to search; choose at least one")
        with self._lock:
            if wanted != self._searched:
                self._searched = wanted
                self._answerer = self._base if wanted == set(self._base.documents) else None

    def answer(self, question: str, history: Sequence[Turn] = (), options: AskOptions = AS_USUAL) -> Answer:
        """Answer from the searched documents, as `Answerer.answer` does."""
        return self._current_answerer().answer(question, history, options)

    def explain(self, answer: Answer) -> list[ExplainedPassage]:
        """Return the passages that were considered for `answer`; none if its answerer has no index to search again."""
        answerer = self._current_answerer()
        return explain(answerer, answer) if isinstance(answerer, Answerer) else []

    @property
    def follows(self) -> bool:
        """Whether the server may replace its answerer."""
        return isinstance(self._given_base, SwappableAnswerer)

    @property
    def is_behind(self) -> bool:
        """Whether the server has replaced its answerer, and the new documents are not taken over yet."""
        return current(self._given_base) is not self._base

    def follow(self) -> None:
        """Take over the documents of the server's new answerer, if there is one."""
        with self._lock:
            self._follow()

    def _follow(self) -> None:
        """Do what `follow` does; the caller holds the lock."""
        new = current(self._given_base)
        if new is self._base:
            return
        own = {i: document for i, document in self._documents.items() if i not in self._brought}
        removed = self._brought - set(self._documents)
        unsearched = set(self._documents) - self._searched
        theirs = {i: document for i, document in new.documents.items() if i not in removed and i not in own}
        documents = {**theirs, **own} or dict(new.documents)
        self._base, self._brought = new, frozenset(new.documents) - set(own)
        self._documents = documents
        self._searched = set(documents) - unsearched or set(documents)
        whole = not own and set(documents) == set(new.documents)
        self._whole = None if whole else self._whole
        self._answerer = new if whole and self._searched == set(documents) else None

    def _current_answerer(self) -> LibraryAnswerer:
        with self._lock:
            self._follow()
            if self._answerer is None:
                searched_documents = [document for i, document in self._documents.items() if i in self._searched]
                answerer = self._answerer = answerer_over(self._base, searched_documents, before=self._reusable)
                if len(searched_documents) == len(self._documents):
                    self._whole = answerer.index
            return self._answerer

    def _refuse_database(self) -> None:
        """Raise `PinciteError` for documents in a database, which are never copied into this process."""
        if isinstance(self._base, Answerer) and not self._base.index.in_memory:
            raise PinciteError(
                "these documents are in a database and cannot be added, removed or chosen here; use `pincite index`"
            )

    def _with_free_id(self, document: Document) -> Document:
        """Return `document` with an id that no other document here has."""
        stem, dot, suffix = document.id.rpartition(".")
        number, free_id = 1, document.id
        while free_id in self._documents:
            if self._documents[free_id].sha256 == document.sha256:
                raise PinciteError(f"{document.id!r} is already among the documents, word for word")
            number += 1
            free_id = f"{stem} ({number}).{suffix}" if dot and stem else f"{document.id} ({number})"
        return document if free_id == document.id else replace(document, id=free_id)
