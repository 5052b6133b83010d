"""PDF, by PDFium: pages, and on them headings, paragraphs, list items and tables in reading order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from index.errors import DamagedFileError, EmptyDocumentError, ScannedDocumentError
from index.load.parsed import Format, Parsed, Raw
from index.load.pdf.layout import Block, lay_out
from index.load.pdf.pages import Pages
from index.types import MetadataValue, Segment, SegmentKind

BETWEEN_PAGES = "\n\n"
# A heading is set larger than the text, or in bold on lines of its own, and is short (characters).
LARGER = 1.12
LONGEST_HEADING = 200

_DATE = re.compile(r"D?:?(\d{4})(\d{2})(\d{2})")


def read(raw: Raw) -> Parsed:
    """The text of all pages; `metadata` has their number, and title, author and date where the file states them.

    Raises `EncryptedFileError`, `DamagedFileError`, `ScannedDocumentError`, `SourceTooLargeError`.
    """
    if not raw.data:
        raise EmptyDocumentError(f"{raw.name!r} is empty; give a PDF with some words in it")
    pages = Pages(raw.name, raw.data)
    parts: list[str] = []
    length = 0
    bounds: list[tuple[int, int, int]] = []
    blocks: list[Block] = []
    for page in pages:
        layout = lay_out(page)
        if not layout.text:
            continue
        if parts:
            parts.append(BETWEEN_PAGES)
            length += len(BETWEEN_PAGES)
        parts.append(layout.text)
        bounds.append((page.number, length, length + len(layout.text)))
        for block in layout.blocks:
            block.start, block.end = block.start + length, block.end + length
            blocks.append(block)
        length += len(layout.text)
    if not parts:
        raise _without_text(raw.name, pages)
    return Parsed("".join(parts), _segments("".join(parts), bounds, blocks), _metadata(pages))


def _without_text(name: str, pages: Pages) -> Exception:
    if pages.unreadable or not pages.count:
        return DamagedFileError(f"{name!r} has {pages.count} pages, none of which can be read; export it again")
    return ScannedDocumentError(
        f"{name!r} has {pages.count} pages and no text on them, as a scan has; run OCR over it first"
    )


def _segments(text: str, bounds: Sequence[tuple[int, int, int]], blocks: Sequence[Block]) -> tuple[Segment, ...]:
    """Pages and the blocks on them; a heading's level is the rank of its size."""
    sizes = Counter[float]()
    for block in blocks:
        sizes[_rounded(block.size)] += block.end - block.start
    body = sizes.most_common(1)[0][0]
    is_head = [_is_heading(text, block, body) for block in blocks]
    levels = _levels([block.size for block, head in zip(blocks, is_head, strict=True) if head])
    found = [Segment(SegmentKind.PAGE, start, end, number=number) for number, start, end in bounds]
    for block, head in zip(blocks, is_head, strict=True):
        level = levels[block.size] if head else None
        found.append(Segment(SegmentKind.HEADING if head else block.kind, block.start, block.end, level=level))
    return tuple(sorted(found, key=lambda s: (s.start, s.kind is not SegmentKind.PAGE)))


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


def _is_heading(text: str, block: Block, body: float) -> bool:
    if block.kind is SegmentKind.TABLE or block.end - block.start > LONGEST_HEADING:
        return False
    words = text[block.start : block.end]
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


FORMAT = Format(("application/pdf", "application/x-pdf"), (".pdf",), read)
