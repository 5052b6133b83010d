from __future__ import annotations

import contextlib
import io
import zipfile

import docx as python_docx
import pytest
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from index.errors import DamagedFileError, EmptyDocumentError, EncryptedFileError, SourceTooLargeError
from index.load.docx import reading as docx
from index.load.parsed import Parsed, Raw


def saved(word) -> bytes:
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def read(data: bytes) -> Parsed:
    return docx.read(Raw("a.docx", data))


def blocks(parsed: Parsed) -> list[tuple[str, int | None, str]]:
    return [(s.kind.value, s.level, parsed.text[s.start : s.end]) for s in parsed.segments if s.kind.is_block]


def test_a_document_that_states_nothing_of_itself_has_no_title_and_no_date() -> None:
    word = python_docx.Document()
    word.add_paragraph("The bridge closes.")
    bare = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(word))) as whole, zipfile.ZipFile(bare, "w") as copy:
        for name in whole.namelist():
            if name != "docProps/core.xml":
                copy.writestr(name, whole.read(name))
    assert read(bare.getvalue()).metadata == {}


def test_headings_paragraphs_lists_and_tables_stand_in_the_order_of_the_body() -> None:
    word = python_docx.Document()
    word.core_properties.title, word.core_properties.author = "The bridge", "Works Office"
    word.add_heading("The bridge", 0)
    paragraph = word.add_paragraph("The old ")
    paragraph.add_run("bridge").bold = True
    paragraph.add_run(" closes.\tSoon.\nSaid e\u0301 👩‍👩‍👧 مرحبا \U0001d49c ﬁ.")
    word.add_heading("Findings", 2)
    word.add_paragraph("Buses run.", style="List Bullet")
    word.add_paragraph("Ferries run.", style="List Number")
    table = word.add_table(2, 2)
    for row, cells in zip(table.rows, (("Pier", "Cracks"), ("North  East", "12")), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    word.add_paragraph("   ")
    word.add_paragraph("After the table.")
    parsed = read(saved(word))
    assert blocks(parsed) == [
        ("heading", 1, "The bridge"),
        ("paragraph", None, "The old bridge closes.\tSoon.\nSaid e\u0301 👩‍👩‍👧 مرحبا \U0001d49c ﬁ."),
        ("heading", 2, "Findings"),
        ("list_item", 1, "Buses run."),
        ("list_item", 1, "1. Ferries run."),
        ("table", None, "Pier\tCracks\nNorth East\t12"),
        ("paragraph", None, "After the table."),
    ]
    assert parsed.metadata["title"] == "The bridge"
    assert parsed.metadata["author"] == "Works Office"
    assert parsed.text.endswith("Buses run.\n1. Ferries run.\n\nPier\tCracks\nNorth East\t12\n\nAfter the table.")


def test_links_insertions_controls_and_text_boxes_are_seen_and_deletions_are_not() -> None:
    word = python_docx.Document()
    inner = (
        "<w:r><w:t>See </w:t></w:r><w:hyperlink><w:r><w:t>the report</w:t></w:r></w:hyperlink>"
        "<w:ins><w:r><w:t> now</w:t></w:r></w:ins><w:del><w:r><w:delText> never</w:delText></w:r></w:del>"
        "<w:r><w:noBreakHyphen/><w:t>ish</w:t></w:r>"
        "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>Boxed.</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
    )
    control = f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p>{inner}</w:p></w:sdtContent></w:sdt>"
    word.element.body.insert(0, parse_xml(control))
    assert blocks(read(saved(word))) == [
        ("paragraph", None, "See the report now-ish"),
        ("paragraph", None, "Boxed."),
    ]


def with_notes(notes: bytes) -> bytes:
    """A document with two marks, the second note's before the first's, and `notes` as what its footnotes part holds."""
    word = python_docx.Document()
    marks = '<w:r><w:t>{}</w:t></w:r><w:r><w:footnoteReference w:id="{}"/></w:r>'
    for text, mark in (("The wall is old.", 3), ("It was mended.", 2)):
        word.element.body.insert(-1, parse_xml(f"<w:p {nsdecls('w')}>{marks.format(text, mark)}</w:p>"))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    name = PackURI("/word/footnotes.xml")
    word.part.relate_to(Part(name, CT.WML_FOOTNOTES, notes, word.part.package), kind)
    return saved(word)


def test_footnotes_stand_at_the_end_in_the_order_of_their_marks() -> None:
    note = '<w:footnote w:id="{}"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t> {}</w:t></w:r></w:p></w:footnote>'
    notes = "".join(note.format(*each) for each in ((0, "Never seen."), (2, "In 1953."), (3, "Built in 1885.")))
    data = with_notes(f"<w:footnotes {nsdecls('w')}>{notes}</w:footnotes>".encode())
    assert read(data).text == "The wall is old.\n\nIt was mended.\n\nBuilt in 1885.\n\nIn 1953."


def test_damaged_footnotes_are_a_damaged_document() -> None:
    with pytest.raises(DamagedFileError, match="is damaged"):
        read(with_notes(b"<w:footnotes"))


def test_hidden_text_is_not_read() -> None:
    word = python_docx.Document()
    paragraph = word.add_paragraph("Seen.")
    paragraph.add_run(" Hidden.").font.hidden = True
    paragraph.add_run(" Shown.").font.hidden = False
    assert read(saved(word)).text == "Seen. Shown."


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def without(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return zipped({part: archive.read(part) for part in archive.namelist() if part != name})


def nested(depth: int) -> bytes:
    word = python_docx.Document()
    cell = "<w:tbl><w:tr><w:tc>" * depth + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * depth
    word.element.body.insert(0, parse_xml(cell.replace("<w:tbl>", f"<w:tbl {nsdecls('w')}>", 1)))
    return saved(word)


WORD = saved(python_docx.Document())
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (WORD, EmptyDocumentError, "'a.docx' holds no text"),
        (b"no zip", DamagedFileError, "'a.docx' is not .docx, or is damaged"),
        (WORD[: len(WORD) // 2], DamagedFileError, "'a.docx' is not .docx, or is damaged"),
        (without(WORD, "word/document.xml"), DamagedFileError, "'a.docx' is not .docx, or is damaged"),
        (zipped({"a.xml": b"<a/>"}), DamagedFileError, "'a.docx' is not .docx, or is damaged"),
        (OLE, DamagedFileError, "'a.docx' is a .doc of an old version"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), EncryptedFileError, "'a.docx' opens with a password only"),
        (zipped({"word/document.xml": bytes(3_000_000)}), SourceTooLargeError, "'a.docx' unpacks to 3000000 bytes"),
        (nested(70), SourceTooLargeError, "nests more than 60 tables"),
    ],
)
def test_a_document_that_cannot_be_read_is_an_error_of_one_line(data: bytes, error: type, message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        read(data)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("at", [0.3, 0.6, 0.9])
def test_a_flipped_byte_is_an_error_or_another_text_and_never_a_crash(at: float) -> None:
    word = python_docx.Document()
    word.add_paragraph("Hello to the reader.")
    data = bytearray(saved(word))
    data[int(len(data) * at)] ^= 0xFF
    with contextlib.suppress(DamagedFileError, EncryptedFileError, SourceTooLargeError):
        assert read(bytes(data)).text


def test_items_of_lists_have_their_depth_and_number() -> None:
    word = python_docx.Document()
    for words, style in [
        ("Wind the clock.", "List Number"),
        ("Lift the weight.", "List Bullet 2"),
        ("Write the log.", "List Number"),
        ("Clean the lamp.", "List Bullet"),
    ]:
        word.add_paragraph(words, style=style)
    word.add_paragraph("And in the morning:")
    word.add_paragraph("Sleep.", style="List Number")  # Word, too, counts on
    parsed = read(saved(word))
    items = [(s.level, parsed.text[s.start : s.end]) for s in parsed.segments if s.kind == "list_item"]
    assert items == [
        (1, "1. Wind the clock."),
        (2, "Lift the weight."),
        (1, "2. Write the log."),
        (1, "Clean the lamp."),
        (1, "3. Sleep."),
    ]


def test_a_list_begins_where_the_document_says() -> None:
    word = python_docx.Document()
    numbering = word.part.numbering_part.element
    numbering.insert(
        0,
        parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90"><w:lvl w:ilvl="0"><w:start w:val="4"/>'
            '<w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%1)"/></w:lvl><w:lvl w:ilvl="1">'
            '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>'
            "</w:abstractNum>"
        ),
    )
    for one, restart in (("91", ""), ("92", '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>')):
        xml = f'<w:num {nsdecls("w")} w:numId="{one}"><w:abstractNumId w:val="90"/>{restart}</w:num>'
        numbering.append(parse_xml(xml))
    for list_id, depth in (("91", 0), ("91", 1), ("91", 1), ("91", 0), ("91", 1), ("92", 0), ("92", 0), ("99", 0)):
        number = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{list_id}"/></w:numPr>'
        word.add_paragraph("An item.")._p.get_or_add_pPr().append(
            parse_xml(f"<w:wrap {nsdecls('w')}>{number}</w:wrap>")[0]
        )
    found = blocks(read(saved(word)))
    labels = [(level, text.removesuffix("An item.").strip()) for _, level, text in found]
    assert labels == [
        (1, "iv)"),
        (2, "iv.1"),
        (2, "iv.2"),
        (1, "v)"),
        (2, "v.1"),
        (1, "i)"),
        (1, "ii)"),
        (1, ""),
    ]
