"""Reads documents of any kind that stand whole inside a Word document (altChunk, ECMA-376 part 1, 17.17.2)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from typing import Any

from index.errors import LoadError
from index.load.parsed import BlockDraft, Parsed, Raw
from index.types import Segment, SegmentKind

Read = Callable[[Raw], Parsed]

_ZIP, _RTF = b"PK\x03\x04", b"{\\rtf"
_LOOKED_AT = 2000  # bytes that tell what a part is


def chunk_of(raw: Raw, part: Any, read_word: Read | None) -> list[BlockDraft] | None:
    """Return the blocks of a part that holds a whole document; None for a format that is not read.

    `read_word` reads a Word document, None where they nest too deep.
    """
    from index.load import html, plain

    suffix = str(part.partname).rpartition(".")[2].lower()
    inner = Raw(raw.name, part.blob, raw.encoding)
    head = part.blob[:_LOOKED_AT].lstrip().lower()
    read: Read | None
    if head.startswith(_RTF):
        return None
    if head.startswith(_ZIP.lower()):
        read = read_word
    elif suffix in ("mht", "mhtml") or b"mime-version:" in head:
        page = _page_of(inner)
        read, inner = html.read, page or inner
    else:
        is_page = suffix in ("html", "htm", "xhtml") or b"<html" in head or b"<!doctype html" in head
        read = html.read if is_page else plain.read
    try:
        parsed = read(inner) if read is not None else None
    except LoadError:
        return None
    return None if parsed is None else list(_drafts(parsed))


def _page_of(raw: Raw) -> Raw | None:
    """Return the page of a web archive (RFC 2557)."""
    message = message_from_bytes(raw.data, policy=policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            data = part.get_payload(decode=True)
            return Raw(raw.name, data, raw.encoding, part.get_content_charset()) if isinstance(data, bytes) else None
    return None


def _drafts(parsed: Parsed) -> Iterator[BlockDraft]:
    """Yield the blocks of a document within the document."""
    kinds = (SegmentKind.ADDED, SegmentKind.NOTE_NUMBER)
    inner = {kind: [s for s in parsed.segments if s.kind is kind] for kind in kinds}
    starts = {kind: [s.start for s in segments] for kind, segments in inner.items()}

    def inside(kind: SegmentKind, block: Segment) -> tuple[tuple[int, int], ...]:
        first, last = (bisect_left(starts[kind], edge) for edge in (block.start, block.end))
        spans = ((s.start, s.end) for s in inner[kind][first:last] if s.end <= block.end)
        return tuple((start - block.start, end - block.start) for start, end in spans)

    for block in parsed.segments:
        if block.kind.is_block:
            words = parsed.text[block.start : block.end]
            added_spans, notes = (inside(kind, block) for kind in kinds)
            yield BlockDraft(block.kind, words, block.level, block.number, added=added_spans, notes=notes)
