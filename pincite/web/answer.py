"""Renders a conversation as chat messages. Each is one HTML block on one line, so that none is read as Markdown.

The buttons are links, because Gradio's sanitiser keeps links; the page's script handles them. `#pc-cite-3` shows a
citation; `#pc-why-1`, `#pc-edit-1` and `#pc-again-1` belong to an exchange.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from index.types import Document
from pincite.html.marks import escape
from pincite.html.words import words_html
from pincite.service.explaining import ExplainedPassage
from pincite.web.cited import cited_html, sentences_html
from pincite.web.conversation import ChatExchange, NumberedCitation, numbered
from pincite.web.why import why_html
from qa.rendering import abstention_text, confidence_text, nearest_text, percent, verdict_text
from qa.types import Answer, Form, Status

__all__ = ["export_html", "messages", "tools_html"]

# The words for a confidence: the first whose minimum it reaches.
_CONFIDENCE_WORDS = (
    (0.9, "page_sure_5"),
    (0.75, "page_sure_4"),
    (0.5, "page_sure_3"),
    (0.3, "page_sure_2"),
    (0.0, "page_sure_1"),
)
_FORMS = {
    Form.SPAN: "page_form_span",
    Form.LIST: "page_form_list",
    Form.STATEMENT: "page_form_statement",
    Form.PASSAGE: "page_form_passage",
    Form.OVERVIEW: "page_form_overview",
}
_LINKS = {
    "edit": ("page_edit", "page_edit_label"),
    "again": ("page_again", "page_again_label"),
    "copy": ("page_copy", "page_copy_label"),
    "copy_markdown": ("page_copy_markdown", "page_copy_markdown_label"),
    "up": ("page_up", "page_up_label"),
    "down": ("page_down", "page_down_label"),
    "mark": ("page_mark", "page_mark_label"),
    "why": ("page_why", "page_why_time"),
    "why_not": ("page_why_not", "page_why_time"),
}
_RATINGS = {
    "up": "page_opinion_up",
    "down": "page_opinion_down",
    "marked": "page_opinion_marked",
    "denied": "page_opinion_denied",
}
_EXPORTS = {"html": "page_export_html", "md": "page_export_md", "json": "page_export_json"}
# Messages that the page's script shows.
_SCRIPT_MESSAGES = {
    "copied": "page_copied",
    "not-copied": "page_not_copied",
    "marking": "page_marking",
    "marking-keep": "page_marking_keep",
    "marking-none": "page_marking_none",
    "marking-cancel": "page_marking_cancel",
    "marking-nothing": "page_marking_nothing",
}


def messages(
    exchanges: Sequence[ChatExchange], documents: Mapping[str, Document], *, rates: bool = False
) -> list[dict[str, str]]:
    """Return the conversation as a Chatbot takes it: `{"role": …, "content": …}`, with all text escaped.

    `rates`: whether visitors can rate an answer.
    """
    messages = []
    for turn, (exchange, cited) in enumerate(numbered(exchanges), start=1):
        messages.append({"role": "user", "content": _question(exchange, turn)})
        messages.append({"role": "assistant", "content": _reply(exchange, turn, cited, documents, rates)})
    return messages


def _question(exchange: ChatExchange, turn: int) -> str:
    tools = _paragraph("pc-tools", " ".join(_link(name, turn) for name in ("edit", "again")))
    return _block("pc-asked", f'<div class="pc-question">{escape(exchange.question)}</div>{tools}')


def _reply(
    exchange: ChatExchange, turn: int, cited: Sequence[NumberedCitation], documents: Mapping[str, Document], rates: bool
) -> str:
    if exchange.error is not None:
        return _block("pc-error", escape(exchange.error))
    answer = exchange.answer
    assert answer is not None
    if answer.status is Status.REPLIED:
        return _block("pc-answer pc-reply", _replied(answer, cited, documents))
    parts = [_read_as(answer), *(_paragraph("pc-note pc-warning", escape(words)) for words in answer.warnings)]
    parts += _answered(answer, cited, documents) if answer.answered else _abstained(answer, cited, documents)
    if exchange.passages is not None:
        parts.append(_why(answer, exchange.passages, documents))
    parts.append(tools_html(exchange, turn, rates=rates))
    return _block("pc-answer", "".join(parts))


def _replied(answer: Answer, cited: Sequence[NumberedCitation], documents: Mapping[str, Document]) -> str:
    """Render a reply to talk, with the citations of the previous answer if the reply is about that."""
    html = f'<div class="pc-said">{escape(answer.text or "")}</div>'
    return html + (sentences_html(cited, documents, answer.form) if cited else "")


def _answered(answer: Answer, cited: Sequence[NumberedCitation], documents: Mapping[str, Document]) -> Iterator[str]:
    yield _paragraph("pc-form", words_html(_FORMS[answer.form]))
    if answer.verdict is not None:
        yield _paragraph("pc-verdict", escape(verdict_text(answer)))
    if answer.form is Form.SPAN:
        yield sentences_html(cited, documents, answer.form, confidence=_confidence(answer))
    else:
        yield cited_html(answer, cited, documents)
        yield _confidence(answer)


def _abstained(answer: Answer, cited: Sequence[NumberedCitation], documents: Mapping[str, Document]) -> Iterator[str]:
    yield _paragraph("pc-abstained", escape(abstention_text(answer)))
    if cited:
        yield _paragraph("pc-note", escape(nearest_text(answer)))
        yield sentences_html(cited, documents, answer.form)


def _confidence(answer: Answer) -> str:
    if answer.confidence is None:
        words = confidence_text(answer)
        return _paragraph("pc-note", escape(words)) if words else ""
    share = percent(answer.confidence)
    words_key = next(key for minimum, key in _CONFIDENCE_WORDS if answer.confidence >= minimum)
    number = words_html("page_sure_number", percent=share, share=share.rstrip("%"))
    bar = f'<span class="pc-meter"><span class="pc-meter-fill" style="width:{share}"></span></span>'
    words = words_html(words_key)
    return f'<details class="pc-confidence"><summary>{bar}{words}</summary><p>{number}</p></details>'


def _why(answer: Answer, passages: Sequence[ExplainedPassage], documents: Mapping[str, Document]) -> str:
    words = words_html("page_why" if answer.answered else "page_why_not")
    note = "" if answer.answered or answer.confidence is None else percent(answer.confidence)
    below = _paragraph("pc-note", words_html("page_sure_abstained", percent=note)) if note else ""
    below += why_html(passages, documents, answer)
    return f'<details class="pc-why" open><summary>{words}</summary>{below}</details>'


def _read_as(answer: Answer) -> str:
    if answer.read_as.strip() == answer.question.strip():
        return ""
    return _paragraph("pc-note", words_html("read_as", question=answer.read_as))


def _paragraph(css_class: str, html: str) -> str:
    return f'<p class="{css_class}">{html}</p>'


def _block(css_class: str, html: str) -> str:
    # For Markdown an HTML block ends at its first blank line, so the block must contain no line break.
    return f'<div class="{css_class}">{html}</div>'.replace("\n", "&#10;")


def tools_html(exchange: ChatExchange, turn: int, *, rates: bool) -> str:
    """Render the links below the answer of a turn, from 1. `rates`: whether visitors can rate it."""
    answer = exchange.answer
    if answer is None or answer.status is Status.REPLIED:
        return ""
    links = [_link(name, turn) for name in ("copy", "copy_markdown")]
    if exchange.passages is None:
        took = round(answer.timings.total)
        links.insert(0, _link("why" if answer.answered else "why_not", turn, total=took))
    if rates:
        links += [_link(name, turn, pressed=exchange.rating == name) for name in ("up", "down")]
        links.append(_link("mark", turn, pressed=exchange.rating in ("marked", "denied")))
    note = ""
    if exchange.refused is not None:
        note = f'<p class="pc-note pc-warning">{escape(exchange.refused)}</p>'
    elif exchange.rating is not None:
        note = f'<p class="pc-note">{words_html(_RATINGS[exchange.rating])}</p>'
    return f'<p class="pc-why-link">{" ".join(links)}</p>{note}'


def export_html() -> str:
    """Render the menu that exports a conversation; the page's script adds the addresses."""
    # Without `download` the browser would count the click as leaving the page, and the visitor would be forgotten.
    items = "".join(
        f'<li><a class="pc-tool pc-export" data-suffix="{suffix}" href="#" download>{words_html(key)}</a></li>'
        for suffix, key in _EXPORTS.items()
    )
    words = " ".join(f'data-{name}="{words_html(key)}"' for name, key in _SCRIPT_MESSAGES.items())
    return (
        f'<details class="pc-take" hidden {words}><summary class="pc-button">{words_html("page_export")}</summary>'
        f'<ul role="list">{items}</ul></details><p class="pc-told" role="status"></p>'
    )


def _link(name: str, turn: int, *, pressed: bool = False, **values: object) -> str:
    """Render a link. `values`: values for its hint's template besides the number of the turn."""
    key, label = _LINKS[name]
    hint, state = words_html(label, number=turn, **values), " pc-pressed" if pressed else ""
    address = f"#pc-{name.removesuffix('_not').replace('_', '-')}-{turn}"
    return f'<a class="pc-tool{state}" role="button" href="{address}" title="{hint}">{words_html(key)}</a>'
