"""Serves programs and keeps nothing: answers questions, checks quotations, lists documents, shows their text."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from index import Document
from index.errors import UnknownDocumentError
from index.load import is_url
from index.sandbox import ReadResult, ReadTask, Sandbox, default_sandbox
from pincite.records.check import Checked, check, draft_of_text
from pincite.service.library import LibraryAnswerer, answerer_over, current, index_of
from pincite.service.replies import DescribedDocument, ShownPassage, public
from pincite.service.requests import AskRequest, CheckRequest, InlineDocument, PassageRequest
from pincite.service.work import Check, Work
from qa.errors import RequestError
from qa.types import Answer

__all__ = ["LONGEST_PASSAGE", "Service", "log_answer"]

logger = logging.getLogger(__name__)

LONGEST_PASSAGE = 20_000  # characters


class Service:
    """Answers from the documents of `base`, or from those that a request brings. Errors of `work` pass through.

    `bringing`: the queue of requests that bring documents, so that others do not wait for them. `sandbox` reads them.
    """

    def __init__(
        self, base: LibraryAnswerer, work: Work, *, bringing: Work | None = None, sandbox: Sandbox | None = None
    ) -> None:
        self._given_base = base
        self.work = work
        self.bringing = bringing or work
        self.sandbox = sandbox or default_sandbox()

    @property
    def base(self) -> LibraryAnswerer:
        """The answerer of the server's documents."""
        return current(self._given_base)

    async def ask(self, request: AskRequest) -> Answer:
        """Return the answer, without paths of the server. Raises `PinciteError` as `Answerer.ask` does."""
        started = time.perf_counter()
        brings = request.text is not None or request.documents is not None
        work = self.bringing if brings else self.work
        answer = await work.run(lambda check: self._answer(request, check))
        log_answer(answer, 1000 * (time.perf_counter() - started))
        return public(answer)

    async def check(self, request: CheckRequest) -> Checked:
        """Check the quotations of a text.

        Raises `LoadError`, `DraftError`.
        """
        work = self.work if request.given() is None else self.bringing
        return await work.run(lambda watch: self._checked(request, watch))

    def documents(self) -> list[DescribedDocument]:
        """Return the server's documents: id, title, media type, size, sha256 and metadata of each."""
        base = self.base
        index = index_of(base)
        copies = {copy.id: copy for copy in (index.near_copies if index is not None else ())}
        return [DescribedDocument.of(document, copies.get(document.id)) for document in base.documents.values()]

    def passage(self, request: PassageRequest) -> ShownPassage:
        """Return the characters of a document from `start` to `end`, at most `LONGEST_PASSAGE`, with page and heading.

        Raises `UnknownDocumentError` and `RequestError`.
        """
        document = self.base.documents.get(request.document_id)
        if document is None:
            raise UnknownDocumentError(
                f"there is no document {request.document_id!r}; list the documents for their ids"
            )
        size = len(document.text)
        end = min(request.start + LONGEST_PASSAGE, size) if request.end is None else request.end
        if not 0 <= request.start < end <= size:
            raise RequestError(
                f"characters {request.start} to {end} are not a passage of {document.id!r}, which has {size}; "
                "give a start before the end, and an end within the text"
            )
        if end - request.start > LONGEST_PASSAGE:
            raise RequestError(
                f"the passage is {end - request.start} characters long; ask for {LONGEST_PASSAGE} at most at a time"
            )
        return ShownPassage.of(document, request.start, end)

    def _checked(self, request: CheckRequest, watch: Check) -> Checked:
        given = request.given()
        documents = (
            list(self.base.documents.values())
            if given is None
            else [entry.document for entry in self._read(given, watch)]
        )
        draft = draft_of_text(request.draft, read=lambda name, data: self._draft(name, data, watch))
        return check(draft, [without_path(entry) for entry in documents], watch=watch)

    def _draft(self, name: str, data: bytes, watch: Check) -> Document:
        """Read a draft as documents are read."""
        task = ReadTask(name, text=data.decode("utf-8"))
        (draft,) = self.sandbox.read([task], stop=_as_stop(watch), seconds=self.bringing.seconds)
        return draft.document

    def _answer(self, request: AskRequest, check: Check) -> Answer:
        check()
        given = request.given()
        answerer = self.base if given is None else self._answerer_over(given, check)
        return answerer.answer(request.question, request.turns(), request.options())

    def _answerer_over(self, documents: Sequence[InlineDocument], check: Check) -> LibraryAnswerer:
        read = self._read(documents, check)
        split = {result.document.id: result.sentences for result in read}
        return answerer_over(self.base, [result.document for result in read], lambda share: check(), split=split)

    def _read(self, given: Sequence[InlineDocument], check: Check) -> list[ReadResult]:
        tasks = [ReadTask(entry.id, text=entry.text) for entry in given]
        read = self.sandbox.read(tasks, stop=_as_stop(check), seconds=self.bringing.seconds)
        metadata = [{n: v if isinstance(v, str) else tuple(v) for n, v in entry.metadata.items()} for entry in given]
        return [
            replace(entry, document=replace(entry.document, metadata=own_metadata))
            for entry, own_metadata in zip(read, metadata, strict=True)
        ]


def without_path(document: Document) -> Document:
    """Remove the server's path from `document`: its source becomes its id, unless it is a URL."""
    return document if is_url(document.source) else replace(document, source=document.id)


def log_answer(answer: Answer, milliseconds: float) -> None:
    """Log one line; it contains question and answer only if the log may contain texts."""
    fields = {
        "status": answer.status,
        "form": answer.form,
        "confidence": answer.confidence,
        "documents": len({citation.document_id for citation in answer.citations}),
        "ms": round(milliseconds, 1),
    }
    logger.info("answer", extra={"fields": fields, "text": {"question": answer.question, "answer": answer.text}})


def _as_stop(check: Check) -> Callable[[], bool]:
    """Turn `check`, which raises, into a function that returns whether to stop."""

    def stop() -> bool:
        check()
        return False

    return stop
