"""The document's side of the page: one document, with every citation of the conversation marked in it."""

from __future__ import annotations

from collections.abc import Sequence

import prompts
from index.types import Document
from web.conversation import Exchange, NumberedCitation, numbered
from web.document import document_html
from web.marks import Span, escape

__all__ = ["pane_html", "title_of"]


def pane_html(document: Document, exchanges: Sequence[Exchange] = (), chosen: NumberedCitation | None = None) -> str:
    """`document` as HTML for the pane. The script scrolls to `chosen` and emphasises it."""
    spans: list[Span] = []
    for _, cited in numbered(exchanges):
        for one in cited:
            if one.citation.document_id == document.id:
                spans += _spans(one)
    title = escape(title_of(document))
    close = escape(prompts.render("page_close_document"))
    wanted = f' data-chosen="{chosen.id}"' if chosen is not None else ""
    return (
        f'<div class="pc-pane-bar"><h2 class="pc-title" title="{escape(document.id)}">{title}</h2>'
        f'<button type="button" class="pc-button pc-close">{close}</button></div>'
        f'<article class="pc-article" tabindex="0" aria-label="{title}" data-document="{escape(document.id)}"{wanted}>'
        f"{document_html(document, spans)}</article>"
    )


def title_of(document: Document) -> str:
    """What to call `document`: its own title where it has one, else its id."""
    return document.metadata.get("title") or document.id


def _spans(cited: NumberedCitation) -> list[Span]:
    citation = cited.citation
    words = "pc-nearest" if cited.nearest else "pc-span"
    return [
        Span(citation.sentence_start, citation.sentence_end, "pc-sentence", id=f"{cited.id}-sentence"),
        Span(citation.start, citation.end, words, id=cited.id, label=str(cited.number)),
    ]
