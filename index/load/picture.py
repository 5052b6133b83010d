"""Reads pictures (.png, .jpg, .tif): the words that are recognised in them, one page for each picture of the file."""

from __future__ import annotations

from index.errors import DamagedFileError, ScannedDocumentError
from index.load.ocr.extra import can_recognise, way_to_recognise
from index.load.ocr.recogniser import Pictured, Recogniser, opened
from index.load.parsed import Parsed, Raw
from index.load.pdf.joining import Joiner
from index.load.pdf.layout import Layout
from index.load.pdf.ocr_layout import LEAST, aside, laid_out
from index.load.pdf.reading import segments_of
from index.load.pdf.running_heads import PageText
from index.load.pdf.scans import Scans, unread_pages
from index.types import FAILED, WORDLESS, SegmentKind

MAX_PICTURES = 1_000  # of a file


def read(raw: Raw) -> Parsed:
    """Return the words of all pictures in the file. A pixel is a point of its page; `metadata` has the pixels of each.

    Raises `ScannedDocumentError` without the extra `ocr`, or where no words are recognised; `DamagedFileError`.
    """
    if not can_recognise():
        raise ScannedDocumentError(f"{raw.name!r} is a picture; {way_to_recognise()}")
    scans, pages, missing, sizes = Scans(), [], dict[int, str](), list[str]()
    with opened() as recogniser:
        assert recogniser is not None
        first = recogniser.read(raw.data)
        if first is None:
            raise DamagedFileError(f"{raw.name!r} cannot be read as a picture, or not in time; save it again")
        for number in range(1, min(first.frames, MAX_PICTURES) + 1):
            pictured = first if number == 1 else recogniser.read(raw.data, frame=number - 1)
            layout = None if pictured is None else _layout(pictured, number)
            size = pictured or first
            sizes.append(f"{size.width} {size.height}")
            if pictured is not None and layout is not None:
                scans.pages[number] = layout
                pages.append(PageText(number, pictured.height, layout.text, layout.blocks))
            else:
                missing[number] = FAILED if pictured is None else WORDLESS
        scans.name, scans.models = recogniser.name, recogniser.models
    if not pages:
        raise ScannedDocumentError(f"{raw.name!r} is a picture in which no words are recognised; give one with some")
    joined = Joiner(pages).joined()
    pixels = sizes[0] if len(sizes) == 1 else tuple(sizes)
    metadata = {"pages": str(first.frames), "pixels": pixels, **scans.metadata()}
    return Parsed(joined.text, segments_of(joined, scans.name), metadata, tuple(unread_pages(missing)))


def words_of(recogniser: Recogniser, picture: bytes, number: int) -> Parsed | None:
    """Return what is recognised in the picture `number` of a document; None without words, or if it cannot be read."""
    pictured = recogniser.read(picture)
    layout = None if pictured is None else _layout(pictured, number)
    if pictured is None or layout is None or sum(map(str.isalnum, layout.text)) < LEAST:
        return None
    page = PageText(number, pictured.height, layout.text, aside(layout))
    joined = Joiner([page]).joined()
    segments = [s for s in segments_of(joined, recogniser.name) if s.kind is not SegmentKind.PAGE]
    return Parsed(joined.text, tuple(segments))


def _layout(pictured: Pictured, number: int) -> Layout | None:
    layout = laid_out(pictured, number, pictured.width, pictured.height)
    return layout if layout.text else None
