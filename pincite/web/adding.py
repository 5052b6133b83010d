"""What the page's events do with the visitor's documents: add, show, search in, remove."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from threading import Thread
from typing import Any

import gradio as gr

import prompts
from index import load
from index.errors import PinciteError
from index.types import Document
from pincite.evaluation.examples import example_questions
from pincite.web.answer import messages
from pincite.web.quiet import Quiet
from pincite.web.shelf import shelf_html
from pincite.web.signal import number_in, signal
from pincite.web.visitor import MOST_BYTES, MOST_DOCUMENTS, Source, Visitor, Visitors
from qa.types import Answer

__all__ = ["DocumentHandlers"]

logger = logging.getLogger(__name__)

BETWEEN_REPORTS = 0.25  # seconds


class _GoneError(Exception):
    """The visitor has left, or turned to something else."""


class DocumentHandlers:
    """One for the page. `examples` are questions to try on the documents that the server brings."""

    def __init__(self, visitors: Visitors, examples: Sequence[str] = (), *, rates: bool = False) -> None:
        self.visitors = visitors
        self._rates = rates
        self.quiet = Quiet()
        self._examples = tuple(examples)
        self._made: dict[str, list[str]] = {}  # examples of the server's own documents, by sha256

    def show(self, request: gr.Request, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """Another document in the pane, unless one that was picked later is there already."""
        visitor = self.visitors.of(str(request.session_hash))
        document_id = visitor.document_id(str(event._data.get("key")))
        number, chosen = event._data.get("number"), event._data.get("chosen")
        with visitor.lock:
            if document_id is not None and isinstance(number, int) and number > visitor.picks:
                visitor.picks, visitor.shown = number, document_id
                visitor.chosen = chosen if isinstance(chosen, str) else None
        yield shelf_html(visitor), signal(visitor), gr.skip()
        yield gr.skip(), gr.skip(), self.chat_examples(visitor)

    def search_in(self, request: gr.Request, event: gr.EventData) -> tuple[str, str]:
        """Other documents to send questions to."""
        visitor = self.visitors.of(str(request.session_hash))
        wanted = {visitor.document_id(str(key)) for key in event._data.get("keys", [])} - {None}
        try:
            visitor.library.search_in([i for i in wanted if i is not None])
        except PinciteError as error:
            visitor.expect(Source("", None, error=str(error)))
        return shelf_html(visitor), signal(visitor)

    def remove(self, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        """A document taken out, and the file of it deleted."""
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
        return shelf_html(visitor), shown, signal(visitor)

    def dismiss(self, request: gr.Request, event: gr.EventData) -> str:
        """A message about a source that failed, read."""
        visitor, number = self.visitors.of(str(request.session_hash)), number_in(event)
        if 0 <= number < len(visitor.sources) and visitor.sources[number].error is not None:
            del visitor.sources[number]
        return shelf_html(visitor)

    def address(self, request: gr.Request, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """A web address, to be read and indexed."""
        visitor, url = self.visitors.of(str(request.session_hash)), str(event._data.get("url", "")).strip()
        right = url.lower().startswith(("https://", "http://"))
        error = None if right else prompts.render("page_no_url")
        if right and visitor.is_full:
            error = prompts.render("page_too_many", limit=MOST_DOCUMENTS)
        visitor.expect(Source(url, url if error is None else None, error=error))
        yield from self.added(request)

    def added(self, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """Reads and indexes what has come, one after the other, and says how far it is."""
        visitor = self.visitors.of(str(request.session_hash))
        yield shelf_html(visitor), gr.skip(), gr.skip()
        new: Document | None = None
        # One event at a time works on the list; what comes while it does, it comes to itself.
        while visitor.next_source() is not None and visitor.working.acquire(blocking=False):
            try:
                if (source := visitor.next_source()) is not None:
                    new = (yield from self._at_work(visitor, source)) or new
            finally:
                visitor.working.release()
        if new is not None:
            visitor.shown, visitor.chosen = new.id, None
        yield shelf_html(visitor), signal(visitor), gr.skip()
        if new is not None:
            yield gr.skip(), gr.skip(), self.chat_examples(visitor)

    def _at_work(self, visitor: Visitor, source: Source) -> Generator[tuple[Any, ...], None, Document | None]:
        found: list[Document] = []
        worker = Thread(target=self._add, args=(visitor, source, found), daemon=True)
        worker.start()
        while worker.is_alive() and not visitor.gone.is_set():
            worker.join(BETWEEN_REPORTS)
            yield shelf_html(visitor), gr.skip(), gr.skip()
        return found[0] if found else None

    def _add(self, visitor: Visitor, source: Source, found: list[Document]) -> None:
        def report(share: float) -> None:
            if visitor.gone.is_set():
                raise _GoneError
            source.share = share

        try:
            if len(visitor.added) >= MOST_DOCUMENTS:
                raise PinciteError(prompts.render("page_too_many", limit=MOST_DOCUMENTS))
            assert source.path is not None
            document = load(source.path, max_bytes=MOST_BYTES)
            report(0.0)
            found.append(visitor.library.add(document, report))
            if isinstance(source.path, Path):
                visitor.files[found[0].id] = source.path
            visitor.sources.remove(source)
        except _GoneError:
            visitor.leave()
        except PinciteError as error:
            # The visitor knows the file by its name, and where the server keeps it is nobody's business.
            self._failed(source, str(error).replace(str(source.path), source.name))
        except Exception:
            logger.exception("a source of a visitor could not be added")
            self._failed(source, prompts.render("page_not_done"))

    @staticmethod
    def _failed(source: Source, why: str) -> None:
        source.error = why
        if isinstance(source.path, Path):
            source.path.unlink(missing_ok=True)

    def chat_examples(self, visitor: Visitor) -> Any:
        """The chat with questions to click that the shown document answers; no change if it is no longer shown."""
        document = visitor.library.documents[visitor.shown]
        own = visitor.shown in visitor.came_with
        kept = self._made if own else visitor.examples

        def ask(question: str) -> Answer:
            self.quiet.wait()
            if visitor.gone.is_set() or visitor.shown != document.id:
                raise _GoneError
            return visitor.library.ask(question)

        if document.sha256 not in kept:
            first = self._examples if own else ()
            try:
                kept[document.sha256] = example_questions(document, ask, first=first)
            except _GoneError:
                return gr.skip()
            except PinciteError as error:
                logger.warning("no example questions for %r: %s", document.id, error)
                kept[document.sha256] = []
        if visitor.shown != document.id:
            return gr.skip()
        return gr.Chatbot(examples=[{"text": example} for example in kept[document.sha256]])
