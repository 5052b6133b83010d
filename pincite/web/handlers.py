"""What the page's events do with questions. Everything of a visitor is kept in their `Visitor`."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from typing import Any

import gradio as gr

import prompts
from index.errors import PinciteError
from pincite.records.feedback import Feedback
from pincite.service.library import Asks, Library
from pincite.web.adding import DocumentHandlers
from pincite.web.answer import messages
from pincite.web.conversation import Exchange, numbered, turns
from pincite.web.lanes import Lanes
from pincite.web.opinions import OpinionHandlers
from pincite.web.shelf import shelf_html
from pincite.web.signal import number_in, signal
from pincite.web.visitor import Visitor, Visitors
from qa.config import AskOptions
from qa.types import Answer, Status

__all__ = ["Handlers"]

logger = logging.getLogger(__name__)


class Handlers:
    """One for the page. `examples` are questions to try on the documents that the server brings."""

    def __init__(self, answerer: Asks, examples: Sequence[str] = (), feedback: Feedback | None = None) -> None:
        self.visitors = Visitors(lambda: Library(answerer))
        self.opinions = OpinionHandlers(self.visitors, feedback)
        self.lanes = Lanes()
        self.documents = DocumentHandlers(self.visitors, examples, rates=feedback is not None, lanes=self.lanes)

    # -- coming and going

    async def arrive(self, request: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        """The visitor's list of documents and their token; then, once they are made, examples."""
        visitor = self._visitor(request)
        visitor.on_page = True
        yield shelf_html(visitor), signal(visitor), gr.skip()
        yield gr.skip(), gr.skip(), await self.documents.examples_for(visitor, request)

    def resume(self, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        """The conversation and the documents of before the page was loaded anew: the visitor's former token is sent."""
        visitor = self.visitors.resume(str(request.session_hash), str(event._data.get("token", "")))
        visitor.resumed += 1
        return shelf_html(visitor), signal(visitor), self._messages(visitor)

    def leave(self, request: gr.Request) -> None:
        """The visitor has closed the page, or loads it anew."""
        self.visitors.forget(str(request.session_hash))

    # -- asking

    def ask(self, question: str, request: gr.Request) -> tuple[Any, ...]:
        """The answer, at the end of the conversation; the page's script says meanwhile that it is awaited."""
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
        """As `ask`, with the example that was clicked."""
        return self.ask(str(event.value["text"]), request)

    def again(self, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        """A question asked once more, where it stands."""
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
        """A question put back into the box; number 0 leaves off editing."""
        visitor, turn = self._visitor(request), number_in(event)
        editing = 1 <= turn <= len(visitor.conversation)
        visitor.editing = turn if editing else None
        return visitor.conversation[turn - 1].question if editing else "", signal(visitor)

    def why(self, request: gr.Request, event: gr.EventData) -> Any:
        """What was considered for an answer, shown below it."""
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
        """An empty conversation beside the same document."""
        visitor = self._visitor(request)
        visitor.clear()
        return "", [], signal(visitor)

    def dial(self, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        """Another least confidence, for what is to come and for what has been answered."""
        visitor = self._visitor(request)
        percent = event._data.get("percent")
        if not isinstance(percent, int | float) or not 0 <= percent <= 99:
            return gr.skip(), gr.skip()
        visitor.minimum = percent / 100  # at once, whatever is being answered
        with visitor.talking:
            cleared = visitor.cleared
            decided = tuple(self._decided(visitor, exchange) for exchange in visitor.conversation)
            if not visitor.keep(decided, cleared):
                return gr.skip(), gr.skip()
            visitor.chosen = None
            return self._messages(visitor), signal(visitor)

    # -- what goes out

    def _visitor(self, request: gr.Request) -> Visitor:
        return self.visitors.of(str(request.session_hash))

    def _messages(self, visitor: Visitor) -> list[dict[str, str]]:
        return messages(visitor.conversation, visitor.library.documents, rates=self.opinions.feedback is not None)

    def _open_last(self, visitor: Visitor, turn: int | None = None) -> str:
        """The signal with the document opened where the answer of `turn`, or the last, stands."""
        cited = list(numbered(visitor.conversation))[(turn or 0) - 1][1]
        visitor.answers += 1
        visitor.chosen = cited[0].id if cited else None
        if cited and cited[0].citation.document_id in visitor.library.documents:
            visitor.shown = cited[0].citation.document_id
        return signal(visitor)

    def _exchange(self, visitor: Visitor, question: str, before: Sequence[Exchange]) -> Exchange:
        with self.documents.quiet.asking():
            options = AskOptions(min_confidence=visitor.minimum)
            return _kept_safe(question, lambda: visitor.library.answer(question, turns(before), options))

    def _decided(self, visitor: Visitor, exchange: Exchange) -> Exchange:
        """`exchange` as the dial stands now; asked again only if it decides otherwise."""
        answer, minimum = exchange.answer, visitor.minimum
        if answer is None or answer.confidence is None or minimum is None or answer.status is Status.REPLIED:
            return exchange
        if answer.answered == (answer.confidence >= minimum):
            return exchange

        def ask() -> Answer:
            again = visitor.library.answer(answer.read_as, options=AskOptions(min_confidence=minimum))
            return replace(again, question=answer.question)

        return replace(_kept_safe(exchange.question, ask), passages=exchange.passages)


def _kept_safe(question: str, ask: Callable[[], Answer]) -> Exchange:
    try:
        return Exchange(question, answer=ask())
    except PinciteError as error:
        return Exchange(question, error=str(error))
    except Exception:
        logger.exception("no answer to a question")
        return Exchange(question, error=prompts.render("page_failed"))


def _split(conversation: tuple[Exchange, ...], turn: int) -> tuple[Sequence[Exchange], Exchange, Sequence[Exchange]]:
    return conversation[: turn - 1], conversation[turn - 1], conversation[turn:]
