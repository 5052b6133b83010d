"""Names documents, and places in them, for the page: titles, sources, labels of slides and messages."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from pathlib import PurePosixPath

import prompts
from index.load import formats
from index.load.finding import is_url
from index.load.pdf.boxes import MEDIA_TYPE as PDF
from index.types import Document, Segment, SegmentKind
from pincite.html.words import words_html
from qa.rendering import where_text

__all__ = ["content_key", "labels", "place_name", "title_of"]
_LABEL_KEYS = {
    SegmentKind.SLIDE: "page_place_slide",
    SegmentKind.SPEAKER_NOTES: "page_place_speaker_notes",
    SegmentKind.MESSAGE: "page_place_message",
    SegmentKind.NOTEBOOK_CELL: "page_place_notebook_cell",
    SegmentKind.CHAPTER: "page_place_chapter",
    SegmentKind.TIME: "page_place_time",
    SegmentKind.PICTURE: "page_place_picture",
}


def content_key(document: Document, *rest: Hashable) -> Hashable:
    """Return a cache key that is equal for the same text of the same file, and the same `rest`."""
    return document.sha256, document.source, document.id, *rest


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
    """Return the last part of a document's path, and the place in it: page, slide, row and column of a table …

    The name of an attachment includes the message's name.
    """
    name = (_name(document_id) or document_id) + where_text(where)
    return name if page is None else prompts.render("page_source", name=name, page=page)


def labels(document: Document) -> dict[int, list[str]]:
    """Return the labels of places by their start, outermost first, each as an empty element with a `data-label`.

    A chapter whose text begins with its name has none.
    """
    labels: dict[int, list[str]] = {}
    for segment in _places(document):
        label = words_html(_LABEL_KEYS[segment.kind], name=segment.name or str(segment.number or ""))
        labels.setdefault(segment.start, []).append(f'<div class="pc-place" data-label="{label}"></div>')
    return labels


def _places(document: Document) -> Iterator[Segment]:
    for segment in document.segments:
        if segment.kind not in _LABEL_KEYS:
            continue
        repeats_name = segment.name and document.text.startswith(segment.name, segment.start)
        if segment.kind is not SegmentKind.CHAPTER or not repeats_name:
            yield segment
