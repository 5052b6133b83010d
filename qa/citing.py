"""Turns places in documents into citations, and widens or narrows them. Offsets are carried, never searched for."""

from __future__ import annotations

import re

from index import Index
from qa.types import Citation


def cite(index: Index, document_id: str, start: int, end: int, *, context: int = 32) -> Citation:
    """Return the citation of `[start, end)`, its quote taken from the document, with `context` characters around it."""
    document = index.documents[document_id]
    stated = document.metadata.get("file_sha256")
    sentence_start, sentence_end = index.sentence_at(document_id, start, end)
    return Citation(
        document_id=document_id,
        source=document.source,
        start=start,
        end=end,
        quote=document.text[start:end],
        sentence_start=sentence_start,
        sentence_end=sentence_end,
        page=document.page_at(start),
        prefix=document.text[max(0, start - context) : start],
        suffix=document.text[end : end + context],
        document_sha256=document.sha256,
        heading=document.heading_at(start),
        file_sha256=stated if isinstance(stated, str) else None,
        added=tuple((max(s.start, start), min(s.end, end)) for s in document.added_in(start, end)),
        where=document.places_at(start, end),
        boxes=tuple(box.place for box in document.boxes_in(start, end)),
    )


WIDEST = 600  # characters of what stands around a place
AFTER = 3  # sentences after it that are shown


def sentence_of(place: Citation, index: Index) -> Citation:
    """Return the whole sentence, or sentences, around the place."""
    return cite(index, place.document_id, place.sentence_start, place.sentence_end)


def in_one_sentence(place: Citation, index: Index) -> bool:
    """Return whether the place is within a single sentence."""
    return index.sentence_at(place.document_id, place.start, place.start + 1)[1] >= place.end


def around(place: Citation, index: Index) -> Citation:
    """Return the place with the sentence before it and some after it, under the same heading."""
    start, end = place.sentence_start, place.sentence_end
    before = _sentence_before(place.document_id, start, index)
    if before is not None and end - before < WIDEST:
        start = before
    return cite(index, place.document_id, start, _end_after(place.document_id, start, end, index))


def following(place: Citation, index: Index) -> Citation | None:
    """Return the sentences after the place, under the same heading; None at the end."""
    start = _next_start(place.document_id, place.sentence_end, index)
    if start is None:
        return None
    _, end = index.sentence_at(place.document_id, start, start + 1)
    return cite(index, place.document_id, start, _end_after(place.document_id, start, end, index))


def in_short(place: Citation, index: Index) -> Citation:
    """Return the words that matter most, where they are known; otherwise the place's first sentence."""
    if place.focus_start is not None and place.focus_end is not None:
        return cite(index, place.document_id, place.focus_start, place.focus_end)
    _, end = index.sentence_at(place.document_id, place.start, place.start + 1)
    return cite(index, place.document_id, place.start, min(end, place.end))


def same_place(first: Citation, other: Citation) -> bool:
    """Return whether two places share words of a document."""
    return first.document_id == other.document_id and first.start < other.end and other.start < first.end


def _end_after(document_id: str, start: int, end: int, index: Index) -> int:
    for _ in range(AFTER):
        begins = _next_start(document_id, end, index)
        if begins is None:
            break
        _, further = index.sentence_at(document_id, begins, begins + 1)
        if further - start > WIDEST:
            break
        end = further
    return end


def _next_start(document_id: str, end: int, index: Index) -> int | None:
    """Return where the next sentence begins, unless it is under another heading."""
    document = index.documents[document_id]
    gap = re.compile(r"\s*").match(document.text, end)
    start = gap.end() if gap else end
    if start >= len(document.text) or document.heading_at(start) != document.heading_at(end - 1):
        return None
    _, last = index.sentence_at(document_id, start, start + 1)
    return start if any(letter.isalnum() for letter in document.text[start:last]) else None  # not a heading's "###"


def _sentence_before(document_id: str, start: int, index: Index) -> int | None:
    document = index.documents[document_id]
    last = len(document.text[:start].rstrip()) - 1
    if last < 0 or document.heading_at(last) != document.heading_at(start):
        return None
    return index.sentence_at(document_id, last, last + 1)[0]
