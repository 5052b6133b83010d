"""Makes the texts by which a passage is found. They are never quoted, and they change no offset."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from pathlib import PurePosixPath

from index.types import Chunk, Document, SegmentKind

# Most segments that are searched for a title, a heading or column headers.
REACH = 200


def document_title(document: Document) -> str:
    """Return the document's title: from its metadata, or its first heading, or the name of its file."""
    stated = document.metadata.get("title", ())
    title = stated if isinstance(stated, str) else " ".join(stated)
    if title.strip():
        return title.strip()
    for segment in document.segments[:REACH]:
        if segment.kind is SegmentKind.HEADING:
            return document.text[segment.start : segment.end]
    return re.sub(r"[_\W]+", " ", PurePosixPath(document.id).stem).strip()


def lexical_text(document: Document, chunk: Chunk) -> str:
    """Return the text that BM25 indexes for `chunk`: the title, the heading and column headers above, its own words."""
    own = document.readable(chunk.start, chunk.end)
    context = [document_title(document), _heading_above(document, chunk.start), _headers_above(document, chunk)]
    return "\n".join([*(words for words in dict.fromkeys(context) if words and words not in own), own])


def embedded_text(document: Document, chunk: Chunk) -> str:
    """Return the text that the embedder reads for `chunk`: its own words, without hidden ones."""
    return document.readable(chunk.start, chunk.end)


def _headers_above(document: Document, chunk: Chunk) -> str:
    """Return the column headers above `chunk` of the first cells in it, if the table's file counts its rows.

    For other tables none are added, so that the words equal those in indexes of earlier versions.
    """
    first = bisect_left(document.segments, chunk.start, key=lambda segment: segment.start)
    headers: dict[str, None] = {}
    for segment in document.segments[first : first + REACH]:
        if segment.start >= chunk.end:
            break
        if segment.kind is SegmentKind.CELL and segment.number is not None:
            headers.update((document.text[a:b], None) for a, b in segment.headers if b <= chunk.start)
    return " ".join(headers)


def _heading_above(document: Document, offset: int) -> str:
    last = bisect_right(document.segments, offset, key=lambda segment: segment.start)
    for segment in reversed(document.segments[max(0, last - REACH) : last]):
        if segment.kind is SegmentKind.HEADING:
            return document.text[segment.start : segment.end]
    return ""
