"""PowerPoint presentations (.pptx), by python-pptx: slide by slide the title, text, tables, charts and speaker's
notes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from index.errors import EmptyDocumentError, LoadError, SourceTooLargeError
from index.load.archive import core_metadata, damaged, refuse_bomb
from index.load.headers import TableCell
from index.load.marked import NO_SIGNS
from index.load.parsed import Composer, Parsed, Raw, visible
from index.load.sheets.shown import shown_as
from index.types import SegmentKind, Unread, UnreadKind

SUFFIX = ".pptx"
MAX_GROUPS = 60  # groups of shapes within groups
MAX_VALUES = 20_000  # of a chart
_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,9})?")
_DAY_0 = datetime(1899, 12, 30)  # as Office counts days
_FURNITURE = ("SLIDE_NUMBER", "FOOTER", "DATE", "HEADER")
_TITLES = ("TITLE", "CENTER_TITLE", "VERTICAL_TITLE")
_BODIES = ("BODY", "OBJECT", "VERTICAL_BODY", "VERTICAL_OBJECT")


def read(raw: Raw) -> Parsed:
    """Return the slides in their order, each with the speaker's notes below it. `metadata` has title, author and date.

    Raises `DamagedFileError`, `EncryptedFileError`, `EmptyDocumentError`, `SourceTooLargeError`.
    """
    refuse_bomb(raw, SUFFIX, ".ppt")
    composer = Composer()
    missing = _Missing()
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
    """Content of the slides that is not text."""

    def __init__(self) -> None:
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
    elif getattr(shape, "has_chart", False):
        missing.objects += not _add_chart(composer, shape.chart)
    elif shape.has_text_frame:
        _add_text(composer, shape.text_frame, role)
    elif shape.element.tag.endswith("}pic"):
        missing.pictures += 1
    elif shape.element.tag.endswith("}graphicFrame"):
        missing.objects += 1


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


def _add_chart(composer: Composer, chart: Any) -> bool:
    """Append what a chart shows: its title, and its values as a table of categories and series; whether it has any."""
    try:
        names = _names(chart)
        series = [(_words(one.name), list(one.values), _format_of(one)) for one in chart.series]
        title = _words(chart.chart_title.text_frame.text) if chart.has_title else ""
    except (ValueError, KeyError, IndexError, NotImplementedError):
        return False  # of a kind that python-pptx does not know
    if not series or not names or len(names) * len(series) > MAX_VALUES:
        return False
    composer.add(SegmentKind.PARAGRAPH, title)
    cells = [TableCell(0, x, name, is_header=True) for x, (name, _, _) in enumerate(series, start=1)]
    for y, name in enumerate(names, start=1):
        cells.append(TableCell(y, 0, name))
        shown = [(x, values[y - 1], code) for x, (_, values, code) in enumerate(series, start=1) if y <= len(values)]
        cells += [TableCell(y, x, shown_as(value, code)) for x, value, code in shown if value is not None]
    composer.add_table(cells)
    return True


def _names(chart: Any) -> list[str]:
    """Return what the categories of a chart are called; days are numbers in the file."""
    labels = [str(category.label) for category in chart.plots[0].categories]
    code = _format_of(next(iter(chart.series)), "cat/c:numRef") if labels else ""
    if code and all(map(_NUMBER.fullmatch, labels)):
        is_day = re.search("[ymd]", code, re.IGNORECASE)
        found = (_DAY_0 + timedelta(days=float(label)) if is_day else float(label) for label in labels)
        return [shown_as(value, code) for value in found]
    return [_words(label) for label in labels]


def _format_of(series: Any, part: str = "val") -> str:
    """Return the format code of a part of a series, such as its values."""
    codes = series._element.xpath(f"./c:{part}//c:formatCode/text()")
    return str(codes[0]) if codes and codes[0] != "General" else ""


def _words(text: str) -> str:
    return " ".join(visible(text.translate(NO_SIGNS)).split())
