"""PowerPoint presentations (.pptx), by python-pptx: slide by slide the title, text, tables, charts, diagrams and
speaker's notes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from index.errors import EmptyDocumentError, LoadError, SourceTooLargeError
from index.load.archive import core_metadata, damaged, refuse_bomb
from index.load.drawn import Drawn
from index.load.headers import TableCell
from index.load.marked import NO_SIGNS
from index.load.parsed import Composer, Parsed, Raw, visible
from index.types import SegmentKind, Unread, UnreadKind

SUFFIX = ".pptx"
MAX_GROUPS = 60  # groups of shapes within groups
_FURNITURE = ("SLIDE_NUMBER", "FOOTER", "DATE", "HEADER")
_TITLES = ("TITLE", "CENTER_TITLE", "VERTICAL_TITLE")
_BODIES = ("BODY", "OBJECT", "VERTICAL_BODY", "VERTICAL_OBJECT")


def read(raw: Raw) -> Parsed:
    """Return the slides in their order, each with the speaker's notes below it. `metadata` has title, author and date.

    Raises `DamagedFileError`, `EncryptedFileError`, `EmptyDocumentError`, `SourceTooLargeError`.
    """
    refuse_bomb(raw, SUFFIX, ".ppt")
    composer = Composer()
    missing = _Missing(raw.name)
    damage = (KeyError, ValueError, AttributeError, SyntaxError, EOFError, OSError, TypeError, IndexError)
    try:
        presentation = _opened(raw)
        for number, slide in enumerate(presentation.slides, start=1):
            _add_slide(composer, slide, number, missing)
        stated = core_metadata(presentation.core_properties, unless=("python-pptx", "PowerPoint Presentation"))
        metadata = {"slides": str(len(presentation.slides)), **stated}
    except LoadError:
        raise
    except (*damage, zipfile.BadZipFile, NotImplementedError, AssertionError) as error:
        raise damaged(raw.name, SUFFIX) from error
    if not composer.segments:
        raise EmptyDocumentError(f"{raw.name!r} holds no text to quote; slides that are pictures need OCR first")
    composer.unread += missing.unread()
    return composer.parsed(metadata)


def _opened(raw: Raw) -> Any:
    from pptx import Presentation
    from pptx.exc import PythonPptxError

    try:
        return Presentation(io.BytesIO(raw.data))
    except PythonPptxError as error:
        raise damaged(raw.name, SUFFIX) from error


class _Missing:
    """Content of the slides that is not text; `drawn` reads charts and diagrams."""

    def __init__(self, name: str) -> None:
        self.drawn = Drawn(name, SUFFIX)
        self.pictures = self.objects = 0

    def unread(self) -> list[Unread]:
        unread = []
        if self.pictures:
            unread.append(Unread(UnreadKind.IMAGE, count=self.pictures))
        if self.objects:
            unread.append(Unread(UnreadKind.OBJECT, count=self.objects))
        return unread


def _add_slide(composer: Composer, slide: Any, number: int, missing: _Missing) -> None:
    first = len(composer.segments)
    shapes = list(_shapes(slide.shapes, 0))
    titles = [shape for shape in shapes if _role(shape) in _TITLES]
    for shape in [*titles, *(shape for shape in shapes if shape not in titles)]:
        _add_shape(composer, shape, missing)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        below = len(composer.segments)
        for paragraph in slide.notes_slide.notes_text_frame.paragraphs:
            composer.add(SegmentKind.PARAGRAPH, _words(paragraph.text))
        composer.enclose(SegmentKind.SPEAKER_NOTES, below, number=number)
    composer.enclose(SegmentKind.SLIDE, first, number=number)


def _shapes(shapes: Any, depth: int) -> Iterator[Any]:
    """Yield the shapes in the order in which they are read aloud, those of groups too."""
    if depth > MAX_GROUPS:
        raise SourceTooLargeError(f"a slide nests more than {MAX_GROUPS} groups of shapes; simplify it")
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from _shapes(shape.shapes, depth + 1)
        else:
            yield shape


def _role(shape: Any) -> str:
    """Return the role of a placeholder; empty for other shapes."""
    if not shape.is_placeholder:
        return ""
    kind = shape.placeholder_format.type
    return "" if kind is None else str(kind.name)


def _add_shape(composer: Composer, shape: Any, missing: _Missing) -> None:
    role = _role(shape)
    if getattr(shape, "has_table", False):
        composer.add_table(list(_cells(shape.table)))
    elif shape.has_text_frame:
        _add_text(composer, shape.text_frame, role)
    elif shape.element.tag.endswith("}pic"):
        missing.pictures += 1
    elif shape.element.tag.endswith("}graphicFrame"):
        missing.objects += not missing.drawn.add(composer, shape.element, shape.part.rels)


def _add_text(composer: Composer, frame: Any, role: str) -> None:
    if role in _FURNITURE:
        composer.add(SegmentKind.RUNNING_HEAD, _words(frame.text) if role != "SLIDE_NUMBER" else "")
    elif role in _TITLES:
        composer.add(SegmentKind.HEADING, _words(frame.text), level=1)
    else:
        said = [(paragraph, _words(paragraph.text)) for paragraph in frame.paragraphs]
        several = role in _BODIES and sum(bool(words) for _, words in said) > 1
        for paragraph, words in said:
            if several:
                composer.add(SegmentKind.LIST_ITEM, words, level=paragraph.level + 1)
            else:
                composer.add(SegmentKind.PARAGRAPH, words)


def _cells(table: Any) -> Iterator[TableCell]:
    for y, row in enumerate(table.rows):
        for x, cell in enumerate(row.cells):
            if not cell.is_spanned:
                high, wide = (cell.span_height, cell.span_width) if cell.is_merge_origin else (1, 1)
                is_header = (y == 0) if table.first_row else None
                yield TableCell(y, x, _words(cell.text), high, wide, is_header)


def _words(text: str) -> str:
    return " ".join(visible(text.translate(NO_SIGNS)).split())
