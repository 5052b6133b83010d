"""Labels the places that a citation names: a slide, a message, a time. A label stands above its content."""

from __future__ import annotations

from collections.abc import Iterator

from index.types import Document, Segment, SegmentKind
from pincite.html.words import words_html

__all__ = ["labels"]

_NAMED = {
    SegmentKind.SLIDE: "page_place_slide",
    SegmentKind.SPEAKER_NOTES: "page_place_speaker_notes",
    SegmentKind.MESSAGE: "page_place_message",
    SegmentKind.NOTEBOOK_CELL: "page_place_notebook_cell",
    SegmentKind.CHAPTER: "page_place_chapter",
    SegmentKind.TIME: "page_place_time",
    SegmentKind.PICTURE: "page_place_picture",
}


def labels(document: Document) -> dict[int, list[str]]:
    """By where they begin, the labels of places, outermost first, as attributes of elements without words.

    A chapter that begins with its own name has none.
    """
    labels: dict[int, list[str]] = {}
    for segment in _places(document):
        label = words_html(_NAMED[segment.kind], name=segment.name or str(segment.number or ""))
        labels.setdefault(segment.start, []).append(f'<div class="pc-place" data-label="{label}"></div>')
    return labels


def _places(document: Document) -> Iterator[Segment]:
    for segment in document.segments:
        if segment.kind not in _NAMED:
            continue
        is_said = segment.name and document.text.startswith(segment.name, segment.start)
        if segment.kind is not SegmentKind.CHAPTER or not is_said:
            yield segment
