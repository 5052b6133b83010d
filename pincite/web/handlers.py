"""Handles the page's events on questions. Each visitor's state is kept in their `Visitor`."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from typing import Any

import gradio as gr

import prompts
from index.errors import PinciteError
from pincite.records.feedback import Feedback
from pincite.service.library import Library, LibraryAnswerer
from pincite.web.answer import messages
from pincite.web.conversation import ChatExchange, numbered, turns
from pincite.web.document_handlers import DocumentHandlers
from pincite.web.document_list import document_list_html
from pincite.web.feedback_handlers import FeedbackHandlers
from pincite.web.page_state import number_in, page_state
from pincite.web.visitor import Visitor, Visitors
from pincite.web.work_queues import WorkQueues
from qa.config import AskOptions
from qa.types import Answer, Status

__all__ = ["Handlers"]

logger = logging.getLogger(__name__)


class Handlers:
    """The handlers, one object for all visitors. `examples` are questions to try on the server's documents."""

    def __init__(
        self, answerer: LibraryAnswerer, examples: Sequence[str] = (), feedback: Feedback | None = None
    ) -> None:
        self.visitors = Visitors(lambda: Library(answerer))
        self.opinions = FeedbackHandlers(self.visitors, feedback)
        self.queues = WorkQueues()
        self.documents = DocumentHandlers(self.visitors, examples, rates=feedback is not None, queues=self.queues)

    # -- coming and going

    async def arrive(self, request: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        """Yield the visitor's list of documents and their state; then example questions, once they are made."""
        visitor = self._visitor(request)
        visitor.on_page = True
        yield document_list_html(visitor), page_state(visitor), gr.skip()
        yield gr.skip(), gr.skip(), await self.documents.examples_for(visitor, request)

    def resume(self, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        """Restore conversation and documents after a reload, by the visitor's token, which the page sends."""
        visitor = self.visitors.resume(str(request.session_hash), str(event._data.get("token", "")))
        visitor.resumed += 1
        return document_list_html(visitor), page_state(visitor), self._messages(visitor)

    def leave(self, request: gr.Request) -> None:
        """Forget the visitor, who has closed the page or is reloading it, unless they resume soon."""
        self.visitors.forget(str(request.session_hash))

    # -- asking

    def ask(self, question: str, request: gr.Request) -> tuple[Any, ...]:
        """Answer the question at the end of the conversation; until then the page's script shows that it waits."""
        visitor = self._visitor(request)
        with visitor.talking:
            cleared, before = visitor.cleared, visitor.conversation
            if visitor.editing is not None:
                before = before[: visitor.editing - 1]
            exchange = self._exchange(visitor, question, before)
            if not visitor.keep((*before, exchange), cleared):
                return gr.skip(), gr.skip()
            visitor.editing = None
            return self._messages(visitor), self._open_last(visitor)

    def ask_example(self, request: gr.Request, event: gr.SelectData) -> tuple[Any, ...]:
        """Ask the example that was clicked."""
        return self.ask(str(event.value["text"]), request)

    def again(self, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        """Ask a question again, in its place."""
        visitor, turn = self._visitor(request), number_in(event)
        with visitor.talking:
            cleared = visitor.cleared
            if not 1 <= turn <= len(visitor.conversation):
                return gr.skip(), gr.skip()
            before, old, after = _split(visitor.conversation, turn)
            exchange = self._exchange(visitor, old.question, before)
            if not visitor.keep((*before, exchange, *after), cleared):
                return gr.skip(), gr.skip()
            return self._messages(visitor), self._open_last(visitor, turn)

    def edit(self, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        """Put a question back into the question box, to be edited; number 0 ends editing."""
        visitor, turn = self._visitor(request), number_in(event)
        editing = 1 <= turn <= len(visitor.conversation)
        visitor.editing = turn if editing else None
        return visitor.conversation[turn - 1].question if editing else "", page_state(visitor)

    def why(self, request: gr.Request, event: gr.EventData) -> Any:
        """Show the passages that were considered for an answer below it."""
        visitor, turn = self._visitor(request), number_in(event)
        with visitor.talking:
            cleared = visitor.cleared
            if not 1 <= turn <= len(visitor.conversation) or visitor.conversation[turn - 1].answer is None:
                return gr.skip()
            before, old, after = _split(visitor.conversation, turn)
            assert old.answer is not None
            explained = replace(old, passages=tuple(visitor.library.explain(old.answer)))
            return self._messages(visitor) if visitor.keep((*before, explained, *after), cleared) else gr.skip()

    def clear(self, request: gr.Request) -> tuple[Any, ...]:
        """Clear the conversation; keep the documents."""
        visitor = self._visitor(request)
        visitor.clear()
        return "", [], page_state(visitor)

    def dial(self, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        """Change the threshold, both for new answers and for those in the conversation."""
        visitor = self._visitor(request)
        percent = event._data.get("percent")
        if not isinstance(percent, int | float) or not 0 <= percent <= 99:
            return gr.skip(), gr.skip()
        visitor.minimum = percent / 100  # at once, even while a question is being answered
        with visitor.talking:
            cleared = visitor.cleared
            decided = tuple(self._decided(visitor, exchange) for exchange in visitor.conversation)
            if not visitor.keep(decided, cleared):
                return gr.skip(), gr.skip()
            visitor.chosen = None
            return self._messages(visitor), page_state(visitor)

    # -- helpers

    def _visitor(self, request: gr.Request) -> Visitor:
        return self.visitors.of(str(request.session_hash))

    def _messages(self, visitor: Visitor) -> list[dict[str, str]]:
        return messages(visitor.conversation, visitor.library.documents, rates=self.opinions.feedback is not None)

    def _open_last(self, visitor: Visitor, turn: int | None = None) -> str:
        """Return the page state with the document open at the answer of `turn`, or the last answer."""
        cited = list(numbered(visitor.conversation))[(turn or 0) - 1][1]
        visitor.answers += 1
        visitor.chosen = cited[0].id if cited else None
        if cited and cited[0].citation.document_id in visitor.library.documents:
            visitor.shown = cited[0].citation.document_id
        return page_state(visitor)

    def _exchange(self, visitor: Visitor, question: str, before: Sequence[ChatExchange]) -> ChatExchange:
        options = AskOptions(min_confidence=visitor.minimum)
        return _exchange_or_error(question, lambda: visitor.library.answer(question, turns(before), options))

    def _decided(self, visitor: Visitor, exchange: ChatExchange) -> ChatExchange:
        """Return `exchange` as the current threshold decides it. It is asked again only if the decision changes."""
        answer, minimum = exchange.answer, visitor.minimum
        if answer is None or answer.confidence is None or minimum is None or answer.status is Status.REPLIED:
            return exchange
        if answer.answered == (answer.confidence >= minimum):
            return exchange

        def ask() -> Answer:
            new = visitor.library.answer(answer.read_as, options=AskOptions(min_confidence=minimum))
            return replace(new, question=answer.question)

        return replace(_exchange_or_error(exchange.question, ask), passages=exchange.passages)


def _exchange_or_error(question: str, ask: Callable[[], Answer]) -> ChatExchange:
    try:
        return ChatExchange(question, answer=ask())
    except PinciteError as error:
        return ChatExchange(question, error=str(error))
    except Exception:
        logger.exception("no answer to a question")
        return ChatExchange(question, error=prompts.render("page_failed"))


def _split(
    conversation: tuple[ChatExchange, ...], turn: int
) -> tuple[Sequence[ChatExchange], ChatExchange, Sequence[ChatExchange]]:
    return conversation[: turn - 1], conversation[turn - 1], conversation[turn:]
