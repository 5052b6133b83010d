"""Slides, books, messages, notebooks, transcripts, JSON, OpenDocument, RTF and reStructuredText."""

from __future__ import annotations

import io
import json
import zipfile
from email.message import EmailMessage

import pytest
from documents import opendocument
from fakes import HashingEmbedder
from made import MADE, book, captions, mailbox, message, notebook, rtf, zipped
from pptx import Presentation
from pptx.util import Inches

from index import Document, Index, SegmentKind
from index.errors import DamagedFileError, EncryptedFileError, LoadError, SourceTooLargeError
from index.load import formats
from index.load.parsed import Raw
from index.sandbox import ReadTask, Sandbox
from index.types import UnreadKind
from qa.citing import cite
from qa.rendering import place_text


def loaded(name: str, data: bytes | str) -> Document:
    data = data.encode() if isinstance(data, str) else data
    known = formats.by_suffix("." + name.rpartition(".")[2])
    parsed = known.read(Raw(name, data))
    return Document(name, parsed.text, "", known.media_types[0], parsed.segments, parsed.metadata, parsed.unread)


def blocks(document: Document) -> list[tuple[str, str]]:
    return [(s.kind.value, document.text[s.start : s.end]) for s in document.blocks()]


def place_of(document: Document, words: str) -> str:
    index = Index.build([document], embedder=HashingEmbedder())
    start = document.text.index(words)
    return place_text(cite(index, document.id, start, start + len(words))).partition(", characters")[0]


def headers_of(document: Document, cell: str) -> list[str]:
    text = document.text
    cells = [s for s in document.segments if s.kind is SegmentKind.CELL]
    return next([text[a:b] for a, b in s.headers] for s in cells if text[s.start : s.end] == cell)


# Slides


def talk() -> bytes:
    made, out = Presentation(), io.BytesIO()
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = "Roadmap"
    slide.placeholders[1].text = "Rewrite the parser\nShip in May"
    slide.notes_slide.notes_text_frame.text = "Ann leads it."
    slide = made.slides.add_slide(made.slide_layouts[5])
    slide.shapes.title.text = "Costs"
    table = slide.shapes.add_table(2, 2, 0, 0, Inches(3), Inches(1)).table
    for row, texts in enumerate((("Item", "Price"), ("Rope", "12 €"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    made.save(out)
    return out.getvalue()


def test_a_slide_has_its_title_its_points_and_its_notes() -> None:
    document = loaded("a.pptx", talk())
    assert blocks(document) == [
        ("heading", "Roadmap"),
        ("list_item", "Rewrite the parser"),
        ("list_item", "Ship in May"),
        ("paragraph", "Ann leads it."),
        ("heading", "Costs"),
        ("table", "Item\tPrice\nRope\t12 €"),
    ]


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("Ship in May", "a.pptx, under “Roadmap”, slide 1"),
        ("Ann leads it", "a.pptx, under “Roadmap”, slide 1, speaker notes"),
        ("12 €", "a.pptx, under “Costs”, slide 2, row 2, column “Price”"),
    ],
)
def test_a_citation_names_the_slide(words: str, place: str) -> None:
    assert place_of(loaded("a.pptx", talk()), words) == place


# Books


def test_a_book_is_its_pages_in_reading_order_without_the_contents() -> None:
    pages = {"two": "<h1>2</h1><p>Second.</p>", "one": '<a id="top"/><h1>1</h1><p>Fish&nbsp;&amp; chips.</p>'}
    document = loaded("a.epub", book(pages, {"one": "Supper", "two": "Breakfast"}))
    assert blocks(document) == [
        ("heading", "2"), ("paragraph", "Second."), ("heading", "1"), ("paragraph", "Fish\xa0& chips."),
    ]  # fmt: skip
    assert place_of(document, "chips") == "a.epub, under “1”, chapter “Supper”"
    assert (document.metadata["title"], document.metadata["author"]) == ("The Ferry", "A. Gray")


def test_an_encrypted_book_is_reported_as_such() -> None:
    lock = '<encryption><x:CipherReference xmlns:x="x" URI="in/one.xhtml"/></encryption>'
    with pytest.raises(EncryptedFileError, match=r"^'a.epub' is locked by its seller"):
        loaded("a.epub", book({"one": "<p>x</p>"}, **{"META-INF/encryption.xml": lock}))


# Messages


def letter() -> EmailMessage:
    made = message(
        "The bridge closes on Monday.\n\nOn Tue, Bo wrote:\n> When does it close?\n> I need to know.\n", "Bridge é"
    )
    made["From"], made["To"], made["Date"] = (
        "Ann <ann@example.org>",
        "Bo <bo@example.org>",
        "Wed, 1 May 2024 10:00:00 +0200",
    )
    made.add_alternative("<p>The bridge closes on Monday.</p>", subtype="html")
    made.add_attachment("Service,Port\nmetrics,9090\n", subtype="csv", filename="ports.csv")
    made.add_attachment(b"\0", maintype="application", subtype="x-thing", filename="thing.bin")
    return made


def test_a_message_is_its_head_its_text_and_the_names_of_what_is_attached_and_says_nothing_twice() -> None:
    document = loaded("a.eml", letter().as_bytes())
    assert blocks(document) == [
        ("heading", "Bridge é"),
        ("paragraph", "From: Ann <ann@example.org>"),
        ("paragraph", "To: Bo <bo@example.org>"),
        ("paragraph", "Date: Wed, 01 May 2024 10:00:00 +0200"),
        ("paragraph", "The bridge closes on Monday."),
        ("quote", "On Tue, Bo wrote:"),
        ("quote", "When does it close?\nI need to know."),
        ("paragraph", "Attachments: ports.csv, thing.bin"),
    ]
    stated = {"title": "Bridge é", "author": "Ann <ann@example.org>", "to": "Bo <bo@example.org>", "date": "2024-05-01"}
    assert dict(document.metadata) == stated


def test_a_citation_names_the_message_of_a_mailbox() -> None:
    box = loaded("a.mbox", mailbox(message("From here on all is well.\n", "Re"), letter()))
    assert place_of(box, "on Monday") == "a.mbox, under “Bridge é”, message 2"
    assert place_of(box, "all is well") == "a.mbox, under “Re”, message 1"
    assert ("paragraph", "From here on all is well.") in blocks(box)


def test_a_message_in_html_alone_is_read_as_a_page() -> None:
    page = EmailMessage()
    page["Subject"] = "Page"
    page.set_content("<p>Tides at <b>noon</b>.</p><blockquote>Old words.</blockquote>", subtype="html")
    document = loaded("a.eml", page.as_bytes())
    assert ("paragraph", "Tides at noon.") in blocks(document)
    assert ("quote", "Old words.") in blocks(document)


# Notebooks


def test_a_notebook_is_its_cells_and_what_they_printed() -> None:
    table = {
        "output_type": "execute_result",
        "data": {"text/html": "<table><tr><th>n</th></tr><tr><td>7</td></tr></table>"},
    }
    document = loaded(
        "a.ipynb",
        notebook(
            {"cell_type": "markdown", "source": ["# Load *it*\n", "\n", "We load **data**."]},
            {
                "cell_type": "code",
                "source": "print(1)",
                "outputs": [{"output_type": "stream", "text": ["\x1b[31m1\n"]}],
            },
            {"cell_type": "code", "source": "t", "outputs": [table, {"data": {"image/png": "x"}}]},
        ),
    )
    assert blocks(document) == [
        ("heading", "Load it"), ("paragraph", "We load data."), ("code", "print(1)"), ("code", "1"), ("code", "t"),
        ("table", "n\n7"),
    ]  # fmt: skip
    assert place_of(document, "data") == "a.ipynb, under “Load it”, cell 1"
    assert [one.kind for one in document.unread] == [UnreadKind.IMAGE]


# Transcripts


def test_cues_become_paragraphs_and_keep_their_times() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,500\n<i>The old bridge</i>\ncloses on Monday.\n\n"
        "2\n00:00:03,000 --> 00:00:04,000\ncloses on Monday.\nSoon.\n\n3\n01:02:03,000 --> 01:02:04,000\nLater.\n"
    )
    document = loaded("a.srt", text)
    assert blocks(document) == [("paragraph", "The old bridge closes on Monday. Soon."), ("paragraph", "Later.")]
    assert place_of(document, "Soon") == "a.srt, at 0:00:03"
    assert place_of(document, "Later") == "a.srt, at 1:02:03"


def test_a_speaker_stands_before_what_they_say() -> None:
    text = "WEBVTT\n\nNOTE hidden\n\nid\n00:01.000 --> 00:02.500 align:start\n<v Ann Gray>Old &amp; new\n\n"
    document = loaded("a.vtt", text + "00:03.000 --> 00:04.000\n<v Bo>Soon.\n")
    assert blocks(document) == [("paragraph", "Ann Gray: Old & new"), ("paragraph", "Bo: Soon.")]


# JSON


def test_json_is_read_by_its_keys_and_cited_by_its_paths() -> None:
    data = {
        "name": "Harbour",
        "services": [{"name": "metrics", "port": 9090}, {"name": "billing", "port": 8443.50}],
        "owner": {"first name": "Ann", "tags": ["tall", "kind"]},
    }
    document = loaded("a.json", json.dumps(data).replace("8443.5", "8443.50"))
    assert blocks(document) == [
        ("paragraph", "name: Harbour"),
        ("heading", "services"),
        ("table", "name\tport\nmetrics\t9090\nbilling\t8443.50"),
        ("heading", "owner"),
        ("paragraph", "first name: Ann"),
        ("heading", "tags"),
        ("list_item", "tall"),
        ("list_item", "kind"),
    ]
    assert headers_of(document, "8443.50") == ["port", "billing"]
    assert place_of(document, "9090") == "a.json, under “services”, $.services[0].port"
    assert place_of(document, "Ann") == 'a.json, under “owner”, $.owner["first name"]'


def test_lines_of_json_are_cited_by_their_line() -> None:
    flat = loaded("a.jsonl", '{"q":"x","a":1}\n\n{"q":"y","a":2}\n')
    assert flat.text == "q\ta\nx\t1\ny\t2"
    assert place_of(flat, "2") == "a.jsonl, line 3: $.a"
    with pytest.raises(DamagedFileError, match=r"^'a.jsonl' is not JSON in line 2 \(expecting value\)"):
        loaded("a.jsonl", '{"q":1}\nnone\n')


# Texts


def test_an_opendocument_text_has_headings_lists_tables_and_notes() -> None:
    body = (
        '<text:h text:outline-level="2">Head</text:h><text:p>Hello<text:s text:c="2"/>there<text:note>'
        "<text:note-citation>1</text:note-citation><text:note-body><text:p>A note.</text:p></text:note-body>"
        "</text:note>."
        "<office:annotation><text:p>Really?</text:p></office:annotation></text:p>"
        "<text:list><text:list-item><text:p>one</text:p></text:list-item></text:list><table:table>"
        "<table:table-row><table:table-cell><text:p>Town</text:p></table:table-cell><table:table-cell><text:p>People"
        "</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>Oban</text:p>"
        "</table:table-cell><table:table-cell><text:p>8,490</text:p></table:table-cell></table:table-row></table:table>"
    )
    document = loaded("a.odt", opendocument("text", body))
    assert blocks(document) == [
        ("heading", "Head"), ("paragraph", "Hello there[1]."), ("list_item", "one"),
        ("table", "Town\tPeople\nOban\t8,490"), ("note", "1 A note."), ("comment", "Really?"),
    ]  # fmt: skip
    assert headers_of(document, "8,490") == ["People", "Oban"]


def test_rows_that_an_opendocument_text_marks_as_headers_are_headers_in_each_of_its_tables() -> None:
    def row(*texts: str) -> str:
        cells = (f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in texts)
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    head = f"<table:table-header-rows>{row('Town', 'Boats')}{row('Ward', 'Tons')}</table:table-header-rows>"
    tables = "".join(
        f"<table:table>{head}{row(f'Oban {n}', f'boat {n}')}{row(f'Mull {n}', f'raft {n}')}</table:table>"
        for n in range(10, 60)
    )
    document = loaded("a.odt", opendocument("text", tables))
    for n in range(10, 60):
        assert headers_of(document, f"boat {n}") == ["Boats", "Tons", f"Oban {n}"]
        assert headers_of(document, f"raft {n}") == ["Boats", "Tons", f"Mull {n}"]


def test_rich_text_has_headings_tables_notes_and_the_words_of_links() -> None:
    source = (
        r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}}{\info{\title The Harbour}{\author Ann}}"
        r"\pard\outlinelevel0 The \'e9tude\par\pard Some {\b bold} text{\footnote A note.} for \u8364?5 {\v secret}."
        r"\par"
        r"\trowd Item\cell Price\cell\row\trowd Rope\cell 12\cell\row\pard "
        r'{\field{\*\fldinst{HYPERLINK "http://x"}}{\fldrslt a link}} ends.\par '
        r"{\listtext\'b7\tab}one\par \u-10179?\u-8704?}"
    )
    document = loaded("a.rtf", source)
    assert blocks(document) == [
        ("heading", "The étude"), ("paragraph", "Some bold text for €5 ."), ("table", "Item\tPrice\nRope\t12"),
        ("paragraph", "a link ends."), ("list_item", "one"), ("paragraph", "😀"), ("note", "1 A note."),
    ]  # fmt: skip
    assert (document.metadata["title"], document.metadata["author"]) == ("The Harbour", "Ann")


def test_a_picture_in_rich_text_is_counted_and_not_read() -> None:
    document = loaded("a.rtf", r"{\rtf1 Seen.\par {\pict\jpegblip \bin ffd8ffe0}\par}")
    assert (document.text, [one.kind for one in document.unread]) == ("Seen.", [UnreadKind.IMAGE])


RST = """=========
The title
=========

.. _label:

Intro text here.

.. note::
   :class: x

   Mind the gap.

.. code-block:: python

   print(1)

Usage::

  $ run

Part
----

* one

=====  ======
Town   People
=====  ======
Oban   8,490
=====  ======

.. image:: x.png
"""


def test_restructured_text_stays_as_it_is_and_its_markup_is_told_apart() -> None:
    document = loaded("a.rst", RST)
    assert document.text == RST
    seen = [(kind, words) for kind, words in blocks(document) if kind != "hidden"]
    assert seen == [
        ("heading", "The title"), ("paragraph", "Intro text here."), ("paragraph", "Mind the gap."),
        ("code", "print(1)"),
        ("paragraph", "Usage::"), ("code", "$ run"), ("heading", "Part"), ("list_item", "* one"),
        ("table", "=====  ======\nTown   People\n=====  ======\nOban   8,490\n=====  ======"),
    ]  # fmt: skip
    assert headers_of(document, "8,490") == ["People", "Oban"]


# Files made to do harm.

LOL = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("suffix", [".pptx", ".epub", ".odt"])
def test_an_archive_that_unpacks_to_too_much_is_refused(suffix: str) -> None:
    with pytest.raises(SourceTooLargeError, match=rf"^'a\{suffix}' unpacks to 50000000 bytes"):
        loaded(f"a{suffix}", zipped({"content.xml": b" " * 50_000_000}))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.odt", opendocument("text", "<text:p>&b;</text:p>", head=LOL)),
        ("a.epub", zipped({"META-INF/container.xml": LOL + "<x>&b;</x>"})),
        ("a.odt", opendocument("text", "<text:p>" * 3000 + "x" + "</text:p>" * 3000)),
        ("a.json", "{" + '"a":{' * 100),
        ("a.json", "[" * 100 + "1" + "]" * 100),
        ("a.ipynb", '{"cells": 7}'),
        ("a.eml", b"\x00\x01\x02 no message"),
        ("a.mbox", "no mailbox"),
        ("a.srt", "no times"),
        ("a.rtf", "no rich text"),
        ("a.rtf", r"{\rtf1{\fonttbl" + r"{\f1" * 30_000 + "}"),
        ("a.rtf", r"{\rtf1\u99999999999 x}"),
        *((f"a{suffix}", b"PK\x03\x04 and no more") for suffix in (".pptx", ".epub", ".odt")),
        *((f"a{suffix}", zipped({"x": "y"})) for suffix in (".pptx", ".epub", ".odt", ".ods", ".xlsx")),
    ],
)
def test_a_damaged_or_hostile_file_is_an_error_of_one_line(name: str, data: bytes | str) -> None:
    with pytest.raises(LoadError, match=rf"^'{name}' ") as caught:
        loaded(name, data)
    assert "\n" not in str(caught.value)


def test_entities_of_a_page_in_a_book_stand_for_nothing() -> None:
    page = {"in/one.xhtml": LOL + '<html xmlns="http://www.w3.org/1999/xhtml"><body><p>So &b; it is.</p></body></html>'}
    made = book({"one": "<p>x</p>"})
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert len(loaded("a.epub", zipped(parts | page)).text) < 30


GROWING = {
    ".eml": b"Subject: x\nTo: " + b"<a," * 60_000 + b"\n\nHello there.\n",
    ".mbox": b"From a\nSubject: x\n\nHello.\n\n" * 5_000,
    ".srt": b"00:00:01,000 --> 00:00:02,000\n<" + b"<i" * 100_000 + b"\nHello.\n",
    ".json": b'{"a": [' + b'"x",' * 50_000 + b'"y"]}',
    ".csv": b'"a' * 100_000,
    ".rst": b".. note::\n" * 20_000 + b"\nHello.\n",
    ".rtf": rb"{\rtf1" + rb"{\field{\*\fldinst{" * 8_000 + b" HYPERLINK x}",
    ".ipynb": notebook({"cell_type": "markdown", "source": "[" * 20_000 + "x"}),
    ".vtt": captions(["(" * 50_000 + "words"], "WEBVTT\n\n"),
}


@pytest.mark.parametrize("suffix", GROWING)
def test_a_file_made_to_take_long_is_read_or_refused_within_the_limits(suffix: str, tmp_path) -> None:
    (tmp_path / f"a{suffix}").write_bytes(GROWING[suffix])
    apart = Sandbox(seconds=20)
    said = ""
    try:
        apart.read([ReadTask(f"a{suffix}", str(tmp_path / f"a{suffix}"))])
    except LoadError as error:
        said = str(error)
    finally:
        apart.close()
    assert "\n" not in said
    assert "broke its reader" not in said


def test_every_format_is_read_in_a_process_of_its_own(tmp_path) -> None:
    said = ["The old bridge closes on Monday."]
    for suffix in formats.suffixes():
        (tmp_path / f"a{suffix}").write_bytes(MADE[suffix](said))
    apart = Sandbox()
    given = [ReadTask(f"a{suffix}", str(tmp_path / f"a{suffix}")) for suffix in formats.suffixes()]
    try:
        assert all(said[0] in one.document.text for one in apart.read(given))
    finally:
        apart.close()


def test_nothing_that_a_file_refers_to_is_fetched(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a loader asked the network")

    monkeypatch.setattr("socket.socket.connect", refuse)
    outside = '<img src="http://127.0.0.1:9/x.png"/><a href="http://127.0.0.1:9/y">words</a>'
    assert "words" in loaded("a.epub", book({"one": f"<p>{outside}</p>"})).text
    page = EmailMessage()
    page["Subject"] = "x"
    page.set_content(f"<p>{outside}</p>", subtype="html")
    assert "words" in loaded("a.eml", page.as_bytes()).text
    link = r'{\rtf1 {\field{\*\fldinst{INCLUDETEXT "http://127.0.0.1:9/z"}}{\fldrslt words}}}'
    assert "words" in loaded("a.rtf", link).text
    assert rtf(["words"])
