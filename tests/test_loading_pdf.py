from __future__ import annotations

import shutil
import struct
from itertools import chain
from pathlib import Path

import pytest
from documents import Line, column, line, pdf, unicode_pdf

from index import Document, SegmentKind, load
from index.errors import (
    DamagedFileError,
    EmptyDocumentError,
    EncryptedFileError,
    ScannedDocumentError,
    SourceChangedError,
    SourceNotFoundError,
    SourceTooLargeError,
)
from index.load.pdf import pdfium
from index.load.pdf.boxes import PageBox, boxes, page_image, page_size

LEFT = [
    "The old bridge over the river Tay",
    "closes on Monday for repairs that",
    "the council calls urgent, and effi-",
    "ciency of traffic will be poor for",
    "weeks. Well-known roads are shut.",
]
RIGHT = [
    "Engineers ﬁrst found the cracks in",
    "two of ﬁve piers. The mayor of the",
    "town said that the well-",
    "known engineer would lead all the",
    "work from the ﬂoor of the valley.",
]
READ_LEFT = (
    "The old bridge over the river Tay closes on Monday for repairs that the council calls urgent, and efficiency of "
    "traffic will be poor for weeks. Well-known roads are shut."
)
READ_RIGHT = (
    "Engineers first found the cracks in two of five piers. The mayor of the town said that the well-known engineer "
    "would lead all the work from the floor of the valley."
)
TITLE = line("Bridge closes", 200, 790, 20, "F2")
TABLE = [["Pier", "Cracks", "Cost"], ["North", "12", "300"], ["South", "7", "41"]]


def written(folder: Path, data: bytes) -> Path:
    path = folder / "a.pdf"
    path.write_bytes(data)
    return path


def blocks(document: Document) -> list[tuple[str, str]]:
    found = document.blocks()
    return [(s.kind.value, document.text[s.start : s.end]) for s in found]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Document:
    """Two columns whose lines are written across both, below a title; a table and words up the margin after it."""
    across = list(chain.from_iterable(zip(column(LEFT, 50, 740), column(RIGHT, 320, 740), strict=True)))
    cells = [
        line(cell, x, 700 - 20 * i) for i, row in enumerate(TABLE) for cell, x in zip(row, (60, 200, 340), strict=True)
    ]
    stamp = Line("Draft of May", 20, 300, turned=(0, 1, -1, 0))
    second = [line("Findings", 50, 760, 16, "F2"), *cells, stamp]
    info = "/Title (The  bridge) /Author (Works Office) /CreationDate (D:20240501120000Z)"
    path = written(tmp_path_factory.mktemp("pdf"), pdf([[TITLE, *across], second], info=info))
    return load(path)


def test_the_left_column_is_read_before_the_right_one_whatever_the_order_in_the_file(report: Document) -> None:
    assert blocks(report)[:3] == [("heading", "Bridge closes"), ("paragraph", READ_LEFT), ("paragraph", READ_RIGHT)]


def test_a_table_is_read_row_by_row_and_words_up_the_margin_last(report: Document) -> None:
    table = "Pier\tCracks\tCost\nNorth\t12\t300\nSouth\t7\t41"
    assert blocks(report)[3:] == [("heading", "Findings"), ("table", table), ("paragraph", "Draft of May")]


def test_pages_enclose_their_blocks_and_say_where_a_word_stands(report: Document) -> None:
    pages = [s for s in report.segments if s.kind is SegmentKind.PAGE]
    assert [page.number for page in pages] == [1, 2]
    for block in (s for s in report.segments if s.kind is not SegmentKind.PAGE):
        assert sum(page.start <= block.start and block.end <= page.end for page in pages) == 1
    north = report.text.index("North")
    assert (report.page_at(north), report.heading_at(north)) == (2, "Findings")


def test_a_pdf_states_its_title_author_date_and_pages(report: Document) -> None:
    stated = {name: report.metadata[name] for name in ("title", "author", "date", "pages")}
    assert stated == {"title": "The bridge", "author": "Works Office", "date": "2024-05-01", "pages": "2"}


def test_a_word_broken_at_the_end_of_a_line_is_whole_and_has_a_box_on_each_line(report: Document) -> None:
    start = report.text.index("efficiency")
    first, second = boxes(report, start, start + len("efficiency"))
    # Baselines at 712 and 698 of 842 points; Helvetica's "effi" at 11 points is 14.67 wide (556 + 278 + 278 + 222).
    assert first.page == second.page == 1
    assert first.y0 < 842 - 712 < first.y1 <= second.y1
    assert second.y0 < 842 - 698 < second.y1
    assert first.x1 - first.x0 == pytest.approx(14.67, abs=0.1)
    assert second.x0 == pytest.approx(50, abs=0.1)


def test_a_ligature_is_two_letters_that_share_its_box(report: Document) -> None:
    start = report.text.index("first found")
    assert boxes(report, start, start + 1) == boxes(report, start + 1, start + 2) != ()


def test_boxes_of_a_quote_across_columns_stand_in_each_of_them_and_space_has_none(report: Document) -> None:
    start, end = report.text.index("shut."), report.text.index(" found the cracks")
    (left, right) = boxes(report, start, end)
    assert left.x1 < 320 <= right.x0 + 0.1
    space = report.text.index("\n\n")
    assert boxes(report, space, space + 2) == ()


def test_words_that_run_up_the_page_have_an_upright_box(report: Document) -> None:
    start = report.text.index("Draft of May")
    (box,) = boxes(report, start, start + len("Draft of May"))
    assert box.page == 2
    assert box.x1 - box.x0 < 20 < 50 < box.y1 - box.y0
    assert box.y1 == pytest.approx(842 - 300, abs=1)


def test_a_page_is_shown_as_a_png_of_the_size_asked_for(report: Document) -> None:
    png = page_image(report, 1, scale=0.5)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", png[16:24]) == pytest.approx((297.5, 421), abs=1)
    assert page_size(report, 1) == (595, 842)


def test_a_page_turned_and_cropped_reads_the_same_and_its_boxes_turn_with_it(tmp_path: Path) -> None:
    page = "/Rotate 90 /CropBox [20 20 580 830]"
    document = load(written(tmp_path, pdf([column(["Hello to the reader."], 50, 740)], page=page)))
    assert document.text == "Hello to the reader."
    assert page_size(document, 1) == (810, 560)
    (box,) = boxes(document, 0, 5)
    # A quarter turn clockwise: what was 740 - 20 above the crop's lower edge is as far from the left one now.
    assert box.x0 < 740 - 20 < box.x1
    assert box.y0 == pytest.approx(50 - 20, abs=0.5)


def test_boxes_need_the_file_that_was_loaded(tmp_path: Path) -> None:
    path = written(tmp_path, pdf([column(["Hello to the reader."], 50, 740)]))
    document = load(path)
    kept = tmp_path / "kept.pdf"
    shutil.copy(path, kept)
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(SourceChangedError, match="has changed since it was indexed"):
        boxes(document, 0, 5)
    path.unlink()
    with pytest.raises(SourceNotFoundError, match="is not at"):
        page_image(document, 1)
    shutil.copy(kept, path)
    assert [box.page for box in boxes(document, 0, 5)] == [1]
    with pytest.raises(ValueError, match="has no page 2, only 1 to 1"):
        page_image(document, 2)
    with pytest.raises(ValueError, match="not PDF"):
        boxes(Document("a.txt", "abc"), 0, 1)


def test_boxes_are_points_from_the_top_left_corner() -> None:
    assert PageBox(1, 0, 1, 2, 3).y1 == 3


PROTECTED = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O ({'o' * 32}) /U ({'u' * 32}) /P -4 >> /ID [(a) (b)]"
WORDS = column(["Hello to the reader."], 50, 740)
CROWDED = b"BT /F1 1 Tf 1 0 0 1 50 700 Tm " + b"(%s) Tj 0 -1.5 Td " % (b"crowd" * 100) * 450 + b"ET"


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (b"", EmptyDocumentError, "'a.pdf' is empty"),
        (b"no PDF at all", DamagedFileError, "'a.pdf' is not a PDF, or is damaged"),
        (pdf([WORDS])[:300], DamagedFileError, "'a.pdf' is not a PDF, or is damaged"),
        (pdf([[]]), ScannedDocumentError, "'a.pdf' has 1 pages and no text on them"),
        (pdf([WORDS], trailer=PROTECTED), EncryptedFileError, "'a.pdf' opens with a password only"),
        (pdf([[]], content=CROWDED), SourceTooLargeError, "'a.pdf' holds more text than a document would, at page 1"),
    ],
)
def test_a_pdf_that_cannot_be_read_is_an_error_of_one_line(tmp_path, data: bytes, error: type, message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        load(written(tmp_path, data))
    assert "\n" not in str(caught.value)


def test_a_reader_that_dies_is_an_error_and_not_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = tmp_path / "worker.py"
    worker.write_text("import os; os.abort()")
    monkeypatch.setattr(pdfium, "__file__", str(worker))
    with pytest.raises(SourceTooLargeError, match="broke its reader"):
        load(written(tmp_path, pdf([WORDS])))


def test_characters_of_any_script_are_read_and_each_has_its_box(tmp_path: Path) -> None:
    rows = ["naïve e\u0301lan", "日本語。", "\U0001f600 \U0001d49c", "Жуковский"]
    document = load(written(tmp_path, unicode_pdf(rows)))
    assert document.text.split() == [
        "naïve",
        "e\u0301lan",
        "日本語。",
        "\U0001f600",
        "\U0001d49c",
        "Жуковский",
    ]
    start = document.text.index("\U0001d49c")
    (box,) = boxes(document, start, start + 1)
    # The third row's third glyph; each is 11 points wide.
    assert box.x0 == pytest.approx(50 + 2 * 11, abs=0.1)


def test_a_line_that_runs_to_the_left_is_read_in_the_order_of_speech(tmp_path: Path) -> None:
    said = "שלום עולם"
    document = load(written(tmp_path, unicode_pdf([said[::-1]])))
    assert document.text == said
    (first,) = boxes(document, 0, 1)
    (last,) = boxes(document, len(said) - 1, len(said))
    assert last.x1 < first.x0
