"""Kinds of Word documents that readers get wrong: numbers, formulas, styles, forms, documents within documents."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import docx as python_docx
import pytest
from docx.document import Document as Word
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from index.load.docx.reading import read
from index.load.parsed import Parsed, Raw
from index.types import SegmentKind, UnreadKind

W = nsdecls("w")
MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'


def parsed(word: Word) -> Parsed:
    out = io.BytesIO()
    word.save(out)
    return read(Raw("a.docx", out.getvalue()))


def blocks(parsed: Parsed) -> list[tuple[str, str]]:
    return [(s.kind.value, parsed.text[s.start : s.end]) for s in parsed.segments if s.kind.is_block]


def words(parsed: Parsed) -> list[str]:
    return [text for _, text in blocks(parsed)]


def numbering(word: Word, levels: Sequence[tuple[str, str, str]], *, start: int | None = None) -> int:
    """Add a list whose levels have a form, a text and further properties; its id."""
    root = word.part.numbering_part.element
    key = 50 + len(root)
    made = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'
        for i, (form, text, more) in enumerate(levels)
    )
    again = f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{start}"/></w:lvlOverride>' if start else ""
    root.insert(0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="{key}">{made}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {W} w:numId="{key}"><w:abstractNumId w:val="{key}"/>{again}</w:num>'))
    return key


def numbered(paragraph: object, key: int, level: int = 0) -> None:
    properties = paragraph._p.get_or_add_pPr()  # type: ignore[attr-defined]
    properties.append(parse_xml(f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="{key}"/></w:numPr>'))


def outline(levels: Sequence[tuple[str, str, str]], items: Sequence[tuple[str, int]]) -> list[str]:
    word = python_docx.Document()
    key = numbering(word, levels)
    for text, level in items:
        numbered(word.add_paragraph(text), key, level)
    return words(parsed(word))


CONTRACT = [("Rent", 0), ("monthly", 1), ("yearly", 1), ("Repairs", 0), ("doors", 1)]


@pytest.mark.parametrize(
    ("levels", "shown"),
    [
        (
            [("upperRoman", "%1.", ""), ("lowerLetter", "%2)", "")],
            ["I. Rent", "a) monthly", "b) yearly", "II. Repairs", "a) doors"],
        ),
        (
            [("upperLetter", "Part %1:", ""), ("decimal", "%1.%2", "<w:isLgl/>")],
            ["Part A: Rent", "1.1 monthly", "1.2 yearly", "Part B: Repairs", "2.1 doors"],
        ),
        (
            [("decimal", "Article %1", ""), ("decimal", "%2.", '<w:lvlRestart w:val="0"/>')],
            ["Article 1 Rent", "1. monthly", "2. yearly", "Article 2 Repairs", "3. doors"],
        ),
        (
            [("ordinal", "%1", ""), ("bullet", "•", "")],
            ["1st Rent", "monthly", "yearly", "2nd Repairs", "doors"],
        ),
        (
            [("decimalZero", "§ %1", ""), ("cardinalText", "%2:", "")],
            ["§ 01 Rent", "One: monthly", "Two: yearly", "§ 02 Repairs", "One: doors"],
        ),
    ],
)
def test_numbers_are_those_that_word_shows(levels: Sequence[tuple[str, str, str]], shown: list[str]) -> None:
    assert outline(levels, CONTRACT) == shown


def test_a_list_that_begins_anew_and_one_of_a_tables_cells_are_counted() -> None:
    word = python_docx.Document()
    first, second = (numbering(word, [("decimal", "%1.", "")], start=start) for start in (None, 5))
    numbered(word.add_paragraph("Rent"), first)
    numbered(word.add_paragraph("Fees"), second)
    table = word.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Doors", "paint"
    numbered(table.cell(0, 0).paragraphs[0], first)
    assert words(parsed(word)) == ["1. Rent", "5. Fees", "2. Doors\tpaint"]


def test_headings_have_the_numbers_of_their_style() -> None:
    word = python_docx.Document()
    key = numbering(word, [("decimal", "%1.", ""), ("decimal", "%1.%2", "")])
    for name, level in (("Heading 1", 0), ("Heading 2", 1)):
        number = f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="{key}"/></w:numPr>'
        word.styles[name].element.get_or_add_pPr().append(parse_xml(number))
    for text, level in (("Rent", 1), ("Fees", 2), ("Repairs", 1), ("Doors", 2)):
        word.add_heading(text, level)
    assert words(parsed(word)) == ["1. Rent", "1.1 Fees", "2. Repairs", "2.1 Doors"]


def test_a_short_line_in_bold_is_a_heading_and_a_sentence_in_bold_is_none() -> None:
    word = python_docx.Document()
    for text in ("Fees", "Never open the door."):
        word.add_paragraph().add_run(text).bold = True
    assert blocks(parsed(word)) == [("heading", "Fees"), ("paragraph", "Never open the door.")]


def test_all_headers_and_footers_are_read_and_tables_in_them_too() -> None:
    word = python_docx.Document()
    section = word.sections[0]
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].text = "Case K-1187"
    word.settings.odd_and_even_pages_header_footer = True
    section.even_page_footer.paragraphs[0].text = "Call 555 0182"
    table = section.header.add_table(1, 2, python_docx.shared.Inches(5))
    table.cell(0, 0).text, table.cell(0, 1).text = "File", "K-9"
    word.add_paragraph("The berth is granted.")
    heads = [text for kind, text in blocks(parsed(word)) if kind == "running_head"]
    assert sorted(heads) == ["Call 555 0182", "Case K-1187", "File\tK-9"]


def test_comments_of_several_paragraphs_are_blocks_of_their_own() -> None:
    word = python_docx.Document()
    comment = word.add_comment(word.add_paragraph("It is sold.").runs, text="To whom?", author="R", initials="R")
    comment.add_paragraph("And when?")
    assert blocks(parsed(word)) == [("paragraph", "It is sold."), ("comment", "To whom?"), ("comment", "And when?")]


def inline(inside: str) -> str:
    word = python_docx.Document()
    word.element.body.insert(0, parse_xml(f"<w:p {W} {W14} {MATH}><w:r><w:t>Is: </w:t></w:r>{inside}</w:p>"))
    return parsed(word).text


def field(data: str) -> str:
    begin = f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{data}</w:ffData></w:fldChar></w:r>'
    return f'{begin}<w:r><w:instrText>FORM</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ('<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="1"/></w14:checkbox></w:sdtPr>'
         "<w:sdtContent><w:r><w:t>☒</w:t></w:r></w:sdtContent></w:sdt>", "Is: ☒"),
        (field('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>'), "Is: ☒"),
        (field('<w:checkBox><w:default w:val="0"/></w:checkBox>'), "Is: ☐"),
        (field('<w:ddList><w:result w:val="1"/><w:listEntry w:val="Bell"/><w:listEntry w:val="Clock"/></w:ddList>'),
         "Is: Clock"),
        ("<w:sdt><w:sdtPr><w:dropDownList/></w:sdtPr><w:sdtContent><w:r><w:t>Asby</w:t></w:r></w:sdtContent></w:sdt>",
         "Is: Asby"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>', "Is: ☐"),
    ],
)  # fmt: skip
def test_boxes_and_fields_of_forms_are_read(inside: str, text: str) -> None:
    assert inline(inside) == text


def run(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (f"<m:sSup><m:e>{run('10')}</m:e><m:sup>{run('6')}</m:sup></m:sSup>", "10^6"),
        (f"<m:f><m:num>{run('a')}</m:num><m:den>{run('b+1')}</m:den></m:f>", "a/(b+1)"),
        (f"<m:rad><m:deg/><m:e>{run('2')}</m:e></m:rad>", "√2"),
        (f"<m:sSub><m:e>{run('t')}</m:e><m:sub>{run('0')}</m:sub></m:sSub>", "t_0"),
        (f"<m:d><m:e>{run('a')}</m:e><m:e>{run('b')}</m:e></m:d>", "(a,b)"),
        (
            f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{run("i=1")}</m:sub><m:sup>{run("n")}</m:sup>'
            f"<m:e>{run('x')}</m:e></m:nary>",
            "∑_(i=1)^n x",
        ),
    ],
)
def test_formulas_stand_in_one_line(formula: str, text: str) -> None:
    assert inline(f"<m:oMath>{formula}</m:oMath>") == f"Is: {text}"


def test_figures_are_raised_and_words_struck_out_by_a_style_too() -> None:
    word = python_docx.Document()
    for name, look in (("Up", "superscript"), ("Gone", "strike")):
        setattr(word.styles.add_style(name, WD_STYLE_TYPE.CHARACTER).font, look, True)
    paragraph = word.add_paragraph("It holds 10")
    paragraph.add_run("6", style="Up")
    paragraph.add_run(" never", style="Gone")
    paragraph.add_run(" litres of 10")
    raised = paragraph.add_run("9")
    raised._r.get_or_add_rPr().append(parse_xml(f'<w:position {W} w:val="6"/>'))
    assert parsed(word).text == "It holds 10^6 litres of 10^9"


def with_chunk(name: str, data: bytes, media_type: str) -> Parsed:
    """A document that holds the file `name` after its one paragraph."""
    word, before, after = python_docx.Document(), io.BytesIO(), io.BytesIO()
    word.add_paragraph("Before.")
    word.save(before)
    relation = f'<Relationship Id="rC" Type="{RELATIONS}/aFChunk" Target="{name}"/></Relationships>'
    kind = f'<Override PartName="/word/{name}" ContentType="{media_type}"/></Types>'
    changes = {
        "[Content_Types].xml": (b"</Types>", kind.encode()),
        "word/_rels/document.xml.rels": (b"</Relationships>", relation.encode()),
        "word/document.xml": (b"<w:sectPr", b'<w:altChunk r:id="rC"/><w:sectPr'),
    }
    with zipfile.ZipFile(before) as parts, zipfile.ZipFile(after, "w") as made:
        for part in parts.namelist():
            made.writestr(part, parts.read(part).replace(*changes.get(part, (b"", b"")), 1))
        made.writestr(f"word/{name}", data)
    return read(Raw("a.docx", after.getvalue()))


RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
PAGE = b"<html><body><h2>Terms</h2><p>The fee is 31 crowns.</p></body></html>"
ARCHIVE = (
    b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html; '
    b'charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    b"<html><body><h2>Terms</h2><p>The fee is =33=31 crowns.</p></body></html>\r\n--b--\r\n"
)


def inner() -> bytes:
    word, out = python_docx.Document(), io.BytesIO()
    word.add_heading("Terms", 2)
    word.add_paragraph("The fee is 31 crowns.")
    word.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("c.html", PAGE, "text/html"),
        ("c.dat", PAGE, "application/xhtml+xml"),
        ("c.mht", ARCHIVE, "message/rfc822"),
        ("c.docx", inner(), MAIN),
    ],
)
def test_a_document_within_the_document_is_read_in_its_place(name: str, data: bytes, media_type: str) -> None:
    found = with_chunk(name, data, media_type)
    assert blocks(found) == [
        ("paragraph", "Before."),
        ("heading", "Terms"),
        ("paragraph", "The fee is 31 crowns."),
    ]
    assert found.unread == ()


def test_an_embedded_document_that_is_not_read_is_named() -> None:
    found = with_chunk("c.rtf", b"{\\rtf1 The fee is 31 crowns.}", "application/rtf")
    assert words(found) == ["Before."]
    assert [(each.kind, each.detail) for each in found.unread] == [(UnreadKind.OBJECT, "c.rtf")]


def test_headers_over_several_columns_and_rows_are_those_of_each_cell() -> None:
    word = python_docx.Document()
    table = word.add_table(4, 3)
    rows = (("Town", "Summer", ""), ("", "Low", "High"), ("Asby", "1", "2"), ("Elmby", "", "4"))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 0).merge(table.cell(1, 0))
    found = parsed(word)
    assert found.text == "Town\tSummer\n\tLow\tHigh\nAsby\t1\t2\nElmby\t\t4"
    cells = [s for s in found.segments if s.kind is SegmentKind.CELL]
    of = {found.text[s.start : s.end]: [found.text[a:b] for a, b in s.headers] for s in cells}
    assert (of["1"], of["4"]) == (["Summer", "Low", "Asby"], ["Summer", "High", "Elmby"])


@pytest.mark.parametrize("where", ["drop", "margin"])
def test_a_large_letter_begins_the_word_that_it_stands_before(where: str) -> None:
    word = python_docx.Document()
    for letter, rest in (("T", "he clock struck."), ("In ", "spring it stopped.")):
        large = word.add_paragraph(letter)
        large._p.get_or_add_pPr().append(parse_xml(f'<w:framePr {W} w:dropCap="{where}" w:lines="3"/>'))
        word.add_paragraph(rest)
    assert words(parsed(word)) == ["The clock struck.", "In spring it stopped."]


def test_a_large_letter_before_nothing_is_read() -> None:
    word = python_docx.Document()
    word.add_paragraph("The clock struck.")
    large = word.add_paragraph("T")
    large._p.get_or_add_pPr().append(parse_xml(f'<w:framePr {W} w:dropCap="drop" w:lines="3"/>'))
    assert words(parsed(word)) == ["The clock struck.", "T"]


def test_bullets_that_are_ticked_or_empty_boxes_are_shown_and_others_are_not() -> None:
    word = python_docx.Document()
    for sign, text in (("☐", "Oil the wheel"), ("☒", "Wind the clock"), ("•", "Lock the door")):
        numbered(word.add_paragraph(text), numbering(word, [("bullet", sign, "")]))
    read_back = parsed(word)
    assert words(read_back) == ["☐ Oil the wheel", "☒ Wind the clock", "Lock the door"]
    added = [read_back.text[s.start : s.end] for s in read_back.segments if s.kind is SegmentKind.ADDED]
    assert added == ["☐", "☒"]
