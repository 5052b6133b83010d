"""Word documents (.docx), by python-docx: headings, paragraphs, list items and tables in the order of the body.

Footnotes and endnotes follow at the end, in the order of their marks, then what stands on every page (headers and
footers) and reviewers' comments. The numbers that Word makes itself stand before their paragraphs, as added. Hidden
and deleted text is not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from index.errors import EmptyDocumentError, LoadError, SourceTooLargeError
from index.load.docx.lists import W, value
from index.load.docx.opening import RELATION_ID, open_word, parsed_part, refuse_bomb
from index.load.docx.styles import Kind, Styles
from index.load.docx.words import boxes_of, is_strong, name_of, text_of
from index.load.marked import added
from index.load.parsed import Composer, Draft, Format, Parsed, Raw
from index.load.tables import MAX_COLUMNS, TableCell
from index.types import MetadataValue, Segment, SegmentKind, Unread, UnreadKind

if TYPE_CHECKING:
    from docx.document import Document as Word

MAX_DEPTH = 60  # tables in tables, controls in controls
MAX_CHUNKS = 3  # documents within documents

_WRAPPERS = ("sdt", "sdtContent", "customXml", "ins", "smartTag", "moveTo")
_PICTURES = ("blip", "imagedata")
_OBJECTS = ("OLEObject", "chart", "relIds")


def read(raw: Raw, depth: int = 0) -> Parsed:
    """The body's text; `metadata` has title, author and date where the file states them.

    Raises `DamagedFileError`, `EncryptedFileError`, `EmptyDocumentError`, and `SourceTooLargeError` for one that
    unpacks to too much. `depth`: how many documents this one stands in.
    """
    refuse_bomb(raw)
    word = open_word(raw)
    reader = _Reader(raw, word, depth)
    reader.body(word.element.body, 0)
    for kind, part in _asides(raw.name, word):
        reader.body(part, 0, kind)
    composer = reader.composer
    if not composer.segments:
        raise EmptyDocumentError(f"{raw.name!r} holds no text; a scan in a document needs OCR first")
    composer.unread += _unread(word, reader.objects)
    return composer.parsed(_metadata(word))


@dataclass(slots=True)
class _Reader:
    """Reads the parts of a document into one text. `objects`: files within it that are not read."""

    raw: Raw
    word: Word
    depth: int
    composer: Composer = field(default_factory=Composer)
    objects: list[str] = field(default_factory=list)
    styles: Styles = field(init=False)

    def __post_init__(self) -> None:
        self.styles = Styles(self.word)

    def body(self, parent: Any, depth: int, kind: SegmentKind | None = None) -> None:
        """Append what stands in `parent`; its paragraphs are all of `kind`, where one is given."""
        if depth > MAX_DEPTH:
            raise SourceTooLargeError(f"the document nests more than {MAX_DEPTH} tables or controls; simplify it")
        for child in parent:
            match name_of(child):
                case "p":
                    self._paragraph(child, kind)
                    for box in boxes_of(child):
                        self.body(box, depth + 1, kind)
                case "tbl":
                    self.composer.add_table(list(_cells(child, depth)))
                case "altChunk":
                    self._chunk(child)
                case name if name in _WRAPPERS:
                    self.body(child, depth + 1, kind)

    def _paragraph(self, paragraph: Any, kind: SegmentKind | None) -> None:
        text = text_of(paragraph)
        if not text.strip():
            return
        found = self.styles.kind(paragraph) if kind is None else Kind(kind)
        label = f"{added(found.label.strip())} " if found.label.strip() else ""
        self.composer.add(found.kind, label + text.strip(), level=found.level)

    def _chunk(self, element: Any) -> None:
        """Append a document that stands in this one."""
        relation = self.word.part.rels.get(element.get(RELATION_ID, ""))
        if relation is None or relation.is_external:
            return
        parsed = _embedded(self.raw, relation.target_part, self.depth)
        if parsed is None:
            self.objects.append(str(relation.target_part.partname).rpartition("/")[2])
        else:
            for segment in parsed.segments:
                if segment.kind.is_block:
                    self.composer.put(_draft(parsed, segment))


def _draft(parsed: Parsed, segment: Segment) -> Draft:
    def inside(kind: SegmentKind) -> tuple[tuple[int, int], ...]:
        return tuple(
            (s.start - segment.start, s.end - segment.start)
            for s in parsed.segments
            if s.kind is kind and segment.start <= s.start and s.end <= segment.end
        )

    words = parsed.text[segment.start : segment.end]
    added_spans, notes = inside(SegmentKind.ADDED), inside(SegmentKind.NOTE_NUMBER)
    return Draft(segment.kind, words, segment.level, segment.number, added=added_spans, notes=notes)


def _embedded(raw: Raw, part: Any, depth: int) -> Parsed | None:
    """What a part that holds a whole document says; None for one that is not read."""
    from index.load import html, plain

    suffix = str(part.partname).rpartition(".")[2].lower()
    inner = Raw(raw.name, part.blob, raw.encoding)
    try:
        if suffix in ("html", "htm", "xhtml", "mht"):
            return html.read(inner) if suffix != "mht" else None
        if suffix == "txt":
            return plain.read(inner)
        if suffix == "docx" and depth < MAX_CHUNKS:
            return read(inner, depth + 1)
    except LoadError:
        return None
    return None


def _asides(name: str, word: Word) -> Iterator[tuple[SegmentKind, Any]]:
    """Notes, headers, footers and comments, with what they are; each once."""
    for note in _referred(name, word, "footnote", "footnoteReference"):
        yield SegmentKind.NOTE, note
    for note in _referred(name, word, "endnote", "endnoteReference"):
        yield SegmentKind.NOTE, note
    for part in _headers(name, word):
        yield SegmentKind.RUNNING_HEAD, part
    for comment in _referred(name, word, "comment", "commentReference"):
        yield SegmentKind.COMMENT, comment


def _referred(name: str, word: Word, kind: str, mark: str) -> Iterator[Any]:
    """The notes or comments that the body refers to, in its order."""
    marks = [found.get(W + "id") for found in word.element.body.iter(W + mark)]
    root = _part(name, word, f"/{kind}s") if marks else None
    if root is not None:
        notes = {note.get(W + "id"): note for note in root if name_of(note) == kind}
        yield from (notes[mark] for mark in dict.fromkeys(marks) if mark in notes)


def _headers(name: str, word: Word) -> Iterator[Any]:
    """The headers and footers of the sections, in their order; those that say the same as one before are left out."""
    said: set[str] = set()
    for reference in word.element.body.iter(W + "headerReference", W + "footerReference"):
        relation = word.part.rels.get(reference.get(RELATION_ID, ""))
        if relation is None or relation.is_external:
            continue
        root = parsed_part(name, relation.target_part)
        words = " ".join("".join(text.text or "" for text in root.iter(W + "t")).split())
        if words and words not in said:
            said.add(words)
            yield root


def _part(name: str, word: Word, kind: str) -> Any:
    parts = [r.target_part for r in word.part.rels.values() if not r.is_external and r.reltype.endswith(kind)]
    return parsed_part(name, parts[0]) if parts else None


def _unread(word: Word, objects: list[str]) -> Iterator[Unread]:
    """Pictures, and files within the file."""
    names = [name_of(element) for element in word.element.body.iter()]
    pictures = sum(name in _PICTURES for name in names)
    others = sum(name in _OBJECTS for name in names) + len(objects)
    if pictures:
        yield Unread(UnreadKind.IMAGE, count=pictures)
    if others:
        yield Unread(UnreadKind.OBJECT, count=others, detail=", ".join(objects))


def _cells(table: Any, depth: int) -> Iterator[TableCell]:
    """The cells of a table at their places; a table inside a cell stands in its text."""
    placed: dict[tuple[int, int], TableCell] = {}
    latest: dict[int, TableCell] = {}  # by column, the cell that reaches down to the last row
    for number, row in enumerate(child for child in _through(table) if name_of(child) == "tr"):
        column = min(_count(row, "trPr/gridBefore", 0), MAX_COLUMNS)
        is_header = True if row.find(_path("trPr/tblHeader")) is not None else None
        for cell in (child for child in _through(row) if name_of(child) == "tc"):
            wide = max(1, min(_count(cell, "tcPr/gridSpan", 1), MAX_COLUMNS))
            merged = value(cell, "tcPr/vMerge")
            above = latest.get(column) if merged is not None and merged != "restart" else None
            if above is None:
                found = TableCell(number, column, _cell(cell, depth), 1, wide, is_header, is_strong=is_strong(cell))
            else:
                found = replace(above, rows=number - above.row + 1)
            placed[found.row, column] = latest[column] = found
            column += wide
    stated = any(cell.is_header for cell in placed.values())
    for cell in placed.values():
        yield replace(cell, is_header=bool(cell.is_header)) if stated else cell


def _path(names: str) -> str:
    return "/".join(W + name for name in names.split("/"))


def _count(element: Any, path: str, default: int) -> int:
    stated = value(element, path) or ""
    return int(stated) if stated.isdigit() and len(stated) < 6 else default


def _through(parent: Any) -> Iterator[Any]:
    """Children, and those of content controls around them."""
    for child in parent:
        if name_of(child) in ("sdt", "sdtContent", "customXml", "ins"):
            yield from _through(child)
        else:
            yield child


def _cell(cell: Any, depth: int) -> str:
    if depth > MAX_DEPTH:
        raise SourceTooLargeError(f"the document nests more than {MAX_DEPTH} tables; simplify it")
    parts = []
    for child in _through(cell):
        if name_of(child) == "p":
            parts.append(text_of(child))
        elif name_of(child) == "tbl":
            parts += [inner.text for inner in _cells(child, depth + 1)]
    return " ".join(part for part in parts if part.strip())


def _metadata(word: Word) -> dict[str, MetadataValue]:
    stated = word.core_properties
    found: dict[str, MetadataValue] = {}
    for name in ("title", "author"):
        text = " ".join((getattr(stated, name) or "").split())
        if text and text != "python-docx":
            found[name] = text
    changed = stated.modified or stated.created
    if changed is not None:
        found["date"] = changed.date().isoformat()
    return found


FORMAT = Format(
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",), (".docx",), read, version=2
)
