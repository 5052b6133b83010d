"""Defines what a format's module takes and gives: the bytes of a source in, its text and segments out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from index.load.headers import TableCell
from index.load.marked import NO_SIGNS, moved, unmarked
from index.load.tables import table_block
from index.types import MetadataValue, Segment, SegmentKind, Span, Unread, UnreadKind


@dataclass(frozen=True, slots=True)
class Raw:
    """The bytes of a source. `name` stands in messages; `encoding` is the one that the user names, None for none.

    `charset`: what the server said of the bytes, None for a file. `url`: where they came from, None for a file.
    `header_rows`: of sheets, the first and last row of headers, (0, 0) for none; None: found.
    """

    name: str
    data: bytes
    encoding: str | None = None
    charset: str | None = None
    url: str | None = None
    header_rows: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Attached:
    """A file within a file, such as a message's attachment; `name` differs from those of the others of its file."""

    name: str
    data: bytes
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A source's canonical text, its segments in reading order, its metadata, and what was not read.

    `attached`: files within it that are documents of their own, whether or not a format reads them.
    """

    text: str
    segments: tuple[Segment, ...] = ()
    metadata: Mapping[str, MetadataValue] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()
    attached: tuple[Attached, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its media types (the first is a Document's), its suffixes, and what reads it.

    `read` raises a `LoadError` that starts with the `repr` of `Raw.name`. `version` grows when `read` gives another
    text for the same bytes. `title`: what people call such files, in the plural; `places`: where a citation says that
    words stand, besides the heading above them. `extra`: the optional packages without which `read` reads none.
    """

    media_types: tuple[str, ...]
    suffixes: tuple[str, ...]
    read: Callable[[Raw], Parsed]
    version: int = 1
    title: str = "files"
    places: str = ""
    extra: str = ""


@dataclass(frozen=True, slots=True)
class BlockDraft:
    """A block before its place is known. `inside`: what is added to `text`, the numbers of notes, a table's cells."""

    kind: SegmentKind
    text: str
    level: int | None = None
    number: int | None = None
    inside: tuple[Segment, ...] = ()


class Composer:
    """Builds a text, block by block, and keeps the place of each block.

    For formats that have no text of their own to keep, such as HTML. White space stands between blocks; what else is
    added is marked (`index.load.marked`).
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.length = 0  # characters so far
        self.segments: list[Segment] = []
        self.drafts: list[BlockDraft] = []
        self.unread: list[Unread] = []

    def add(self, kind: SegmentKind, text: str, *, level: int | None = None, number: int | None = None) -> None:
        """Append a block; one without words is left out. Items of a list stand on lines below each other."""
        plain, inside = unmarked(text.strip())
        if plain.strip():
            self.put(BlockDraft(kind, plain, level, number, inside))

    def add_table(self, cells: Sequence[TableCell], kind: SegmentKind = SegmentKind.TABLE) -> None:
        """Append a table, or a block of another `kind` that is set as one; one without words is left out."""
        plain, inside = table_block(cells)
        if plain:
            self.put(BlockDraft(kind, plain, inside=inside))

    def leave_out(self, kind: UnreadKind, count: int, detail: str = "") -> None:
        """Note that `count` things of a kind are not read, if there are any."""
        if count > 0:
            self.unread.append(Unread(kind, count=count, detail=detail))

    def enclose(self, kind: SegmentKind, first: int, *, number: int | None = None, name: str = "") -> None:
        """Put the blocks from the segment `first` on into one place, such as a slide; without blocks, do nothing.

        Nested places are enclosed first.
        """
        if first < len(self.segments):
            start = self.segments[first].start
            self.segments.insert(first, Segment(kind, start, self.length, number=number, name=name))

    def include(self, parsed: Parsed) -> None:
        """Append a whole that was read apart, such as a picture, with its segments and what is not read of it."""
        text = parsed.text.rstrip()
        if not text.strip():
            return
        self._append("\n\n" if self.length else "")
        inside = (replace(s, end=min(s.end, len(text))) for s in parsed.segments if s.start < len(text))
        self.segments += [moved(segment, self.length) for segment in inside]
        self._append(text)
        self.drafts.append(BlockDraft(SegmentKind.PARAGRAPH, text))
        self.unread += parsed.unread

    def put(self, draft: BlockDraft, placed: Iterable[Segment] = ()) -> None:
        """Append a block, whose text neither begins nor ends with white space; `placed`: more segments inside it."""
        if self.drafts:
            in_list = draft.kind is self.drafts[-1].kind is SegmentKind.LIST_ITEM
            self._append("\n" if in_list else "\n\n")
        start = self.length
        self._append(draft.text)
        self.drafts.append(draft)
        self.segments.append(Segment(draft.kind, start, self.length, level=draft.level, number=draft.number))
        inside = (moved(segment, start) for segment in draft.inside)
        self.segments += sorted(inside, key=lambda segment: (segment.start, -segment.end))
        self.segments += placed

    def parsed(self, metadata: Mapping[str, MetadataValue] | None = None) -> Parsed:
        """Return the text with its segments."""
        return Parsed("".join(self._parts), tuple(self.segments), metadata or {}, tuple(self.unread))

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self.length += len(text)


# A soft hyphen and marks without width: seen by nobody, and in the way of whoever looks for the word around them.
_UNSEEN = dict.fromkeys((0xAD, 0x200B, 0x2060, 0xFEFF))


def visible(text: str) -> str:
    """Remove soft hyphens and zero-width spaces from `text`. For formats that have no text of their own to keep."""
    return text.translate(_UNSEEN)


def trimmed(text: str, start: int, end: int) -> Span:
    """Return `[start, end)` of `text` without white space at its ends."""
    words = text[start:end]
    start = end - len(words.lstrip())
    return start, start + len(words.strip())


def one_line(text: str) -> str:
    """Return the visible words of `text`, one space between two of them."""
    return " ".join(visible(text).split())


def plain_line(text: str) -> str:
    """Return `one_line` of a text that a source states, without the signs by which additions are marked."""
    return one_line(text.translate(NO_SIGNS))
