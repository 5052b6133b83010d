"""Handles visitors' ratings of answers: a thumb, the right words, or that there are none. Stores them as feedback."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import gradio as gr

import prompts
from index.errors import PinciteError
from index.split.sentences import trimmed
from index.types import Document
from pincite.records.feedback import Feedback, Rating
from pincite.web.answer import messages
from pincite.web.page_state import number_in
from pincite.web.visitor import Visitor, Visitors
from qa.errors import FeedbackFileError
from qa.types import Answer, Status

__all__ = ["FeedbackHandlers"]

logger = logging.getLogger(__name__)

MARKED, DENIED = "marked", "denied"


class FeedbackHandlers:
    """The handlers, one object for all visitors. `feedback`: where ratings are stored; None if visitors cannot rate."""

    def __init__(self, visitors: Visitors, feedback: Feedback | None) -> None:
        self.visitors = visitors
        self.feedback = feedback

    def rate(self, request: gr.Request, event: gr.EventData) -> Any:
        """Rate the answer `number` "up" or "down"; the same rating again withdraws it."""
        given = event._data.get("rating")
        if given not in (Rating.UP, Rating.DOWN):
            return gr.skip()
        rating = Rating(given)

        def keep(visitor: Visitor, number: int, answer: Answer, feedback: Feedback) -> str | None:
            document = _document_of(visitor, answer)
            if visitor.conversation[number - 1].rating == rating:
                feedback.withdraw(document, answer.read_as)
                return None
            feedback.rate(document, answer, rating)
            return rating.value

        return self._kept(request, event, keep)

    def mark(self, request: gr.Request, event: gr.EventData) -> Any:
        """Store that the words from `start` to `end` of the document `key` answer the question `number`."""
        start, end, key = (event._data.get(name) for name in ("start", "end", "key"))
        if type(start) is not int or type(end) is not int:
            return gr.skip()

        def keep(visitor: Visitor, number: int, answer: Answer, feedback: Feedback) -> str | None:
            document = _document(visitor, key)
            span = trimmed(document.text, max(0, start), min(end, len(document.text)))  # a selection often has a space
            feedback.mark(document, answer.read_as, *span, form=answer.form)
            return MARKED

        return self._kept(request, event, keep)

    def deny(self, request: gr.Request, event: gr.EventData) -> Any:
        """Store that the document `key` does not answer the question `number`."""
        key = event._data.get("key")

        def keep(visitor: Visitor, number: int, answer: Answer, feedback: Feedback) -> str | None:
            feedback.deny(_document(visitor, key), answer.read_as, form=answer.form)
            return DENIED

        return self._kept(request, event, keep)

    def _kept(
        self,
        request: gr.Request,
        event: gr.EventData,
        keep: Callable[[Visitor, int, Answer, Feedback], str | None],
    ) -> Any:
        """Store a rating by `keep`, which returns the answer's new rating; return the messages."""
        visitor, number = self.visitors.of(str(request.session_hash)), number_in(event)
        with visitor.talking:
            cleared, conversation = visitor.cleared, visitor.conversation
            if self.feedback is None or not 1 <= number <= len(conversation):
                return gr.skip()
            exchange, rated_question = conversation[number - 1], event._data.get("question", "")
            if exchange.answer is None or exchange.answer.status is Status.REPLIED:
                return gr.skip()
            if rated_question not in ("", exchange.question):  # another exchange has taken its place
                return gr.skip()
            try:
                rated = replace(exchange, rating=keep(visitor, number, exchange.answer, self.feedback), refused=None)
            except (PinciteError, OSError) as error:
                logger.warning("feedback could not be kept: %s", error)
                rated = replace(exchange, refused=_reason(error))
            if not visitor.keep((*conversation[: number - 1], rated, *conversation[number:]), cleared):
                return gr.skip()
            return messages(visitor.conversation, visitor.library.documents, rates=True)


def _document(visitor: Visitor, key: object) -> Document:
    document_id = visitor.document_id(key) if isinstance(key, str) else None
    if document_id is None:
        raise PinciteError(prompts.render("page_opinion_no_document"))
    return visitor.library.documents[document_id]


def _document_of(visitor: Visitor, answer: Answer) -> Document:
    """Return the document that a rating is about: the one that is cited, has the nearest statement, or is shown."""
    cited = [*answer.citations, *([answer.nearest] if answer.nearest is not None else [])]
    document_id = cited[0].document_id if cited else visitor.shown
    document = visitor.library.documents.get(document_id)
    if document is None:
        raise PinciteError(prompts.render("page_opinion_no_document"))
    return document


def _reason(error: PinciteError | OSError) -> str:
    """Return the message for the visitor, without paths of the server."""
    names_path = isinstance(error, OSError | FeedbackFileError)
    return prompts.render("page_opinion_failed") if names_path else str(error)
