"""Holds one person's documents: those that were there, and those that they add, remove or leave out of a question."""

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
    """Asks the `current` answerer, which can be swapped; a question ends with the answerer that it began with."""

    def __init__(self, first: Answerer) -> None:
        self.current = first

    @property
    def documents(self) -> Mapping[str, Document]:
        """The current answerer's documents by id."""
        return self.current.documents

    @property
    def calibration(self) -> Calibration | None:
        """The current one's."""
        return self.current.calibration

    @property
    def short(self) -> bool:
        """Whether the current one's documents are a short text."""
        return self.current.short

    def answer(self, question: str, history: Sequence[Turn] = (), options: AskOptions = AS_USUAL) -> Answer:
        """Answer as `Answerer.answer` does."""
        return self.current.answer(question, history, options)


def index_of(asked: LibraryAnswerer) -> Index | None:
    """Return the index that is searched, if it is known."""
    return asked.index if isinstance(asked, Answerer) else None


def current(asked: LibraryAnswerer) -> LibraryAnswerer:
    """Return the current answerer behind `asked`."""
    return asked.current if isinstance(asked, SwappableAnswerer) else asked


def answerer_over(
    base: LibraryAnswerer,
    documents: Sequence[Document],
    progress: Progress = lambda share: None,
    characters: int | None = None,
    before: Index | None = None,
    split: Mapping[str, Sequence[tuple[int, int]]] | None = None,
) -> Answerer:
    """Return an answerer as `base` is, over `documents`. Raises `PinciteError` if `base` has no models for them.

    `characters`: how many are new, by default all. `before` and `split` are as for `Index.build`.
    """
    if not isinstance(base, Answerer):
        raise PinciteError("this server takes no further documents")
    size = sum(len(document.text) for document in documents) if characters is None else characters
    embedder = Reporting(base.index.embedder, progress, size)
    index = Index.build(documents, embedder=embedder, before=before, split=split)
    embedder.rest()
    return type(base)(index, reader=base.reader, calibration=base.calibration, config=base.config)


class Library:
    """One person's documents. Questions search some of them, at first all.

    An index does not change: after each change of what is searched, the next question is asked of a new one, which
    takes what it can from the one before: a document is divided and embedded once, when it is added. Where another
    answerer has taken the place of the one that it began with, the next question, or change, is the other's; or what is
    brought is taken over before, by `follow`.
    """

    def __init__(self, base: LibraryAnswerer) -> None:
        self._begun_with = base
        self._base = base = current(base)
        self._brought = frozenset(base.documents)
        self._documents = dict(base.documents)
        self._searched = set(self._documents)
        self._answerer: LibraryAnswerer | None = base
        self._whole: Index | None = None  # all documents, what is not searched too; the base's own until one is added
        self._lock = Lock()

    @property
    def documents(self) -> Mapping[str, Document]:
        """All documents by id, searched or not; a mapping that stays as it is when others are added or removed."""
        return self._documents

    @property
    def brought(self) -> Collection[str]:
        """The ids of the documents that were not added here."""
        return self._brought

    @property
    def searched(self) -> Collection[str]:
        """The ids of the documents that questions go to."""
        return self._searched

    @property
    def calibration(self) -> Calibration | None:
        """The base's, or None."""
        return self._base.calibration

    @property
    def short(self) -> bool:
        """Whether what is searched is a short text (see `qa.confidence`)."""
        answerer = self._answerer  # no lock: whoever holds it may be indexing
        return self._to_be_short() if answerer is None else answerer.short

    @property
    def _known(self) -> Index | None:
        """The index to take passages and near copies from, where there is one."""
        return self._whole or index_of(self._base)

    def _to_be_short(self) -> bool:
        """Return `Answerer.short` for the documents that the next question will search."""
        chunks = () if self._known is None else self._known.chunks
        searched_chunks = islice((chunk for chunk in chunks if chunk.document_id in self._searched), SHORT + 1)
        return sum(1 for _ in searched_chunks) <= SHORT

    def add(
        self,
        document: Document,
        progress: Progress = lambda share: None,
        *,
        sentences: Sequence[tuple[int, int]] | None = None,
    ) -> Document:
        """Index `document`, search it from now on, and return it under the id it has here.

        `sentences`: those of the document, where it was split elsewhere.
        Raises `PinciteError` if the same one is here already, or if it cannot be indexed; then nothing has changed.
        """
        self._refuse_elsewhere()
        document = self._named(document)
        with self._lock:
            self._follow()
            everything = [*self._documents.values(), document]
        split = None if sentences is None else {document.id: sentences}
        whole = answerer_over(self._base, everything, progress, len(document.text), self._known, split)
        with self._lock:
            self._whole = whole.index
            # New ones, never changed in place: other threads go through those that they have got.
            self._documents = {**self._documents, document.id: document}
            self._searched = {*self._searched, document.id}
            all_of_them = {other.id for other in everything} == set(self._documents) == self._searched
            self._answerer = whole if all_of_them else None
        return document

    def remove(self, document_id: str) -> None:
        """Take a document out, and what is attached to it. One is always left: raises `PinciteError` for the last."""
        going = {document_id, *self.attached_to(document_id)}
        if not set(self._documents) - going:
            raise PinciteError(f"{document_id!r} is the only document here; add another before you remove it")
        self._refuse_elsewhere()
        with self._lock:
            self._follow()
            self._documents = {i: document for i, document in self._documents.items() if i not in going}
        self.search_in(self._searched - going or set(self._documents))

    def attached_to(self, document_id: str) -> list[str]:
        """Return the ids of the documents that are attached to one, as to a message, in all depths."""
        held = {document_id}
        for document in self._documents.values():  # an attachment comes after what it is attached to
            if document.metadata.get(ATTACHED_TO) in held:
                held.add(document.id)
        return [i for i in self._documents if i in held - {document_id}]

    @property
    def near_copies(self) -> Mapping[str, NearCopy]:
        """Return the near copies among the documents, by their ids."""
        copies = () if self._known is None else self._known.near_copies
        return {copy.id: copy for copy in copies if copy.id in self._documents and copy.of in self._documents}

    def search_in(self, ids: Collection[str]) -> None:
        """Send questions to the documents `ids` alone. Raises `PinciteError` if there is none."""
        self._refuse_elsewhere()
        wanted = set(ids) & set(self._documents)
        if not wanted:
            raise PinciteError("no document is left to search; choose at least one")
        with self._lock:
            if wanted != self._searched:
                self._searched = wanted
                self._answerer = self._base if wanted == set(self._base.documents) else None

    def answer(self, question: str, history: Sequence[Turn] = (), options: AskOptions = AS_USUAL) -> Answer:
        """Answer as `Answerer.answer` does, from the documents that are searched."""
        return self._ready().answer(question, history, options)

    def explain(self, answer: Answer) -> list[ExplainedPassage]:
        """Return the passages that were considered for `answer`, as `pincite.service.explaining.explain` gives them."""
        answerer = self._ready()
        return explain(answerer, answer) if isinstance(answerer, Answerer) else []

    @property
    def follows(self) -> bool:
        """Whether another answerer may take the place of the one that this began with."""
        return isinstance(self._begun_with, SwappableAnswerer)

    @property
    def is_behind(self) -> bool:
        """Whether another one has, and its documents are not taken over yet."""
        return current(self._begun_with) is not self._base

    def follow(self) -> None:
        """Take over the documents of the answerer that has taken the place of the one before."""
        with self._lock:
            self._follow()

    def _follow(self) -> None:
        """Follow the base to the answerer that has replaced it, if one has; call it locked."""
        new = current(self._begun_with)
        if new is self._base:
            return
        own = {i: document for i, document in self._documents.items() if i not in self._brought}
        taken_out = self._brought - set(self._documents)
        left_aside = set(self._documents) - self._searched
        theirs = {i: document for i, document in new.documents.items() if i not in taken_out and i not in own}
        documents = {**theirs, **own} or dict(new.documents)
        self._base, self._brought = new, frozenset(new.documents) - set(own)
        self._documents = documents
        self._searched = set(documents) - left_aside or set(documents)
        whole = not own and set(documents) == set(new.documents)
        self._whole = None if whole else self._whole
        self._answerer = new if whole and self._searched == set(documents) else None

    def _ready(self) -> LibraryAnswerer:
        with self._lock:
            self._follow()
            if self._answerer is None:
                listed = [document for i, document in self._documents.items() if i in self._searched]
                made = self._answerer = answerer_over(self._base, listed, before=self._known)
                if len(listed) == len(self._documents):
                    self._whole = made.index
            return self._answerer

    def _refuse_elsewhere(self) -> None:
        """Refuse the documents of servers, which are never copied into this process."""
        if isinstance(self._base, Answerer) and not self._base.index.in_memory:
            raise PinciteError(
                "these documents are in a database and cannot be added, removed or chosen here; use `pincite index`"
            )

    def _named(self, document: Document) -> Document:
        """Return `document` under an id that no other document has."""
        stem, dot, suffix = document.id.rpartition(".")
        number, wanted = 1, document.id
        while wanted in self._documents:
            if self._documents[wanted].sha256 == document.sha256:
                raise PinciteError(f"{document.id!r} is already among the documents, word for word")
            number += 1
            wanted = f"{stem} ({number}).{suffix}" if dot and stem else f"{document.id} ({number})"
        return document if wanted == document.id else replace(document, id=wanted)
