"""The page: a chat beside the document it quotes. Widgets and what their events do."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import gradio as gr

import prompts
from index.errors import PinciteError
from index.types import Document
from qa.types import Answer, Turn
from web.answer import messages
from web.conversation import Exchange, NumberedCitation, numbered, turns
from web.marks import escape
from web.pane import pane_html, title_of

__all__ = ["Asks", "build_page"]

logger = logging.getLogger(__name__)

Conversation = tuple[Exchange, ...]
_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


class Asks(Protocol):
    """What the page needs of a `qa.Answerer`."""

    @property
    def documents(self) -> Mapping[str, Document]: ...

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer: ...


def build_page(answerer: Asks, *, examples: Sequence[str] = (), title: str = "Pincite") -> gr.Blocks:
    """The page over `answerer`, not yet launched: hand it to `web.server.serve`.

    `examples` are questions to click, shown until the first is asked. `title` is the browser window's.
    """
    handlers = _Handlers(answerer)
    page = gr.Blocks(title=title, fill_height=True, fill_width=True, analytics_enabled=False)
    with page:
        conversation = gr.State(())
        with gr.Row(elem_id="pc-columns"):
            with gr.Column(elem_id="pc-chat"):
                clear = _header()
                chat = _chatbot(examples)
                question = _question_box()
            with gr.Column(elem_id="pc-pane"):
                shown = _chooser(answerer.documents)
                pane = _pane(next(iter(answerer.documents.values())))
        everything = [question, conversation, chat, shown, pane]
        asking: dict[str, Any] = {"outputs": everything, "concurrency_id": "ask", "trigger_mode": "once", **_PRIVATE}
        question.submit(handlers.ask, [question, conversation, shown], **asking)
        chat.example_select(handlers.ask_example, [conversation, shown], **asking)
        clear.click(handlers.clear, [shown], everything, **_PRIVATE)
        shown.input(handlers.show, [conversation, shown], [pane], **_PRIVATE)
        pane.choose(handlers.choose, [conversation], [shown, pane], **_PRIVATE)
    return page


class _Handlers:
    """What the page's events do. What is asked stays in the visitor's own state, not here."""

    def __init__(self, answerer: Asks) -> None:
        self.answerer = answerer
        self.documents = answerer.documents

    def ask(self, question: str, conversation: Conversation, shown: str) -> Iterator[tuple[Any, ...]]:
        """The question at once, then its answer, with the document opened where it is cited."""
        if not question:  # a second Enter, after the box has been emptied
            yield tuple(gr.skip() for _ in range(5))
            return
        yield "", gr.skip(), messages([*conversation, Exchange(question)], self.documents), gr.skip(), gr.skip()
        conversation = (*conversation, self._exchange(question, conversation))
        *_, (_, cited) = numbered(conversation)
        view = self._view(conversation, cited[0] if cited else None, shown)
        yield gr.skip(), conversation, messages(conversation, self.documents), *view

    def ask_example(self, conversation: Conversation, shown: str, event: gr.SelectData) -> Iterator[tuple[Any, ...]]:
        """As `ask`, with the example that was clicked."""
        yield from self.ask(str(event.value["text"]), conversation, shown)

    def clear(self, shown: str) -> tuple[Any, ...]:
        """An empty conversation beside the same document, unmarked."""
        return "", (), [], *self._view((), None, shown)

    def show(self, conversation: Conversation, shown: str) -> str:
        """The pane for the document that was picked from the list."""
        return pane_html(self.documents[shown], conversation)

    def choose(self, conversation: Conversation, event: gr.EventData) -> tuple[Any, ...]:
        """The pane for a citation in a document that is not the one shown."""
        wanted = str(event._data.get("id"))
        for _, cited in numbered(conversation):
            for one in cited:
                if one.id == wanted:
                    return self._view(conversation, one, one.citation.document_id)
        return gr.skip(), gr.skip()  # a citation of a conversation that has been cleared

    def _exchange(self, question: str, conversation: Conversation) -> Exchange:
        try:
            return Exchange(question, answer=self.answerer.ask(question, turns(conversation)))
        except PinciteError as error:
            return Exchange(question, error=str(error))
        except Exception:
            logger.exception("no answer to a question")
            return Exchange(question, error=prompts.render("page_failed"))

    def _view(self, conversation: Conversation, chosen: NumberedCitation | None, shown: str) -> tuple[str, str]:
        document_id = chosen.citation.document_id if chosen is not None else shown
        return document_id, pane_html(self.documents[document_id], conversation, chosen)


def _header() -> gr.Button:
    tagline, show = (escape(prompts.render(name)) for name in ("page_tagline", "page_show_document"))
    with gr.Row(elem_id="pc-header"):
        gr.HTML(
            f'<header class="pc-brand"><h1>Pin<span>cite</span></h1><p>{tagline}</p></header>'
            f'<button type="button" class="pc-button pc-open">{show}</button>',
            js_on_load=None,
        )
        return gr.Button(prompts.render("page_clear"), elem_id="pc-clear", size="sm", scale=0)


def _chatbot(examples: Sequence[str]) -> gr.Chatbot:
    title, text = (escape(prompts.render(name)) for name in ("page_welcome_title", "page_welcome_text"))
    return gr.Chatbot(
        label=prompts.render("page_conversation_label"),
        show_label=False,
        container=False,
        elem_id="pc-messages",
        height="auto",
        buttons=[],
        layout="bubble",
        placeholder=f'<div class="pc-welcome"><h2>{title}</h2><p>{text}</p></div>',
        examples=[{"text": example} for example in examples] or None,
        # Messages are escaped HTML already: this is the second lock. No formulas, no tags of anyone's own.
        sanitize_html=True,
        allow_tags=False,
        latex_delimiters=[],
        autoscroll=True,
    )


def _question_box() -> gr.Textbox:
    return gr.Textbox(
        label=prompts.render("page_question_label"),
        placeholder=prompts.render("page_question_placeholder"),
        show_label=False,
        container=False,
        submit_btn=prompts.render("page_ask"),
        lines=1,
        max_lines=5,
        autofocus=True,
        elem_id="pc-question",
    )


def _chooser(documents: Mapping[str, Document]) -> gr.Dropdown:
    return gr.Dropdown(
        choices=[(title_of(document), document_id) for document_id, document in documents.items()],
        value=next(iter(documents)),
        label=prompts.render("page_document_label"),
        show_label=False,
        container=False,
        visible=len(documents) > 1,
        elem_id="pc-chooser",
    )


def _pane(document: Document) -> Any:
    script = Path(__file__).with_name("page.js").read_text(encoding="utf-8")
    return gr.HTML(pane_html(document), js_on_load=script, elem_id="pc-document", apply_default_css=False)
