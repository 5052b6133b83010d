"""A document laid out as its author did: lists, tables, emphasis; and every offset still in its place."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from made import book, captions, mailbox, message
from test_highlight import Reader
from test_loading_more import loaded as read

from index.load.markdown.inline import InlineKind, inlines
from index.load.markdown.reading import segments
from index.types import Document, Segment, SegmentKind
from pincite.html.marks import MarkedSpan
from pincite.web.document import document_html, excerpt_html
from pincite.web.layout import rows_of


def markdown(text: str) -> Document:
    return Document("d.md", text, media_type="text/markdown", segments=segments(text))


def laid_out(text: str) -> str:
    return document_html(markdown(text))


def seen(html: str) -> str:
    """What a reader sees of the HTML: its text without what is out of sight."""
    without = re.sub(r'<span class="pc-marker">((?!<span).)*?</span>', "", html, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", "", without)


# Pieces that mean something in Markdown, so that random texts have structure.
PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "*",
                "**",
                "_",
                "`",
                "[a](b)",
                "[",
                "](x)",
                "![i](j)",
                "&amp;",
                "&",
                "\\*",
                "\\",
                "<b>",
                "<http://a.b>",
                "|",
            ),
            *("two words", "😀", "é", "\n", "\r\n", "  \n", "\n\n", "\n- ", "\n  - ", "\n1. ", "\n> ", "\n# "),
            *("\n|-|-|\n", "\t", " ", "```\n", "~~", "[r]: u\n", "[r]", "\0", "\u2028"),
        ]
    ),
    min_size=1,
    max_size=25,
).map("".join)


@given(PIECES.filter(lambda text: bool(text.strip())), st.integers(0, 60), st.integers(1, 30))
def test_markdown_laid_out_keeps_every_character_and_every_span(text: str, start: int, length: int) -> None:
    document = markdown(text)
    span = MarkedSpan(min(start, len(text) - 1), min(start + length, len(text)), "hit", id="s")
    if span.start >= span.end:
        return
    read = Reader(document_html(document, [span]))
    assert read.text == text.replace("\0", "\u2400")
    assert read.under["s"] == text[span.start : span.end].replace("\0", "\u2400")


@given(PIECES.filter(lambda text: bool(text.strip())))
def test_inline_elements_lie_inside_their_block(text: str) -> None:
    places = [(s.start, s.end) for s in segments(text) if s.kind is not SegmentKind.CODE]
    for (start, end), found in zip(places, inlines(text, places), strict=True):
        assert all(start <= inline.start < inline.end <= end for inline in found)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("Some *soft* and **loud** words", "Some soft and loud words"),
        ("**all *of* it**", "all of it"),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
        ("`a * b` and ``c ` d``", "a * b and c ` d"),
        ("[the words](http://x.test 'title') here", "the words here"),
        ("![a picture](p.png)", "a picture"),
        (r"\*not soft\*", "*not soft*"),
        ("<http://x.test/a>", "http://x.test/a"),
    ],
)
def test_markdowns_marks_are_hidden(source: str, shown: str) -> None:
    assert seen(laid_out(source)) == shown


def test_emphasis_links_and_code_have_elements_of_their_own() -> None:
    html = laid_out("*a* **b** `c` [d](e)")
    assert '<em class="pc-em">' in html
    assert '<strong class="pc-strong">' in html
    assert '<code class="pc-inline-code">c</code>' in html
    assert '<span class="pc-link">d</span>' in html
    assert "href" not in html  # a document leads nowhere


def test_a_reference_link_is_rendered_as_a_link() -> None:
    text = "See [the report][r].\n\n[r]: http://x.test"
    [first] = inlines(text, [(0, 20)])
    assert [(i.kind, text[i.start : i.end]) for i in first if i.kind is InlineKind.LINK] == [("link", "the report")]


def test_a_character_reference_is_shown_as_its_character() -> None:
    assert '<span class="pc-entity" data-label="&amp;">&amp;amp;</span>' in laid_out("Fish &amp; chips")


LISTS = "- a\n  - b\n- c\n\n3. d\n4. e"


def test_lists_nest_and_keep_their_numbers() -> None:
    html = re.sub(
        r"\s|<span class=\"pc-marker\">[^<]*</span>|</?div[^>]*>", "", laid_out("- a\n  - b\n- c\n\n3. d\n4. e")
    )
    html = html.replace('class="pc-list"', "").replace('role="list"', "").replace('class="pc-list-item"', "")
    assert html == '<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul><olstart="3"><li>d</li><li>e</li></ol>'


def test_lists_nest_and_are_numbered_where_the_format_says_so() -> None:
    items = [("Wind", 1, 3), ("Lift", 2, None), ("Hook", 3, 1), ("Write", 1, 4), ("in ink", 1, 4), ("Rest", 1, 1)]
    text = "\n".join(words for words, _, _ in items)
    segments = [
        Segment(SegmentKind.LIST_ITEM, text.index(words), text.index(words) + len(words), level, number)
        for words, level, number in items
    ]
    html = document_html(Document("d.docx", text, segments=tuple(segments)))
    assert re.sub(r' (?:class|role)="[^"]*"|</?div[^>]*>|\n', "", html) == (
        '<ol start="3"><li>Wind<ul><li>Lift<ol><li>Hook</li></ol></li></ul></li><li>Writein ink</li></ol>'
        "<ol><li>Rest</li></ol>"
    )
    assert Reader(html).text == text


def test_a_table_has_rows_and_headings_and_hides_its_lines() -> None:
    html = laid_out("| Tree | Height |\n|---|--:|\n| *Oak* | 31 m |\n| a \\| b | |")
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    assert [[seen(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in rows] == [
        ["Tree", "Height"],
        ["Oak", "31 m"],
        ["a | b", ""],
    ]
    assert html.count('<th scope="col">') == 2


def test_a_table_of_another_format_has_a_tab_between_its_cells() -> None:
    text = "a\tb\nc\td"
    document = Document("d.docx", text, segments=(Segment(SegmentKind.TABLE, 0, len(text)),))
    html = document_html(document)
    assert [seen(cell) for cell in re.findall(r"<td>(.*?)</td>", html, re.DOTALL)] == ["a", "b", "c", "d"]
    assert Reader(html).text == text


def grid(document: Document) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", document_html(document), re.DOTALL)
    return [[seen(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in rows]


def test_a_first_row_with_an_empty_corner_is_aligned_with_its_columns() -> None:
    page = b"<table><tr><td></td><th>1990</th><th>2020</th></tr><tr><th>Oaks</th><td>12</td><td>30</td></tr></table>"
    document = read("a.html", page)
    assert grid(document) == [["", "1990", "2020"], ["Oaks", "12", "30"]]
    assert Reader(document_html(document)).text == document.text


def test_every_header_row_has_header_cells() -> None:
    page = (
        b"<table><tr><th rowspan=2>Stop</th><th colspan=2>Trams</th></tr><tr><th>First</th><th>Last</th></tr>"
        b"<tr><td>Quay</td><td>5:12</td><td>23:32</td></tr></table>"
    )
    document = read("a.html", page)
    assert grid(document) == [["Stop", "Trams", ""], ["", "First", "Last"], ["Quay", "5:12", "23:32"]]
    assert document_html(document).count('<th scope="col">') == 5
    at = document.text.index("23:32")
    excerpt = excerpt_html(document, document.text.index("Quay"), at + 5, [MarkedSpan(at, at + 5, "pc-span")])
    assert "Stop · Trams / First · Trams / Last" in excerpt


def test_places_that_a_citation_names_are_labelled_without_adding_text() -> None:
    document = read("a.srt", captions(["The tide turns.", "The ferry leaves."]))
    html = document_html(document)
    assert re.findall(r'<div class="pc-place" data-label="([^"]*)"></div>', html) == ["0:00:01", "0:01:01"]
    assert Reader(html).text == document.text
    box = read("a.mbox", mailbox(message("One.", "Hello"), message("Two.", "Bye")))
    assert re.findall(r'data-label="([^"]*)"></div><h3', document_html(box)) == ["Message 1", "Message 2"]
    shown = document_html(read("a.epub", book({"one": "<h1>Supper</h1><p>Fish.</p>"}, {"one": "Supper"})))
    assert "pc-place" not in shown, "a chapter that begins with its own name needs no label"


def test_a_tag_in_a_cell_is_shown_whole() -> None:
    html = laid_out("| a | b |\n|---|---|\n| 1 | <b>2</b> |\n\n> | c |\n> |---|\n> | <i>3</i> |")
    cells = [seen(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", html, re.DOTALL)]
    assert "&lt;b&gt;2&lt;/b&gt;" in cells
    assert "&lt;i&gt;3&lt;/i&gt;" in cells


@pytest.mark.parametrize(
    ("text", "start", "items"),
    [("One\nTwo\nThree", "<ul", ["One", "Two", "Three"]), ("1. One\n2. Two", "<ol", ["One", "Two"])],
)
def test_list_items_without_markers_or_with_theirs_inside_are_items(text: str, start: str, items: list[str]) -> None:
    lines = [(m.start(), m.end()) for m in re.finditer(r"[^\n]+", text)]
    segments = tuple(Segment(SegmentKind.LIST_ITEM, a, b) for a, b in lines)
    html = document_html(Document("d.pdf", text, media_type="application/pdf", segments=segments))
    assert html.startswith(start)
    assert [seen(item).strip() for item in re.findall(r"<li[^>]*>(.*?)</li>", html, re.DOTALL)] == items
    assert Reader(html).text == text


@example("*|[a](b)\n|-|-|\n", 0, 1)
@given(PIECES.filter(lambda text: bool(text.strip())), st.integers(0, 60), st.integers(1, 30))
def test_an_excerpt_is_the_documents_text_at_its_offsets(text: str, start: int, length: int) -> None:
    start = min(start, len(text) - 1)
    end = min(start + length, len(text))
    shown = Reader(excerpt_html(markdown(text), start, end)).text
    rest = iter(text[start:end].replace("\0", "\u2400"))
    assert all(character in rest for character in shown if character.isalnum())  # in order, and nothing else


def test_code_keeps_its_lines_and_hides_its_fence() -> None:
    html = laid_out("```\n\na < b\n```")
    assert seen(html) == "\na &lt; b\n"
    assert Reader(html).text == "```\n\na < b\n```"


def test_in_a_table_the_context_of_words_is_their_rows() -> None:
    text = "Trees:\n\n| Tree | Height |\n|---|---|\n| Larch | 31 m |\n| Fir | 64 m |\n\nThat is all.\n"
    fir, larch = text.index("| Fir"), text.index("| Larch")
    end = fir + len("| Fir | 64 m")
    assert rows_of(markdown(text), fir + 8, fir + 12) == (fir, end)
    assert rows_of(markdown(text), larch + 10, fir + 12) == (larch, end)
    assert rows_of(markdown(text), text.index("all"), text.index("all") + 3) is None
