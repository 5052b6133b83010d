"""Tables in files of their own: CSV, TSV, Excel workbooks, OpenDocument sheets."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import xlsxwriter
from documents import opendocument_row, opendocument_sheet

from index import Document, Index, SegmentKind
from index.errors import DamagedFileError, EncryptedFileError, LoadError, SourceTooLargeError
from index.load import formats
from index.load.parsed import Raw
from index.load.sheets.shown import shown_as
from qa.citing import cite
from qa.rendering import place_text

SERVICES = "Service,Port,Owner\nmetrics,9090,Ann Gray\nbilling,8443,Bo Lund\n"


def loaded(name: str, data: bytes, header_rows: tuple[int, int] | None = None) -> Document:
    parsed = formats.by_suffix("." + name.rpartition(".")[2]).read(Raw(name, data, header_rows=header_rows))
    return Document(name, parsed.text, "", "text/csv", parsed.segments, parsed.metadata, parsed.unread)


def csv(text: str, header_rows: tuple[int, int] | None = None) -> Document:
    return loaded("a.csv", text.encode(), header_rows)


def workbook(fill: Callable[[Any, Any], None], *names: str) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    fill(book, [book.add_worksheet(name) for name in names or ("Services",)])
    book.close()
    return out.getvalue()


def cells(document: Document) -> list[tuple[str, int | None, int | None, list[str]]]:
    """Each cell's words, row, column and headers."""
    text = document.text
    return [
        (text[s.start : s.end], s.number, s.level, [text[a:b] for a, b in s.headers])
        for s in document.segments
        if s.kind is SegmentKind.CELL
    ]


def headers_of(document: Document, cell: str) -> list[str]:
    return next(headers for words, _, _, headers in cells(document) if words == cell)


def place_of(document: Document, words: str) -> str:
    from fakes import HashingEmbedder

    index = Index.build([document], embedder=HashingEmbedder())
    start = document.text.index(words)
    return place_text(cite(index, document.id, start, start + len(words))).partition(", characters")[0]


def test_a_table_is_a_line_a_row_whose_cells_know_their_row_their_column_and_their_headers() -> None:
    document = csv(SERVICES)
    assert document.text == "Service\tPort\tOwner\nmetrics\t9090\tAnn Gray\nbilling\t8443\tBo Lund"
    assert cells(document)[4:6] == [("9090", 2, 2, ["Port", "metrics"]), ("Ann Gray", 2, 3, ["Owner", "metrics"])]
    assert headers_of(document, "billing") == ["Service"]


def test_a_citation_of_a_cell_names_its_row_and_its_column_by_its_header() -> None:
    assert place_of(csv(SERVICES), "8443") == "a.csv, row 3, column “Port”"


def test_a_row_of_a_table_is_a_sentence() -> None:
    from index.split.sentences import split_sentences

    document = csv('Name,Note\nA. Gray,"Came at 6. Left."\nB,None\n')
    said = [document.text[a:b] for a, b in split_sentences(document)]
    assert said == ["Name\tNote", "A. Gray\tCame at 6. Left.", "B\tNone"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_though_values_hold_the_others(delimiter: str) -> None:
    rows = [["Town", "People"], ["Oslo, the capital; north", "709,037"], ["Bergen", "291,940"]]
    quoted = "\r\n".join(delimiter.join(f'"{value}"' for value in row) for row in rows)
    assert headers_of(csv(quoted), "291,940") == ["People", "Bergen"]


def test_excels_own_first_line_names_the_delimiter_and_counts_as_a_row() -> None:
    document = csv("sep=;\nTown;People\nOslo;7\n")
    assert ("7", 3, 2, ["People", "Oslo"]) in cells(document)


def test_a_quotation_mark_that_nothing_closes_swallows_no_rows() -> None:
    document = csv('Screen,Size\nA,"5\nB,7\n')
    assert document.text.splitlines() == ["Screen\tSize", 'A\t"5', "B\t7"]


def test_a_value_of_several_lines_is_one_cell_in_one_line() -> None:
    assert csv('Name,Address\nAnn,"1 Quay Road\n\nOban"\n').text == "Name\tAddress\nAnn\t1 Quay Road Oban"


def test_a_table_without_a_header_row_has_row_headers_alone() -> None:
    assert headers_of(csv("metrics,9090\nbilling,8443\n"), "8443") == ["billing"]
    assert place_of(csv("metrics,9090\nbilling,8443\n"), "8443") == "a.csv, row 2, column “B”"


def test_years_above_figures_are_headers() -> None:
    assert headers_of(csv("Party,2015,2019\nRed,232,203\nBlue,330,365\n"), "203") == ["2019", "Red"]


def test_lines_above_and_below_a_table_are_no_rows_of_it() -> None:
    document = csv("Report of the harbour\n\nBoat,Crew\nGull,4\nTern,12\nSource: the harbour master's own ledger\n")
    kinds = [(s.kind.value, document.text[s.start : s.end]) for s in document.segments if s.kind.is_block]
    assert kinds == [
        ("paragraph", "Report of the harbour"),
        ("table", "Boat\tCrew\nGull\t4\nTern\t12"),
        ("paragraph", "Source: the harbour master's own ledger"),
    ]


def test_rows_after_an_empty_one_go_on_with_the_headers_above() -> None:
    document = csv("Boat,Crew\nGull,4\n\nTern,12\n,,\nSkua,3\n")
    assert headers_of(document, "12") == ["Crew", "Tern"]
    assert headers_of(document, "3") == ["Crew", "Skua"]
    second = csv("Boat,Crew\nGull,4\n\nTown,Mayor\nOban,Lund\n")
    assert headers_of(second, "Lund") == ["Mayor", "Oban"]


def test_given_header_rows_need_not_look_like_headers_and_apply_to_all_rows_below() -> None:
    document = csv("Export of 2024\n1,2,3\n4,5,6\n\n7,8,9\n", (2, 2))
    assert document.text == "Export of 2024\n\n1\t2\t3\n4\t5\t6\n\n7\t8\t9"
    assert headers_of(document, "5") == ["2", "4"]
    assert headers_of(document, "9") == ["3", "7"]
    assert headers_of(document, "1") == []


def test_several_given_header_rows_are_combined_from_top_to_bottom() -> None:
    document = csv("Port,Port\nin,out\n80,81\n", (1, 2))
    assert headers_of(document, "81") == ["Port", "out", "80"]


def test_a_table_can_be_said_to_have_no_header_row() -> None:
    assert headers_of(csv(SERVICES, (0, 0)), "Ann Gray") == ["metrics"]
    assert headers_of(csv(SERVICES), "Ann Gray") == ["Owner", "metrics"]


def test_header_rows_are_told_of_every_kind_of_sheet_and_each_sheet_of_a_workbook() -> None:
    def fill(book: Any, sheets: Sequence[Any]) -> None:
        for sheet in sheets:
            for row, values in enumerate((["Stock", ""], ["1", "2"], ["30", "40"])):
                for column, value in enumerate(values):
                    sheet.write(row, column, value)

    document = loaded("a.xlsx", workbook(fill, "North", "South"), (2, 2))
    assert [headers for words, _, _, headers in cells(document) if words == "40"] == [["2", "30"], ["2", "30"]]
    sheet = opendocument_sheet("Stock", opendocument_row("1", "2") + opendocument_row("30", "40"))
    assert headers_of(loaded("a.ods", sheet, (1, 1)), "40") == ["2", "30"]


def test_an_empty_cell_moves_no_other() -> None:
    assert cells(csv("Boat,Crew,Home\nGull,,Oban\n"))[-1] == ("Oban", 2, 3, ["Home", "Gull"])


def fill_services(book: Any, sheets: Sequence[Any]) -> None:
    look = {code: book.add_format({"num_format": code}) for code in ("0.0%", '#,##0.00 "€"', "d mmm yyyy", "hh:mm")}
    sheet = sheets[0]
    sheet.write_row("A1", ["Service", "Port", "Share", "Cost", "Since", "Runs at"])
    sheet.write_row("A2", ["metrics", 9090])
    sheet.write("C2", 0.125, look["0.0%"])
    sheet.write("D2", 12345.678, look['#,##0.00 "€"'])
    sheet.write("E2", datetime.date(2024, 5, 1), look["d mmm yyyy"])
    sheet.write("F2", datetime.time(10, 30), look["hh:mm"])
    sheet.write_formula("A3", '=WEBSERVICE("http://127.0.0.1/x")', None, "kept")
    sheet.write_url("A4", "http://127.0.0.1/y", string="a link")


def test_numbers_and_dates_of_a_workbook_are_as_the_sheet_shows_them() -> None:
    document = loaded("a.xlsx", workbook(fill_services))
    assert document.text.split("\n\n")[1].splitlines()[1].split("\t") == [
        "metrics", "9090", "12.5%", "12,345.68 €", "1 May 2024", "10:30",
    ]  # fmt: skip


def test_a_formula_is_what_it_gave_when_the_file_was_saved() -> None:
    text = loaded("a.xlsx", workbook(fill_services)).text
    assert "kept" in text
    assert "a link" in text
    assert "WEBSERVICE" not in text


def test_a_citation_in_a_workbook_names_the_sheet_once() -> None:
    document = loaded("a.xlsx", workbook(fill_services))
    assert place_of(document, "9090") == "a.xlsx, sheet “Services”, row 2, column “Port”"


def test_a_merged_header_stands_over_all_of_its_columns() -> None:
    def fill(book: Any, sheets: Sequence[Any]) -> None:
        sheets[0].write("A1", "Town")
        sheets[0].merge_range("B1:C1", "People")
        sheets[0].write_row("A2", ["", "women", "men"])
        sheets[0].write_row("A3", ["Oban", 4100, 3900])

    document = loaded("a.xlsx", workbook(fill))
    assert headers_of(document, "3900") == ["People", "men", "Oban"]
    assert place_of(document, "3900").endswith("row 3, column “People / men”")


def test_each_sheet_that_holds_something_stands_below_its_name() -> None:
    def fill(book: Any, sheets: Sequence[Any]) -> None:
        sheets[0].write_row("A1", ["a", "b"])
        sheets[2].write_row("A1", ["c", "d"])

    document = loaded("a.xlsx", workbook(fill, "One", "Empty", "Two"))
    assert document.text == "One\n\na\tb\n\nTwo\n\nc\td"
    sheets = [(s.name, document.text[s.start : s.end]) for s in document.segments if s.kind is SegmentKind.SHEET]
    assert sheets == [("One", "One\n\na\tb"), ("Two", "Two\n\nc\td")]


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (0.5, "", "0.5"),
        (9090.0, "", "9090"),
        (1 / 3, "0.00", "0.33"),
        (-1234.5, "#,##0.0", "-1,234.5"),
        (1234567.0, "#,##0,", "1,235"),
        (12.0, "0.##", "12"),
        (5.0, '"EUR" 0.00', "EUR 5.00"),
        (5.0, "[$£-809]#,##0.00", "£5.00"),
        (7.0, "00000", "00007"),
        (0.25, "# ?/?", "0.25"),
        (True, "", "TRUE"),
        (datetime.date(2024, 5, 1), "", "2024-05-01"),
        (datetime.date(2024, 5, 1), "dd/mm/yy", "01/05/24"),
        (datetime.datetime(2024, 5, 1, 15, 4), "m/d/yyyy h:mm AM/PM", "5/1/2024 3:04 PM"),
        (datetime.datetime(2024, 5, 1, 15, 4), "", "2024-05-01 15:04"),
        (datetime.timedelta(hours=30), "[h]:mm", "30:00"),
    ],
)
def test_a_format_code_says_how_a_value_looks(value: Any, code: str, expected: str) -> None:
    assert shown_as(value, code) == expected


def test_cells_of_an_opendocument_sheet_are_as_they_were_shown() -> None:
    rows = (
        opendocument_row("Item", "Price")
        + opendocument_row("", "", times=1_000_000)
        + opendocument_row("Rope", "1.234,50 €")
    )
    document = loaded("a.ods", opendocument_sheet("Prices", rows))
    assert document.text == "Prices\n\nItem\tPrice\n\nRope\t1.234,50 €"
    rows = (
        opendocument_row("Item", "Price")
        + opendocument_row("Tar", "3,00 €")
        + opendocument_row("", "", times=1_000_000)
    )
    document = loaded("a.ods", opendocument_sheet("Prices", rows + opendocument_row("Rope", "1.234,50 €")))
    assert headers_of(document, "1.234,50 €") == ["Price", "Rope"]
    assert place_of(document, "1.234,50 €") == "a.ods, sheet “Prices”, row 1000003, column “Price”"


def test_remarks_in_an_opendocument_cell_are_not_its_words() -> None:
    remark = "<office:annotation><text:p>ask Bo</text:p></office:annotation>"
    cell = f"<table:table-row><table:table-cell>{remark}<text:p>4</text:p></table:table-cell></table:table-row>"
    document = loaded("a.ods", opendocument_sheet("Prices", cell + opendocument_row("x", "y")))
    assert "ask Bo" not in document.text


# Files made to do harm.


def test_a_workbook_whose_cells_stand_a_million_rows_apart_is_refused_before_it_is_unfolded() -> None:
    def fill(book: Any, sheets: Sequence[Any]) -> None:
        sheets[0].write(0, 0, "here")
        sheets[0].write(1_048_575, 16_383, "there")

    with pytest.raises(SourceTooLargeError, match=r"^'a.xlsx' has a sheet of 1048576 rows and 16384 columns"):
        loaded("a.xlsx", workbook(fill))


def test_a_million_empty_cells_are_nothing() -> None:
    made = workbook(lambda book, sheets: sheets[0].write(0, 0, "found"))
    out = io.BytesIO()
    blank = "".join(
        f'<row r="{r}">' + "".join(f'<c r="{c}{r}" s="0"/>' for c in "ABCDEFGHIJ") + "</row>" for r in range(2, 100_002)
    )
    with zipfile.ZipFile(io.BytesIO(made)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for name in archive.namelist():
            part = archive.read(name)
            written.writestr(name, part.replace(b"</sheetData>", blank.encode() + b"</sheetData>"))
    assert loaded("a.xlsx", out.getvalue()).text == "Services\n\nfound"


@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_an_archive_that_unpacks_to_too_much_is_refused(suffix: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", b" " * 50_000_000)
    with pytest.raises(SourceTooLargeError, match=rf"^'a\{suffix}' unpacks to 50000000 bytes"):
        loaded(f"a{suffix}", out.getvalue())


def test_entities_that_grow_without_end_are_refused() -> None:
    lol = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    with pytest.raises(DamagedFileError, match=r"^'a.ods' defines entities"):
        loaded("a.ods", opendocument_sheet("Prices", opendocument_row("&b;"), head=lol))


def test_elements_nested_without_end_are_refused_in_one_line() -> None:
    deep = "<table:table-row><table:table-cell>" + "<text:p>" * 3_000 + "x" + "</text:p>" * 3_000
    with pytest.raises(LoadError, match=r"^'a.ods' is not .ods, or is damaged"):
        loaded("a.ods", opendocument_sheet("Prices", deep + "</table:table-cell></table:table-row>"))


def test_an_encrypted_file_and_a_file_of_another_format_get_different_errors() -> None:
    manifest = '<manifest xmlns="x"><encryption-data/></manifest>'
    with pytest.raises(EncryptedFileError, match=r"^'a.ods' opens with a password only"):
        loaded("a.ods", opendocument_sheet("Prices", opendocument_row("x"), **{"META-INF/manifest.xml": manifest}))
    with pytest.raises(DamagedFileError, match=r"^'a.xlsx' is an .xls of an old version, not .xlsx"):
        loaded("a.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    with pytest.raises(DamagedFileError, match=r"^'a.xlsx' is not .xlsx, or is damaged"):
        loaded("a.xlsx", b"PK\x03\x04 and no more")


def test_a_part_longer_than_it_says_is_damage() -> None:
    data = bytearray(workbook(fill_services))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    size = part.file_size.to_bytes(4, "little")
    for _ in range(data.count(size)):
        at = data.index(size)
        data[at : at + 4] = (64).to_bytes(4, "little")
    with pytest.raises(DamagedFileError, match=r"^'a.xlsx' is not .xlsx, or is damaged"):
        loaded("a.xlsx", bytes(data))


def test_a_row_of_too_many_columns_and_a_value_that_never_ends_are_refused() -> None:
    with pytest.raises(SourceTooLargeError, match=r"^'a.csv' has 20001 columns in row 1"):
        csv("," * 20_000)
    with pytest.raises(SourceTooLargeError, match=r"^'a.csv' has a value of more than 10000000 characters"):
        csv("a,b\n" + "x" * 10_000_001)
