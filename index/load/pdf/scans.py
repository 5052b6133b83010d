"""Finds the parts of a PDF's pages that are not text, and recognises the words in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from index.geometry import Box
from index.load.ocr.extra import can_recognise
from index.load.ocr.recogniser import Recogniser, opened
from index.load.pdf.glyphs import Glyphs
from index.load.pdf.layout import Layout
from index.load.pdf.ocr_layout import LEAST, aside, laid_out
from index.load.pdf.pages import Pages, image
from index.load.pdf.running_heads import PageText
from index.types import FAILED, WORDLESS, MetadataValue, Unread, UnreadKind

_BARE = 20  # shapes on a page without text, at least, that may be words drawn as outlines
_SCAN = 0.8  # share of the page that a scan covers
_STAMP = 100  # characters of a page's text, at most, where a scan covers it: a stamp, or a page's number
_PICTURE = 0.01  # share of a page without text that a picture covers, at least, for it to be a scan
_NAMED = 20  # files in the file that are named
_MOST_PAGES = 2_000  # that are kept to be looked at again
_SCALE = 200 / 72  # pixels a point at which pages are read
_LONGEST = 2000.0  # pixels of a page's longer side


class UnreadPages:
    """Content that is not text. `scans`: pages without text; `pictures`: how many large ones are on others."""

    def __init__(self) -> None:
        self.scans: dict[int, str] = {}
        self.garbled: dict[int, int] = {}
        self.pictures: dict[int, int] = {}
        self._kept: dict[int, Glyphs] = {}
        self._may_recognise = can_recognise()

    def look(self, page: Glyphs, text: str) -> None:
        """Note the content of `page` that is not in its `text`."""
        if page.garbled:
            self.garbled[page.number] = page.garbled
        bare = not text and not page.garbled and (page.picture >= _PICTURE or page.drawn >= _BARE)
        if bare or (page.picture >= _SCAN and len(text) < _STAMP):
            self.scans[page.number] = ""
        elif page.pictures and page.picture < _SCAN:  # else its text has been read from it
            self.pictures[page.number] = page.pictures
        elif text or not page.garbled:
            return
        if self._may_recognise and len(self._kept) < _MOST_PAGES:
            self._kept[page.number] = page

    def recognise(self, name: str, data: bytes) -> Scans:
        """Recognise what can be; it then no longer counts as unread."""
        scans = Scans()
        with opened() as recogniser:
            if recogniser is None:
                return scans
            for number, page in self._kept.items():
                if recogniser.is_spent():
                    self.scans |= {number: FAILED} if number in self.scans else {}
                elif number in self.pictures:
                    self._read_pictures(recogniser, scans, page, _drawn(name, data, page))
                else:
                    self._read_page(recogniser, scans, page, _drawn(name, data, page))
            scans.name, scans.models = recogniser.name, recogniser.models
        return scans

    def _read_page(self, recogniser: Recogniser, scans: Scans, page: Glyphs, picture: bytes) -> None:
        pictured = recogniser.read(picture)
        if pictured is None:
            self.scans[page.number] = FAILED
            return
        layout = laid_out(pictured, page.number, page.width, page.height, page.glyph_boxes())
        if not layout.text:
            self.scans[page.number] = WORDLESS
            return
        self.scans.pop(page.number, None)
        self.garbled.pop(page.number, None)
        scans.pages[page.number] = layout

    def _read_pictures(self, recogniser: Recogniser, scans: Scans, page: Glyphs, picture: bytes) -> None:
        own = page.glyph_boxes()
        for box in page.placed:
            pictured = recogniser.read(picture, part=_shares(box, page))
            if pictured is None:
                continue
            layout = laid_out(pictured, page.number, page.width, page.height, own)
            if sum(map(str.isalnum, layout.text)) >= LEAST:
                scans.pictures.setdefault(page.number, []).append(layout)
                self.pictures[page.number] -= 1
        if not self.pictures[page.number]:
            del self.pictures[page.number]

    def unread(self, pages: Pages) -> tuple[Unread, ...]:
        """Return the list for `Document.unread`."""
        names = ", ".join(name for name in pages.attached[:_NAMED] if name)
        others = (
            (pages.unreadable, Unread(UnreadKind.DAMAGED, tuple(pages.unreadable), len(pages.unreadable))),
            (self.garbled, Unread(UnreadKind.FONT, tuple(self.garbled), sum(self.garbled.values()))),
            (pages.is_xfa, Unread(UnreadKind.FORM)),
            (pages.attached, Unread(UnreadKind.OBJECT, count=len(pages.attached), detail=names)),
            (self.pictures, Unread(UnreadKind.IMAGE, tuple(self.pictures), sum(self.pictures.values()))),
        )
        return (*unread_pages(self.scans), *(unread for there, unread in others if there))


def unread_pages(reasons: Mapping[int, str]) -> Iterator[Unread]:
    """Yield the pages that are not read, by why they are not; `reasons`: by the page's number."""
    for why in ("", WORDLESS, FAILED):
        if numbers := tuple(number for number, reason in sorted(reasons.items()) if reason == why):
            yield Unread(UnreadKind.PAGE, numbers, len(numbers), why)


@dataclass(slots=True)
class Scans:
    """What was recognised, by `name`, its version in it, with `models`: of `pages` as a whole, of `pictures` on others.

    Both by the page's number.
    """

    name: str = ""
    models: tuple[str, ...] = ()
    pages: dict[int, Layout] = field(default_factory=dict)
    pictures: dict[int, list[Layout]] = field(default_factory=dict)

    def metadata(self) -> dict[str, MetadataValue]:
        """Return the document's metadata: how much was recognised, and by what; empty if nothing was."""
        if not (self.pages or self.pictures):
            return {}
        metadata: dict[str, MetadataValue] = {"recognised_by": self.name, "recognised_with": self.models}
        if self.pages:
            metadata["recognised_pages"] = tuple(str(number) for number in sorted(self.pages))
        if self.pictures:
            metadata["recognised_pictures"] = str(sum(map(len, self.pictures.values())))
        return metadata

    def added_to(self, pages: Sequence[PageText], heights: Mapping[int, float]) -> Iterator[PageText]:
        """Yield `pages` and those with recognised text alone, in order; a page's own text stands after it."""
        known = {page.number: page for page in pages}
        for number in sorted(known.keys() | self.pages.keys()):
            page = known.get(number) or PageText(number, heights[number], "", ())
            if (layout := self.pages.get(number)) is not None:
                own = ((page.text, page.blocks),) if page.text else ()
                page = replace(page, text=layout.text, blocks=layout.blocks, further=own)
            further = tuple((layout.text, aside(layout)) for layout in self.pictures.get(number, ()))
            yield replace(page, further=page.further + further)


def _drawn(name: str, data: bytes, page: Glyphs) -> bytes:
    """Return the page as a picture that is large enough to be read."""
    return image(name, data, page.number, min(_SCALE, _LONGEST / max(page.width, page.height, 1.0)))


def _shares(box: Box, page: Glyphs) -> Box:
    width, height = max(page.width, 1.0), max(page.height, 1.0)
    x0, x1 = (min(max(x / width, 0.0), 1.0) for x in (box[0], box[2]))
    y0, y1 = (min(max(y / height, 0.0), 1.0) for y in (box[1], box[3]))
    return x0, y0, x1, y1
