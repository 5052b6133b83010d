"""PDF, by PDFium: pages, and on them headings, paragraphs, list items, tables, notes and running heads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from index.errors import DamagedFileError, EmptyDocumentError, LoadError, ScannedDocumentError
from index.load.parsed import Parsed, Raw
from index.load.pdf.glyphs import Glyphs
from index.load.pdf.joining import Joined, Joiner, PageText
from index.load.pdf.layout import Block, lay_out
from index.load.pdf.pages import Pages
from index.types import MetadataValue, Segment, SegmentKind, Unread, UnreadKind

# A heading is set larger than the text, or in bold on lines of its own, and is short (characters).
LARGER = 1.12
LONGEST_HEADING = 200

_BARE = 20  # shapes on a page without text, at least, that may be words drawn as outlines
_SCAN = 0.8  # share of the page that a scan covers
_STAMP = 100  # characters of a page's text, at most, where a scan covers it: a stamp, or a page's number
_PICTURE = 0.01  # share of a page without text that a picture covers, at least, for it to be a scan
_NAMED = 20  # files in the file that are named
_NO_HEADINGS = (
    SegmentKind.TABLE,
    SegmentKind.NOTE,
    SegmentKind.RUNNING_HEAD,
    SegmentKind.LINE_NUMBER,
    SegmentKind.COMMENT,
)
_ASIDES = tuple(kind for kind in _NO_HEADINGS if kind is not SegmentKind.TABLE)
_DATE = re.compile(r"D?:?(\d{4})(\d{2})(\d{2})")


def read(raw: Raw) -> Parsed:
    """The text of all pages; `metadata` has their number, and title, author and date where the file states them.

    Raises `EncryptedFileError`, `DamagedFileError`, `ScannedDocumentError`, `SourceTooLargeError`.
    """
    if not raw.data:
        raise EmptyDocumentError(f"{raw.name!r} is empty; give a PDF with some words in it")
    pages = Pages(raw.name, raw.data)
    texts: list[PageText] = []
    missing = _Missing()
    for page in pages:
        layout = lay_out(page)
        missing.look(page, layout.text)
        if layout.text or page.remarks:
            texts.append(PageText(page.number, page.height, layout.text, layout.blocks, page.remarks))
    if not any(page.text for page in texts):
        raise _without_text(raw.name, pages, missing)
    joined = Joiner(texts).joined()
    return Parsed(joined.text, _segments(joined), _metadata(pages), missing.unread(pages))


class _Missing:
    """What of the pages is not text."""

    def __init__(self) -> None:
        self.scans: list[int] = []
        self.garbled: dict[int, int] = {}
        self.pictures: dict[int, int] = {}

    def look(self, page: Glyphs, text: str) -> None:
        """Note what of `page` is not in its `text`."""
        if page.garbled:
            self.garbled[page.number] = page.garbled
        bare = not text and not page.garbled and (page.picture >= _PICTURE or page.drawn >= _BARE)
        if bare or (page.picture >= _SCAN and len(text) < _STAMP):
            self.scans.append(page.number)
        elif page.pictures and page.picture < _SCAN:  # else its text has been read from it
            self.pictures[page.number] = page.pictures

    def unread(self, pages: Pages) -> tuple[Unread, ...]:
        """As the document's list."""
        found = []
        if self.scans:
            found.append(Unread(UnreadKind.PAGE, tuple(self.scans), len(self.scans)))
        if pages.unreadable:
            found.append(Unread(UnreadKind.DAMAGED, tuple(pages.unreadable), len(pages.unreadable)))
        if self.garbled:
            found.append(Unread(UnreadKind.FONT, tuple(self.garbled), sum(self.garbled.values())))
        if pages.is_xfa:
            found.append(Unread(UnreadKind.FORM))
        if pages.attached:
            names = ", ".join(name for name in pages.attached[:_NAMED] if name)
            found.append(Unread(UnreadKind.OBJECT, count=len(pages.attached), detail=names))
        if self.pictures:
            found.append(Unread(UnreadKind.IMAGE, tuple(self.pictures), sum(self.pictures.values())))
        return tuple(found)


def _without_text(name: str, pages: Pages, missing: _Missing) -> LoadError:
    if pages.unreadable or not pages.count:
        return DamagedFileError(f"{name!r} has {pages.count} pages, none of which can be read; export it again")
    if missing.garbled:
        return ScannedDocumentError(
            f"{name!r} has {pages.count} pages in fonts that do not name their characters; run OCR over it first"
        )
    return ScannedDocumentError(
        f"{name!r} has {pages.count} pages and no text on them, as a scan has; run OCR over it first"
    )


def _segments(joined: Joined) -> tuple[Segment, ...]:
    """Pages and the blocks on them; a heading's level is the rank of its size."""
    sizes = Counter[float]()
    for block in [b for b in joined.blocks if b.kind not in _ASIDES] or joined.blocks:
        sizes[_rounded(block.size)] += block.end - block.start
    body = sizes.most_common(1)[0][0]
    is_head = [_is_heading(joined, i, body) for i in range(len(joined.blocks))]
    levels = _levels([block.size for block, head in zip(joined.blocks, is_head, strict=True) if head])
    found = [Segment(SegmentKind.PAGE, start, end, number=number) for number, start, end in joined.pages]
    for block, head in zip(joined.blocks, is_head, strict=True):
        level = levels[block.size] if head else None
        found.append(Segment(SegmentKind.HEADING if head else block.kind, block.start, block.end, level=level))
        found += [Segment(SegmentKind.ADDED, start, end) for start, end in block.added]
        found += [Segment(SegmentKind.NOTE_NUMBER, start, end) for start, end in _note_numbers(joined.text, block)]
        found += [Segment(SegmentKind.CELL, cell.start, cell.end, headers=cell.headers) for cell in block.cells]
    return tuple(sorted(found, key=lambda s: (s.start, s.kind is not SegmentKind.PAGE, not s.kind.is_block, -s.end)))


def _note_numbers(text: str, block: Block) -> Iterator[tuple[int, int]]:
    """What stands between the brackets that are added around the numbers of notes."""
    for (start, _), (_, end) in pairwise(block.added):
        if text[start] == "[" and text[end - 1] == "]":
            yield start, end


def _levels(sizes: Sequence[float]) -> dict[float, int]:
    """From the largest; sizes that the eye does not tell apart are of one level."""
    found: dict[float, int] = {}
    level, largest = 0, float("inf")
    for size in sorted(set(sizes), reverse=True):
        if size < largest * 0.94:
            level, largest = level + 1, size
        found[size] = min(6, level)
    return found


def _rounded(size: float) -> float:
    return round(size * 2) / 2


def _is_heading(joined: Joined, i: int, body: float) -> bool:
    block = joined.blocks[i]
    if block.kind in _NO_HEADINGS or block.end - block.start > LONGEST_HEADING:
        return False
    words = joined.text[block.start : block.end]
    if not any(character.isalpha() for character in words):
        return False
    return block.size >= LARGER * body or (
        block.bold and block.size >= 0.95 * body and not words.endswith((".", ",", ";"))
    )


def _metadata(pages: Pages) -> dict[str, MetadataValue]:
    found: dict[str, MetadataValue] = {"pages": str(pages.count)}
    for name in ("title", "author"):
        value = " ".join(pages.metadata.get(name, "").split())
        if value:
            found[name] = value
    created = _DATE.match(pages.metadata.get("created", ""))
    if created:
        found["date"] = "-".join(created.groups())
    return found
