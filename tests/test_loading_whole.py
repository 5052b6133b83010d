"""Every document, whole and in order: what the eye sees is in the text, and what is no part of it stands apart."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx as python_docx
import pytest
from documents import Line, column, line, pdf
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from fakes import HashingEmbedder, WordReader

from index import Document, Index, SegmentKind, load
from index.errors import EncodingError
from index.load import load_each
from index.load.pdf.boxes import boxes
from index.load.pdf.hyphens import keeps_hyphen
from index.split.sentences import split_sentences
from index.types import Unread, UnreadKind
from pincite.cli import main
from pincite.cli.sources import Loaded
from qa import Answerer
from qa.citing import cite
from qa.rendering import answer_text, place_text
from qa.types import Reason, Status
from qa.unread import unread_text

PROSE = [
    "The clockmaker of the village kept a ledger of every clock",
    "that he mended, and in it he wrote the name of its owner, the",
    "day on which it came to him and what was wrong with the works",
]


def read(folder: Path, name: str, data: bytes | str, **options: str) -> Document:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return load(path, **options)


def words(document: Document, kind: SegmentKind) -> list[str]:
    return [document.text[s.start : s.end] for s in document.segments if s.kind is kind]


def blocks(document: Document) -> list[tuple[str, str]]:
    return [(s.kind.value, document.text[s.start : s.end]) for s in document.blocks()]


def sentences(document: Document) -> list[str]:
    return [document.text[start:end] for start, end in split_sentences(document)]


def headers(document: Document, cell: str) -> list[str]:
    text = document.text
    return next(
        [text[a:b] for a, b in s.headers]
        for s in document.segments
        if s.kind is SegmentKind.CELL and text[s.start : s.end] == cell
    )


# PDF


@pytest.mark.parametrize(
    ("turned", "rotate", "places"),
    [
        ((0, 1, -1, 0), 0, [(100 + 14 * i, 60) for i in range(3)]),  # up the page
        ((0, -1, 1, 0), 0, [(400 - 14 * i, 700) for i in range(3)]),  # down the page
        ((-1, 0, 0, -1), 0, [(500, 300 + 14 * i) for i in range(3)]),  # upside down
        ((0, 1, -1, 0), 90, [(100 + 14 * i, 60) for i in range(3)]),  # up, on a page that is shown turned
        ((-1, 0, 0, -1), 180, [(500, 300 + 14 * i) for i in range(3)]),
    ],
)
def test_turned_text_is_read_from_its_first_line_to_its_last(
    tmp_path: Path, turned: tuple[int, int, int, int], rotate: int, places: list[tuple[float, float]]
) -> None:
    lines = [Line(text, x, y, turned=turned) for text, (x, y) in zip(PROSE, places, strict=True)]
    assert read(tmp_path, "a.pdf", pdf([lines], page=f"/Rotate {rotate}")).text == " ".join(PROSE)


def raised(x: float, *parts: tuple[str, float, float], y: float = 700) -> list[Line]:
    """Parts of a line one after the other: text, size, and how far above the line."""
    lines = []
    for text, size, up in parts:
        lines.append(line(text, x, y + up, size))
        x += sum({"i": 0.222, "l": 0.222, "t": 0.278, " ": 0.278, "m": 0.833}.get(c, 0.556) for c in text) * size
    return lines


def test_raised_figures_are_kept_apart_and_a_notes_number_is_no_part_of_a_figure(tmp_path: Path) -> None:
    first = raised(
        50, ("The tank holds 10", 10, 0), ("9", 7, 4), (" mugs and 80", 10, 0), ("4", 7, 4), (" cups.", 10, 0)
    )
    note = raised(50, ("4", 7, 4), (" As told in May.", 10, 0), y=100)
    document = read(tmp_path, "a.pdf", pdf([[*first, *note]]))
    assert blocks(document) == [
        ("paragraph", "The tank holds 10^9 mugs and 80 [4] cups."),
        ("note", "4 As told in May."),
    ]
    assert words(document, SegmentKind.ADDED) == ["^", "[", "]"]
    assert document.readable(0, 41) == "The tank holds 10^9 mugs and 80     cups."


HEAD, FOOT = line("Clockmakers’ Review", 50, 815, 9), "Page {} of 3"


def pages() -> bytes:
    notes = [line("1 The ledger is lost.", 50, 100, 8)]
    one = [HEAD, *column(PROSE, 50, 780), *notes, line(FOOT.format(1), 270, 25, 9)]
    two = [HEAD, *column(["of the clock. He died in 1840. The co-"], 50, 780), line(FOOT.format(2), 270, 25, 9)]
    three = [HEAD, *column(["operation took up his work."], 50, 780), line(FOOT.format(3), 270, 25, 9)]
    return pdf([one, two, three])


def test_a_sentence_goes_on_over_pages_and_what_stands_around_it_comes_after(tmp_path: Path) -> None:
    document = read(tmp_path, "a.pdf", pages())
    text = f"{' '.join(PROSE)} of the clock. He died in 1840. The cooperation took up his work."
    assert blocks(document)[0] == ("paragraph", text)
    assert words(document, SegmentKind.RUNNING_HEAD) == [
        said for page in (1, 2, 3) for said in ("Clockmakers’ Review", FOOT.format(page))
    ]
    assert words(document, SegmentKind.NOTE) == ["1 The ledger is lost."]
    assert [document.page_at(document.text.index(w)) for w in ("ledger of", "1840", "his work", "is lost")] == [
        1,
        2,
        3,
        1,
    ]


def test_the_boxes_of_words_are_found_on_their_pages_though_a_paragraph_joins_these(tmp_path: Path) -> None:
    document = read(tmp_path, "a.pdf", pages())
    start = document.text.index("died")
    (box,) = boxes(document, start, start + 4)
    assert box.page == 2
    assert 40 < box.y0 < box.y1 < 70
    start = document.text.index("The ledger is lost")
    (note,) = boxes(document, start, start + 10)
    assert (note.page, note.y0 > 700) == (1, True)


def test_numbers_that_count_the_lines_are_no_part_of_the_sentences(tmp_path: Path) -> None:
    lines = [*PROSE, "of it. The ledger was sold when he had died, and nobody knows where."]
    numbers = [line(str(i + 1), 40, 700 - 20 * i) for i in range(4)]
    document = read(tmp_path, "a.pdf", pdf([[*column(lines, 80, 700, leading=20), *numbers]]))
    assert blocks(document) == [("paragraph", " ".join(lines)), ("line_number", "1 2 3 4")]


@pytest.mark.parametrize(
    ("head", "tail", "kept"),
    [
        ("long", "term", True),
        ("decision", "making", True),
        ("state-of-the", "art", True),
        ("X", "ray", True),
        ("Anglo", "Saxon", True),
        ("re", "quest", False),
        ("govern", "ment", False),
        ("co", "operation", False),
        ("thera", "pist", False),
        ("multi", "coloured", False),
    ],
)
def test_a_hyphen_at_a_lines_end_stays_where_two_words_meet(head: str, tail: str, *, kept: bool) -> None:
    assert keeps_hyphen(head, tail, set()) is kept


def test_labels_and_values_are_read_row_by_row_beside_an_address(tmp_path: Path) -> None:
    address = column(["Mill Street", "Old Town", "Borland"], 50, 700)
    labels = ["Order number", "Order date", "Buyer"]
    values = ["K-1187", "2 April 2025", "Rosa Quist"]
    rows = [part for i in range(3) for part in (line(labels[i], 320, 700 - 14 * i), line(values[i], 450, 700 - 14 * i))]
    document = read(tmp_path, "a.pdf", pdf([[*address, *rows]]))
    (table,) = words(document, SegmentKind.TABLE)
    assert table == "Order number\tK-1187\nOrder date\t2 April 2025\nBuyer\tRosa Quist"


def ruled() -> bytes:
    """A table within rules: a header over two columns, one over two rows, and an empty cell."""
    cells = [
        ("Town", 55, 685),
        ("Clocks", 155, 695),
        ("1900", 155, 675),
        ("1950", 205, 675),
        ("Asby", 55, 655),
        ("12", 155, 655),
        ("9", 205, 655),
        ("Elmby", 55, 635),
        ("7", 205, 635),
    ]
    text = "\n".join(f"BT /F1 10 Tf 1 0 0 1 {x} {y} Tm ({words}) Tj ET" for words, x, y in cells)
    across = [(50, 250, y) for y in (710, 670, 650, 630)] + [(150, 250, 690)]
    down = [(x, 630, 710) for x in (50, 150, 250)] + [(200, 630, 690)]
    rules = "\n".join([f"{a} {y} m {b} {y} l S" for a, b, y in across] + [f"{x} {a} m {x} {b} l S" for x, a, b in down])
    return pdf([[]], content=f"{text}\n{rules}".encode())


def test_a_table_within_rules_has_its_empty_cells_and_each_cell_its_headers(tmp_path: Path) -> None:
    document = read(tmp_path, "a.pdf", ruled())
    assert words(document, SegmentKind.TABLE) == ["Town\tClocks\n\t1900\t1950\nAsby\t12\t9\nElmby\t\t7"]
    assert headers(document, "7") == ["Clocks", "1950", "Elmby"]
    assert headers(document, "12") == ["Clocks", "1900", "Asby"]


def test_bullets_that_are_drawn_begin_items_and_the_lines_after_them_are_none(tmp_path: Path) -> None:
    items = ["Wind the tall clock at noon", "Oil the small wheels"]
    drawn = "\n".join(
        f"62 {702 - 14 * i} 4 4 re f BT /F1 11 Tf 1 0 0 1 76 {700 - 14 * i} Tm ({item}) Tj ET"
        for i, item in enumerate(items)
    )
    after = "BT /F1 11 Tf 1 0 0 1 50 672 Tm (Signed by Rosa Quist) Tj ET"
    document = read(tmp_path, "a.pdf", pdf([[]], content=f"{drawn}\n{after}".encode()))
    assert blocks(document) == [*(("list_item", f"• {item}") for item in items), ("paragraph", "Signed by Rosa Quist")]
    assert words(document, SegmentKind.ADDED) == ["•", "•"]


def form(folder: Path) -> Document:
    """A label and a field with a value, a second page that is a picture alone."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R "
        b"/AcroForm << /Fields [6 0 R] /DA (/F1 10 Tf) /DR << /Font << /F1 5 0 R >> >> >> >>",
        b"<< /Type /Pages /Count 2 /Kids [3 0 R 7 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Annots [6 0 R] "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length 54 >>\nstream\nBT /F1 11 Tf 1 0 0 1 50 700 Tm (Name of buyer:) Tj ET   \nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (buyer) /V (Rosa Quist) /F 4 /P 3 0 R /Rect [200 695 400 715] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 8 0 R "
        b"/Resources << /XObject << /I 9 0 R >> >> >>",
        b"<< /Length 30 >>\nstream\nq 595 0 0 842 0 0 cm /I Do Q  \nendstream",
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 "
        b"/Length 1 >>\nstream\n\x80\nendstream",
    ]
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 10\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size 10 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return read(folder, "form.pdf", bytes(out))


def test_the_value_of_a_field_stands_after_its_label(tmp_path: Path) -> None:
    assert form(tmp_path).text.split() == ["Name", "of", "buyer:", "Rosa", "Quist"]


def test_a_page_without_text_is_listed_as_unread(tmp_path: Path) -> None:
    assert form(tmp_path).unread == (Unread(UnreadKind.PAGE, (2,), 1),)


def test_text_in_a_cipher_is_unread_and_no_garbage_is_indexed(tmp_path: Path) -> None:
    cipher = (
        "Wkh forfn ri wkh wrzq vwulnhv wzhoyh zkhq wkh vxq vwdqgv kljk deryh wkh plgjhw vkrsv dqg vwdoov; wkhq wkh "
    )
    shifted = [line(cipher, 50, 700, font="F3"), line(cipher, 50, 680, font="F3")]
    document = read(tmp_path, "a.pdf", pdf([[line("The town.", 50, 740), *shifted]]))
    assert document.text == "The town."
    assert [(each.kind, each.pages) for each in document.unread] == [(UnreadKind.FONT, (1,))]


# HTML

AROUND = (
    "<html><body><nav><a href=/>Home</a> <a href=/b>Blog</a> <a href=/c>Contact</a></nav><main>{}</main></body></html>"
)
STORY = (
    "<p>The clockmaker of the village kept a ledger of every clock that he mended, and in it he wrote the name of its "
    "owner, the day on which it came to him and what was wrong with the works of the clock.</p>"
)


def page(folder: Path, inside: str) -> Document:
    return read(
        folder, "a.html", AROUND.format(f"<h1>The clockmaker</h1>{STORY}{inside}{STORY.replace('village', 'town')}")
    )


@pytest.mark.parametrize(
    "section",
    [
        '<section id="cookies"><h2>Cookies</h2><p>A cookie lasts for nine days.</p></section>',
        '<div class="social-life"><h2>Social life</h2><p>He met nobody at all.</p></div>',
        '<section id="comments"><h2>Comments</h2><p>A comment begins with a hash.</p></section>',
        '<div id="menu"><h2>Menu</h2><ul><li>Bread and soup</li><li>Fish pie</li></ul></div>',
        '<div class="related-ills"><h2>Related ills</h2><p>His hands shook in winter.</p></div>',
    ],
)
def test_no_section_is_lost_for_a_word_in_its_class_or_id(tmp_path: Path, section: str) -> None:
    heading = section.partition("<h2>")[2].partition("</h2>")[0]
    assert heading in words(page(tmp_path, section), SegmentKind.HEADING)


def test_readers_comments_and_banners_are_still_no_part_of_the_story(tmp_path: Path) -> None:
    comments = (
        '<div id="comments"><h2>Comments</h2><div class="comment-body"><p>I had such a clock once.</p></div></div>'
    )
    banner = '<div class="cookie-banner"><p>We use cookies to count you.</p><form><input></form></div>'
    text = page(tmp_path, comments + banner).text
    assert "such a clock" not in text
    assert "count you" not in text


def test_lists_of_links_below_an_item_stay(tmp_path: Path) -> None:
    links = "<ul><li>Mended:<ul><li><a href=/1>The tall clock</a></li><li><a href=/2>A watch</a></li></ul></li></ul>"
    assert words(page(tmp_path, links), SegmentKind.LIST_ITEM) == ["Mended:", "The tall clock", "A watch"]


def test_what_a_click_unfolds_is_read_and_what_is_hidden_for_good_is_not(tmp_path: Path) -> None:
    inside = (
        '<h3><button aria-expanded="false" aria-controls="x">Do you mend watches?</button></h3>'
        '<div id="x" style="display:none"><p>Only on Fridays.</p></div>'
        '<div role="tabpanel" hidden><p>The shop is shut in August.</p></div><p hidden>Nobody sees this line.</p>'
    )
    text = page(tmp_path, inside).text
    assert "Only on Fridays." in text
    assert "The shop is shut in August." in text
    assert "Nobody sees" not in text


def test_raised_figures_of_a_page_are_marked(tmp_path: Path) -> None:
    inside = (
        '<p>It ticks 10<sup>8</sup> times in 36<sup><a href="#n2">2</a></sup> months, on the 1<sup>st</sup> floor; '
        'of 30 m<sup>2</sup>, for 90<sup class="reference">[5]</sup> crowns.</p>'
    )
    document = page(tmp_path, inside)
    assert "It ticks 10^8 times in 36 [2] months, on the 1st floor; of 30 m^2, for 90 [5] crowns." in document.text
    assert words(document, SegmentKind.NOTE_NUMBER) == ["[2]", "[5]"]


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("<math><mi>v</mi><mo>=</mo><msup><mi>t</mi><mn>2</mn></msup></math>", "v=t^2"),
        ("<math><mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo><mn>1</mn></mrow></mfrac></math>", "a/(b+1)"),
        (r'<img class="tex" alt="{\displaystyle L=17}">', "L=17"),
        ('<script type="math/tex">L=17</script>', "L=17"),
    ],
)
def test_a_formula_is_read_by_its_alternative(tmp_path: Path, formula: str, text: str) -> None:
    assert f"The rate is {text} in all." in page(tmp_path, f"<p>The rate is {formula} in all.</p>").text


def test_what_is_struck_out_is_not_there_to_be_quoted(tmp_path: Path) -> None:
    inside = (
        '<p>It costs <del>40</del> <ins>55</ins> crowns<span style="text-decoration:line-through"> a day</span>.</p>'
    )
    assert "It costs 55 crowns." in page(tmp_path, inside).text


def test_items_have_the_numbers_that_the_page_gives_them(tmp_path: Path) -> None:
    inside = (
        "<ol><li>One</li><li value=5>Five</li><li>Six</li></ol><p>So:</p><ol reversed><li>Two</li><li>Last</li></ol>"
    )
    items = [s.number for s in page(tmp_path, inside).segments if s.kind is SegmentKind.LIST_ITEM]
    assert items == [1, 5, 6, 2, 1]


def test_a_tables_caption_stays_and_merged_cells_keep_their_columns(tmp_path: Path) -> None:
    table = (
        "<table><caption>Clocks mended</caption><tr><th rowspan=2>Town</th><th colspan=2>Year</th></tr>"
        "<tr><th>1900</th><th>1950</th></tr><tr><td>Asby</td><td></td><td>9</td></tr></table>"
    )
    document = page(tmp_path, table)
    assert "Clocks mended" in words(document, SegmentKind.PARAGRAPH)
    assert words(document, SegmentKind.TABLE) == ["Town\tYear\n\t1900\t1950\nAsby\t\t9"]
    assert headers(document, "9") == ["Year", "1950", "Asby"]


def test_an_article_that_only_a_script_shows_is_read(tmp_path: Path) -> None:
    stated = (
        '{"@graph":[{"@type":"Article","headline":"The clock","articleBody":"It was sold for 70 crowns.\\nAgain."}]}'
    )
    source = (
        f'<html><head><script type="application/ld+json">{stated}</script></head><body><div id=a></div></body></html>'
    )
    assert blocks(read(tmp_path, "a.html", source)) == [
        ("heading", "The clock"),
        ("paragraph", "It was sold for 70 crowns."),
        ("paragraph", "Again."),
    ]


def test_a_charset_that_does_not_hold_gives_way_and_it_is_said(tmp_path: Path) -> None:
    source = "<html><head><meta charset=gb2312></head><body><p>The café costs 5 €.</p></body></html>"
    document = read(tmp_path, "a.html", source.encode())
    assert document.text == "The café costs 5 €."
    assert document.unread == (Unread(UnreadKind.ENCODING, detail="gb2312 utf-8"),)
    assert read(tmp_path, "b.html", source.encode("cp1252"), encoding="cp1252").text == "The café costs 5 €."


# Text and Markdown


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_that_are_wrapped_are_one_paragraph_however_they_end(tmp_path: Path, end: str) -> None:
    document = read(tmp_path, "a.txt", f"One line{end}of two.{end}{end}Another.{end}")
    assert words(document, SegmentKind.PARAGRAPH) == [f"One line{end}of two.", "Another."]


def test_the_head_and_foot_of_printed_pages_lie_apart_from_the_sentence_that_they_cut(tmp_path: Path) -> None:
    foot = "Quist                        Standards Track                    [Page 7]"
    head = "RFC 4711                     The Clock Protocol               April 2025"
    document = read(
        tmp_path, "a.txt", f"A clock that gets no tick MUST\n\n\n{foot}\n\f\n{head}\n\n\nring a bell.\n\nEnd.\n"
    )
    assert words(document, SegmentKind.RUNNING_HEAD) == [foot, head]
    assert sentences(document) == ["A clock that gets no tick MUST", foot, head, "ring a bell.", "End."]
    assert (
        document.readable(0, len(document.text)).split() == "A clock that gets no tick MUST ring a bell. End.".split()
    )


def test_page_numbers_and_heads_that_recur_between_form_feeds_are_known(tmp_path: Path) -> None:
    document = read(
        tmp_path, "a.txt", "THE CLOCK\n\nIt struck\n\n12\n\fTHE CLOCK\n\ntwelve times.\n\n13\n\fTHE CLOCK\n\nEnd.\n"
    )
    assert words(document, SegmentKind.RUNNING_HEAD) == ["12", "THE CLOCK", "13", "THE CLOCK"]
    assert "It struck" in sentences(document)
    assert "twelve times." in sentences(document)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_an_encoding_without_a_mark_is_named_rightly(tmp_path: Path, encoding: str) -> None:
    data = "The clock strikes twelve.".encode(encoding)
    with pytest.raises(EncodingError, match=f"but {encoding} without a .* mark; load it with --encoding {encoding}"):
        read(tmp_path, "a.txt", data)
    assert read(tmp_path, "a.txt", data, encoding=encoding).text == "The clock strikes twelve."


def test_front_matter_is_metadata_and_comments_are_no_text(tmp_path: Path) -> None:
    source = (
        '---\ntitle: "The clock"\nauthor: Rosa Quist\ndate: 2025-04-02\ntags: [time, towns]\n---\n\n# Price ##\n\n'
        "It costs ~~40~~ 55 crowns.<!-- it was 30 -->\n\n<!-- never 20 -->\n\n[//]: # (nor 10)\n"
    )
    document = read(tmp_path, "a.md", source)
    stated = {name: document.metadata[name] for name in ("title", "author", "date", "tags")}
    assert stated == {"title": "The clock", "author": "Rosa Quist", "date": "2025-04-02", "tags": ("time", "towns")}
    assert [s for s in blocks(document) if s[0] == "heading"] == [("heading", "Price")]
    assert document.readable(0, len(source)).split() == "# Price ## It costs 55 crowns.".split()
    assert not any(figure in " ".join(sentences(document)) for figure in ("30", "20", "10", "##"))


def test_a_rule_and_text_at_the_top_are_no_front_matter(tmp_path: Path) -> None:
    assert "hidden" not in dict(blocks(read(tmp_path, "a.md", "---\nThe clock strikes.\n\n---\n\nTwelve.\n")))


# Word


def saved(word: object) -> bytes:
    out = io.BytesIO()
    word.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def test_word_shows_headers_footers_and_numbers_and_they_are_in_the_text(tmp_path: Path) -> None:
    word = python_docx.Document()
    word.sections[0].header.paragraphs[0].text = "File number K-1187"
    word.add_paragraph("Wind the clock.", style="List Number")
    document = read(tmp_path, "a.docx", saved(word))
    assert blocks(document) == [("list_item", "1. Wind the clock."), ("running_head", "File number K-1187")]
    assert words(document, SegmentKind.ADDED) == ["1."]


def test_runs_that_are_struck_out_are_left_out_and_boxes_are_seen(tmp_path: Path) -> None:
    word = python_docx.Document()
    paragraph = word.add_paragraph("It costs ")
    paragraph.add_run("40 ").font.strike = True
    paragraph.add_run("55 crowns: ")
    paragraph.add_run()._r.append(parse_xml(f'<w:sym {nsdecls("w")} w:font="Wingdings" w:char="F0FE"/>'))
    assert read(tmp_path, "a.docx", saved(word)).text == "It costs 55 crowns: ☑"


def test_a_comment_is_a_block_of_its_own_kind(tmp_path: Path) -> None:
    word = python_docx.Document()
    paragraph = word.add_paragraph("The clock is sold.")
    word.add_comment(paragraph.runs, text="To whom?", author="R", initials="R")
    assert blocks(read(tmp_path, "a.docx", saved(word))) == [
        ("paragraph", "The clock is sold."),
        ("comment", "To whom?"),
    ]


def test_a_strict_file_is_read(tmp_path: Path) -> None:
    word = python_docx.Document()
    word.add_paragraph("The clock is sold.")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(word))) as parts, zipfile.ZipFile(out, "w") as strict:
        for name in parts.namelist():
            part = parts.read(name)
            for kind in (b"officeDocument", b"wordprocessingml", b"drawingml"):
                part = part.replace(
                    b"http://schemas.openxmlformats.org/%s/2006/" % kind, b"http://purl.oclc.org/ooxml/%s/" % kind
                )
            strict.writestr(name, part)
    assert read(tmp_path, "a.docx", out.getvalue()).text == "The clock is sold."


def test_cells_that_are_merged_downwards_are_one_and_each_cell_has_its_headers(tmp_path: Path) -> None:
    word = python_docx.Document()
    table = word.add_table(3, 2)
    for row, texts in zip(table.rows, (("Town", "Clocks"), ("Asby", "12"), ("", "9")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    document = read(tmp_path, "a.docx", saved(word))
    assert document.text == "Town\tClocks\nAsby\t12\n\t9"
    assert headers(document, "9") == ["Clocks", "Asby"]


# What is said of it


def test_a_folder_names_the_files_that_are_passed_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.txt", "fees.qif", "letter.msg", ".hidden.qif"):
        (tmp_path / name).write_text("The clock strikes twelve.")
    assert len(list(Loaded(load_each([tmp_path]), None))) == 1
    assert capsys.readouterr().err == (
        "pincite: passed over, as Pincite does not read such files: fees.qif, letter.msg\n"
    )


@pytest.mark.parametrize(
    ("unread", "said"),
    [
        (Unread(UnreadKind.PAGE, (2, 3)), "pages 2 and 3 of lease.pdf have no text and were not read"),
        (Unread(UnreadKind.PAGE, (7,)), "page 7 of lease.pdf has no text and was not read"),
        (Unread(UnreadKind.PAGE, (1, 3, 4, 5, 9)), "pages 1, 3 to 5 and 9 of lease.pdf have no text and were not read"),
        (Unread(UnreadKind.IMAGE, count=4), "lease.pdf holds 4 pictures, which were not read"),
        (
            Unread(UnreadKind.ENCODING, detail="gb2312 utf-8"),
            "lease.pdf is not in the charset gb2312 that it declares, and was read as utf-8",
        ),
    ],
)
def test_unread_content_is_described_in_a_sentence(unread: Unread, said: str) -> None:
    assert unread_text(Document("lease.pdf", "The rent.", unread=(unread,))) == (said,)


def test_show_says_what_is_unread_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    form(tmp_path)
    assert main(["show", str(tmp_path / "form.pdf")]) == 0
    shown = capsys.readouterr()
    assert (shown.out + shown.err).count("page 2 of form.pdf has no text and was not read") == 1


def test_an_abstention_over_unread_pages_says_so() -> None:
    document = Document("lease.pdf", "The rent is set out in Annex A.", unread=(Unread(UnreadKind.PAGE, (2,)),))
    index = Index.build([document], embedder=HashingEmbedder())
    answer = Answerer(index, reader=WordReader()).ask("What is the fee for dogs?")
    assert (answer.status, answer.reason) == (Status.ABSTAINED, Reason.UNREAD)
    assert answer.unread == ("page 2 of lease.pdf has no text and was not read",)
    assert "page 2 of lease.pdf has no text and was not read" in answer_text(answer)


def test_a_citation_says_what_of_it_is_added(tmp_path: Path) -> None:
    document = page(tmp_path, "<p>It ticks 10<sup>8</sup> times.</p>")
    index = Index.build([document], embedder=HashingEmbedder())
    start = document.text.index("10^8")
    citation = cite(index, document.id, start, start + 4)
    assert (citation.quote, citation.added) == ("10^8", ((start + 2, start + 3),))
    assert place_text(citation).endswith("(added, not in the source: ^)")
