"""Word documents (.docx), by python-docx: headings, paragraphs, list items and tables in the order of the body.

Footnotes and endnotes follow at the end, in the order of their marks. What stands on every page (headers, footers) and
what Word makes itself (numbers of items and notes) is not read, nor is hidden text.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from index.errors import DamagedFileError, EmptyDocumentError, EncryptedFileError, LoadError, SourceTooLargeError
from index.load.docx.lists import Lists, Numbering, value
from index.load.parsed import Composer, Format, Parsed, Raw, table_text
from index.types import MetadataValue, SegmentKind

if TYPE_CHECKING:
    from docx.document import Document as Word

MAX_UNPACKED = 500_000_000  # bytes, pictures included
MAX_XML = 30_000_000  # takes 0.7 GB to parse; a book of a thousand pages has half of it
MAX_RATIO = 200  # unpacked to packed, of a part that unpacks to more than:
_SMALL = 1_000_000
MAX_PARTS = 10_000
MAX_DEPTH = 60  # tables in tables, controls in controls

_OLE = b"\xd0\xcf\x11\xe0"  # an encrypted .docx, and a .doc, are OLE containers
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_STYLE_LEVEL = re.compile(r"heading (\d)", re.IGNORECASE)
_STYLE_LIST = re.compile(r"list (?:.* )?(\d)?", re.IGNORECASE)
_STYLE_QUOTE = re.compile(r"(?:intense |block )?(?:quote|quotation|quotations)\Z|block text\Z", re.IGNORECASE)
_BREAKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
# Said twice (a fallback for old readers), deleted, or no text of the paragraph itself.
_PASSED_OVER = {"Fallback", "del", "moveFrom", "instrText", "txbxContent"}


def read(raw: Raw) -> Parsed:
    """The body's text; `metadata` has title, author and date where the file states them.

    Raises `DamagedFileError`, `EncryptedFileError`, `EmptyDocumentError`, and `SourceTooLargeError` for one that
    unpacks to too much.
    """
    _refuse_bomb(raw)
    word = _open(raw)
    composer = Composer()
    styles = _Styles(word)
    _body(composer, styles, word.element.body, 0)
    for note in _notes(raw.name, word):
        _body(composer, styles, note, 0)
    if not composer.segments:
        raise EmptyDocumentError(f"{raw.name!r} holds no text; a scan in a document needs OCR first")
    return composer.parsed(_metadata(word))


def _refuse_bomb(raw: Raw) -> None:
    if not raw.data:
        raise EmptyDocumentError(f"{raw.name!r} is empty; give a document with some words in it")
    if raw.data.startswith(_OLE):
        if _ENCRYPTED in raw.data:
            raise EncryptedFileError(f"{raw.name!r} opens with a password only; save it without one")
        raise DamagedFileError(f"{raw.name!r} is a .doc of old, no .docx; save it as .docx")
    try:
        with zipfile.ZipFile(io.BytesIO(raw.data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _damaged(raw.name) from error
    if any(part.flag_bits & 1 for part in parts):
        raise EncryptedFileError(f"{raw.name!r} holds encrypted parts; save it without a password")
    unpacked = sum(part.file_size for part in parts)
    xml = sum(part.file_size for part in parts if part.filename.lower().endswith((".xml", ".rels")))
    ratio = max((p.file_size / max(1, p.compress_size) for p in parts if p.file_size > _SMALL), default=0)
    if unpacked > MAX_UNPACKED or xml > MAX_XML or ratio > MAX_RATIO or len(parts) > MAX_PARTS:
        raise SourceTooLargeError(
            f"{raw.name!r} unpacks to {unpacked} bytes, {xml} of them XML, in {len(parts)} parts, "
            f"up to {ratio:.0f} times their size; the limits are {MAX_UNPACKED}, {MAX_XML}, {MAX_PARTS} and {MAX_RATIO}"
        )


def _damaged(name: str) -> LoadError:
    return DamagedFileError(f"{name!r} is no .docx or a damaged one; save it again")


def _open(raw: Raw) -> Word:
    from docx import Document
    from docx.opc.exceptions import OpcError

    # What python-docx and lxml raise for a part that is missing, cut short, or not what it should be.
    damage = (
        OpcError,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        AttributeError,
        SyntaxError,
        EOFError,
        OSError,
        TypeError,
    )
    try:
        word = Document(io.BytesIO(raw.data))
        if word.element.body is None:
            raise _damaged(raw.name)
    except LoadError:
        raise
    except (*damage, zipfile.error, NotImplementedError, IndexError, AssertionError) as error:
        raise _damaged(raw.name) from error
    return word


def _notes(name: str, word: Word) -> Iterator[Any]:
    """The footnotes that the body refers to, in its order, then the endnotes."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import qn

    for kind in ("footnote", "endnote"):
        marks = [mark.get(qn("w:id")) for mark in word.element.body.iter(qn(f"w:{kind}Reference"))]
        parts = [
            r.target_part for r in word.part.rels.values() if not r.is_external and r.reltype.endswith(f"/{kind}s")
        ]
        if not marks or not parts:
            continue
        try:
            notes = {note.get(qn("w:id")): note for note in parse_xml(parts[0].blob) if _name(note) == kind}
        except SyntaxError as error:
            raise _damaged(name) from error
        yield from (notes[mark] for mark in dict.fromkeys(marks) if mark in notes)


def _is_hidden(run: Any) -> bool:
    shown = value(run, "rPr/vanish")
    return shown is not None and shown not in ("0", "false", "off")


def _name(element: Any) -> str:
    """The tag without its namespace; "" for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a paragraph is; of a heading or an item its level, and of an item in a numbered list its number."""

    kind: SegmentKind
    level: int | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    based_on: str | None
    outline: str | None
    numbering: Numbering


class _Styles:
    """What a paragraph and its style say of it: a heading's level, or that it is an item of a list."""

    def __init__(self, word: Word) -> None:
        self._lists = Lists(word)
        self._by_id = {
            style.styleId or "": _Style(
                value(style, "name") or "",
                value(style, "basedOn"),
                value(style, "pPr/outlineLvl"),
                Numbering.of(style),
            )
            for style in word.styles.element.style_lst
        }

    def kind(self, paragraph: Any) -> _Kind:
        outline, numbering = value(paragraph, "pPr/outlineLvl"), Numbering.of(paragraph)
        own, depth = numbering.list_id, 0
        listed = own is not None and own != "0"
        for style in self._chain(value(paragraph, "pPr/pStyle")):
            named = _STYLE_LEVEL.match(style.name)
            if named or style.name.lower() == "title":
                return _Kind(SegmentKind.HEADING, max(1, int(named[1])) if named else 1)
            if _STYLE_QUOTE.match(style.name) and not listed:
                return _Kind(SegmentKind.QUOTE)
            outline = outline if outline is not None else style.outline
            if numbering.list_id is None and style.numbering.list_id is not None:
                numbering = replace(style.numbering, depth=max(numbering.depth, style.numbering.depth))
            listed = listed or (style.numbering.list_id is not None and own != "0")
            if found := _STYLE_LIST.match(style.name):
                listed, depth = True, max(depth, int(found[1] or 1) - 1)
        if outline is not None and outline.isdigit() and int(outline) < 9:
            return _Kind(SegmentKind.HEADING, int(outline) + 1)
        if not listed:
            return _Kind(SegmentKind.PARAGRAPH)
        return _Kind(SegmentKind.LIST_ITEM, max(depth, numbering.depth) + 1, self._lists.number(numbering))

    def _chain(self, style: str | None) -> Iterator[_Style]:
        seen = set()
        while style in self._by_id and style not in seen:
            seen.add(style)
            yield self._by_id[style]
            style = self._by_id[style].based_on


def _body(composer: Composer, styles: _Styles, parent: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise SourceTooLargeError(f"the document nests more than {MAX_DEPTH} tables or controls; simplify it")
    for child in parent:
        match _name(child):
            case "p":
                found = styles.kind(child)
                composer.add(found.kind, _text(child), level=found.level, number=found.number)
                for box in _text_boxes(child):
                    _body(composer, styles, box, depth + 1)
            case "tbl":
                composer.add(SegmentKind.TABLE, table_text([list(row) for row in _rows(child, depth)]))
            case "sdt" | "sdtContent" | "customXml" | "ins" | "smartTag":
                _body(composer, styles, child, depth + 1)


def _rows(table: Any, depth: int) -> Iterator[Iterator[str]]:
    """The rows of a table, and of a table inside a cell within that cell; a cell merged downwards stands once."""
    for row in (child for child in _through(table) if _name(child) == "tr"):
        yield (_cell(cell, depth) for cell in _through(row) if _name(cell) == "tc")


def _through(parent: Any) -> Iterator[Any]:
    """Children, and those of content controls around them."""
    for child in parent:
        if _name(child) in ("sdt", "sdtContent", "customXml"):
            yield from _through(child)
        else:
            yield child


def _cell(cell: Any, depth: int) -> str:
    if depth > MAX_DEPTH:
        raise SourceTooLargeError(f"the document nests more than {MAX_DEPTH} tables; simplify it")
    parts = []
    for child in _through(cell):
        if _name(child) == "p":
            parts.append(_text(child))
        elif _name(child) == "tbl":
            parts += [text for row in _rows(child, depth + 1) for text in row]
    return " ".join(part for part in parts if part.strip())


def _text(paragraph: Any) -> str:
    """What a reader sees of a paragraph: hyperlinks and insertions too, deletions not."""
    parts: list[str] = []
    pending = list(reversed(paragraph))
    while pending:
        element = pending.pop()
        name = _name(element)
        if name in _PASSED_OVER or not name or (name == "r" and _is_hidden(element)):
            continue
        if name == "t":
            parts.append(element.text or "")
        elif name in _BREAKS and _name(element.getparent()) == "r":
            parts.append(_BREAKS[name])
        else:
            pending.extend(reversed(element))
    return "".join(parts)


def _text_boxes(paragraph: Any) -> list[Any]:
    found = []
    pending = list(reversed(paragraph))
    while pending:
        element = pending.pop()
        if _name(element) == "txbxContent":
            found.append(element)
        elif _name(element) != "Fallback":
            pending.extend(reversed(element))
    return found


def _metadata(word: Word) -> dict[str, MetadataValue]:
    stated = word.core_properties
    found: dict[str, MetadataValue] = {}
    for name in ("title", "author"):
        value = " ".join((getattr(stated, name) or "").split())
        if value and value != "python-docx":
            found[name] = value
    changed = stated.modified or stated.created
    if changed is not None:
        found["date"] = changed.date().isoformat()
    return found


FORMAT = Format(("application/vnd.openxmlformats-officedocument.wordprocessingml.document",), (".docx",), read)
