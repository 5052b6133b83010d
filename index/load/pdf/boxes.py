"""Where the words of a PDF stand on its pages, and pictures of those pages.

Nothing of this is kept with an index: the pages are laid out again from the file, which must be the one that was
loaded, byte for byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.errors import DamagedFileError, SourceChangedError, SourceNotFoundError
from index.load.pdf.layout import Glyphs, lay_out
from index.load.pdf.pages import Pages, image
from index.load.pdf.stretches import ADDED
from index.types import Document, SegmentKind

MEDIA_TYPE = "application/pdf"


@dataclass(frozen=True, slots=True)
class PageBox:
    """A rectangle on page `page` (from 1), in points from the top left corner of the page as it is shown."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


def boxes(document: Document, start: int, end: int) -> tuple[PageBox, ...]:
    """What `document.text[start:end]` covers: a box for each line it touches, in reading order.

    Raises `SourceNotFoundError` where the PDF is gone, `SourceChangedError` where it is another one now.
    """
    data = _file(document)
    found: list[PageBox] = []
    for segment in document.segments:
        if segment.kind is SegmentKind.PAGE and segment.start < end and start < segment.end:
            page = _page(document, data, segment.number or 1)
            layout = lay_out(page)
            if layout.text != document.text[segment.start : segment.end]:
                raise SourceChangedError(
                    f"page {page.number} of {document.id!r} reads otherwise now; index it again with this Pincite"
                )
            inside = range(max(start, segment.start) - segment.start, min(end, segment.end) - segment.start)
            found += _merged(page, [layout.glyphs[i] for i in inside if layout.glyphs[i] != ADDED])
    return tuple(found)


def page_size(document: Document, page: int) -> tuple[float, float]:
    """Width and height of the page in points, as it is shown. Raises as `boxes`; `ValueError` for no such page."""
    found = _page(document, _file(document), page)
    return found.width, found.height


def page_image(document: Document, page: int, *, scale: float = 1.5) -> bytes:
    """The page as PNG, `scale` pixels a point but 16 megapixels at most. Raises as `page_size`."""
    if not scale > 0:
        raise ValueError(f"scale is {scale}; it must be above 0")
    return image(document.id, _file(document), page, scale)


def _file(document: Document) -> bytes:
    if document.media_type != MEDIA_TYPE:
        raise ValueError(f"{document.id!r} is {document.media_type}, no PDF; it has no pages to show")
    try:
        data = Path(document.source).read_bytes()
    except OSError as error:
        raise SourceNotFoundError(
            f"the file of {document.id!r} is not at {document.source!r} any more; put it back, or index it anew"
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


def _merged(page: Glyphs, glyphs: list[int]) -> Iterator[PageBox]:
    current: tuple[float, float, float, float] | None = None
    for x0, y0, x1, y1 in (page.box(glyph) for glyph in glyphs):
        if current is not None and _touches(current, (x0, y0, x1, y1)):
            current = min(current[0], x0), min(current[1], y0), max(current[2], x1), max(current[3], y1)
            continue
        if current is not None:
            yield PageBox(page.number, *current)
        current = (x0, y0, x1, y1)
    if current is not None:
        yield PageBox(page.number, *current)


def _touches(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    """Whether two boxes stand on one line, a word's space apart at most; the line may run across or down the page."""
    for along, across in ((0, 1), (1, 0)):
        thickness = min(one[across + 2] - one[across], other[across + 2] - other[across])
        shared = min(one[across + 2], other[across + 2]) - max(one[across], other[across])
        gap = max(one[along], other[along]) - min(one[along + 2], other[along + 2])
        if thickness > 0 and shared >= 0.5 * thickness and gap <= 1.5 * thickness:
            return True
    return False
