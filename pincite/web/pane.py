"""Renders the document's side of the page: a bar, and the document, in which a script marks citations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import prompts
from index.types import Document
from pincite.html.marks import escape
from pincite.html.words import words_html
from pincite.web.conversation import ChatExchange, as_cited, numbered
from pincite.web.document import document_html
from pincite.web.layout import rows_of
from pincite.web.names import title_of
from qa.types import Citation

__all__ = ["article_html", "marks", "pane_html"]

LONG = 200_000  # characters from which a browser lays out only what is in view


def pane_html(document: Document) -> str:
    """Render the pane with `document`, as it is when the page opens."""
    return (
        '<div class="pc-pane-bar">'
        '<button type="button" class="pc-button pc-shelf-toggle" aria-expanded="false" aria-controls="pc-shelf">'
        f'{words_html("page_documents")}<span class="pc-count"></span></button>'
        f'<h2 class="pc-title">{escape(title_of(document))}</h2>'
        '<button type="button" class="pc-button pc-view" hidden aria-pressed="false">'
        f"{words_html('page_text')}</button>"
        f'<button type="button" class="pc-button pc-close" aria-label="{words_html("page_close_document")}">'
        f"{words_html('page_close_short')}</button></div>"
        f'<div class="pc-holder">{article_html(document)}</div>'
    )


def article_html(document: Document, *, images: str | None = None) -> str:
    """Render `document` as one element."""
    title = escape(title_of(document))
    kind = (" pc-has-pages" if images is not None else "") + (" pc-long" if len(document.text) > LONG else "")
    return (
        f'<article class="pc-article{kind}" tabindex="0" aria-label="{title}" data-title="{title}" '
        f'data-document="{escape(document.id)}" '
        f'data-version="{version_of(document)}">{document_html(document, images=images)}</article>'
    )


def version_of(document: Document) -> str:
    """Return a key that changes when the document's text does."""
    return document.sha256[:16]


def marks(exchanges: Sequence[ChatExchange], documents: Mapping[str, Document]) -> list[dict[str, Any]]:
    """Return the citations to mark in `documents`, for the page's script. Offsets count code points."""
    return [
        {
            "number": citation.number,
            "document": citation.citation.document_id,
            **_place(citation.citation, documents[citation.citation.document_id]),
            "nearest": citation.nearest,
            "hint": prompts.render("page_mark_hint", number=citation.number, question=exchange.question),
        }
        for exchange, cited in numbered(exchanges)
        for citation in cited
        if as_cited(citation.citation, documents) is not None
    ]


def _place(citation: Citation, document: Document) -> dict[str, Any]:
    """Return the span to mark, and the sentence around it; in a table, the rows around it."""
    start, end = citation.start, citation.end
    if citation.focus_start is not None and citation.focus_end is not None:
        start, end = citation.focus_start, citation.focus_end
    rows = rows_of(document, citation.start, citation.end)
    return {"start": start, "end": end, "sentence": list(rows or (citation.sentence_start, citation.sentence_end))}
