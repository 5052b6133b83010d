"""A conversation as chat messages. Each is one HTML block on one line, so that nothing in it is read as Markdown.

What the page's script acts on is a link, for that is what Gradio's sanitiser leaves whole: `#pc-cite-3` shows a
citation, `#pc-why-1`, `#pc-edit-1` and `#pc-again-1` belong to an exchange.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import PurePosixPath

import prompts
from index.types import Document
from qa.rendering import abstention_text, percent
from qa.types import Answer, Citation
from web.conversation import Exchange, NumberedCitation, numbered
from web.document import excerpt_html
from web.marks import Span, escape, mark
from web.why import why_html

__all__ = ["messages", "source_name"]

_SURE = ((0.9, 5), (0.75, 4), (0.5, 3), (0.3, 2), (0.0, 1))  # from which confidence which words are used


def messages(exchanges: Sequence[Exchange], documents: Mapping[str, Document]) -> list[dict[str, str]]:
    """The conversation for a Chatbot: `{"role": …, "content": …}`, all text in it escaped."""
    found = []
    for turn, (exchange, cited) in enumerate(numbered(exchanges), start=1):
        found.append({"role": "user", "content": _question(exchange, turn)})
        found.append({"role": "assistant", "content": _reply(exchange, turn, cited, documents)})
    return found


def source_name(citation: Citation) -> str:
    """The last part of the cited document's path, and the page where there is one."""
    name = PurePosixPath(citation.document_id).name or citation.document_id
    return name if citation.page is None else prompts.render("page_source", name=name, page=citation.page)


def _question(exchange: Exchange, turn: int) -> str:
    tools = _paragraph("pc-tools", " ".join(_tool(name, turn) for name in ("edit", "again")))
    return _block("pc-asked", f'<div class="pc-question">{escape(exchange.question)}</div>{tools}')


def _tool(name: str, turn: int) -> str:
    hint = _words(f"page_{name}_label", number=turn)
    return f'<a class="pc-tool" role="button" href="#pc-{name}-{turn}" title="{hint}">{_words(f"page_{name}")}</a>'


def _reply(exchange: Exchange, turn: int, cited: Sequence[NumberedCitation], documents: Mapping[str, Document]) -> str:
    if exchange.error is not None:
        return _block("pc-error", escape(exchange.error))
    answer = exchange.answer
    assert answer is not None
    parts = [_read_as(answer)]
    if answer.answered:
        parts += [_answers(cited, documents), _confidence(answer)]
    else:
        parts += [_paragraph("pc-abstained", escape(abstention_text(answer)))]
        if cited:
            parts += [_paragraph("pc-note", _words("nearest")), _answers(cited, documents)]
    parts.append(_why(exchange, turn, documents))
    return _block("pc-answer", "".join(parts))


def _answers(cited: Sequence[NumberedCitation], documents: Mapping[str, Document]) -> str:
    """Each sentence that answers, with its chips below; several as a list."""

    def place(one: NumberedCitation) -> tuple[str, int, int]:
        return one.citation.document_id, one.citation.sentence_start, one.citation.sentence_end

    groups = [list(group) for _, group in groupby(cited, key=place)]
    shown = [_quote(group, documents) + _chips(group) for group in groups]
    if len(shown) == 1:
        return shown[0]
    items = "".join(f"<li>{one}</li>" for one in shown)
    return f'<ol class="pc-answers" role="list">{items}</ol>'


def _quote(group: Sequence[NumberedCitation], documents: Mapping[str, Document]) -> str:
    """The sentence that the citations stand in, with the words that answer marked."""
    first = group[0].citation
    document = documents.get(first.document_id)
    spans = [Span(one.citation.start, one.citation.end, "pc-span") for one in group if not one.nearest]
    if document is None:  # it has been removed: the words that were quoted are what is left
        return f'<blockquote class="pc-quote">{mark(first.quote, spans, base=first.start)}</blockquote>'
    sentence = excerpt_html(document, first.sentence_start, first.sentence_end, spans)
    return f'<blockquote class="pc-quote">{sentence}</blockquote>'


def _confidence(answer: Answer) -> str:
    if answer.confidence is None:
        return _paragraph("pc-note", _words("no_confidence"))
    share = percent(answer.confidence)
    level = next(level for least, level in _SURE if answer.confidence >= least)
    number = _words("page_sure_number", percent=share, share=share.rstrip("%"))
    bar = f'<span class="pc-meter"><span class="pc-meter-fill" style="width:{share}"></span></span>'
    words = _words(f"page_sure_{level}")
    return f'<details class="pc-confidence"><summary>{bar}{words}</summary><p>{number}</p></details>'


def _why(exchange: Exchange, turn: int, documents: Mapping[str, Document]) -> str:
    answer = exchange.answer
    assert answer is not None
    words = _words("page_why" if answer.answered else "page_why_not")
    if exchange.passages is None:
        took = _words("page_why_time", total=round(answer.timings.total))
        link = f'<a class="pc-tool" role="button" href="#pc-why-{turn}" title="{took}">{words}</a>'
        return _paragraph("pc-why-link", link)
    note = "" if answer.answered or answer.confidence is None else percent(answer.confidence)
    below = _paragraph("pc-note", _words("page_sure_abstained", percent=note)) if note else ""
    below += why_html(exchange.passages, documents, answer.timings.total)
    return f'<details class="pc-why" open><summary>{words}</summary>{below}</details>'


def _read_as(answer: Answer) -> str:
    if answer.read_as.strip() == answer.question.strip():
        return ""
    return _paragraph("pc-note", _words("read_as", question=answer.read_as))


def _chips(cited: Sequence[NumberedCitation]) -> str:
    return f'<p class="pc-chips">{" ".join(_chip(c) for c in cited)}</p>'


def _chip(cited: NumberedCitation) -> str:
    source = source_name(cited.citation)
    hint = _words("page_citation_hint", source=cited.citation.document_id)
    number = f'<span class="pc-number">[{cited.number}]</span>'
    name = f'<span class="pc-source">{escape(source)}</span>'
    return f'<a class="pc-chip" href="#{cited.id}" title="{hint}">{number} {name}</a>'


def _words(template: str, **values: object) -> str:
    return escape(prompts.render(template, **values))


def _paragraph(css_class: str, html: str) -> str:
    return f'<p class="{css_class}">{html}</p>'


def _block(css_class: str, html: str) -> str:
    # Markdown leaves an HTML block alone up to its first blank line: so there are no line breaks in it at all.
    return f'<div class="{css_class}">{html}</div>'.replace("\n", "&#10;")
