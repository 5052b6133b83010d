from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Document, load
from index.errors import BinaryFileError, EmptyDocumentError, EncodingError, LoadError, SourceTooLargeError
from index.load.html import reading as html
from index.load.parsed import Raw

PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>Bridge closes | The Daily</title>
<meta charset="utf-8"><meta name="author" content="Ann Lee"><meta property="og:site_name" content="The Daily">
<meta property="article:published_time" content="2024-05-01T10:00:00Z">
<link rel="canonical" href="https://daily.example/bridge"></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/n">News</a></li><li><a href="/s">Subscribe</a></li></ul></nav>
<article><h1>Bridge closes for repairs</h1>
<p>The old <b>bridge</b> over the   river\r\nTay closes on Monday,&nbsp;the council said.<br>Buses wait.</p>
<h2>Findings</h2>
<p>Engineers found cracks in <em>two</em> of the five piers &amp; more. Nothing is sure yet, they said.</p>
<ul><li>Buses run every ten minutes, <a href="x">say officials</a>.</li>
<li>Ferries run<ul><li>at noon</li></ul></li></ul>
<table><tr><th>Pier</th><th>Cracks</th></tr><tr><td>North</td><td>12</td></tr></table>
<blockquote><p>It is safe, said Mr Khan. We should all be careful with it.</p></blockquote>
<p>مرحبا بالعالم e\u0301 👩‍👩‍👧 \U0001d49c naïve ﬁ end.</p></article>
<script>var menu = "never seen";</script>
<footer>Copyright 2024. All rights reserved.</footer></body></html>"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Document:
    path = tmp_path_factory.mktemp("html") / "a.html"
    path.write_bytes(PAGE.encode())
    return load(path)


def test_the_story_is_read_and_not_the_menu(page: Document) -> None:
    found = [(s.kind.value, page.text[s.start : s.end]) for s in page.blocks()]
    assert found == [
        ("heading", "Bridge closes for repairs"),
        ("paragraph", "The old bridge over the river Tay closes on Monday,\xa0the council said. Buses wait."),
        ("heading", "Findings"),
        ("paragraph", "Engineers found cracks in two of the five piers & more. Nothing is sure yet, they said."),
        ("list_item", "Buses run every ten minutes, say officials."),
        ("list_item", "Ferries run"),
        ("list_item", "at noon"),
        ("table", "Pier\tCracks\nNorth\t12"),
        ("quote", "It is safe, said Mr Khan. We should all be careful with it."),
        ("paragraph", "مرحبا بالعالم e\u0301 👩‍👩‍👧 \U0001d49c naïve ﬁ end."),
    ]
    assert [s.level for s in page.segments if s.kind == "heading"] == [1, 2]
    assert page.heading_at(page.text.index("North")) == "Findings"


def test_a_page_states_its_title_author_date_site_and_url(page: Document) -> None:
    stated = {name: value for name, value in page.metadata.items() if name not in ("file_sha256", "loader")}
    assert stated == {
        "title": "Bridge closes for repairs",
        "author": "Ann Lee",
        "date": "2024-05-01",
        "sitename": "The Daily",
        "url": "https://daily.example/bridge",
    }


def test_only_white_space_stands_between_blocks(page: Document) -> None:
    end = 0
    for segment in page.segments:
        assert page.text[end : segment.start].strip() == ""
        end = segment.end
    assert end == len(page.text)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"Hello to the reader", "Hello to the reader"),
        (b"<p>One &lt;b&gt; two</p><p>Three</p>", "One <b> two\n\nThree"),
        ('<meta charset="iso-8859-1"><p>caf\xe9 \x93so\x94</p>'.encode("latin-1"), "café “so”"),
        ("\ufeff<p>caf\xe9 and milk</p>".encode("utf-16"), "café and milk"),
        ("\ufeff<p>caf\xe9 and milk</p>".encode(), "café and milk"),
    ],
)
def test_small_pages_and_stated_encodings(data: bytes, text: str) -> None:
    assert html.read(Raw("a.html", data)).text == text


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (b"<html><body><script>x = 1</script></body></html>", EmptyDocumentError, "holds no main content"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", BinaryFileError, "'a.html' is not text but a picture; rename it with"),
        (b"a\xff\xd8\xff\xe0\0\x10", BinaryFileError, "'a.html' is not text: it has a NUL at byte 5"),
        ("<meta charset=ascii><p>\x81né</p>".encode("latin-1"), EncodingError, "is not cp1252: byte 0x81 at offset 23"),
        (b"<div>" * 50_000 + b"deep", SourceTooLargeError, "nests elements deeper than 200"),
        (b"<p>many" * (html.MAX_ELEMENTS + 1), SourceTooLargeError, "more than 200000"),
        (b"<p>many" * (html.MAX_TAGS + 1), SourceTooLargeError, "and 800001 tags"),
    ],
)
def test_a_page_that_cannot_be_read_is_an_error_of_one_line(data: bytes, error: type, message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        html.read(Raw("a.html", data))
    assert "\n" not in str(caught.value)


words = st.sampled_from(
    ["Tay", "e\u0301", "👩‍👩‍👧", "مرحبا", "&amp;", "&#128512;", "<b>x</b>", "\r\n", "<br>", "ﬁ", "3.5"]
)
pieces = st.sampled_from(
    ["<p>", "<h2>", "<ul><li>", "</ul>", "<table><tr><td>", "</table>", "<blockquote>", "<pre>", "<div>"]
)
pages = st.lists(st.one_of(words, pieces), max_size=40).map(" ".join)


@given(pages)
@settings(max_examples=40, deadline=None)
def test_segments_of_any_page_are_in_order_apart_and_bare_of_white_space(source: str) -> None:
    try:
        parsed = html.read(Raw("a.html", source.encode()))
    except LoadError:
        return
    end = 0
    for segment in (s for s in parsed.segments if s.kind.is_block):
        assert end <= segment.start < segment.end <= len(parsed.text)
        assert not parsed.text[end : segment.start].strip()
        assert parsed.text[segment.start : segment.end] == parsed.text[segment.start : segment.end].strip()
        end = segment.end
    assert end == len(parsed.text)


def test_a_page_of_another_suffix_or_case_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "A.HTM").write_text("<p>Hello to the reader</p>")
    assert load(tmp_path / "A.HTM").media_type == "text/html"


MENU = '<nav><a href="/">Home</a> <a href="/n">News</a> <a href="/s">Sport</a></nav>'
ENTRIES = [
    ("First seat declared", "Halden North is held by the Greens with a majority of 1,204."),
    ("Polls close", "Polls have closed at 9,800 stations across the country. Counting begins at once."),
    ("Queues in the south", "Officials extended voting by 30 minutes in Marsk after a power cut."),
]


def blocks_of(source: str) -> list[str]:
    parsed = html.read(Raw("a.html", source.encode()))
    return [parsed.text[s.start : s.end] for s in parsed.segments]


def test_a_story_in_several_articles_keeps_the_order_and_the_headings_of_the_page() -> None:
    entries = "".join(f"<article><time>23.42</time><h2>{head}</h2><p>{said}</p></article>" for head, said in ENTRIES)
    source = (
        f"<html><body><header>{MENU}</header><div><h1>Election live</h1><p>Turnout is the highest since 1992, the "
        f"commission says.</p>{entries}</div><div class='sidebar'><h3>Most read</h3><ol><li><a href=/1>How to vote by "
        "post</a></li></ol><p>Support independent journalism with a small gift today.</p></div></body></html>"
    )
    told = ["Election live", "Turnout is the highest since 1992, the commission says."]
    assert blocks_of(source) == told + [text for entry in ENTRIES for text in entry]


def test_a_standfirst_and_a_caption_are_part_of_the_story_and_a_discussion_is_not() -> None:
    source = f"""<html><body>{MENU}<main><article><h1>Harbour wall collapses</h1>
    <div class=standfirst><p>Engineers had passed it as sound in October</p></div>
    <figure><img><figcaption>Waves on Monday. Photograph: I. Moss</figcaption></figure><div class=article-body>
    <p>A harbour wall that had stood since 1885 collapsed overnight on Sunday, leaving 3,200 without a ferry.</p>
    <p>The council put the cost of repairs at £4.7m. It said that gusts of 94mph had been recorded.</p>
    <p>A temporary slip will be built by March. Until then, passengers travel by the northern pier.</p></div></article>
    <div class=discussion-list><h2>Join in</h2><p>This is what happens when councils are starved of funds, mark my
    words.</p></div></main><footer>All rights reserved.</footer></body></html>"""
    assert blocks_of(source) == [
        "Harbour wall collapses",
        "Engineers had passed it as sound in October",
        "Waves on Monday. Photograph: I. Moss",
        "A harbour wall that had stood since 1885 collapsed overnight on Sunday, leaving 3,200 without a ferry.",
        "The council put the cost of repairs at £4.7m. It said that gusts of 94mph had been recorded.",
        "A temporary slip will be built by March. Until then, passengers travel by the northern pier.",
    ]


def test_links_without_a_name_are_a_menu_and_the_heading_above_the_story_is_its_own() -> None:
    source = """<html><body><div><a href=1>Start</a> | <a href=2>Archive</a> | <a href=3>Contact</a></div>
    <div><h2>On mending nets</h2><p>There are two ways to mend a net. The first is to cut the torn part out and to knit
    a new piece in.</p><p>The second, which my father used, is to work from the edge of the tear inwards, mesh by mesh,
    with the old twine left in place.</p><h3>Twine</h3><p>Use twine of the same thickness; a thinner one will cut the
    old meshes within a season.</p></div></body></html>"""
    assert blocks_of(source) == [
        "On mending nets",
        "There are two ways to mend a net. The first is to cut the torn part out and to knit a new piece in.",
        "The second, which my father used, is to work from the edge of the tear inwards, mesh by mesh, with the old "
        "twine left in place.",
        "Twine",
        "Use twine of the same thickness; a thinner one will cut the old meshes within a season.",
    ]


def test_a_large_page_nested_deep_is_read_beside_its_menu_in_seconds() -> None:
    depth, lines = 150, html.MANY_STEPS // 150
    source = f"<html><body>{MENU}{'<div>' * depth}{'<p>A line of the story.</p>' * lines}</body></html>"
    assert blocks_of(source) == ["A line of the story."] * lines


def test_what_a_style_hides_is_not_read() -> None:
    source = (
        "<p>The road closes on 1 May.<span style='display:none'>A</span></p><p style='color: red; DISPLAY : NONE'>B</p>"
        "<div style='visibility:hidden'>C</div><p style='display:none-such'>It opens in June.</p>"
    )
    assert blocks_of(source) == ["The road closes on 1 May.", "It opens in June."]


def test_a_cell_of_links_is_a_menu() -> None:
    source = (
        "<table width=760><tr><td><a href=1>Home</a><br><a href=2>Council</a><br><a href=3>News</a></td><td><h2>Minutes"
        "</h2><p>Present: Adams, Birch, Cole.<p>The pond had been dredged at a cost of &pound;1,240.</td></tr></table>"
    )
    assert blocks_of(source) == [
        "Minutes",
        "Present: Adams, Birch, Cole.",
        "The pond had been dredged at a cost of £1,240.",
    ]


def test_items_of_lists_have_their_depth_and_number() -> None:
    source = (
        "<p>Before they leave, the keepers do what has been done here every evening:</p><ol start=3><li>Wind the clock."
        "<ul><li>Lift the weight.</li></ul></li><li><p>Write the log.</p><p>In ink.</p></li></ol>"
        "<ul><li>Rest.</li></ul>"
    )
    parsed = html.read(Raw("a.html", source.encode()))
    items = [(s.level, s.number, parsed.text[s.start : s.end]) for s in parsed.segments if s.kind == "list_item"]
    assert items == [
        (1, 3, "Wind the clock."),
        (2, None, "Lift the weight."),
        (1, 4, "Write the log."),
        (1, 4, "In ink."),
        (1, None, "Rest."),
    ]


def test_a_numbered_list_in_a_story_between_menus_keeps_its_numbers() -> None:
    words = "The keepers of the lighthouse do every evening what has been done here for more than a century. " * 4
    source = (
        "<nav><a href=/>Home</a> <a href=/n>News</a></nav>"
        f"<main><h1>The evening</h1><p>{words}</p><ol><li>Wind the clock well.</li><li>Write the log in ink.</li></ol>"
        f"<p>{words}</p></main><footer><a href=/about>About</a></footer>"
    )
    parsed = html.read(Raw("a.html", source.encode()))
    assert "Home" not in parsed.text
    assert [(s.level, s.number) for s in parsed.segments if s.kind == "list_item"] == [(1, 1), (1, 2)]
