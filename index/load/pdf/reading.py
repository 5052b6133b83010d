"""PDF, by PDFium: pages, and on them headings, paragraphs, list items, tables, notes and running heads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from index.errors import DamagedFileError, LoadError, ScannedDocumentError
from index.load.ocr.extra import can_recognise, way_to_recognise
from index.load.parsed import Parsed, Raw
from index.load.pdf.joining import Joined, Joiner
from index.load.pdf.layout import PageBlock, lay_out
from index.load.pdf.pages import Pages
from index.load.pdf.running_heads import PageText
from index.load.pdf.scans import UnreadPages
from index.types import MetadataValue, Segment, SegmentKind

# A heading is set larger than the text, or in bold on lines of its own, and is short (characters).
LARGER = 1.12
LONGEST_HEADING = 200

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
    """Return the text of all pages; `metadata` has their number, and title, author and date where the file states them.

    Raises `EncryptedFileError`, `DamagedFileError`, `ScannedDocumentError`, `SourceTooLargeError`.
    """
    pages = Pages(raw.name, raw.data)
    texts: list[PageText] = []
    missing = UnreadPages()
    heights: dict[int, float] = {}
    for page in pages:
        layout = lay_out(page)
        missing.look(page, layout.text)
        heights[page.number] = page.height
        if layout.text or page.remarks:
            texts.append(PageText(page.number, page.height, layout.text, layout.blocks, page.remarks))
    scans = missing.recognise(raw.name, raw.data)
    texts = list(scans.added_to(texts, heights))
    if not any(page.text for page in texts):
        raise _without_text(raw.name, pages, missing)
    joined = Joiner(texts).joined()
    metadata = {**_metadata(pages), **scans.metadata()}
    return Parsed(joined.text, segments_of(joined, scans.name), metadata, missing.unread(pages))


def _without_text(name: str, pages: Pages, missing: UnreadPages) -> LoadError:
    if pages.unreadable or not pages.count:
        return DamagedFileError(f"{name!r} has {pages.count} pages, none of which can be read; export it again")
    if missing.garbled:
        return ScannedDocumentError(
            f"{name!r} has {pages.count} pages in fonts that do not name their characters; run OCR over it first"
        )
    advice = "no words are recognised there" if can_recognise() else f"{way_to_recognise()}, or run OCR over it first"
    return ScannedDocumentError(f"{name!r} has {pages.count} pages and no text on them, as a scan has; {advice}")


def segments_of(joined: Joined, recognised_by: str = "") -> tuple[Segment, ...]:
    """Return pages and the blocks on them; a heading's level is the rank of its size.

    Blocks with words were recognised, by what is called `recognised_by`; their sizes are measured otherwise.
    """
    segments = [Segment(SegmentKind.PAGE, start, end, number=number) for number, start, end in joined.pages]
    levels: dict[int, int] = {}
    for recognised in (False, True):
        levels |= _levels_of(joined, [i for i, b in enumerate(joined.blocks) if bool(b.words) is recognised])
    for i, block in enumerate(joined.blocks):
        kind = SegmentKind.HEADING if i in levels else block.kind
        if block.words:
            place = SegmentKind.RECOGNISED
            segments.append(Segment(place, block.start, block.end, name=recognised_by, words=block.words))
        segments.append(Segment(kind, block.start, block.end, level=levels.get(i)))
        segments += [*_note_numbers(joined.text, block), *block.inside]
    return tuple(sorted(segments, key=_order))


def _order(segment: Segment) -> tuple[int, bool, bool, bool, int]:
    kind = segment.kind
    return segment.start, kind is not SegmentKind.PAGE, not kind.is_place, not kind.is_block, -segment.end


def _levels_of(joined: Joined, which: Sequence[int]) -> dict[int, int]:
    """Return the levels of those of the blocks `which` that are headings."""
    which = [i for i in which if joined.blocks[i].size > 0]  # of words in a picture beside the text, none is one
    blocks = [joined.blocks[i] for i in which]
    if not blocks:
        return {}
    sizes = Counter[float]()
    for block in [b for b in blocks if b.kind not in _ASIDES] or blocks:
        sizes[round(block.size * 2) / 2] += block.end - block.start
    body = sizes.most_common(1)[0][0]
    heads = [i for i in which if _is_heading(joined, i, body)]
    levels = _levels([joined.blocks[i].size for i in heads])
    return {i: levels[joined.blocks[i].size] for i in heads}


def _note_numbers(text: str, block: PageBlock) -> Iterator[Segment]:
    """Yield the numbers of notes, with the brackets that are added around them."""
    for opening, closing in pairwise(segment for segment in block.inside if segment.kind is SegmentKind.ADDED):
        if text[opening.start] == "[" and text[closing.end - 1] == "]":
            yield Segment(SegmentKind.NOTE_NUMBER, opening.start, closing.end)


def _levels(sizes: Sequence[float]) -> dict[float, int]:
    """Return the level of each size, from the largest; sizes that the eye does not tell apart share a level."""
    levels: dict[float, int] = {}
    level, largest = 0, float("inf")
    for size in sorted(set(sizes), reverse=True):
        if size < largest * 0.94:
            level, largest = level + 1, size
        levels[size] = min(6, level)
    return levels


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
    metadata: dict[str, MetadataValue] = {"pages": str(pages.count)}
    for name in ("title", "author"):
        value = " ".join(pages.metadata.get(name, "").split())
        if value:
            metadata[name] = value
    created = _DATE.match(pages.metadata.get("created", ""))
    if created:
        metadata["date"] = "-".join(created.groups())
    return metadata
