"""Handles the page's events on a visitor's documents: add, show, search in, remove."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

import prompts
from index.errors import PinciteError
from index.sandbox import ReadTask
from index.types import Document
from pincite.service.work import Check
from pincite.web.answer import messages
from pincite.web.attached import add_read
from pincite.web.document_list import document_list_html
from pincite.web.page_state import number_in, page_state
from pincite.web.visitor import MOST_BYTES, Source, Visitor, Visitors
from pincite.web.work_queues import WorkQueues
from qa.compose.examples import example_questions
from qa.errors import BusyError, TimeIsUpError
from qa.types import Answer

__all__ = ["DocumentHandlers"]

logger = logging.getLogger(__name__)

BETWEEN_REPORTS = 0.25  # seconds
LONGEST_WAIT = 5.0  # seconds that an example waits at most for visitors' questions to be answered


class _GoneError(Exception):
    """The visitor has left, or has cancelled the work."""


class DocumentHandlers:
    """The handlers, one object for all visitors. `examples` are questions to try on the server's documents."""

    def __init__(
        self, visitors: Visitors, examples: Sequence[str] = (), *, rates: bool = False, queues: WorkQueues | None = None
    ) -> None:
        self.visitors = visitors
        self.queues = queues or WorkQueues()
        self._rates = rates
        self._examples = tuple(examples)
        self._server_examples: dict[str, list[str]] = {}  # examples of the server's own documents, by sha256

    async def show(self, request: gr.Request, event: gr.EventData) -> AsyncIterator[tuple[Any, ...]]:
        """Show another document in the pane, unless one that the visitor picked later is shown already."""
        visitor = self.visitors.of(str(request.session_hash))
        document_id = visitor.document_id(str(event._data.get("key")))
        number, chosen = event._data.get("number"), event._data.get("chosen")
        with visitor.lock:
            if document_id is not None and isinstance(number, int) and number > visitor.picks:
                visitor.picks, visitor.shown = number, document_id
                visitor.chosen = chosen if isinstance(chosen, str) else None
        yield document_list_html(visitor), page_state(visitor), gr.skip()
        yield gr.skip(), gr.skip(), await self.examples_for(visitor, request)

    def search_in(self, request: gr.Request, event: gr.EventData) -> tuple[str, str]:
        """Choose the documents that questions search."""
        visitor = self.visitors.of(str(request.session_hash))
        wanted = {visitor.document_id(str(key)) for key in event._data.get("keys", [])} - {None}
        try:
            visitor.library.search_in([i for i in wanted if i is not None])
        except PinciteError as error:
            visitor.expect(Source("", None, error=str(error)))
        return document_list_html(visitor), page_state(visitor)

    def remove(self, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        """Remove a document, and delete its file."""
        visitor = self.visitors.of(str(request.session_hash))
        document_id = visitor.document_id(str(event._data.get("key")))
        if document_id is not None:
            try:
                visitor.library.remove(document_id)
            except PinciteError as error:
                visitor.expect(Source(document_id, None, error=str(error)))
            visitor.discard(document_id)
        if visitor.shown not in visitor.library.documents:
            visitor.shown, visitor.chosen = next(iter(visitor.library.documents)), None
        shown = messages(visitor.conversation, visitor.library.documents, rates=self._rates)
        return document_list_html(visitor), shown, page_state(visitor)

    def follow(self, request: gr.Request) -> tuple[Any, ...]:
        """Take over the server's new documents, if there are any."""
        visitor = self.visitors.of(str(request.session_hash))
        if not visitor.library.is_behind:
            return gr.skip(), gr.skip(), gr.skip()
        visitor.library.follow()
        shown = messages(visitor.conversation, visitor.library.documents, rates=self._rates)
        return document_list_html(visitor), shown, page_state(visitor)

    def dismiss(self, request: gr.Request, event: gr.EventData) -> str:
        """Dismiss the message about a source that failed."""
        visitor, number = self.visitors.of(str(request.session_hash)), number_in(event)
        if 0 <= number < len(visitor.sources) and visitor.sources[number].error is not None:
            del visitor.sources[number]
        return document_list_html(visitor)

    async def address(self, request: gr.Request, event: gr.EventData) -> AsyncIterator[tuple[Any, ...]]:
        """Add a web address to the visitor's sources, and index it."""
        visitor, url = self.visitors.of(str(request.session_hash)), str(event._data.get("url", "")).strip()
        is_url = url.lower().startswith(("https://", "http://"))
        error = None if is_url else prompts.render("page_no_url")
        if is_url and (limit := self.visitors.limit_reached(visitor)) is not None:
            error = prompts.render("page_too_many", limit=limit)
        visitor.expect(Source(url, url if error is None else None, error=error))
        async for update in self.added(request):
            yield update

    async def added(self, request: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        """Read and index the visitor's waiting sources one after another, and report progress."""
        visitor = self.visitors.of(str(request.session_hash))
        yield document_list_html(visitor), gr.skip(), gr.skip()
        new: Document | None = None
        # One event at a time works on the sources; it also takes those that arrive meanwhile.
        while visitor.next_source() is not None and visitor.working.acquire(blocking=False):
            try:
                if (source := visitor.next_source()) is not None:
                    documents: list[Document] = []
                    sent = ""
                    async for _ in self._add_in_queue(visitor, source, documents, request):
                        # Only changes are sent: each report keeps the event loop busy for tens of milliseconds.
                        if (shelf := document_list_html(visitor)) != sent:
                            sent = shelf
                            yield shelf, gr.skip(), gr.skip()
                    new = documents[0] if documents else new
            finally:
                visitor.working.release()
        if new is not None:
            visitor.shown, visitor.chosen = new.id, None
        yield document_list_html(visitor), page_state(visitor), gr.skip()
        if new is not None:
            yield gr.skip(), gr.skip(), await self.examples_for(visitor, request)

    async def _add_in_queue(
        self, visitor: Visitor, source: Source, documents: list[Document], request: gr.Request
    ) -> AsyncIterator[None]:
        """Add `source` in its queue, and its document to `documents`; yield regularly, to report progress."""
        person = self.visitors.person(str(request.session_hash))
        adding = self.queues.adding.run(lambda check: self._add(visitor, source, documents, check), person)
        task = asyncio.ensure_future(adding)
        try:
            while not task.done() and not visitor.gone.is_set():
                await asyncio.wait([task], timeout=BETWEEN_REPORTS)
                yield
            if task.done():
                task.result()
        except (BusyError, TimeIsUpError) as error:
            self._fail(source, str(error))
        finally:
            task.cancel()

    def _add(self, visitor: Visitor, source: Source, documents: list[Document], check: Check) -> None:
        def report(share: float) -> None:
            if visitor.gone.is_set():
                raise _GoneError
            check()
            source.share = share

        try:
            assert source.path is not None
            read_task = ReadTask(source.name, source=str(source.path), max_bytes=MOST_BYTES)
            read = self.queues.sandbox.read([read_task], stop=visitor.gone.is_set)
            report(0.0)
            document, errors = add_read(self.visitors, visitor, read, report)
            documents.append(document)
            if isinstance(source.path, Path):
                visitor.files[document.id] = source.path
            visitor.sources.remove(source)
            for message in errors:
                visitor.expect(Source(source.name, None, error=message))
        except (_GoneError, InterruptedError):
            visitor.leave()
        except TimeIsUpError:
            raise
        except PinciteError as error:
            # Visitors see the file's name, never the path at which the server keeps it.
            self._fail(source, str(error).replace(str(source.path), source.name))
        except Exception:
            logger.exception("a source of a visitor could not be added")
            self._fail(source, prompts.render("page_not_done"))

    @staticmethod
    def _fail(source: Source, reason: str) -> None:
        source.error = reason
        if isinstance(source.path, Path):
            source.path.unlink(missing_ok=True)

    async def examples_for(self, visitor: Visitor, request: gr.Request) -> Any:
        """Run `chat_examples` when the server has time for it; otherwise change nothing."""
        person = self.visitors.person(str(request.session_hash))
        try:
            return await self.queues.trying.run(lambda check: self.chat_examples(visitor), person)
        except (BusyError, TimeIsUpError):
            return gr.skip()

    def chat_examples(self, visitor: Visitor) -> Any:
        """Return the chat with example questions on the shown document; no change if another is shown meanwhile."""
        document = visitor.library.documents[visitor.shown]
        is_servers = visitor.shown in visitor.library.brought
        examples_by_hash = self._server_examples if is_servers else visitor.examples

        def ask(question: str) -> Answer:
            self.queues.asking.wait_until_idle(LONGEST_WAIT)
            if visitor.gone.is_set() or visitor.shown != document.id:
                raise _GoneError
            return visitor.library.answer(question)

        if document.sha256 not in examples_by_hash:
            first = self._examples if is_servers else ()
            try:
                examples_by_hash[document.sha256] = example_questions(document, ask, first=first)
            except _GoneError:
                return gr.skip()
            except PinciteError as error:
                logger.warning("no example questions for %r: %s", document.id, error)
                examples_by_hash[document.sha256] = []
        if visitor.shown != document.id:
            return gr.skip()
        return gr.Chatbot(examples=[{"text": example} for example in examples_by_hash[document.sha256]])
