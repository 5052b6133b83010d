"""Defines the values that index/ gives out. Spans are half-open `[start, end)`, in code points of `Document.text`."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from index.errors import EmptyDocumentError, EncodingError
from index.geometry import PageBox, Word, merged

Span = tuple[int, int]  # half-open, in code points: the first character, and the one after the last


class SegmentKind(StrEnum):
    """The role of a segment in its document."""

    PAGE = "page"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE = "table"
    CODE = "code"
    QUOTE = "quote"
    RUNNING_HEAD = "running_head"  # the header or footer of every page, such as the page's number
    NOTE = "note"  # a footnote or endnote
    COMMENT = "comment"  # a reviewer's remark beside the text
    LINE_NUMBER = "line_number"  # numbers that count the lines in the margin
    HIDDEN = "hidden"  # characters of the source that no reader sees: a comment in markup, front matter
    CELL = "cell"  # of a table, inside the table's segment
    NOTE_NUMBER = "note_number"  # that refers to a note; inside a block, but not read as part of it
    ADDED = "added"  # characters that the loader inserted for what the eye sees and text loses; inside a block
    SHEET = "sheet"  # of a workbook, by its name
    SLIDE = "slide"  # of a presentation, by its number
    SPEAKER_NOTES = "speaker_notes"  # below a slide
    CHAPTER = "chapter"  # of a book, by its name
    MESSAGE = "message"  # of a mailbox, by its number
    ATTACHMENT = "attachment"  # of a message, by its file's name; only in old indexes, as it is a document now
    NOTEBOOK_CELL = "notebook_cell"  # by its number
    TIME = "time"  # in a recording, such as "0:01:02": what is said from then on
    PATH = "path"  # of a value in JSON, such as "$.services[2].port"
    PICTURE = "picture"  # in a document, by its number
    RECOGNISED = "recognised"  # words in a picture, by the name of the recogniser; they may be misread

    @property
    def is_block(self) -> bool:
        """Whether segments of this kind divide the text; the others enclose blocks or lie inside them."""
        return self not in _NO_BLOCKS

    @property
    def is_place(self) -> bool:
        """Whether segments of this kind name a place in the file; they enclose blocks, or parts of them."""
        return self in _PLACES


_PLACES = frozenset(
    (
        SegmentKind.SHEET,
        SegmentKind.SLIDE,
        SegmentKind.SPEAKER_NOTES,
        SegmentKind.CHAPTER,
        SegmentKind.MESSAGE,
        SegmentKind.ATTACHMENT,
        SegmentKind.NOTEBOOK_CELL,
        SegmentKind.TIME,
        SegmentKind.PATH,
        SegmentKind.PICTURE,
        SegmentKind.RECOGNISED,
    )
)
_NO_BLOCKS = _PLACES | {SegmentKind.PAGE, SegmentKind.CELL, SegmentKind.NOTE_NUMBER, SegmentKind.ADDED}


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a document: a page, a heading, a paragraph …

    `level`: the depth of a heading, or of a list item where the format states it, from 1. `number`: the number of a
    page, from 1, or of an item in a numbered list whose text does not contain it. For a table cell, `headers` are the
    spans of its column headers, top down, and then of its row headers; `number` is its row and `level` its column, from
    1, where the file counts them differently from the text. `name`: the name of a place. `words`: the words recognised
    in a picture, with their boxes.
    Segments are in reading order. Blocks do not overlap, except that hidden characters, running heads and line numbers
    may lie inside the paragraph that they interrupt. Cells and added characters lie inside blocks. A page encloses its
    blocks, but a paragraph may begin on one page and end on the next.
    """

    kind: SegmentKind
    start: int
    end: int
    level: int | None = None
    number: int | None = None
    headers: tuple[Span, ...] = ()
    name: str = ""
    words: tuple[Word, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"segment [{self.start}, {self.end}) is empty or begins before the text")


class UnreadKind(StrEnum):
    """The kind of content that a loader could not read."""

    PAGE = "page"  # without text, such as a scan
    DAMAGED = "damaged"  # a page, or a part of a file, that cannot be opened
    FONT = "font"  # text whose characters the file does not name
    FORM = "form"  # a form whose fields are not text
    IMAGE = "image"
    OBJECT = "object"  # a file within the file
    ATTACHMENT = "attachment"  # a file that came with a message
    ENCODING = "encoding"  # a declared charset that is wrong, so that another was used


@dataclass(frozen=True, slots=True)
class Unread:
    """Content of a source that is not in its text.

    `pages`: its pages, from 1. `count`: how many there are, 0 where that means nothing. `detail`: a name, such as an
    embedded file's, or why it was not read; for pages, `WORDLESS` or `FAILED` if words were looked for in their
    pictures.
    """

    kind: UnreadKind
    pages: tuple[int, ...] = ()
    count: int = 0
    detail: str = ""


WORDLESS, FAILED = "no words", "failed"
"""Why no words were recognised on a page without text: none were seen; recognition failed or took too long."""

MetadataValue = str | tuple[str, ...]
"""A text, or several (tags). As JSON: a string or an array of strings."""


@dataclass(frozen=True, slots=True)
class Document:
    """A loaded source. `text` is canonical: it is never edited, and every offset counts its code points.

    `id` is the path relative to the indexed root, or the URL. `source` is where the text was read from.
    `segments` map offsets back to page, heading or paragraph. `sha256` is of `text` in UTF-8.
    `unread` lists the content of the source that is not in `text`. `unspoken` are the spans, in order, of hidden
    characters, note numbers, and what interrupts a paragraph, such as a running head.
    `metadata` maps names (title, date, author, tags …) to a text or a tuple of texts; lists become tuples.
    Raises `EmptyDocumentError` if `text` holds nothing but white space, `EncodingError` for a lone surrogate.
    """

    id: str
    text: str
    source: str = ""
    media_type: str = "text/plain"
    segments: tuple[Segment, ...] = ()
    metadata: Mapping[str, MetadataValue] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()
    sha256: str = field(init=False)
    unspoken: tuple[Span, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise EmptyDocumentError(f"{self.id!r} holds no text to quote; give a document with some words in it")
        try:
            encoded = self.text.encode("utf-8")
        except UnicodeEncodeError as error:
            message = f"{self.id!r} holds a lone surrogate at character {error.start}; decode its bytes strictly"
            raise EncodingError(message, offset=error.start) from error
        if self.segments and max(s.end for s in self.segments) > len(self.text):
            raise ValueError(f"a segment of {self.id!r} ends after its {len(self.text)} characters")
        object.__setattr__(self, "sha256", hashlib.sha256(encoded).hexdigest())
        object.__setattr__(self, "unspoken", tuple(_unspoken(self.segments)))
        object.__setattr__(self, "metadata", MappingProxyType(_checked(self.metadata)))

    def blocks(self) -> Iterator[Segment]:
        """Return the segments that divide the text, in order: no pages, no cells, no added characters."""
        return (segment for segment in self.segments if segment.kind.is_block)

    def page_at(self, offset: int) -> int | None:
        """Return the number of the page that holds the character at `offset`, or None where there are no pages."""
        for segment in self.segments:
            if segment.kind is SegmentKind.PAGE and segment.start <= offset < segment.end:
                return segment.number
        return None

    def places_at(self, offset: int, end: int = 0) -> tuple[tuple[str, str], ...]:
        """Return the places of `offset` other than page and heading, such as ("slide", "3"), outermost first.

        In a table, unless a path names both: ("row", "3") and ("column", "Port"), the column by its headers, or by its
        letter if it has none. The recognisers of words anywhere in `[offset, end)` come last.
        """
        last = bisect_right(self.segments, offset, key=lambda segment: segment.start)
        around = [segment for segment in self.segments[:last] if offset < segment.end]
        places = [(s.kind.value, s.name or str(s.number or "")) for s in around if s.kind in _PLACES]
        cells = [segment for segment in around if segment.kind is SegmentKind.CELL]
        tables = [segment for segment in around if segment.kind is SegmentKind.TABLE]
        if cells and tables and not any(segment.kind is SegmentKind.PATH for segment in around):
            before = self.text[tables[-1].start : cells[-1].start]
            row = cells[-1].number or before.count("\n") + 1
            column = cells[-1].level or before.rpartition("\n")[2].count("\t") + 1
            above = " / ".join(self.text[a:b] for a, b in self.column_headers(cells[-1]))
            places += [("row", str(row)), ("column", above or column_letters(column))]
        recognised = [(s.kind.value, s.name) for s in self._recognised(offset, end)]
        return tuple(dict.fromkeys([*places, *recognised]))

    def boxes_in(self, start: int, end: int) -> tuple[PageBox, ...]:
        """Return the boxes of the recognised words in `[start, end)`: one for each line, in order."""
        words = (word for segment in self._recognised(start, end) for word in segment.words)
        return tuple(merged(PageBox(*word.place) for word in words if word.start < end and start < word.end))

    def _recognised(self, start: int, end: int) -> Iterator[Segment]:
        """Return the segments of recognised words that overlap `[start, end)`."""
        last = bisect_left(self.segments, end, key=lambda segment: segment.start)
        return (s for s in self.segments[:last] if s.kind is SegmentKind.RECOGNISED and start < s.end)

    def column_headers(self, cell: Segment) -> tuple[Span, ...]:
        """Return the spans of a cell's column headers, outermost first: its headers in the rows above."""
        return tuple((a, b) for a, b in cell.headers if self.text.find("\n", b, cell.start) >= 0)

    def heading_at(self, offset: int) -> str | None:
        """Return the text of the last heading at or before `offset`, or None."""
        headings = [s for s in self.segments if s.kind is SegmentKind.HEADING and s.start <= offset]
        return self.text[headings[-1].start : headings[-1].end] if headings else None

    def added_in(self, start: int, end: int) -> tuple[Segment, ...]:
        """Return the segments of characters in `[start, end)` that the loader inserted; the source lacks them."""
        added = (s for s in self.segments if s.kind is SegmentKind.ADDED)
        return tuple(s for s in added if s.start < end and start < s.end)

    def readable(self, start: int, end: int) -> str:
        """Return `text[start:end]` with a space for each character of `unspoken`, so that offsets stay the same."""
        text = self.text[start:end]
        i = bisect_left(self.unspoken, start, key=lambda span: span[1])
        while i < len(self.unspoken) and self.unspoken[i][0] < end:
            first, last = max(self.unspoken[i][0], start) - start, min(self.unspoken[i][1], end) - start
            text = text[:first] + " " * (last - first) + text[last:]
            i += 1
        return text


@dataclass(frozen=True, slots=True, order=True)
class Chunk:
    """A passage: a run of whole sentences, or part of a sentence that is longer than the limit."""

    document_id: str
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"chunk [{self.start}, {self.end}) of {self.document_id!r} is empty or negative")


@dataclass(frozen=True, slots=True)
class ScoreParts:
    """The scores of a hit: cosine similarity, BM25 score (0 if no word is shared), and both fused."""

    dense: float
    lexical: float
    fused: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found. `score` orders the hits, highest is best; `parts` are its components."""

    chunk: Chunk
    score: float
    parts: ScoreParts


def column_letters(column: int) -> str:
    """Return a column's name in a sheet: 1 is A, 27 is AA."""
    letters = ""
    while column > 0:
        column, last = divmod(column - 1, 26)
        letters = chr(ord("A") + last) + letters
    return letters


def _unspoken(segments: Sequence[Segment]) -> Iterator[Span]:
    enclosing_end = -1
    for segment in segments:
        if segment.kind.is_block:
            if segment.end <= enclosing_end or segment.kind is SegmentKind.HIDDEN:
                yield segment.start, segment.end
            enclosing_end = max(enclosing_end, segment.end)
        elif segment.kind is SegmentKind.NOTE_NUMBER:
            yield segment.start, segment.end


def _checked(metadata: Mapping[str, MetadataValue]) -> dict[str, MetadataValue]:
    checked: dict[str, MetadataValue] = {}
    for name, value in metadata.items():
        texts = (value,) if isinstance(value, str) else tuple(value)
        if not name or not all(isinstance(text, str) for text in texts):
            raise ValueError(f"metadata {name!r} is {value!r}; a value is a text or several texts")
        checked[name] = value if isinstance(value, str) else texts
    return checked
