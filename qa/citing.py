"""Turns places in documents into citations. Offsets are carried, never searched for."""

from __future__ import annotations

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
