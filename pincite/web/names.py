"""Names documents and places in them as the page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

import prompts
from index.load import formats
from index.load.finding import is_url
from index.load.pdf.boxes import MEDIA_TYPE as PDF
from index.types import Document
from qa.rendering import where_text

__all__ = ["place_name", "title_of"]


def title_of(document: Document) -> str:
    """Return the name of `document`: its own title if it has one, else its id.

    A PDF's own title is rarely written by a person: "untitled", "Microsoft Word - draft3.doc".
    """
    title = document.metadata.get("title")
    stated = isinstance(title, str) and title.strip() and document.media_type != PDF
    return str(title) if stated else document.id


def _name(document_id: str) -> str:
    parts = PurePosixPath(document_id).parts
    if is_url(document_id):
        return parts[-1]
    holder = (i for i, part in enumerate(parts) if formats.by_suffix(PurePosixPath(part).suffix))
    return "/".join(parts[next(holder, len(parts) - 1) :])


def place_name(document_id: str, page: int | None, where: Sequence[tuple[str, str]] = ()) -> str:
    """Return the last part of a document's path, and where in it: the page, the slide, a table's row and column …

    Of what came with a message, that of the message too.
    """
    name = (_name(document_id) or document_id) + where_text(where)
    return name if page is None else prompts.render("page_source", name=name, page=page)
