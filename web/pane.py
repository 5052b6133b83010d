"""The document's side of the page: the bar above, and the document, on which the page's script marks citations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import prompts
from index.types import Document
from qa.marks import escape
from web.conversation import Exchange, numbered
from web.document import document_html
from web.names import title_of

__all__ = ["article_html", "marks", "pane_html"]

LONG = 200_000  # characters from which a browser lays out only what is in view


def pane_html(document: Document) -> str:
    """The pane as the page opens, with `document` in it."""
    names = ("close_document", "close_short", "documents", "text")
    words = {name: escape(prompts.render(f"page_{name}")) for name in names}
    return (
        '<div class="pc-pane-bar">'
        '<button type="button" class="pc-button pc-shelf-toggle" aria-expanded="false" aria-controls="pc-shelf">'
        f'{words["documents"]}<span class="pc-count"></span></button>'
        f'<h2 class="pc-title">{escape(title_of(document))}</h2>'
        '<button type="button" class="pc-button pc-view" hidden aria-pressed="false">'
        f"{words['text']}</button>"
        f'<button type="button" class="pc-button pc-close" aria-label="{words["close_document"]}">'
        f"{words['close_short']}</button></div>"
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


def marks(exchanges: Sequence[Exchange]) -> list[dict[str, Any]]:
    """What to mark, in which documents, for the page's script: offsets count code points."""
    return [
        {
            "number": one.number,
            "document": one.citation.document_id,
            "start": one.citation.start,
            "end": one.citation.end,
            "sentence": [one.citation.sentence_start, one.citation.sentence_end],
            "nearest": one.nearest,
            "hint": prompts.render("page_mark_hint", number=one.number, question=exchange.question),
        }
        for exchange, cited in numbered(exchanges)
        for one in cited
    ]
