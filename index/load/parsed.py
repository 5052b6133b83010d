"""What a format's module takes and gives: the bytes of a source in, its text and segments out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from index.types import MetadataValue, Segment, SegmentKind, Unread

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Raw:
    """The bytes of a source. `name` stands in messages; `encoding` is the one that the user names, None for none.

    `charset`: what the server said of the bytes, None for a file. `url`: where they came from, None for a file.
    """

    name: str
    data: bytes
    encoding: str | None = None
    charset: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """A source's canonical text, its segments in reading order, what it says about itself, and what is not read."""

    text: str
    segments: tuple[Segment, ...] = ()
    metadata: Mapping[str, MetadataValue] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its media types (the first is a Document's), its suffixes, and what reads it.

    `read` raises a `LoadError` that starts with the `repr` of `Raw.name`. `version` grows when `read` gives another
    text for the same bytes.
    """

    media_types: tuple[str, ...]
    suffixes: tuple[str, ...]
    read: Callable[[Raw], Parsed]
    version: int = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell `[start, end)` of a table's text, and the spans of its row and column headers there."""

    start: int
    end: int
    headers: tuple[Span, ...] = ()


class Composer:
    """Puts a text together, block by block, and keeps where each block stands.

    For formats that have no text of their own to keep, such as HTML. White space stands between blocks, nothing else.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._last: SegmentKind | None = None
        self.segments: list[Segment] = []
        self.unread: list[Unread] = []

    @property
    def length(self) -> int:
        """How many characters there are so far."""
        return self._length

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._parts)

    def add(
        self,
        kind: SegmentKind,
        text: str,
        *,
        level: int | None = None,
        number: int | None = None,
        added: Sequence[Span] = (),
        cells: Sequence[Cell] = (),
    ) -> None:
        """Append a block; one without words is left out. Items of a list stand on lines below each other.

        `added` and `cells` are spans of `text`: of characters that the source does not hold, and of a table's cells.
        """
        shift = len(text) - len(text.lstrip())
        text = text.strip()
        if not text:
            return
        if self.segments:
            in_list = kind is self._last is SegmentKind.LIST_ITEM
            self._append("\n" if in_list else "\n\n")
        start = self._length
        self._append(text)
        self._last = kind
        self.segments.append(Segment(kind, start, self._length, level=level, number=number))
        shift = start - shift
        inner = [Segment(SegmentKind.ADDED, first + shift, last + shift) for first, last in added if first < last]
        for cell in cells:
            headers = tuple((first + shift, last + shift) for first, last in cell.headers)
            inner.append(Segment(SegmentKind.CELL, cell.start + shift, cell.end + shift, headers=headers))
        self.segments += sorted(inner, key=lambda segment: (segment.start, -segment.end))

    def blocks(self) -> list[tuple[Segment, str]]:
        """Every block so far, with its text."""
        text = self.text
        return [(s, text[s.start : s.end]) for s in self.segments if s.kind.is_block]

    def parsed(self, metadata: Mapping[str, MetadataValue] | None = None) -> Parsed:
        """The whole."""
        return Parsed(self.text, tuple(self.segments), metadata or {}, tuple(self.unread))

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


# A soft hyphen and marks without width: seen by nobody, and in the way of whoever looks for the word around them.
_UNSEEN = dict.fromkeys((0xAD, 0x200B, 0x2060, 0xFEFF))


def visible(text: str) -> str:
    """`text` without soft hyphens and spaces of no width. For formats that have no text of their own to keep."""
    return text.translate(_UNSEEN)
