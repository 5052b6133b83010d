"""Excel workbooks (.xlsx), by python-calamine: the values that were saved. No formula, macro or link is followed.

python-calamine gives values without their formats, so how numbers and dates look is read beside it, from the styles of
the workbook and of its cells.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from index.errors import EncryptedFileError, SourceTooLargeError
from index.load.archive import MAX_STREAMED, MAX_XML, Parts, office_metadata, parse_xml, part_path, read_within
from index.load.drawn import add_chart, add_diagram
from index.load.parsed import Composer, Parsed, Raw, plain_line
from index.load.sheets.rows import SheetComposer, SheetRow
from index.load.sheets.shown import BUILT_IN, shown_as
from index.types import SegmentKind, UnreadKind

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

SUFFIX = ".xlsx"
MAX_AREA = 20_000_000  # cells, empty ones among them, that a sheet spans: python-calamine holds each of them
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*)>")
_AT = re.compile(rb"""\br=["']\$?([A-Za-z]{1,3})\$?(\d{1,7})["']""")
_STYLE = re.compile(rb"""\bs=["'](\d{1,6})["']""")
_RELATION = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
_OBJECT = re.compile(r"xl/(?:charts/chart(?:Ex)?\d*\.xml|embeddings/|diagrams/data)")
_CHART, _DIAGRAM = re.compile(r"xl/charts/chart\d*\.xml"), re.compile(r"xl/diagrams/data\d*\.xml")
_MOST_STYLES = 70_000


def read(raw: Raw) -> Parsed:
    """Return the sheets in their order, each under its name. `metadata` has the title and author that the file states.

    Raises `DamagedFileError`, `EncryptedFileError`, `SourceTooLargeError`.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

    parts = Parts(raw, SUFFIX, ".xls", max_xml=MAX_STREAMED)
    parts.check()
    looks = _Looks(raw.name, parts)
    composer = Composer()
    sheets = SheetComposer(raw.name, composer, raw.header_rows)
    with read_within(raw.name, SUFFIX, CalamineError, OverflowError):
        try:
            book = CalamineWorkbook.from_filelike(io.BytesIO(raw.data))
        except PasswordError as error:
            raise EncryptedFileError(f"{raw.name!r} opens with a password only; save it without one") from error
        for sheet in book.sheets_metadata:
            looks.refuse_wide(sheet.name)
            cells = book.get_sheet_by_name(sheet.name) if sheet.typ is SheetTypeEnum.WorkSheet else None
            if cells is not None or sheet.typ is SheetTypeEnum.ChartSheet:
                _add(composer, sheets, cells, sheet.name, looks)
    # Pictures and objects stand beside the cells.
    composer.leave_out(UnreadKind.IMAGE, sum(name.startswith("xl/media/") for name in parts.names))
    composer.leave_out(UnreadKind.OBJECT, sum(_OBJECT.match(name) is not None for name in {*parts.names} - looks.drawn))
    return composer.parsed(office_metadata(parts))


def _add(composer: Composer, sheets: SheetComposer, sheet: CalamineSheet | None, name: str, looks: _Looks) -> None:
    """Append a sheet that holds something, below its name; `sheet`: its cells."""
    first = len(composer.segments)
    drawn = looks.drawn_on(name)
    holds = sheet is not None and sheet.start is not None
    if holds or drawn.segments:
        composer.add(SegmentKind.HEADING, plain_line(name), level=1)
    if sheet is not None and holds:
        merged = {
            (top + 1, left + 1): (bottom - top + 1, right - left + 1)
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        }
        sheets.add(_rows(sheet, looks.codes(name)), merged)
    composer.include(drawn.parsed())
    composer.enclose(SegmentKind.SHEET, first, name=plain_line(name))


def _rows(sheet: CalamineSheet, codes: Iterator[tuple[int, int, str]]) -> Iterator[SheetRow]:
    """Yield the rows; `codes`: row, column and format code of each cell that has one, in the order of the rows."""
    top, left = sheet.start or (0, 0)
    code = next(codes, None)
    for number, values in enumerate(sheet.to_python(skip_empty_area=True), start=top + 1):
        styled: dict[int, str] = {}
        while code is not None and code[0] <= number:
            if code[0] == number:
                styled[code[1]] = code[2]
            code = next(codes, None)
        cells = []
        for column, value in enumerate(values, start=left + 1):
            if value != "" and (text := plain_line(shown_as(value, styled.get(column, "")))):
                cells.append((column, text))
        yield SheetRow(number, cells)


class _Looks:
    """The formats of a workbook's cells, and what is drawn beside them; `drawn`: parts of that which were read.

    A workbook whose styles cannot be understood has no formats.
    """

    def __init__(self, name: str, parts: Parts) -> None:
        self._name, self._parts = name, parts
        self.drawn: set[str] = set()
        self._opened: set[str] = set()
        self._styles = _styles(parts)
        self._sheets = _sheet_parts(parts)

    def refuse_wide(self, sheet: str) -> None:
        """Raise `SourceTooLargeError` for a sheet that is too large because its cells are far apart."""
        most_row = most_column = 0
        for row, column, _ in self._cells(sheet):
            most_row, most_column = max(most_row, row), max(most_column, column)
        if most_row * most_column > MAX_AREA:
            raise SourceTooLargeError(
                f"{self._name!r} has a sheet of {most_row} rows and {most_column} columns; "
                f"the limit is {MAX_AREA} cells, so delete cells that are far out"
            )

    def codes(self, sheet: str) -> Iterator[tuple[int, int, str]]:
        """Yield the row, the column and the format's code of each cell that has one."""
        if self._styles:
            for row, column, style in self._cells(sheet):
                if code := self._styles.get(style):
                    yield row, column, code

    def drawn_on(self, sheet: str) -> Composer:
        """Return what boxes of text, charts and diagrams on a sheet say, in the order of the file."""
        composer = Composer()
        for drawing in _targets(self._parts, self._sheets.get(sheet, "")):
            if "/drawings/" not in drawing or (root := self._tree(drawing)) is None:
                continue
            for paragraph in root.iter("{*}p"):
                composer.add(SegmentKind.PARAGRAPH, plain_line("".join(paragraph.itertext("{*}t"))))
            for part in _targets(self._parts, drawing):
                if _CHART.fullmatch(part) and (tree := self._tree(part)) is not None:
                    is_read = add_chart(composer, tree, self._sheets)
                elif _DIAGRAM.fullmatch(part) and (tree := self._tree(part)) is not None:
                    is_read = add_diagram(composer, tree)
                else:
                    continue
                self.drawn |= {part} if is_read else set()
        return composer

    def _tree(self, part: str) -> Any:
        """Return the root of a part, once; None for one that is missing, or too large to be parsed whole."""
        if part in self._opened or part not in self._parts or len(xml := self._parts.read(part)) > MAX_XML:
            return None
        self._opened.add(part)
        return parse_xml(self._name, xml, SUFFIX)

    def _cells(self, sheet: str) -> Iterator[tuple[int, int, int]]:
        """Yield row, column and style of each cell, as far as the sheet says where they are."""
        part = self._sheets.get(sheet)
        if part is None or part not in self._parts:
            return
        for cell in _CELL.finditer(self._parts.read(part)):
            at, style = _AT.search(cell[1]), _STYLE.search(cell[1])
            if at is not None:
                yield int(at[2]), _column(at[1].upper()), int(style[1]) if style else 0


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _styles(parts: Parts) -> dict[int, str]:
    """Return the format codes of the cell styles, by number; those that show nothing special are left out."""
    if "xl/styles.xml" not in parts:
        return {}
    root = parts.tree("xl/styles.xml")
    own = {element.get("numFmtId", ""): element.get("formatCode", "") for element in root.iter("{*}numFmt")}
    codes_by_style: dict[int, str] = {}
    for styles in root.findall("{*}cellXfs"):
        for i, style in enumerate(styles.findall("{*}xf")[:_MOST_STYLES]):
            number = style.get("numFmtId", "0")
            code = own.get(number) or BUILT_IN.get(int(number) if number.isdigit() else 0, "")
            if code and code != "General" and len(code) < 256:
                codes_by_style[i] = code
    return codes_by_style


def _sheet_parts(parts: Parts) -> dict[str, str]:
    """Return the part of each sheet, by the sheet's name."""
    if "xl/workbook.xml" not in parts or "xl/_rels/workbook.xml.rels" not in parts:
        return {}
    targets = {
        relation.get("Id"): part_path("xl", relation.get("Target", ""))
        for relation in parts.tree("xl/_rels/workbook.xml.rels")
    }
    sheet_parts = {}
    for sheet in parts.tree("xl/workbook.xml").iter("{*}sheet"):
        identifier = next((sheet.get(name) for name in _RELATION if sheet.get(name)), None)
        if identifier in targets:
            sheet_parts[sheet.get("name", "")] = targets[identifier]
    return sheet_parts


def _targets(parts: Parts, part: str) -> list[str]:
    """Return the parts that a part of the file refers to."""
    folder, _, name = part.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels"
    if not part or relations not in parts:
        return []
    return [part_path(folder, relation.get("Target", "")) for relation in parts.tree(relations)]
