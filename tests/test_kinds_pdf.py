"""Kinds of PDFs that readers get wrong: turned pages, labels and values, tables without rules, notes, lists, forms."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from documents import Line, column, line, objects_pdf, pdf

from index import Document, SegmentKind, load
from index.load.pdf.hyphens import keeps_hyphen
from index.types import Unread, UnreadKind

PROSE = [
    "The clockmaker of the village kept a ledger of every clock",
    "that he mended, and in it he wrote the name of its owner, the",
    "day on which it came to him and what was wrong with the works",
]
UP, DOWN = (0, 1, -1, 0), (0, -1, 1, 0)


@pytest.fixture
def read(tmp_path: Path):
    def read(data: bytes | Sequence[Sequence[Line]], **options: str) -> Document:
        (tmp_path / "a.pdf").write_bytes(data if isinstance(data, bytes) else pdf(data, **options))
        return load(tmp_path / "a.pdf")

    return read


def blocks(document: Document) -> list[tuple[str, str]]:
    return [(s.kind.value, document.text[s.start : s.end]) for s in document.blocks()]


def headers(document: Document) -> dict[str, list[str]]:
    text = document.text
    cells = [s for s in document.segments if s.kind is SegmentKind.CELL]
    return {text[s.start : s.end]: [text[a:b] for a, b in s.headers] for s in cells}


@pytest.mark.parametrize(
    ("rotate", "lines"),
    [
        (90, [line(text, 60, 700 - 14 * i) for i, text in enumerate(PROSE)]),
        (90, [Line(text, 100 + 14 * i, 60, turned=UP) for i, text in enumerate(PROSE)]),
        (270, [Line(text, 400 - 14 * i, 700, turned=DOWN) for i, text in enumerate(PROSE)]),
    ],
)
def test_turned_pages_are_read_from_the_top(read, rotate: int, lines: list[Line]) -> None:
    assert read([lines], page=f"/Rotate {rotate}").text == " ".join(PROSE)


def test_two_columns_of_a_turned_page_are_read_one_after_the_other(read) -> None:
    left = [Line(text, 100 + 14 * i, 60, turned=UP) for i, text in enumerate(PROSE)]
    right = [Line(text.replace("clock", "bell"), 100 + 14 * i, 450, turned=UP) for i, text in enumerate(PROSE)]
    joined = " ".join(PROSE)
    found = read([[*left, *right]]).text
    assert " ".join(found.split()) == f"{joined} {joined.replace('clock', 'bell')}"


def test_a_stamp_up_the_margin_is_read_after_the_text(read) -> None:
    stamp = Line("arXiv:2504.0147v2 [cs.CL] 2 Apr 2025", 20, 200, 16, turned=UP)
    assert read([[stamp, *column(PROSE, 60, 700)]]).text == f"{' '.join(PROSE)}\n\n{stamp.text}"


TIDES = [
    ("Station", "Spring", "", "Neap", ""),
    ("", "High", "Low", "High", "Low"),
    ("Northpier", "5.1", "0.4", "3.9", "1.6"),
    ("Southpier", "4.8", "", "3.7", "1.5"),
]
XS = (50, 150, 200, 250, 300)


def tides(*, over: float = 0) -> list[Line]:
    """A table of tides; the headers over two columns begin `over` points to the right of the first of them."""
    return [
        line(text, x + (over if text in ("Spring", "Neap") else 0), 700 - 16 * i, 10)
        for i, row in enumerate(TIDES)
        for text, x in zip(row, XS, strict=True)
        if text
    ]


@pytest.mark.parametrize("over", [0, 25])
def test_headers_over_several_columns_are_known_without_rules(read, over: float) -> None:
    document = read([tides(over=over)])
    assert document.text == (
        "Station\tSpring\t\tNeap\n\tHigh\tLow\tHigh\tLow\nNorthpier\t5.1\t0.4\t3.9\t1.6\nSouthpier\t4.8\t\t3.7\t1.5"
    )
    found = headers(document)
    assert found["0.4"] == ["Spring", "Low", "Northpier"]
    assert found["1.5"] == ["Neap", "Low", "Southpier"]


def test_labels_that_are_written_before_all_values_stand_beside_them(read) -> None:
    labels = [line(text, 50, 700 - 18 * i) for i, text in enumerate(("Order number", "Order date", "Buyer"))]
    values = [line(text, 250, 700 - 18 * i) for i, text in enumerate(("K-1187", "2 April 2025", "Rosa Quist"))]
    document = read([[*labels, *values]])
    assert document.text == "Order number\tK-1187\nOrder date\t2 April 2025\nBuyer\tRosa Quist"
    assert headers(document)["Rosa Quist"] == ["Buyer"]


def test_two_pairs_of_labels_and_values_in_a_row_are_told_apart(read) -> None:
    rows = [("Owner:", "Marta Lind", "Vessel:", "Sea Thistle"), ("Berth:", "North 9", "Since:", "2 May 2019")]
    drawn = [
        line(text, x, 700 - 18 * i)
        for i, row in enumerate(rows)
        for text, x in zip(row, (50, 130, 300, 380), strict=True)
    ]
    found = headers(read([drawn]))
    assert (found["Sea Thistle"], found["North 9"], found["Since:"]) == (["Vessel:"], ["Berth:"], [])


def test_a_cell_of_several_lines_and_empty_cells_keep_their_columns(read) -> None:
    drawn = [
        ("Clause", 50, 700), ("Duty", 120, 700), ("Due", 300, 700),
        ("1", 50, 684), ("The tenant paints the doors", 120, 684), ("every second year.", 120, 672),
        ("1 April", 300, 684),
        ("2", 50, 654), ("The board clears snow.", 120, 654), ("a day", 300, 654),
    ]  # fmt: skip
    document = read([[line(*one, 10) for one in drawn]])
    assert headers(document)["The tenant paints the doors every second year."] == ["Duty", "1"]
    assert headers(document)["a day"] == ["Due", "2"]


@pytest.mark.parametrize("marks", [("-", "-", "-"), ("1.", "2.", "3."), ("(a)", "(b)", "(c)")])
def test_marks_in_a_column_of_their_own_begin_items(read, marks: Sequence[str]) -> None:
    items = ["Wind the tall clock", "Oil the wheels", "Lock the tower"]
    drawn = [line(mark, 60, 700 - 14 * i) for i, mark in enumerate(marks)]
    drawn += [line(item, 84, 700 - 14 * i) for i, item in enumerate(items)]
    found = blocks(read([[*drawn, line("Signed by Rosa Quist", 50, 640)]]))
    assert found[:3] == [("list_item", f"{mark} {item}") for mark, item in zip(marks, items, strict=True)]
    assert found[3] == ("paragraph", "Signed by Rosa Quist")


def test_a_line_that_goes_back_to_the_margin_below_an_indented_bullet_is_of_its_item(read) -> None:
    lines = [
        line("• By mail to the Department of the Clocks of the towns,", 62, 700),
        *column(["West Building, Ground Floor, Room W12, 1200 New Jersey", "Avenue, and by hand."], 50, 686),
        line("All of these are answered within nine days of the month.", 50, 658),
    ]
    assert [kind for kind, _ in blocks(read([lines]))] == ["list_item", "paragraph"]


@pytest.mark.parametrize(
    ("lines", "text"), [(("the 737–", "9 of it"), "737–9"), (("a clock—", "or a bell"), "clock—or")]
)
def test_a_dash_at_the_end_of_a_line_gets_no_space(read, lines: Sequence[str], text: str) -> None:
    assert text in read([column(lines, 50, 700)]).text


def circle(x: float, y: float, end: str) -> str:
    r, k = 2, 1.1
    return (
        f"{x + r} {y} m {x + r} {y + k} {x + k} {y + r} {x} {y + r} c {x - k} {y + r} {x - r} {y + k} {x - r} {y} c "
        f"{x - r} {y - k} {x - k} {y - r} {x} {y - r} c {x + k} {y - r} {x + r} {y - k} {x + r} {y} c {end}"
    )


@pytest.mark.parametrize("end", ["f", "S"])
def test_discs_and_rings_are_bullets(read, end: str) -> None:
    items = ["Wind the tall clock at noon and again", "when the sun has set on the hill", "Oil the small wheels"]
    words = [f"BT /F1 11 Tf 1 0 0 1 76 {700 - 14 * i} Tm ({item}) Tj ET" for i, item in enumerate(items)]
    content = "\n".join([*words, circle(66, 704, end), circle(66, 676, end)])
    assert blocks(read(pdf([[]], content=content.encode()))) == [
        ("list_item", f"• {items[0]} {items[1]}"),
        ("list_item", f"• {items[2]}"),
    ]


def raised_note(mark: str, words: str, y: float) -> list[Line]:
    return [line(mark, 50, y + 3, 5), line(words, 54, y, 8)]


@pytest.mark.parametrize(
    "notes",
    [
        [line("1 See the toll book.", 50, 110, 8), line("2 The council had nine members.", 50, 100, 8)],
        [*raised_note("*", "See the toll book.", 110), *raised_note("†", "Nine members.", 98)],
        [*raised_note("a", "See the toll book.", 110), *raised_note("b", "Nine members.", 98)],
        [line("[1] See the toll book, which is kept in the hall,", 50, 110, 8), line("page 88.", 50, 100, 8)],
        [line("Note: all figures are in crowns.", 50, 100, 8)],
    ],
)
def test_notes_at_the_foot_of_a_page_cut_no_sentence(read, notes: list[Line]) -> None:
    first = [*column(["The bell was cast in Vasby by the founder"], 50, 760), *notes]
    found = blocks(read([first, column(["Jens Hauge and hung in the tower."], 50, 760)]))
    assert found[0] == ("paragraph", "The bell was cast in Vasby by the founder Jens Hauge and hung in the tower.")
    assert {kind for kind, _ in found[1:]} == {"note"}


def test_numbers_of_lines_may_stand_on_the_right_and_go_on_over_pages(read) -> None:
    lines = [*PROSE, "of it. The ledger was sold when he had died, and nobody knows where."]
    pages = [
        [*column(lines, 80, 700, leading=20), *(line(str(4 * page + i + 1), 550, 700 - 20 * i, 9) for i in range(4))]
        for page in (0, 1)
    ]
    found = blocks(read(pages))
    assert [text for kind, text in found if kind == "line_number"] == ["1 2 3 4", "5 6 7 8"]
    assert [text for kind, text in found if kind == "paragraph"] == [" ".join(lines)] * 2


def test_numbers_of_the_lines_of_a_page_count_empty_lines_too(read) -> None:
    lines = ["IN THE COURT OF VASBY", "Agnes Pell, Clockmaker", "The Town of Vasby", "Heard on Monday", "APPEARANCES:"]
    page = [*column(lines, 80, 700, leading=20), *(line(str(i + 1), 50, 700 - 20 * i, 9) for i in range(12))]
    found = blocks(read([page]))
    assert found[-1] == ("line_number", "1 2 3 4 5 6 7 8 9 10 11 12")
    assert not any(text[0].isdigit() for _, text in found[:-1])


def test_numbers_that_count_the_rows_of_a_table_are_cells(read) -> None:
    rows = [(f"{i + 1}", f"Harbour {chr(65 + i)}", f"{3 * i + 20}") for i in range(12)]
    page = [
        line(cell, x, 700 - 20 * i) for i, row in enumerate(rows) for cell, x in zip(row, (50, 120, 300), strict=True)
    ]
    text = read([page]).text
    assert "1\tHarbour A\t20" in text
    assert "12\tHarbour L\t53" in text


def test_a_rule_of_dashes_is_no_item(read) -> None:
    page = column(
        ["The ledger of the clockmaker of Vasby was sold.", "- - - - - - - - - - - - - - x"], 80, 700, leading=40
    )
    assert [kind for kind, _ in blocks(read([page]))] == ["paragraph", "paragraph"]


@pytest.mark.parametrize(
    ("head", "tail", "kept"),
    [("e", "mail", True), ("non", "smoking", True), ("pre", "war", True), ("mother-in", "law", True),
     ("24", "hour", True), ("Jean", "Pierre", True), ("risk", "based", True), ("part", "time", True),
     ("inter", "national", False), ("knowl", "edge", False), ("per", "centage", False), ("set", "tlement", False),
     ("pre", "sent", False), ("non", "sense", False), ("ex", "pected", False)],
)  # fmt: skip
def test_hyphens_at_the_ends_of_lines(head: str, tail: str, *, kept: bool) -> None:
    assert keeps_hyphen(head, tail, set()) is kept


def form(*annotations: str) -> bytes:
    """A page with the label "Name of buyer:" and these annotations."""
    content = b"BT /F1 11 Tf 1 0 0 1 50 700 Tm (Name of buyer:) Tj ET"
    kids = " ".join(f"{6 + i} 0 R" for i in range(len(annotations)))
    font = "/F1 5 0 R"
    return objects_pdf(
        [
            f"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{kids}] /DR << /Font << {font} >> >> >> >>".encode(),
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Annots [{kids}] "
            f"/Resources << /Font << {font} >> >> >>".encode(),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            *(f"<< /Type /Annot /F 4 /Rect [200 695 400 715] {one} >>".encode() for one in annotations),
        ]
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("/Subtype /Widget /FT /Ch /T (a) /V (Rosa) /Opt [(Rosa) (Ivo)] /Ff 131072", "Rosa"),
        (
            "/Subtype /Widget /FT /Ch /T (a) /V [(Bell) (Clock)] /Opt [(Bell) (Clock) (Watch)] /Ff 2097152",
            "Bell, Clock",
        ),
        ("/Subtype /Widget /FT /Tx /T (a) /V <FEFF005A006F00EB>", "Zoë"),
        ("/Subtype /Widget /FT /Btn /T (a) /V /Yes /AS /Yes /AP << /N << /Yes 5 0 R >> >>", "☒"),
        ("/Subtype /Widget /FT /Btn /T (a) /V /Off /AS /Off /Ff 32768", "☐"),
        ("/Subtype /FreeText /Contents (Rosa Quist)", "Rosa Quist"),
    ],
)
def test_what_is_filled_in_stands_after_its_label(read, field: str, value: str) -> None:
    assert read(form(field)).text.split("\t") == ["Name of buyer:", value]


def test_what_a_reviewer_wrote_is_a_comment_and_a_password_is_not_read(read) -> None:
    note = "/Subtype /Text /Contents (Ask Ivo.)"
    secret = "/Subtype /Widget /FT /Tx /T (a) /V (hidden) /Ff 8192"
    assert blocks(read(form(note, secret))) == [("paragraph", "Name of buyer:"), ("comment", "Ask Ivo.")]


def test_files_that_are_attached_are_named_as_unread(read) -> None:
    content = b"BT /F1 11 Tf 1 0 0 1 50 700 Tm (See the file.) Tj ET"
    data = objects_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(fees.csv) 6 0 R] >> >> >>",
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            b"/Resources << /Font << /F1 5 0 R >> >> >>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            b"<< /Type /Filespec /F (fees.csv) /UF (fees.csv) /EF << /F 7 0 R >> >>",
            b"<< /Type /EmbeddedFile /Length 3 >>\nstream\n1,2\nendstream",
        ]
    )
    assert read(data).unread == (Unread(UnreadKind.OBJECT, count=1, detail="fees.csv"),)


def test_a_scan_with_a_text_layer_is_read_and_one_without_is_said_to_be_unread(read) -> None:
    def scanned(layer: str) -> bytes:
        drawn = f"q 595 0 0 842 0 0 cm /I Do Q BT 3 Tr /F1 9 Tf 1 0 0 1 50 700 Tm ({layer}) Tj ET".encode()
        text = b"BT /F1 11 Tf 1 0 0 1 50 700 Tm (Annex A is attached.) Tj ET"
        streams = [b"<< /Length %d >>\nstream\n%s\nendstream" % (len(one), one) for one in (text, drawn)]
        kind = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
        picture = b"/Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1"
        return objects_pdf(
            [
                b"<< /Type /Catalog /Pages 2 0 R >>",
                b"<< /Type /Pages /Count 2 /Kids [3 0 R 6 0 R] >>",
                kind % 4 + b"/Resources << /Font << /F1 5 0 R >> >> >>",
                streams[0],
                b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
                kind % 7 + b"/Resources << /Font << /F1 5 0 R >> /XObject << /I 8 0 R >> >> >>",
                streams[1],
                b"<< /Type /XObject /Subtype /Image %s >>\nstream\n\x80\nendstream" % picture,
            ]
        )

    assert read(scanned("")).unread == (Unread(UnreadKind.PAGE, (2,), 1),)
    assert read(scanned("2")).unread == (Unread(UnreadKind.PAGE, (2,), 1),)
    assert read(scanned("The fee is thirty one crowns a night. " * 4)).unread == ()
