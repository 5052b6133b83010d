"""A conversation as chat messages. Each is one HTML block on one line, so that nothing in it is read as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

import prompts
from index.types import Document
from qa.rendering import abstention_text, confidence_text, percent
from qa.types import Answer, Citation
from web.conversation import Exchange, NumberedCitation, numbered
from web.marks import Span, escape, mark

__all__ = ["messages", "source_name"]


def messages(exchanges: Sequence[Exchange], documents: Mapping[str, Document]) -> list[dict[str, str]]:
    """The conversation for a Chatbot: `{"role": …, "content": …}`, all text in it escaped."""
    found = []
    for exchange, cited in numbered(exchanges):
        found.append({"role": "user", "content": _block("pc-question", escape(exchange.question))})
        found.append({"role": "assistant", "content": _reply(exchange, cited, documents)})
    return found


def source_name(citation: Citation) -> str:
    """The last part of the cited document's path, and the page where there is one."""
    name = PurePosixPath(citation.document_id).name or citation.document_id
    return name if citation.page is None else prompts.render("page_source", name=name, page=citation.page)


def _reply(exchange: Exchange, cited: Sequence[NumberedCitation], documents: Mapping[str, Document]) -> str:
    if exchange.error is not None:
        return _block("pc-error", escape(exchange.error))
    if exchange.answer is None:
        return _block("pc-reading", _words("page_reading"))
    parts = [_read_as(exchange.answer)]
    if exchange.answer.answered:
        parts += [_quote(cited[0], documents), _confidence(exchange.answer), _chips(cited)]
    else:
        parts += [_abstention(exchange.answer)]
        if cited:
            parts += [_paragraph("pc-note", _words("nearest")), _quote(cited[0], documents), _chips(cited)]
    return _block("pc-answer", "".join(parts))


def _quote(cited: NumberedCitation, documents: Mapping[str, Document]) -> str:
    """The sentence that the citation stands in, with the words that answer marked."""
    citation = cited.citation
    sentence = documents[citation.document_id].text[citation.sentence_start : citation.sentence_end]
    spans = [] if cited.nearest else [Span(citation.start, citation.end, "pc-span")]
    return f'<blockquote class="pc-quote">{mark(sentence, spans, base=citation.sentence_start)}</blockquote>'


def _abstention(answer: Answer) -> str:
    return _paragraph("pc-abstained", escape(abstention_text(answer)))


def _confidence(answer: Answer) -> str:
    bar = ""
    if answer.confidence is not None:
        share = percent(answer.confidence)
        bar = f'<span class="pc-meter"><span class="pc-meter-fill" style="width:{share}"></span></span>'
    return _paragraph("pc-confidence", bar + escape(confidence_text(answer)))


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
