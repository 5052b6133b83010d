"""PowerPoint presentations (.pptx), by python-pptx: slide by slide the title, text, tables, charts, diagrams and
speaker's notes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from index.errors import EmptyDocumentError, SourceTooLargeError
from index.load.archive import Parts, office_metadata, read_within
from index.load.drawn import Drawn
from index.load.headers import TableCell
from index.load.parsed import Composer, Parsed, Raw, plain_line
from index.types import SegmentKind, UnreadKind

SUFFIX = ".pptx"
MAX_GROUPS = 60  # groups of shapes within groups
_FURNITURE = ("SLIDE_NUMBER", "FOOTER", "DATE", "HEADER")
_TITLES = ("TITLE", "CENTER_TITLE", "VERTICAL_TITLE")
_BODIES = ("BODY", "OBJECT", "VERTICAL_BODY", "VERTICAL_OBJECT")


def read(raw: Raw) -> Parsed:
    """Return the slides in their order, each with the speaker's notes below it. `metadata` has title, author and date.

    Raises `DamagedFileError`, `EncryptedFileError`, `EmptyDocumentError`, `SourceTooLargeError`.
    """
    from pptx import Presentation
    from pptx.exc import PythonPptxError

    parts = Parts(raw, SUFFIX, ".ppt")
    composer = Composer()
    missing = _Missing(raw.name)
    with read_within(raw.name, SUFFIX, PythonPptxError):
        presentation = Presentation(io.BytesIO(raw.data))
        for number, slide in enumerate(presentation.slides, start=1):
            _add_slide(composer, slide, number, missing)
        stated = office_metadata(parts, unless=("python-pptx", "PowerPoint Presentation"))
        metadata = {"slides": str(len(presentation.slides)), **stated}
    if not composer.segments:
        raise EmptyDocumentError(f"{raw.name!r} holds no text to quote; slides that are pictures need OCR first")
    composer.leave_out(UnreadKind.IMAGE, missing.pictures)
    composer.leave_out(UnreadKind.OBJECT, missing.objects)
    return composer.parsed(metadata)


class _Missing:
    """Content of the slides that is not text; `drawn` reads charts and diagrams."""

    def __init__(self, name: str) -> None:
        self.drawn = Drawn(name, SUFFIX)
        self.pictures = self.objects = 0


def _add_slide(composer: Composer, slide: Any, number: int, missing: _Missing) -> None:
    first = len(composer.segments)
    shapes = list(_shapes(slide.shapes, 0))
    titles = [shape for shape in shapes if _role(shape) in _TITLES]
    for shape in [*titles, *(shape for shape in shapes if shape not in titles)]:
        _add_shape(composer, shape, missing)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        below = len(composer.segments)
        for paragraph in slide.notes_slide.notes_text_frame.paragraphs:
            composer.add(SegmentKind.PARAGRAPH, plain_line(paragraph.text))
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
        composer.add(SegmentKind.RUNNING_HEAD, plain_line(frame.text) if role != "SLIDE_NUMBER" else "")
    elif role in _TITLES:
        composer.add(SegmentKind.HEADING, plain_line(frame.text), level=1)
    else:
        lines = [(paragraph, plain_line(paragraph.text)) for paragraph in frame.paragraphs]
        several = role in _BODIES and sum(bool(words) for _, words in lines) > 1
        kind = SegmentKind.LIST_ITEM if several else SegmentKind.PARAGRAPH
        for paragraph, words in lines:
            composer.add(kind, words, level=paragraph.level + 1 if several else None)


def _cells(table: Any) -> Iterator[TableCell]:
    for y, row in enumerate(table.rows):
        for x, cell in enumerate(row.cells):
            if not cell.is_spanned:
                high, wide = (cell.span_height, cell.span_width) if cell.is_merge_origin else (1, 1)
                is_header = (y == 0) if table.first_row else None
                yield TableCell(y, x, plain_line(cell.text), high, wide, is_header)
