"""Serves gradio_client: `ask`, `index` and `documents`, each in the caller's own session."""

# Gradio evaluates these functions' annotations, so they must not be postponed by `from __future__`.
import base64 as base64_
import binascii
import time
from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Any

import gradio as gr
from gradio.events import api

from index.errors import PinciteError
from index.load import is_url
from index.sandbox import ReadTask
from pincite.service.library import Library, LibraryAnswerer
from pincite.service.replies import DescribedDocument, public
from pincite.service.requests import AskRequest, parsed
from pincite.service.service import log_answer
from pincite.web.attached import add_read
from pincite.web.visitor import MOST_BYTES, Visitor, Visitors
from pincite.web.work_queues import WorkQueues, in_queue
from qa.errors import RequestError

__all__ = ["add_endpoints"]


def add_endpoints(base: LibraryAnswerer, visitors: Visitors, queues: WorkQueues) -> None:
    """Add the endpoints to the `gr.Blocks` that is being built. `base` answers sessions without a visitor."""
    endpoints = _Endpoints(base, visitors, queues)
    for work, function in (
        (queues.asking, endpoints.ask),
        (queues.asking, endpoints.documents),
        (queues.adding, endpoints.index),
    ):
        api(in_queue(work, visitors, function), api_name=function.__name__, concurrency_limit=None)


class _Endpoints:
    def __init__(self, base: LibraryAnswerer, visitors: Visitors, queues: WorkQueues) -> None:
        self._base = base
        self._sandbox = queues.sandbox
        self._visitors = visitors

    def ask(
        self,
        question: str,
        request: gr.Request,
        history: list[dict[str, Any]] | None = None,
        top_k: int = 5,
        min_confidence: float | None = None,
        where: list[str] | None = None,
        form: str | None = None,
    ) -> dict[str, Any]:
        """Ask the documents of this session: those that the server has, and those that `index` has added.

        Parameters:
            question: in words
            history: earlier turns, oldest first, each with "question" and "answer" (null where there was none), or as
                this endpoint gave it
            top_k: passages that are read
            min_confidence: decline below this, from 0 (always answer) to 1; null for the calibrated threshold
            where: conditions on documents that hold together, such as "source=Reuters" or "date>=2024-01-01"
            form: what is cited: span, list, statement, passage or overview; null for what the question asks for
        Returns:
            the answer: form, status, text, confidence, citations with offsets, and on abstention nearest and reason
        """
        body = {"question": question, "history": history or [], "top_k": top_k, "where": where or []}
        wanted = parsed(AskRequest, {**body, "min_confidence": min_confidence, "form": form})
        began = time.perf_counter()
        answer = self._of(request).answer(wanted.question, wanted.turns(), wanted.options())
        log_answer(answer, 1000 * (time.perf_counter() - began))
        return public(answer).to_dict()

    def documents(self, request: gr.Request) -> list[dict[str, Any]]:
        """List the documents of this session: those that the server has, and those that `index` has added.

        Returns:
            of each its id, title, media type, size in characters, sha256 and metadata
        """
        answerer = self._of(request)
        library = answerer if isinstance(answerer, Library) else Library(answerer)
        copies = library.near_copies
        return [asdict(DescribedDocument.of(d, copies.get(d.id))) for d in library.documents.values()]

    def index(
        self, name: str, request: gr.Request, text: str | None = None, base64: str | None = None, url: str | None = None
    ) -> dict[str, Any]:
        """Add a document to this session, for as long as the session lasts. Nobody else can ask or see it.

        Parameters:
            name: the file's name, whose suffix tells the format, such as "report.pdf"; not used for a URL
            text: the document as text; give one of text, base64 and url
            base64: the bytes of the file in base64
            url: the http(s) address of the document
        Returns:
            its id, title, media type, size in characters, sha256, metadata and what is not read; in `attached` the ids
            of the documents that came with it, as with a message
        """
        given = {key: value for key, value in (("text", text), ("base64", base64), ("url", url)) if value is not None}
        if len(given) != 1 or not all(isinstance(value, str) for value in (*given.values(), name)):
            raise RequestError("give a name, and one of text, base64 and url, each as a text")
        visitor = self._visitors.of(str(request.session_hash))
        if (limit := self._visitors.limit_reached(visitor)) is not None:
            raise RequestError(
                f"{limit} documents were added from your address or account, the limit; remove one, or end a session"
            )
        if url is not None:
            if not is_url(url):  # a path would name a file of the server
                raise RequestError(f"{url[:100]!r} is not a web address; give one that begins with http:// or https://")
            return self._read(visitor, ReadTask(url, source=url, max_bytes=MOST_BYTES))
        data, file_name = _bytes(text, base64), _file_name(name)
        path = visitor.place_for(PurePosixPath(file_name).suffix)
        path.write_bytes(data)
        try:
            added = self._read(visitor, ReadTask(file_name, source=str(path), max_bytes=MOST_BYTES))
        except PinciteError:
            path.unlink(missing_ok=True)
            raise
        visitor.files[added["id"]] = path
        return added

    def _of(self, request: gr.Request) -> LibraryAnswerer | Library:
        visitor = self._visitors.there(str(request.session_hash))
        return self._base if visitor is None else visitor.library

    def _read(self, visitor: Visitor, given: ReadTask) -> dict[str, Any]:
        """Add a document with its attachments, and describe it; `unread` also names attachments that were not added."""
        visitor.arriving += 1
        try:
            read = self._sandbox.read([given], stop=visitor.gone.is_set)
            document, errors = add_read(self._visitors, visitor, read)
            description, attached = asdict(DescribedDocument.of(document)), visitor.library.attached_to(document.id)
            return {**description, "unread": [*description["unread"], *errors], "attached": attached}
        except InterruptedError as error:
            raise RequestError("the session has ended; begin a new one") from error
        finally:
            visitor.arriving -= 1


def _file_name(name: str) -> str:
    """Return the last part of a path, which is the document's name."""
    file_name = PurePosixPath(name.replace("\\", "/")).name
    if file_name in ("", ".", "..") or not file_name.isprintable() or len(file_name.encode("utf-8", "replace")) > 200:
        raise RequestError("the name is not a file name; give one such as report.pdf")
    return file_name


def _bytes(text: str | None, base64: str | None) -> bytes:
    try:
        return base64_.b64decode(base64, validate=True) if base64 is not None else str(text).encode("utf-8")
    except binascii.Error as error:
        raise RequestError(f"base64 cannot be read ({error}); send the file's bytes in base64") from error
    except UnicodeEncodeError as error:
        raise RequestError(f"text holds a lone surrogate at character {error.start}; send it as UTF-8") from error
