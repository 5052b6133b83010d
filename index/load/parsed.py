"""What a format's module takes and gives: the bytes of a source in, its text and segments out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from index.types import MetadataValue, Segment, SegmentKind


@dataclass(frozen=True, slots=True)
class Raw:
    """The bytes of a source. `name` stands in messages; `encoding` is for formats that do not state their own.

    `charset`: what the server said of the bytes, None for a file. `url`: where they came from, None for a file.
    """

    name: str
    data: bytes
    encoding: str = "utf-8"
    charset: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """A source's canonical text, its segments in reading order, and what it says about itself."""

    text: str
    segments: tuple[Segment, ...] = ()
    metadata: Mapping[str, MetadataValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its media types (the first is a Document's), its suffixes, and what reads it.

    `read` raises a `LoadError` that starts with the `repr` of `Raw.name`.
    """

    media_types: tuple[str, ...]
    suffixes: tuple[str, ...]
    read: Callable[[Raw], Parsed]


class Composer:
    """Puts a text together, block by block, and keeps where each block stands.

    For formats that have no text of their own to keep, such as HTML. White space stands between blocks, nothing else.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self.segments: list[Segment] = []

    @property
    def length(self) -> int:
        """How many characters there are so far."""
        return self._length

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._parts)

    def add(self, kind: SegmentKind, text: str, *, level: int | None = None, number: int | None = None) -> None:
        """Append a block; one without words is left out. Items of a list stand on lines below each other."""
        text = text.strip()
        if not text:
            return
        if self.segments:
            in_list = kind is self.segments[-1].kind is SegmentKind.LIST_ITEM
            self._append("\n" if in_list else "\n\n")
        start = self._length
        self._append(text)
        self.segments.append(Segment(kind, start, self._length, level=level, number=number))

    def blocks(self) -> list[tuple[Segment, str]]:
        """Every block so far, with its text."""
        text = self.text
        return [(segment, text[segment.start : segment.end]) for segment in self.segments]

    def parsed(self, metadata: Mapping[str, MetadataValue] | None = None) -> Parsed:
        """The whole."""
        return Parsed(self.text, tuple(self.segments), metadata or {})

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


# A soft hyphen and marks without width: seen by nobody, and in the way of whoever looks for the word around them.
_UNSEEN = dict.fromkeys((0xAD, 0x200B, 0x2060, 0xFEFF))


def visible(text: str) -> str:
    """`text` without soft hyphens and spaces of no width. For formats that have no text of their own to keep."""
    return text.translate(_UNSEEN)


def table_text(rows: list[list[str]]) -> str:
    """Rows as lines, with a tab between cells; white space within a cell is one space, and empty rows are left out."""
    lines = ["\t".join(" ".join(cell.split()) for cell in row).rstrip() for row in rows]
    return "\n".join(line for line in lines if line)
