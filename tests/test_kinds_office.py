"""Kinds of sheets, slides, mail, transcripts and Rich Text that programs write, each by a small file of its own."""

from __future__ import annotations

import base64
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from documents import opendocument
from made import message, rtf, zipped
from pptx import Presentation
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches
from test_loading_more import blocks, headers_of, loaded

from index import load_all
from index.load.sheets.shown import shown_as
from index.types import Unread, UnreadKind

# Sheets


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (-1599.99, '"$"#,##0.00_);[Red]\\("$"#,##0.00\\)', "($1,599.99)"),
        (1599.99, '"$"#,##0.00_);[Red]\\("$"#,##0.00\\)', "$1,599.99"),
        (-1234, '_(* #,##0_);_(* (#,##0);_(* "-"??_);_(@_)', "(1,234)"),
        (0, '_(* #,##0_);_(* (#,##0);_(* "-"??_);_(@_)', "-"),
        (0, '0;-0;"none"', "none"),
        (-5, "#,##0", "-5"),
        (-0.4, "0", "0"),
        (1234, '"a;b" 0', "a;b 1234"),
        (0.025, "0%", "3%"),  # a half is rounded away from zero, not to the even digit
        (0.125, "0.00", "0.13"),
        (2.675, "0.00", "2.68"),
        (198356388, "0.00E+00", "1.98E+08"),
        (1_500_000, '0.0,,"M"', "1.5M"),
        (1_234_567, "#,##0,", "1,235"),
        (0.5, "#.##", ".5"),
        (5, '[<10]"few";0', "few"),
        (50, '[<10]"few";0', "50"),
        (12, "000", "012"),
    ],
)
def test_numbers_are_shown_as_their_format_says(value: float, code: str, shown: str) -> None:
    assert shown_as(value, code) == shown


def test_a_day_without_a_clock_in_its_format_is_shown_without() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Days")
    sheet.write_number("A1", 40089.75, book.add_format({"num_format": 14}))
    sheet.write_number("A2", -12.5, book.add_format({"num_format": 40}))
    book.close()
    assert loaded("a.xlsx", out.getvalue()).text.split()[1:] == ["2009-10-03", "(12.50)"]


def test_a_row_of_names_with_an_empty_row_below_heads_the_figures_that_follow() -> None:
    made = loaded("a.csv", "Numbers and squares\n\nNumber,Square\n\n1,1\n2,4\n3,9\n\nTold by hand\n")
    assert headers_of(made, "9") == ["Square", "3"]
    words = loaded("a.csv", "Ann,Bo\n\nCy,Di\nEd,Flo\n")
    assert "Bo" not in headers_of(words, "Flo"), "names alone head no names"


def test_boxes_of_text_on_a_sheet_are_read_below_it() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Sales")
    sheet.write_row("A1", ["Town", "Sales"])
    sheet.insert_textbox("D2", "Figures of May are\nstill missing.")
    book.add_worksheet("Notes").insert_textbox("A1", "Told by Ann.")
    book.close()
    assert blocks(loaded("a.xlsx", out.getvalue())) == [
        ("heading", "Sales"),
        ("table", "Town\tSales"),
        ("paragraph", "Figures of May are"),
        ("paragraph", "still missing."),
        ("heading", "Notes"),
        ("paragraph", "Told by Ann."),
    ]


def test_a_picture_of_one_colour_that_packs_well_makes_no_bomb() -> None:
    out, made = io.BytesIO(), Presentation()
    made.slides.add_slide(made.slide_layouts[5]).shapes.title.text = "Costs"
    made.save(out)
    with zipfile.ZipFile(out) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert "Costs" in loaded("a.pptx", zipped(parts | {"ppt/media/image1.bmp": b"\xff" * 3_000_000})).text


# Slides


def charted(kind: XL_CHART_TYPE, data: CategoryChartData | XyChartData, title: str = "") -> bytes:
    made, out = Presentation(), io.BytesIO()
    slide = made.slides.add_slide(made.slide_layouts[6])
    chart = slide.shapes.add_chart(kind, Inches(1), Inches(1), Inches(6), Inches(4), data).chart
    if title:
        chart.chart_title.text_frame.text = title
    slide.shapes.add_textbox(Inches(1), Inches(6), Inches(6), Inches(1)).text_frame.text = "Told by hand."
    made.save(out)
    return out.getvalue()


def test_a_chart_is_a_table_of_its_categories_and_series_below_its_title() -> None:
    data = CategoryChartData(number_format="0.0%")
    data.categories = ["North", "South"]
    data.add_series("2023", (0.125, 0.5))
    data.add_series("2024", (0.25, None))
    document = loaded("a.pptx", charted(XL_CHART_TYPE.COLUMN_CLUSTERED, data, "Share of sales"))
    assert blocks(document)[:2] == [
        ("paragraph", "Chart: Share of sales"),
        ("table", "2023\t2024\nNorth\t12.5%\t25.0%\nSouth\t50.0%"),
    ]
    assert headers_of(document, "50.0%") == ["2023", "South"]
    assert document.unread == ()


def test_days_below_a_chart_are_shown_as_days() -> None:
    data = CategoryChartData()
    data.categories = [date(2024, 5, 1), date(2024, 5, 2)]
    data.add_series("Visitors", (12, 30))
    document = loaded("a.pptx", charted(XL_CHART_TYPE.LINE, data))
    table = next(words for kind, words in blocks(document) if kind == "table")
    assert [line.split("\t")[0] for line in table.split("\n")[1:]] == ["2024-05-01", "2024-05-02"]


def test_a_chart_of_points_is_a_table_with_a_row_a_point() -> None:
    data = XyChartData()
    north, south = data.add_series("North"), data.add_series("South")
    for series, x, y in ((north, 1, 2.5), (north, 4, 3), (south, 1, 7)):
        series.add_data_point(x, y)
    document = loaded("a.pptx", charted(XL_CHART_TYPE.XY_SCATTER, data))
    assert ("table", "North\tSouth\n1\t2.5\n4\t3\n1\t\t7") in blocks(document)
    assert headers_of(document, "7") == ["South", "1"]


def test_a_chart_without_values_is_said_to_be_unread() -> None:
    data = CategoryChartData()
    data.categories = ["North"]
    data.add_series("Depth", (None,))
    document = loaded("a.pptx", charted(XL_CHART_TYPE.LINE, data))
    assert document.unread == (Unread(UnreadKind.OBJECT, count=1),)


# Transcripts


def test_a_line_of_times_begins_a_cue_though_no_empty_line_stands_above_it() -> None:
    vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\nThe tide turns.\n00:03.000 --> 00:04.000\nThe ferry leaves.\n"
    document = loaded("a.vtt", vtt)
    assert document.text == "The tide turns. The ferry leaves."
    srt = "1\n00:00:01,000 --> 00:00:02,000\nOne.\n2\n00:00:03,000 --> 00:00:04,000\nTwo.\n"
    assert loaded("a.srt", srt).text == "One. Two."


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_the_mark_at_its_beginning_says_how_a_transcript_or_a_table_is_encoded(encoding: str) -> None:
    cue = "1\n00:00:01,000 --> 00:00:02,000\nGrüße.\n"
    assert loaded("a.srt", cue.encode(encoding)).text == "Grüße."
    assert loaded("a.csv", "Fluß\tLänge\nElbe\t1091\n".encode(encoding)).text == "Fluß\tLänge\nElbe\t1091"
    assert loaded("a.json", '{"a": "Grüße, alle."}'.encode(encoding)).text.endswith("Grüße, alle.")


# Mail


def test_a_message_that_is_attached_in_base64_is_read(tmp_path: Path) -> None:
    inner = base64.encodebytes(message("The vats leak.", "Leak").as_bytes()).decode()
    outer = (
        'Subject: Fwd\nContent-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nSee.\n--b\n'
        "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n"
        f'Content-Disposition: attachment; filename="leak.eml"\n\n{inner}\n--b--\n'
    )
    (tmp_path / "a.eml").write_text(outer)
    assert "The vats leak." in load_all([tmp_path])[1].text


# Rich Text


def test_heads_and_feet_of_pages_are_running_heads() -> None:
    body = rtf(["The vats leak."]).decode().removeprefix("{\\rtf1\\ansi ")
    document = loaded("a.rtf", "{\\rtf1\\ansi {\\header Brewery\\par}{\\footerr Page \\chpgn\\par}" + body)
    assert blocks(document) == [("running_head", "Brewery"), ("running_head", "Page"), ("paragraph", "The vats leak.")]


def test_a_title_is_read_in_the_files_code_page() -> None:
    made = "{\\rtf1\\ansi\\ansicpg1251{\\info{\\title \\'cc\\'ee\\'f1\\'f2}}Words.\\par}"
    assert loaded("a.rtf", made).metadata["title"] == "Мост"


def test_half_characters_stand_as_signs_of_what_is_lost_and_it_is_said() -> None:
    document = loaded("a.rtf", "{\\rtf1\\ansi\\uc1 Half \\u-10240 ? here.\\par}")
    assert document.text == "Half \ufffd here."
    assert document.unread == (Unread(UnreadKind.ENCODING, count=1, detail="Unicode"),)


def test_a_star_within_a_group_hides_nothing() -> None:
    document = loaded("a.rtf", "{\\rtf1\\ansi {\\b0\\*\\cs7\\cf0 The quick brown fox.}\\par{\\*\\generator x}}")
    assert document.text == "The quick brown fox."


def test_what_is_hidden_or_struck_out_is_not_quoted() -> None:
    style = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"
    looks = ('text:display="none"', 'style:text-line-through-style="solid"', 'style:text-line-through-style="none"')
    styles = "".join(
        f'<style:style xmlns:style="{style}" style:name="T{i}"><style:text-properties {one}/></style:style>'
        for i, one in enumerate(looks)
    )
    spans = "".join(f'<text:span text:style-name="T{i}">word {i} </text:span>' for i in range(3))
    assert (
        loaded("a.odt", opendocument("text", f"{styles}<text:p>The {spans}stays.</text:p>")).text == "The word 2 stays."
    )
    struck = "{\\rtf1\\ansi Old {\\strike price 5 }{\\strike0 price 6.}\\par}"
    assert loaded("a.rtf", struck).text == "Old price 6."
