"""OpenDocument texts (.odt), by lxml: headings, paragraphs, lists and tables; notes and remarks follow at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from index.errors import EmptyDocumentError, SourceTooLargeError
from index.load.headers import TableCell
from index.load.marked import note
from index.load.odf import CONTENT, DRAW, OFFICE, TABLE, TEXT, count_of, drop_hidden, metadata_of, open_parts, words_of
from index.load.parsed import Composer, Parsed, Raw, one_line
from index.load.tables import MAX_COLUMNS
from index.types import SegmentKind, UnreadKind

MAX_DEPTH = 60  # lists in lists, tables in tables
MOST_REPEATED = 200  # times that a row or a cell stands
# Deleted text, and lists of the document's own headings, stand in others, and are passed over.
_WRAPPERS = frozenset(
    (TEXT + "section", TEXT + "index-body", DRAW + "text-box", OFFICE + "text", TEXT + "bibliography")
)


def read(raw: Raw) -> Parsed:
    """Return the body's text; `metadata` has title, author and date where the file states them.

    Raises `DamagedFileError`, `EncryptedFileError`, `EmptyDocumentError`, `SourceTooLargeError`.
    """
    parts = open_parts(raw, ".odt")
    root = parts.tree(CONTENT)
    drop_hidden(root)
    reader = _Reader(raw.name)
    for body in root.iter(OFFICE + "text"):
        reader.blocks(body, 0)
    reader.asides(root)
    if not reader.composer.segments:
        raise EmptyDocumentError(f"{raw.name!r} holds no text; a scan in a document needs OCR first")
    pictures = sum(1 for _ in root.iter(DRAW + "image"))
    objects = sum(1 for _ in root.iter(DRAW + "object", DRAW + "object-ole"))
    reader.composer.leave_out(UnreadKind.IMAGE, pictures - objects)
    reader.composer.leave_out(UnreadKind.OBJECT, objects)
    return reader.composer.parsed(metadata_of(parts))


class _Reader:
    def __init__(self, name: str) -> None:
        self._name = name
        self.composer = Composer()

    def blocks(self, parent: Any, depth: int, level: int = 0) -> None:
        """Append the content of `parent`; `level`: how many lists are around it."""
        if depth > MAX_DEPTH:
            raise SourceTooLargeError(f"{self._name!r} nests more than {MAX_DEPTH} lists or tables; simplify it")
        for child in parent:
            if child.tag == TEXT + "h":
                outline = count_of(child, TEXT + "outline-level", 6)
                self.composer.add(SegmentKind.HEADING, one_line(words_of(child, noted=note)), level=outline)
            elif child.tag == TEXT + "p":
                kind = SegmentKind.LIST_ITEM if level else SegmentKind.PARAGRAPH
                self.composer.add(kind, one_line(words_of(child, noted=note)), level=level or None)
            elif child.tag == TEXT + "list":
                for item in child.iterchildren(TEXT + "list-item", TEXT + "list-header"):
                    self.blocks(item, depth + 1, level + 1)
            elif child.tag == TABLE + "table":
                self.composer.add_table(list(_cells(child)))
            elif child.tag in _WRAPPERS:
                self.blocks(child, depth + 1, level)
            if child.tag in (TEXT + "p", TEXT + "h"):
                for box in child.iter(DRAW + "text-box"):
                    self.blocks(box, depth + 1)

    def asides(self, root: Any) -> None:
        """Append the notes and the remarks, in the order of their marks."""
        for note_element in root.iter(TEXT + "note"):
            body = note_element.find(TEXT + "note-body")
            words = " ".join(words_of(p) for p in body.iter(TEXT + "p")) if body is not None else ""
            number = (note_element.findtext(TEXT + "note-citation") or "").strip()
            self.composer.add(SegmentKind.NOTE, f"{number} {one_line(words)}".strip() if words.strip() else "")
        for remark in root.iter(OFFICE + "annotation"):
            self.composer.add(SegmentKind.COMMENT, one_line(" ".join(words_of(p) for p in remark.iter(TEXT + "p"))))


def _cells(table: Any) -> Iterator[TableCell]:
    """Yield the cells of a table at their places; a table inside a cell stands in its text."""
    y = 0
    heads = {row for head in table.iterchildren(TABLE + "table-header-rows") for row in head}
    for row in table.iter(TABLE + "table-row"):
        if next(row.iterancestors(TABLE + "table"), None) is not table:
            continue
        x = 0
        for cell in row.iterchildren(TABLE + "table-cell", TABLE + "covered-table-cell"):
            times = count_of(cell, TABLE + "number-columns-repeated", MAX_COLUMNS)
            high = count_of(cell, TABLE + "number-rows-spanned", MOST_REPEATED)
            wide = count_of(cell, TABLE + "number-columns-spanned", MAX_COLUMNS)
            text = one_line("\n".join(words_of(p) for p in cell.iter(TEXT + "p", TEXT + "h")))
            if text and cell.tag == TABLE + "table-cell":
                is_header = (row in heads) if heads else None
                for i in range(min(times, MOST_REPEATED)):
                    yield TableCell(y, x + i, text, high, wide, is_header)
            x += times
        y += count_of(row, TABLE + "number-rows-repeated", MOST_REPEATED)
