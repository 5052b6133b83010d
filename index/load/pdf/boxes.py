"""Finds where the words of a PDF stand on its pages, and draws those pages as pictures.

But for recognised words, nothing of this is kept with an index: the pages are laid out again from the file, which must
be the one that was loaded, byte for byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator

from index.errors import DamagedFileError, SourceChangedError, SourceNotFoundError
from index.geometry import PageBox, merged
from index.load.documents import attached_bytes
from index.load.ocr.recogniser import frame_png
from index.load.pdf.glyphs import ADDED, Glyphs
from index.load.pdf.layout import Layout, lay_out
from index.load.pdf.pages import Pages, image
from index.types import Document, Segment, SegmentKind

MEDIA_TYPE = "application/pdf"
PICTURES = ("image/png", "image/jpeg")
TIFF = "image/tiff"
_MOVED = (SegmentKind.RUNNING_HEAD, SegmentKind.NOTE, SegmentKind.LINE_NUMBER)


def boxes(document: Document, start: int, end: int) -> tuple[PageBox, ...]:
    """Return the boxes of `document.text[start:end]`: one for each line it touches, in reading order.

    Raises `SourceNotFoundError` if the PDF is gone, `SourceChangedError` if it has changed.
    """
    data = _file(document)
    if document.media_type != MEDIA_TYPE:
        return document.boxes_in(start, end)
    boxes: list[PageBox] = []
    for segment in document.segments:
        if segment.kind is SegmentKind.PAGE and segment.start < end and start < segment.end:
            first, last = max(start, segment.start), min(end, segment.end)
            here = [box for box in document.boxes_in(first, last) if box.page == segment.number]
            boxes += [*_read(document, data, segment, first, last), *here]
    return tuple(boxes)


def _read(document: Document, data: bytes, segment: Segment, first: int, last: int) -> Iterator[PageBox]:
    """Yield what the characters `[first, last)` of a page cover; of those that are recognised, nothing."""
    inside = [s for s in document.segments if s.kind is SegmentKind.RECOGNISED]
    if any(s.start <= first and last <= s.end for s in inside):
        return
    page = _page(document, data, segment.number or 1)
    at = _glyphs_at(document, segment, lay_out(page), {(s.start, s.end) for s in inside})
    if at is None:
        raise SourceChangedError(
            f"page {page.number} of {document.id!r} is read differently now; index it again with this Pincite"
        )
    glyphs = [glyph for glyph in (at.get(i, ADDED) for i in range(first, last)) if glyph >= 0]
    yield from merged(PageBox(page.number, *page.box(glyph)) for glyph in glyphs)


def page_size(document: Document, page: int) -> tuple[float, float]:
    """Return the page's width and height in points, as shown. Raises as `boxes`, and `ValueError` for no such page."""
    data = _file(document)
    if document.media_type != MEDIA_TYPE:
        listed = document.metadata["pixels"]
        sizes = (listed,) if isinstance(listed, str) else listed
        if not 1 <= page <= len(sizes):
            raise ValueError(f"{document.id!r} has no page {page}, only 1 to {len(sizes)}")
        width, height = sizes[page - 1].split()
        return float(width), float(height)
    glyphs = _page(document, data, page)
    return glyphs.width, glyphs.height


def is_shown(document: Document) -> bool:
    """Return whether its pages can be shown as pictures: a PDF's, a TIFF's, or those of a file with one picture."""
    alone = document.media_type in PICTURES and document.metadata.get("pages") == "1"
    return document.media_type == MEDIA_TYPE or (
        (alone or document.media_type == TIFF) and "pixels" in document.metadata
    )


def page_image(document: Document, page: int, *, scale: float = 1.5) -> bytes:
    """Return the page as PNG, `scale` pixels a point, 16 megapixels at most; a PNG or JPEG as it is.

    Raises as `page_size`.
    """
    if not scale > 0:
        raise ValueError(f"scale is {scale}; it must be above 0")
    data = _file(document)
    if document.media_type == TIFF:
        page_size(document, page)
        if (shown := frame_png(data, page - 1)) is None:
            raise DamagedFileError(f"picture {page} of {document.id!r} cannot be shown; save it anew")
        return shown
    return data if document.media_type in PICTURES else image(document.id, data, page, scale)


def _glyphs_at(
    document: Document, page: Segment, layout: Layout, recognised: Collection[tuple[int, int]]
) -> dict[int, int] | None:
    """Return the glyphs of the characters on `page`, or on a part of it, by offset; None if its text is another.

    The blocks of a page stand in the order of its layout, but for running heads and what stands below the text.
    """
    glyphs: dict[int, int] = {}
    cursor = 0
    for block in document.blocks():
        start, end = max(block.start, page.start), min(block.end, page.end)
        if start >= end or (block.start, block.end) in recognised:
            continue
        words = document.text[start:end]
        at = layout.text.find(words, cursor)
        at = at if at >= 0 else layout.text.find(words)
        if at < 0:
            if block.kind is SegmentKind.COMMENT:
                continue
            return None
        glyphs.update(zip(range(start, end), layout.glyphs[at : at + len(words)], strict=True))
        cursor = at + len(words) if block.kind not in _MOVED else cursor
    return glyphs


def _file(document: Document) -> bytes:
    if not is_shown(document):
        raise ValueError(f"{document.id!r} is {document.media_type}, not PDF; it has no pages to show")
    try:
        data = attached_bytes(document.source)
    except (OSError, SourceNotFoundError) as error:
        raise SourceNotFoundError(
            f"the file of {document.id!r} is not at {document.source!r} any more; put it back, or index it again"
        ) from error
    if hashlib.sha256(data).hexdigest() != document.metadata.get("file_sha256"):
        raise SourceChangedError(f"{document.source!r} has changed since it was indexed; index it again")
    return data


def _page(document: Document, data: bytes, number: int) -> Glyphs:
    pages = Pages(document.id, data, first=number, last=number)
    for page in pages:
        return page
    if not 1 <= number <= pages.count:
        raise ValueError(f"{document.id!r} has no page {number}, only 1 to {pages.count}")
    raise DamagedFileError(f"page {number} of {document.id!r} cannot be read; export it again")
