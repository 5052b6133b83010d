"""Reads what stands inside a Word document: words in pictures, with the extra `ocr`, and whole documents (altChunk).

The latter may be of any kind (ECMA-376 part 1, 17.17.2).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

from index.errors import LoadError
from index.load.docx.opening import RELATION_ID
from index.load.docx.words import name_of
from index.load.marked import moved
from index.load.ocr.recogniser import Recogniser
from index.load.parsed import BlockDraft, Composer, Parsed, Raw
from index.load.picture import words_of
from index.types import MetadataValue, SegmentKind

if TYPE_CHECKING:
    from docx.document import Document as Word

PICTURES = ("blip", "imagedata")
_EMBEDDED = RELATION_ID.removesuffix("id") + "embed"
_MOST = 1_000  # of a document

Read = Callable[[Raw], Parsed]

_ZIP, _RTF = b"PK\x03\x04", b"{\\rtf"
_LOOKED_AT = 2000  # bytes that tell what a part is


@dataclass(slots=True)
class Pictures:
    """Reads the pictures of paragraphs. `read`: how many elements that show a picture hold words that are read now."""

    word: Word
    recogniser: Recogniser | None
    read: int = 0
    _seen: dict[str, bool] = field(default_factory=dict)

    def add(self, paragraph: Any, composer: Composer) -> None:
        """Append what is recognised in the pictures of `paragraph`; one that is shown twice is read once."""
        for element in paragraph.iter() if self.recogniser is not None else ():
            if name_of(element) in PICTURES:
                self._add(element, composer)

    def _add(self, element: Any, composer: Composer) -> None:
        relation = self.word.part.rels.get(element.get(_EMBEDDED) or element.get(RELATION_ID) or "")
        if relation is None or relation.is_external or self.recogniser is None or len(self._seen) >= _MOST:
            return
        part = relation.target_part
        name = str(part.partname)
        if name not in self._seen:
            parsed = words_of(self.recogniser, part.blob, len(self._seen) + 1)
            self._seen[name] = parsed is not None
            if parsed is not None:
                first = len(composer.segments)
                composer.include(parsed)
                composer.enclose(SegmentKind.PICTURE, first, number=len(self._seen))
        self.read += self._seen[name]

    def metadata(self) -> dict[str, MetadataValue]:
        """Return the document's metadata: how many pictures were recognised, and by what; empty if none."""
        with_words = sum(self._seen.values())
        if self.recogniser is None or not with_words:
            return {}
        recogniser = self.recogniser
        stated: dict[str, MetadataValue] = {"recognised_by": recogniser.name, "recognised_with": recogniser.models}
        return {**stated, "recognised_pictures": str(with_words)}


def chunk_of(raw: Raw, part: Any, read_word: Read | None) -> list[BlockDraft] | None:
    """Return the blocks of a part that holds a whole document; None for a format that is not read.

    `read_word` reads a Word document, None where they nest too deep.
    """
    from index.load import plain
    from index.load.html import reading as html

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
    marks = [s for s in parsed.segments if s.kind in (SegmentKind.ADDED, SegmentKind.NOTE_NUMBER)]
    starts = [s.start for s in marks]
    for block in parsed.segments:
        if block.kind.is_block:
            first, last = (bisect_left(starts, edge) for edge in (block.start, block.end))
            inside = tuple(moved(s, -block.start) for s in marks[first:last] if s.end <= block.end)
            yield BlockDraft(block.kind, parsed.text[block.start : block.end], block.level, block.number, inside)
