"""The document's side of the page: the bar above, and the document, on which the page's script marks citations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import prompts
from index.types import Document
from pincite.html.marks import escape
from pincite.html.words import words_html
from pincite.web.conversation import Exchange, numbered
from pincite.web.document import document_html
from pincite.web.layout import rows_of
from pincite.web.names import title_of
from qa.types import Citation

__all__ = ["article_html", "marks", "pane_html"]

LONG = 200_000  # characters from which a browser lays out only what is in view


def pane_html(document: Document) -> str:
    """The pane as the page opens, with `document` in it."""
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
    """`document` as one element."""
    title = escape(title_of(document))
    kind = (" pc-has-pages" if images is not None else "") + (" pc-long" if len(document.text) > LONG else "")
    return (
        f'<article class="pc-article{kind}" tabindex="0" aria-label="{title}" data-title="{title}" '
        f'data-document="{escape(document.id)}">{document_html(document, images=images)}</article>'
    )


def marks(exchanges: Sequence[Exchange], documents: Mapping[str, Document]) -> list[dict[str, Any]]:
    """What to mark in `documents`, for the page's script: offsets count code points."""
    return [
        {
            "number": one.number,
            "document": one.citation.document_id,
            "start": one.citation.start,
            "end": one.citation.end,
            "sentence": _around(one.citation, documents[one.citation.document_id]),
            "nearest": one.nearest,
            "hint": prompts.render("page_mark_hint", number=one.number, question=exchange.question),
        }
        for exchange, cited in numbered(exchanges)
        for one in cited
        if one.citation.document_id in documents
    ]


def _around(citation: Citation, document: Document) -> list[int]:
    """The sentence of a citation; of a table, which may be one sentence as a whole, the rows."""
    around = rows_of(document, citation.start, citation.end)
    return list(around or (citation.sentence_start, citation.sentence_end))
