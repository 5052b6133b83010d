"""Describes where characters of a document stand: the page, the heading, the words around them.

Pages and headings are listed once a document: a source of 10 MB has a hundred thousand segments, and many quotations.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property

from index.types import Document, Segment, SegmentKind
from pincite.records.check.types import SourcePlace

AROUND = 160  # characters shown around a place


class Placing:
    """The places of one document."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @cached_property
    def _pages(self) -> list[Segment]:
        return sorted(_of_kind(self.document.segments, SegmentKind.PAGE), key=lambda s: s.start)

    @cached_property
    def _headings(self) -> list[Segment]:
        return sorted(_of_kind(self.document.segments, SegmentKind.HEADING), key=lambda s: s.start)

    @cached_property
    def _heads(self) -> list[Segment]:
        return sorted(_of_kind(self.document.segments, SegmentKind.RUNNING_HEAD), key=lambda s: s.start)

    def page_at(self, offset: int) -> int | None:
        """As `Document.page_at`."""
        i = bisect_right(self._pages, offset, key=lambda s: s.start) - 1
        return self._pages[i].number if i >= 0 and offset < self._pages[i].end else None

    def begins_page(self, start: int, end: int) -> bool:
        """Return whether a page begins in `[start, end]`."""
        i = bisect_right(self._pages, end, key=lambda s: s.start) - 1
        return i >= 0 and self._pages[i].start >= start

    def in_running_head(self, offset: int) -> bool:
        """Return whether the character stands at the head or foot of every page."""
        i = bisect_right(self._heads, offset, key=lambda s: s.start) - 1
        return i >= 0 and offset < self._heads[i].end

    def heading_at(self, offset: int) -> str | None:
        """As `Document.heading_at`."""
        i = bisect_right(self._headings, offset, key=lambda s: s.start) - 1
        return self.document.text[self._headings[i].start : self._headings[i].end] if i >= 0 else None

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


def _of_kind(segments: Sequence[Segment], kind: SegmentKind) -> list[Segment]:
    return [segment for segment in segments if segment.kind is kind]
