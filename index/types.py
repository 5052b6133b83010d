"""The values that index/ hands out. Spans are half-open `[start, end)`, in code points of `Document.text`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from index.errors import EmptyDocumentError, EncodingError


class SegmentKind(StrEnum):
    """What a stretch of a document is to its author."""

    PAGE = "page"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE = "table"
    CODE = "code"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a document: a page, a heading, a paragraph …

    `level` is the depth of a heading, or of a list's item where the format states it, from 1; `number` is a page's
    number from 1, or that of an item in a numbered list where the text itself does not have it. Segments are in
    reading order; a page encloses the blocks that stand on it, and no two blocks overlap.
    """

    kind: SegmentKind
    start: int
    end: int
    level: int | None = None
    number: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"segment [{self.start}, {self.end}) is empty or begins before the text")


MetadataValue = str | tuple[str, ...]
"""A text, or several (tags). As JSON: a string or an array of strings."""


@dataclass(frozen=True, slots=True)
class Document:
    """A loaded source. `text` is canonical: it is never edited, and every offset counts its code points.

    `id` is the path relative to the indexed root, or the URL. `source` is where the text was read from.
    `segments` map offsets back to page, heading or paragraph. `sha256` is of `text` in UTF-8.
    `metadata` maps names (title, date, author, tags …) to a text or a tuple of texts; lists become tuples.
    Raises `EmptyDocumentError` if `text` holds nothing but white space, `EncodingError` for a lone surrogate.
    """

    id: str
    text: str
    source: str = ""
    media_type: str = "text/plain"
    segments: tuple[Segment, ...] = ()
    metadata: Mapping[str, MetadataValue] = field(default_factory=dict)
    sha256: str = field(init=False)

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
        object.__setattr__(self, "metadata", MappingProxyType(_checked(self.metadata)))

    def page_at(self, offset: int) -> int | None:
        """The number of the page that holds the character at `offset`, or None where there are no pages."""
        for segment in self.segments:
            if segment.kind is SegmentKind.PAGE and segment.start <= offset < segment.end:
                return segment.number
        return None

    def heading_at(self, offset: int) -> str | None:
        """The text of the last heading at or before `offset`, or None."""
        headings = [s for s in self.segments if s.kind is SegmentKind.HEADING and s.start <= offset]
        return self.text[headings[-1].start : headings[-1].end] if headings else None


@dataclass(frozen=True, slots=True, order=True)
class Chunk:
    """A run of whole sentences of a document (of part of one, where a single sentence is over the limit)."""

    document_id: str
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"chunk [{self.start}, {self.end}) of {self.document_id!r} is empty or negative")


@dataclass(frozen=True, slots=True)
class ScoreParts:
    """How a hit came by its place: cosine similarity, BM25 score (0 where no word is shared), and both fused."""

    dense: float
    lexical: float
    fused: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that a search found. `score` orders the hits, best highest; `parts` says what it is made of."""

    chunk: Chunk
    score: float
    parts: ScoreParts


def _checked(metadata: Mapping[str, MetadataValue]) -> dict[str, MetadataValue]:
    checked: dict[str, MetadataValue] = {}
    for name, value in metadata.items():
        texts = (value,) if isinstance(value, str) else tuple(value)
        if not name or not all(isinstance(text, str) for text in texts):
            raise ValueError(f"metadata {name!r} is {value!r}; a value is a text or several texts")
        checked[name] = value if isinstance(value, str) else texts
    return checked
