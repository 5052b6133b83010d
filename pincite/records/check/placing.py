"""Describes where characters of a document stand: the page, the heading, the words around them.

Pages and headings are listed once a document: a source of 10 MB has a hundred thousand segments, and many quotations.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from index.types import Document, Segment, SegmentKind
from pincite.records.check.types import SourcePlace

AROUND = 160  # characters shown around a place
_LISTED = (SegmentKind.PAGE, SegmentKind.HEADING, SegmentKind.RUNNING_HEAD)


class Placing:
    """The places of one document."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @cached_property
    def _listed(self) -> dict[SegmentKind, list[Segment]]:
        listed: dict[SegmentKind, list[Segment]] = {kind: [] for kind in _LISTED}
        for segment in sorted(self.document.segments, key=lambda s: s.start):
            if segment.kind in listed:
                listed[segment.kind].append(segment)
        return listed

    def _last(self, kind: SegmentKind, offset: int) -> Segment | None:
        """Return the last segment of a kind that begins at `offset` or before."""
        segments = self._listed[kind]
        count = bisect_right(segments, offset, key=lambda s: s.start)
        return segments[count - 1] if count else None

    def page_at(self, offset: int) -> int | None:
        """Return the page, as `Document.page_at` does."""
        page = self._last(SegmentKind.PAGE, offset)
        return page.number if page is not None and offset < page.end else None

    def begins_page(self, start: int, end: int) -> bool:
        """Return whether a page begins in `[start, end]`."""
        page = self._last(SegmentKind.PAGE, end)
        return page is not None and page.start >= start

    def in_running_head(self, offset: int) -> bool:
        """Return whether the character stands at the head or foot of every page."""
        head = self._last(SegmentKind.RUNNING_HEAD, offset)
        return head is not None and offset < head.end

    def heading_at(self, offset: int) -> str | None:
        """Return the heading, as `Document.heading_at` does."""
        heading = self._last(SegmentKind.HEADING, offset)
        return self.document.text[heading.start : heading.end] if heading is not None else None

    def place(self, start: int, end: int) -> SourcePlace:
        """Return the characters `[start, end)` as a place, with some of what stands around them."""
        document = self.document
        return SourcePlace(
            document.id,
            document.source,
            document.sha256,
            start,
            end,
            document.text[start:end],
            self.page_at(start),
            self.heading_at(start),
            document.text[max(0, start - AROUND) : start],
            document.text[end : end + AROUND],
            document.places_at(start),
        )
