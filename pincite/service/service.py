"""What a server does for programs, without keeping anything: answer, list its documents, show a stretch of one."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import Document, Index
from index.apart import Apart, Given, Read, default_apart
from index.copies import NearCopy
from index.embed import Embedder
from index.errors import PinciteError, UnknownDocumentError
from index.load import is_url
from pincite.records.check import check, draft_of_text
from pincite.service.library import Asks, current, index_of
from pincite.service.requests import AskRequest, CheckRequest, InlineDocument, PassageRequest
from pincite.service.work import Check, Work
from qa.answerer import Answerer
from qa.errors import RequestError
from qa.types import SCHEMA_VERSION, Answer
from qa.unread import recognised_text, unread_text

__all__ = ["LONGEST_PASSAGE", "Service", "described", "log_answer", "public"]

logger = logging.getLogger(__name__)

LONGEST_PASSAGE = 20_000  # characters
EMBEDDED_AT_ONCE = 32  # passages between two looks at the clock


class Service:
    """Answers over `base`'s documents, or over those that come with a request. What `work` raises goes through.

    `bringing`: does the work of requests that bring documents, so that others need not wait. `apart`: reads them.
    """

    def __init__(self, base: Asks, work: Work, *, bringing: Work | None = None, apart: Apart | None = None) -> None:
        self._begun_with = base
        self.work = work
        self.bringing = bringing or work
        self.apart = apart or default_apart()

    @property
    def base(self) -> Asks:
        """What answers over the server's documents now."""
        return current(self._begun_with)

    async def ask(self, request: AskRequest) -> dict[str, Any]:
        """The answer, as `public` gives it. Raises `PinciteError` as `Answerer.ask` does."""
        began = time.perf_counter()
        brings = request.text is not None or request.documents is not None
        work = self.bringing if brings else self.work
        answer = await work.run(lambda check: self._answer(request, check))
        log_answer(answer, 1000 * (time.perf_counter() - began))
        return public(answer)

    async def check(self, request: CheckRequest) -> dict[str, Any]:
        """What became of the quotations of a text, as `Checked.to_dict` has it. Raises `LoadError`, `DraftError`."""
        work = self.work if _given(request) is None else self.bringing
        return await work.run(lambda watch: self._checked(request, watch))

    def documents(self) -> list[dict[str, Any]]:
        """The server's documents: id, title, media type, size, sha256 and metadata of each."""
        base = self.base
        index = index_of(base)
        copies = {copy.id: copy for copy in (index.near_copies if index is not None else ())}
        return [described(document, copies.get(document.id)) for document in base.documents.values()]

    def passage(self, request: PassageRequest) -> dict[str, Any]:
        """A stretch of a document, at most `LONGEST_PASSAGE` characters of it, and where it stands.

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
                f"characters {request.start} to {end} are no passage of {document.id!r}, which has {size}; "
                "give a start before the end, and an end within the text"
            )
        if end - request.start > LONGEST_PASSAGE:
            raise RequestError(
                f"the passage is {end - request.start} characters long; ask for {LONGEST_PASSAGE} at most at a time"
            )
        return {
            "schema_version": SCHEMA_VERSION,
            "document_id": document.id,
            "document_sha256": document.sha256,
            "start": request.start,
            "end": end,
            "text": document.text[request.start : end],
            "page": document.page_at(request.start),
            "heading": document.heading_at(request.start),
            "characters": size,
        }

    def _checked(self, request: CheckRequest, watch: Check) -> dict[str, Any]:
        given = _given(request)
        documents = (
            list(self.base.documents.values()) if given is None else [one.document for one in self._read(given, watch)]
        )
        draft = draft_of_text(request.draft, read=lambda name, data: self._draft(name, data, watch))
        checked = check(draft, [without_path(one) for one in documents], watch=watch)
        return checked.to_dict()

    def _draft(self, name: str, data: bytes, watch: Check) -> Document:
        """A draft, read as documents are."""
        given = Given(name, text=data.decode("utf-8"))
        (found,) = self.apart.read([given], stop=_stopping(watch), seconds=self.bringing.seconds)
        return found.document

    def _answer(self, request: AskRequest, check: Check) -> Answer:
        check()
        return self._asked(request, check).answer(request.question, request.turns(), request.options())

    def _asked(self, request: AskRequest, check: Check) -> Asks:
        given = _given(request)
        return self.base if given is None else self._over(given, check)

    def _over(self, documents: Sequence[InlineDocument], check: Check) -> Asks:
        base = self.base
        if not isinstance(base, Answerer):
            raise PinciteError("this answerer takes no further documents")
        read = self._read(documents, check)
        split = {one.document.id: one.sentences for one in read}
        index = Index.build([one.document for one in read], embedder=_Watched(base.index.embedder, check), split=split)
        return type(base)(index, reader=base.reader, calibration=base.calibration, config=base.config)

    def _read(self, given: Sequence[InlineDocument], check: Check) -> list[Read]:
        wanted = [Given(one.id, text=one.text) for one in given]
        read = self.apart.read(wanted, stop=_stopping(check), seconds=self.bringing.seconds)
        metadata = [{n: v if isinstance(v, str) else tuple(v) for n, v in one.metadata.items()} for one in given]
        return [
            replace(one, document=replace(one.document, metadata=own)) for one, own in zip(read, metadata, strict=True)
        ]


def without_path(document: Document) -> Document:
    """`document` without where it lies on the server: its source is its id, unless that is a URL."""
    return document if is_url(document.source) else replace(document, source=document.id)


def _given(request: AskRequest | CheckRequest) -> list[InlineDocument] | None:
    """The documents that come with a request, None where there are none. Raises `RequestError`."""
    if request.text is not None and request.documents is not None:
        raise RequestError("both 'text' and 'documents' were given; send one of them")
    if request.text is not None:
        return [InlineDocument(id="text", text=request.text)]
    return request.documents


def described(document: Document, copy: NearCopy | None = None) -> dict[str, Any]:
    """A document without its text, as plain data. `copy`: of which other it is a near copy."""
    title = document.metadata.get("title")
    return {
        "id": document.id,
        "title": title if isinstance(title, str) else None,
        "media_type": document.media_type,
        "characters": len(document.text),
        "sha256": document.sha256,
        "unread": list(unread_text(document)),
        "recognised": list(recognised_text(document)),
        "near_copy_of": None if copy is None else {"id": copy.of, "share": copy.share},
        "metadata": {key: value if isinstance(value, str) else list(value) for key, value in document.metadata.items()},
    }


def public(answer: Answer) -> dict[str, Any]:
    """As `Answer.to_dict()`, but for where files lie on the server: a source that is no URL is its document's id."""
    found = answer.to_dict()
    for citation in (*found["citations"], found["nearest"]):
        if citation is not None and not is_url(citation["source"]):
            citation["source"] = citation["document_id"]
    return found


def log_answer(answer: Answer, milliseconds: float) -> None:
    """One line in the log; what was asked and answered is in it only where the log may hold text."""
    fields = {
        "status": answer.status,
        "form": answer.form,
        "confidence": answer.confidence,
        "documents": len({citation.document_id for citation in answer.citations}),
        "ms": round(milliseconds, 1),
    }
    logger.info("answer", extra={"fields": fields, "text": {"question": answer.question, "answer": answer.text}})


def _stopping(check: Check) -> Callable[[], bool]:
    """`check`, which raises: so whatever waits for a process ends it."""

    def stop() -> bool:
        check()
        return False

    return stop


class _Watched:
    """An embedder that looks at the clock now and then."""

    def __init__(self, embedder: Embedder, check: Check) -> None:
        self._embedder, self._check = embedder, check
        self.id, self.dimension, self.max_tokens = embedder.id, embedder.dimension, embedder.max_tokens

    def count_tokens(self, text: str) -> int:
        self._check()
        return self._embedder.count_tokens(text)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        parts = []
        for first in range(0, len(texts), EMBEDDED_AT_ONCE):
            self._check()
            parts.append(self._embedder.embed(texts[first : first + EMBEDDED_AT_ONCE]))
        return np.concatenate(parts)
