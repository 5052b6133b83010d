"""The page: a chat beside the document that it quotes. Makes its widgets, and connects their events to handlers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Container, Sequence
from pathlib import Path
from typing import Any, TypeVar

import gradio as gr

import prompts
from pincite.html.words import words_html
from pincite.records.feedback import Feedback
from pincite.service.library import LibraryAnswerer
from pincite.web.answer import export_html
from pincite.web.checking import checking_html, open_check_html
from pincite.web.document_list import add_button_html, adding_html
from pincite.web.endpoints import add_endpoints
from pincite.web.guard import names_file
from pincite.web.handlers import Handlers
from pincite.web.page_state import dial_html
from pincite.web.pane import pane_html
from pincite.web.visitor import Visitors
from pincite.web.work_queues import WorkQueues, in_queue

__all__ = ["Page", "build_page", "in_a_loop"]

logger = logging.getLogger(__name__)

_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
# In this order: each uses those before it.
_SCRIPTS = ("stream", "marks", "pane", "documents", "chat", "taking", "marking", "checking", "following", "page")
T = TypeVar("T")


class Page(gr.Blocks):
    """The page before it is served. `visitors`: all present visitors; `queues`: run their work."""

    visitors: Visitors
    queues: WorkQueues

    async def process_api(self, *args: Any, **kwargs: Any) -> Any:
        """Process events as Gradio does, but log errors, which Gradio would print."""
        if names_file((args, kwargs.get("inputs"))):  # checked again: `pincite.web.sessions` refuses it first
            raise gr.Error(prompts.render("page_failed"), print_exception=False)
        try:
            return await super().process_api(*args, **kwargs)
        except gr.Error:
            raise
        except Exception as error:
            logger.exception("an event of the page failed")
            raise gr.Error(prompts.render("page_failed"), print_exception=False) from error

    def waiting(self) -> Collection[str]:
        """Return the ids of unfinished events."""
        return self._queue.event_ids_to_events.keys()

    def streams(self) -> Container[str]:
        """Return the sessions that have, or had, messages to be sent."""
        return self._queue.pending_messages_per_session

    def end_session(self, session: str) -> None:
        """Drop the messages and events of a session that has ended."""
        for event in list(self._queue.event_ids_to_events.values()):
            if event.session_hash == session:
                event.alive = False
        self._queue.pending_messages_per_session.pop(session, None)
        self._queue.pending_event_ids_session.pop(session, None)


def build_page(answerer: LibraryAnswerer, *, examples: Sequence[str] = (), feedback: Feedback | None = None) -> Page:
    """Return the page over `answerer`, to be served by `pincite.web.server.serve`.

    `examples`: questions to try first as example questions. `feedback`: where visitors' ratings are stored, with the
    documents' text; None if visitors cannot rate.
    """
    return in_a_loop(lambda: _build(answerer, Handlers(answerer, examples, feedback)))


def _build(answerer: LibraryAnswerer, handlers: Handlers) -> Page:
    page = Page(title="Pincite", fill_height=True, fill_width=True, analytics_enabled=False)
    page.visitors, page.queues = handlers.visitors, handlers.queues
    with page:
        with gr.Row(elem_id="pc-columns"):
            with gr.Column(elem_id="pc-chat"):
                clear = _header()
                chat = _chatbot()
                question = _question_box(dial_html(answerer.calibration, short=answerer.short))
            with gr.Column(elem_id="pc-pane"):
                _html(pane_html(next(iter(answerer.documents.values()))), "pc-document")
                with gr.Column(elem_id="pc-shelf"):
                    shelf = _html("", "pc-list-of-documents", _script("shelf"))
                    _html(adding_html() + open_check_html(), "pc-add")
        signal = gr.HTML("{}", html_template="<span></span>", js_on_load=_script(*_SCRIPTS), elem_id="pc-signal")
        # Before the page's own events, which would take the endpoints' names.
        add_endpoints(answerer, handlers.visitors, handlers.queues)
        _connect(page, handlers, clear=clear, chat=chat, question=question, shelf=shelf, signal=signal)
    return page


def _connect(
    page: Page, handlers: Handlers, *, clear: gr.Button, chat: gr.Chatbot, question: gr.Textbox, shelf: Any, signal: Any
) -> None:
    # "multiple": otherwise Gradio drops clicks during the event before. The page's script lets a question wait for the
    # answer before it, and `queues` decide whose turn it is.
    working: dict[str, Any] = {"concurrency_limit": None, "trigger_mode": "multiple", **_PRIVATE}

    def queued(handler: Callable[..., Any]) -> Callable[..., Any]:
        return in_queue(handlers.queues.asking, handlers.visitors, handler)

    question.submit(queued(handlers.ask), [question], [chat, signal], **working)
    chat.example_select(queued(handlers.ask_example), None, [chat, signal], **working)
    clear.click(handlers.clear, None, [question, chat, signal], **{**working, "trigger_mode": "once"})
    signal.again(queued(handlers.again), None, [chat, signal], **working)
    signal.resume(handlers.resume, None, [shelf, signal, chat], **{**working, "trigger_mode": "once"})
    signal.edit(handlers.edit, None, [question, signal], **{**working, "trigger_mode": "once"})
    signal.why(queued(handlers.why), None, [chat], **working)
    signal.rate(handlers.opinions.rate, None, [chat], **working)
    signal.mark(handlers.opinions.mark, None, [chat], **working)
    signal.deny(handlers.opinions.deny, None, [chat], **working)
    signal.dial(queued(handlers.dial), None, [chat, signal], **{**working, "trigger_mode": "always_last"})
    signal.show(handlers.documents.show, None, [shelf, signal, chat], **working)
    signal.searched(handlers.documents.search_in, None, [shelf, signal], **working)
    signal.remove(handlers.documents.remove, None, [shelf, chat, signal], **working)
    signal.follow(handlers.documents.follow, None, [shelf, chat, signal], **working)
    signal.dismiss(handlers.documents.dismiss, None, [shelf], **working)
    signal.address(handlers.documents.address, None, [shelf, signal, chat], **working)
    signal.added(handlers.documents.added, None, [shelf, signal, chat], **working)
    # Does nothing: the page's script sends it so that Gradio's client fetches the result of another event.
    signal.wake(lambda: None, None, None, **working)
    page.load(handlers.arrive, None, [shelf, signal, chat], **working)
    page.unload(handlers.leave)


def _header() -> gr.Button:
    tagline, show = words_html("page_tagline"), words_html("page_show_document")
    with gr.Row(elem_id="pc-header"):
        _html(
            f'<header class="pc-brand"><h1>Pin<span>cite</span></h1><p>{tagline}</p></header>'
            f'<button type="button" class="pc-button pc-open">{show}</button>'
            f"{checking_html()}",
            "pc-brand",
        )
        _html(open_check_html(), "pc-checking")
        _html(export_html(), "pc-taking")
        return gr.Button(prompts.render("page_clear"), elem_id="pc-clear", size="sm", scale=0)


def _chatbot() -> gr.Chatbot:
    title, text = words_html("page_welcome_title"), words_html("page_welcome_text")
    return gr.Chatbot(
        label=prompts.render("page_conversation_label"),
        show_label=False,
        container=False,
        elem_id="pc-messages",
        height="auto",
        buttons=[],
        layout="bubble",
        placeholder=f'<div class="pc-welcome"><h2>{title}</h2><p>{text}</p></div>',
        # Messages are escaped already; this is a second safeguard: no formulas, no unknown tags.
        sanitize_html=True,
        allow_tags=False,
        latex_delimiters=[],
        autoscroll=True,
    )


def _question_box(dial: str) -> gr.Textbox:
    editing, cancel = words_html("page_editing", number="{number}"), words_html("page_cancel")
    reading = words_html("page_reading")
    _html(
        f'<p class="pc-pending" role="status"><span class="pc-reading" hidden>{reading} <q></q></span></p>'
        f'<p class="pc-editing" role="status" hidden data-words="{editing}"><span></span> '
        f'<button type="button" class="pc-tool pc-cancel">{cancel}</button></p>',
        "pc-edit-bar",
    )
    with gr.Row(elem_id="pc-asking"):
        _html(add_button_html(), "pc-add-document")
        box = gr.Textbox(
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
    _html(dial, "pc-risk")
    return box


def _html(value: str, elem_id: str, script: str | None = None) -> gr.HTML:
    return gr.HTML(value, js_on_load=script, elem_id=elem_id, apply_default_css=False)


def _script(*names: str) -> str:
    folder = Path(__file__).parent / "script"
    return "\n".join((folder / f"{name}.js").read_text(encoding="utf-8") for name in names)


def in_a_loop(make: Callable[[], T]) -> T:
    """Call `make` while an event loop runs, and close the loop afterwards.

    Without a running loop, Gradio makes one for each page and application and never closes it
    (`gradio.utils.safe_get_stop_event`).
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(_call(make))
    return make()


async def _call(make: Callable[[], T]) -> T:
    return make()
