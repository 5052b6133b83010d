"""Reads Word documents (.docx) by python-docx: headings, paragraphs, list items and tables in the order of the body.

Footnotes and endnotes follow at the end, in the order of their marks, then what stands on every page (headers and
footers) and reviewers' comments. The numbers that Word makes itself stand before their paragraphs, as added. Hidden
and deleted text is not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from index.errors import EmptyDocumentError, SourceTooLargeError
from index.load.archive import Parts, office_metadata, parse_xml
from index.load.docx.embedded import PICTURES, Pictures, chunk_of
from index.load.docx.lists import W, value
from index.load.docx.opening import RELATION_ID, open_word
from index.load.docx.styles import ParagraphKind, Styles
from index.load.docx.words import boxes_of, is_strong, name_of, text_of
from index.load.drawn import Drawn
from index.load.headers import TableCell
from index.load.marked import added
from index.load.ocr.extra import can_recognise, way_to_recognise
from index.load.ocr.recogniser import opened
from index.load.parsed import Composer, Parsed, Raw
from index.load.tables import MAX_COLUMNS
from index.types import SegmentKind, UnreadKind

if TYPE_CHECKING:
    from docx.document import Document as Word

MAX_DEPTH = 60  # tables in tables, controls in controls
MAX_CHUNKS = 3  # documents within documents

LONGEST_TITLE = 80  # characters
_ENDS = (".", ",", ";", ":", "!", "?")
_WRAPPERS = ("sdt", "sdtContent", "customXml", "ins", "smartTag", "moveTo")
_OBJECTS = ("OLEObject", "chart", "relIds")


def read(raw: Raw, depth: int = 0) -> Parsed:
    """Return the body's text; `metadata` has title, author and date where the file states them.

    Raises `DamagedFileError`, `EncryptedFileError`, `EmptyDocumentError`, and `SourceTooLargeError` for one that
    unpacks to too much. `depth`: how many documents this one stands in.
    """
    parts = Parts(raw, ".docx", ".doc")
    word = open_word(raw)
    with opened() as recogniser:
        reader = _Reader(raw, word, depth, Pictures(word, None if depth else recogniser))
        reader.body(word.element.body, 0)
    for kind, part in _asides(raw.name, word):
        reader.body(part, 0, kind)
    composer = reader.composer
    if not composer.segments:
        advice = "no words are recognised in its pictures" if can_recognise() else way_to_recognise()
        raise EmptyDocumentError(f"{raw.name!r} holds no text; a scan in a document needs OCR first: {advice}")
    names = [name_of(element) for element in word.element.body.iter()]
    composer.leave_out(UnreadKind.IMAGE, sum(name in PICTURES for name in names) - reader.pictures.read)
    objects = sum(name in _OBJECTS for name in names) + len(reader.objects) - sum(reader.drawn.parts.values())
    composer.leave_out(UnreadKind.OBJECT, objects, ", ".join(reader.objects))
    stated = office_metadata(parts, unless=("python-docx",))
    return composer.parsed({**stated, **reader.pictures.metadata()})


@dataclass(slots=True)
class _Reader:
    """Reads the parts of a document into one text.

    `pictures`: reads those of the body; `objects`: files within it that are not read; `drawn`: reads charts and
    diagrams; `level`: of the last heading that is one by its style; `initial`: the large letters that the next
    paragraph begins with.
    """

    raw: Raw
    word: Word
    depth: int
    pictures: Pictures
    composer: Composer = field(default_factory=Composer)
    objects: list[str] = field(default_factory=list)
    level: int = 0
    initial: str = ""
    styles: Styles = field(init=False)
    drawn: Drawn = field(init=False)

    def __post_init__(self) -> None:
        self.drawn = Drawn(self.raw.name, ".docx")
        self.styles = Styles(self.word)

    def body(self, parent: Any, depth: int, kind: SegmentKind | None = None) -> None:
        """Append the content of `parent`; all its paragraphs are of `kind`, if one is given."""
        if depth > MAX_DEPTH:
            raise SourceTooLargeError(f"the document nests more than {MAX_DEPTH} tables or controls; simplify it")
        for child in parent:
            match name_of(child):
                case "p":
                    self._paragraph(child, kind)
                    self.pictures.add(child, self.composer)
                    self.drawn.add(self.composer, child, self.word.part.rels)
                    for box in boxes_of(child):
                        self.body(box, depth + 1, kind)
                case "tbl":
                    self.composer.add_table(_cells_of(child, self._words, depth), kind or SegmentKind.TABLE)
                case "altChunk":
                    self._chunk(child)
                case name if name in _WRAPPERS:
                    self.body(child, depth + 1, kind)
        if not depth:
            self.composer.add(kind or SegmentKind.PARAGRAPH, self.initial.strip())
            self.initial = ""

    def _paragraph(self, paragraph: Any, kind: SegmentKind | None) -> None:
        text = self.initial + text_of(paragraph, self.styles.looks)
        self.initial = text if _is_initial(paragraph) else ""
        if self.initial or not text.strip():
            return
        paragraph_kind = self.styles.kind(paragraph) if kind is None else ParagraphKind(kind)
        if paragraph_kind.kind is SegmentKind.PARAGRAPH and _is_title(paragraph, text.strip()):
            paragraph_kind = ParagraphKind(SegmentKind.HEADING, min(6, self.level + 1))
        elif paragraph_kind.kind is SegmentKind.HEADING:
            self.level = paragraph_kind.level or 1
        self.composer.add(paragraph_kind.kind, labelled(paragraph_kind, text.strip()), level=paragraph_kind.level)

    def _words(self, paragraph: Any) -> str:
        """Return the words of a paragraph in a table, after the number that Word shows."""
        text = text_of(paragraph, self.styles.looks).strip()
        return labelled(self.styles.kind(paragraph), text) if text else ""

    def _chunk(self, element: Any) -> None:
        """Append a document that is embedded in this one."""
        relation = self.word.part.rels.get(element.get(RELATION_ID, ""))
        if relation is None or relation.is_external:
            return
        deeper = partial(read, depth=self.depth + 1) if self.depth < MAX_CHUNKS else None
        drafts = chunk_of(self.raw, relation.target_part, deeper)
        if drafts is None:
            self.objects.append(str(relation.target_part.partname).rpartition("/")[2])
        for draft in drafts or ():
            self.composer.put(draft)


def _cells_of(table: Any, words: Callable[[Any], str], depth: int) -> list[TableCell]:
    """Return the cells of a table at their places; nested tables are text of their cell. `words`: of a paragraph."""
    placed: dict[tuple[int, int], TableCell] = {}
    latest: dict[int, TableCell] = {}  # by column, the cell that reaches down to the last row
    for number, row in enumerate(child for child in _through(table) if name_of(child) == "tr"):
        column = min(_count(row, "trPr/gridBefore", 0), MAX_COLUMNS)
        is_header = True if value(row, "trPr/tblHeader") is not None else None
        for cell in (child for child in _through(row) if name_of(child) == "tc"):
            wide = max(1, min(_count(cell, "tcPr/gridSpan", 1), MAX_COLUMNS))
            merged = value(cell, "tcPr/vMerge")
            above = latest.get(column) if merged is not None and merged != "restart" else None
            if above is None:
                table_cell = TableCell(
                    number, column, _cell(cell, words, depth), 1, wide, is_header, is_strong=is_strong(cell)
                )
            else:
                table_cell = replace(above, rows=number - above.row + 1)
            placed[table_cell.row, column] = latest[column] = table_cell
            column += wide
    stated = any(cell.is_header for cell in placed.values())
    return [replace(cell, is_header=bool(cell.is_header)) if stated else cell for cell in placed.values()]


def _count(element: Any, path: str, default: int) -> int:
    stated = value(element, path) or ""
    return int(stated) if stated.isdigit() and len(stated) < 6 else default


def _through(parent: Any) -> Iterator[Any]:
    """Yield children, and those inside content controls."""
    for child in parent:
        if name_of(child) in ("sdt", "sdtContent", "customXml", "ins"):
            yield from _through(child)
        else:
            yield child


def _cell(cell: Any, words: Callable[[Any], str], depth: int) -> str:
    if depth > MAX_DEPTH:
        raise SourceTooLargeError(f"the document nests more than {MAX_DEPTH} tables; simplify it")
    parts = []
    for child in _through(cell):
        if name_of(child) == "p":
            parts.append(words(child))
        elif name_of(child) == "tbl":
            parts += [inner.text for inner in _cells_of(child, words, depth + 1)]
    return " ".join(part for part in parts if part.strip())


def _is_initial(paragraph: Any) -> bool:
    """Return whether a paragraph holds the large first letters of the next paragraph (ECMA-376 part 1, 17.3.1.11)."""
    frame = paragraph.find(f"{W}pPr/{W}framePr")
    return frame is not None and frame.get(W + "dropCap", "none") != "none"


def _is_title(paragraph: Any, text: str) -> bool:
    """Return whether a paragraph without a style looks like a heading: a short bold line without a full stop."""
    return len(text) <= LONGEST_TITLE and not text.endswith(_ENDS) and "\n" not in text and is_strong(paragraph)


def labelled(kind: ParagraphKind, text: str) -> str:
    """Put the number that Word shows before `text`, marked as added."""
    label = kind.label.strip()
    return f"{added(label)} {text}" if label else text


def _asides(name: str, word: Word) -> Iterator[tuple[SegmentKind, Any]]:
    """Yield notes, headers, footers and comments, with their kind, each once."""
    for note in (*_referred(name, word, "footnote"), *_referred(name, word, "endnote")):
        yield SegmentKind.NOTE, note
    for part in _headers(name, word):
        yield SegmentKind.RUNNING_HEAD, part
    for comment in _referred(name, word, "comment"):
        yield SegmentKind.COMMENT, comment


def _referred(name: str, word: Word, kind: str) -> Iterator[Any]:
    """Yield the notes or comments that the body refers to, in its order."""
    marks = [reference.get(W + "id") for reference in word.element.body.iter(f"{W}{kind}Reference")]
    relations = word.part.rels.values() if marks else ()
    part = next((r.target_part for r in relations if not r.is_external and r.reltype.endswith(f"/{kind}s")), None)
    if part is not None:
        notes = {note.get(W + "id"): note for note in parse_xml(name, part.blob, ".docx") if name_of(note) == kind}
        yield from (notes[mark] for mark in dict.fromkeys(marks) if mark in notes)


def _headers(name: str, word: Word) -> Iterator[Any]:
    """Yield the headers and footers of the sections in order; one that repeats the words of another is left out."""
    headers: set[str] = set()
    seen: set[str] = set()
    for reference in word.element.body.iter(W + "headerReference", W + "footerReference"):
        relation = word.part.rels.get(reference.get(RELATION_ID, ""))
        if relation is None or relation.is_external or relation.target_part.partname in seen:
            continue
        seen.add(relation.target_part.partname)
        root = parse_xml(name, relation.target_part.blob, ".docx")
        words = " ".join("".join(text.text or "" for text in root.iter(W + "t")).split())
        if words and words not in headers:
            headers.add(words)
            yield root
