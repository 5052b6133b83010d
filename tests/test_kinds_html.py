"""Kinds of web pages that readers get wrong: each right value was worked out by eye from what a browser shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import Document, SegmentKind, load
from index.errors import EncodingError
from index.types import Unread, UnreadKind

MENU = "<nav><a href=/>Home</a> <a href=/b>Blog</a> <a href=/c>Contact</a></nav><main>{}</main>"
STORY = (
    "<p>The clockmaker of the village kept a ledger of every clock that he mended, and in it he wrote the name of its "
    "owner, the day on which it came to him and what was wrong with the works of the clock.</p>"
)


@pytest.fixture(params=["{}", MENU], ids=["page", "page with a menu"])
def page(request: pytest.FixtureRequest, tmp_path: Path):
    def read(inside: str, head: str = "") -> Document:
        body = request.param.format(f"<h1>The clockmaker</h1>{STORY}{inside}{STORY.replace('village', 'town')}")
        path = tmp_path / "a.html"
        path.write_text(f"<html><head>{head}</head><body>{body}</body></html>", encoding="utf-8")
        return load(path)

    return read


def headers(document: Document) -> dict[str, list[str]]:
    text = document.text
    cells = [s for s in document.segments if s.kind is SegmentKind.CELL]
    return {text[s.start : s.end]: [text[a:b] for a, b in s.headers] for s in cells}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("It weighs 10<sup>−3</sup> grams.", "It weighs 10^−3 grams."),
        ("10<span style='vertical-align: super'>6</span> litres", "10^6 litres"),
        ("10<span class=superscript>6</span> litres", "10^6 litres"),
        ("45<a class='footnote-ref' href='#fn3'><sup>3</sup></a> crowns", "45 [3] crowns"),
        ("45<a href='#fn3'>[3]</a> crowns", "45 [3] crowns"),
        ("45<a class=reference href='#n3'><span>[</span>3<span>]</span></a> crowns", "45 [3] crowns"),
        ("1<sup>1</sup>&frasl;<sub>2</sub> inches", "1 1⁄2 inches"),
        ("a fee of $19<sup>99</sup> a day", "$19.99 a day"),
        ("Ca<sup>2+</sup> in H<sub>2</sub>O", "Ca^2+ in H2O"),
        ("on the 2<sup>nd</sup> floor", "on the 2nd floor"),
    ],
)
def test_raised_figures_are_kept_apart(page, source: str, text: str) -> None:
    assert text in page(f"<p>So it is: {source}</p>").text


@pytest.mark.parametrize("tag", ["section", "div"])
@pytest.mark.parametrize("attribute", ["class", "id"])
@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("share-capital", "Share capital"),
        ("related-work", "Related work"),
        ("recommended-dose", "Recommended dose"),
        ("navigation", "Navigation"),
        ("sponsored-events", "Sponsored events"),
        ("promo", "Promotion"),
        ("sidebar-notes", "Sidebar notes"),
        ("popup-cards", "Popup cards"),
    ],
)
def test_a_section_is_not_lost_for_its_name(page, tag: str, attribute: str, name: str, heading: str) -> None:
    text = page(f'<{tag} {attribute}="{name}"><h2>{heading}</h2><p>The ships steer by its light.</p></{tag}>').text
    assert heading in text
    assert "The ships steer by its light." in text


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('<p class="social">He dined with the baker on Sundays.</p>', "the baker"),
        ('<h2>Signs</h2><ul class="related-signs"><li>A cough that lasts.</li></ul>', "A cough"),
        ("<h2>Marks</h2><table class=comments><tr><th>Town</th></tr><tr><td>Asby</td></tr></table>", "Asby"),
    ],
)
def test_paragraphs_lists_and_tables_are_not_lost_for_their_names(page, source: str, words: str) -> None:
    assert words in page(source).text


@pytest.mark.parametrize(
    "source",
    [
        "<h2>Clocks</h2><ol><li><a href=/1>The tall clock</a></li><li><a href=/2>A watch</a></li></ol>",
        "<ul><li><a href=/t>Towers</a><ul><li><a href=/1>The tall clock</a></ul><li><a href=/2>A watch</a></ul>",
        "<dl><dt>Mended</dt><dd><a href=/1>The tall clock</a></dd><dd><a href=/2>A watch</a></dd></dl>",
        "<p>Mended:<br><a href=/1>The tall clock</a><br><a href=/2>A watch</a></p>",
        "<ul><li><a href=/1>The tall clock</a>: mended</li><li><a href=/2>A watch</a></li></ul>",
    ],
)
def test_lists_of_links_are_read(page, source: str) -> None:
    text = page(source).text
    assert "The tall clock" in text
    assert "A watch" in text


@pytest.mark.parametrize(
    "source",
    [
        "<details><summary>Do you mend watches?</summary><p>Only on Fridays.</p></details>",
        '<button class=accordion>Do you mend watches?</button><div style="display:none"><p>Only on Fridays.</p></div>',
        "<label for=q>Do you mend watches?</label><div class=reply-text hidden><p>Only on Fridays.</p></div>",
        '<div><h3>Do you mend watches?</h3></div><div class=answer style="display:none"><p>Only on Fridays.</p></div>',
        '<button>Do you mend watches?</button><div x-show="open" style="display:none"><p>Only on Fridays.</p></div>',
        '<p>Do you mend watches? <span id="more" style="display:none">Only on Fridays.</span></p>',
        '<h3>Do you mend watches?</h3><a href="#t2">Show</a><div id=t2 style="display:none">Only on Fridays.</div>',
    ],
)
def test_what_a_click_unfolds_is_read_below_its_question(page, source: str) -> None:
    text = page(source).text
    assert 0 < text.index("Do you mend watches?") < text.index("Only on Fridays.")


def test_what_no_click_unfolds_and_menus_that_one_does_are_not_read(page) -> None:
    hidden = '<div style="display:none"><p>A template of nothing.</p></div>'
    menu = "<button>Menu</button><ul hidden><li><a href=/1>Imprint page</a></li><li><a href=/2>Press page</a></li></ul>"
    text = page(hidden + menu).text
    assert "template" not in text
    assert "Imprint" not in text


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("<math><mroot><mi>x</mi><mn>3</mn></mroot></math>", "3√x"),
        ("<math><mfenced><mi>a</mi><mi>b</mi></mfenced></math>", "(a,b)"),
        (
            "<math><mtable><mtr><mtd>1</mtd><mtd>2</mtd></mtr><mtr><mtd>3</mtd><mtd>4</mtd></mtr></mtable></math>",
            "1, 2; 3, 4",
        ),
        ('<img src="https://latex.codecogs.com/png.latex?L" alt="L=17">', "L=17"),
        ('<span role="math" aria-label="L=17"></span>', "L=17"),
        (
            '<span class="katex"><span class="katex-mathml"><math><mi>L</mi><mo>=</mo><mn>17</mn></math></span>'
            '<span class="katex-html" aria-hidden="true">L=17</span></span>',
            "L=17",
        ),
    ],
)
def test_formulas_have_their_alternatives(page, formula: str, text: str) -> None:
    assert f"The rate is {text} in all." in page(f"<p>The rate is {formula} in all.</p>").text


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("<tr><th>Asby<td>12<td>9<tr><th>Elmby<td>7<td>3", {"12": ["Asby"], "3": ["Elmby"]}),
        ("<thead><tr><td>Town<td>Clocks<tbody><tr><td>Asby<td>twelve", {"twelve": ["Clocks", "Asby"]}),
        (
            "<tr><th rowspan=2>Town<th colspan=2>Summer<th colspan=2>Winter<tr><th>Low<th>High<th>Low<th>High"
            "<tr><th>Asby<td>1<td>2<td>3<td>4",
            {"1": ["Summer", "Low", "Asby"], "4": ["Winter", "High", "Asby"]},
        ),
        (
            "<tr><th>Town<th>Year<th>Clocks<tr><td rowspan=2>Asby<td>1900<td>12<tr><td>1950<td>9"
            "<tr><td>Elmby<td>1901<td>7",
            {"12": ["Clocks", "Asby", "1900"], "9": ["Clocks", "Asby", "1950"], "7": ["Clocks", "Elmby", "1901"]},
        ),
        ("<tr><td><td>1900<td>1950<tr><td>Asby<td>12<td>4<tr><td>Elmby<td>5<td>7", {"7": ["1950", "Elmby"]}),
        (
            "<tr><th>Town<th>Clocks<tr><th colspan=2>North<tr><td>Asby<td>12<tr><th colspan=2>South<tr><td>Elmby<td>7",
            {"12": ["Clocks", "North", "Asby"], "7": ["Clocks", "South", "Elmby"]},
        ),
        (
            "<tr><th>Town<th>Summer<th><tr><th><th>Low<th>High<tr><td>Asby<td>1<td>2",
            {"1": ["Summer", "Low", "Asby"], "2": ["Summer", "High", "Asby"]},
        ),
        ("<tr><td>Owner:<td>Marta Lind<tr><td>Vessel:<td>Sea Thistle", {"Sea Thistle": ["Vessel:"], "Owner:": []}),
        ("<tr><td>Order<td>K-1187<tr><td>Buyer<td>Rosa Quist", {"K-1187": ["Order"], "Rosa Quist": ["Buyer"]}),
        ("<tr><td><b>Month</b><td><b>Keeper</b><tr><td>May<td>Rosa Quist", {"Rosa Quist": ["Keeper", "May"]}),
        ("<tr><th>Town<th>Clocks<tr><td rowspan=0>Asby<td>12<tr><td>9", {"9": ["Clocks", "Asby"]}),
        ("<tr><th>Town<th>Note<th>Clocks<tr><td>Asby<td><td>12", {"12": ["Clocks", "Asby"]}),
    ],
)
def test_each_cell_has_its_headers(page, table: str, expected: dict[str, list[str]]) -> None:
    found = headers(page(f"<table>{table}</table>"))
    assert {cell: found[cell] for cell in expected} == expected


def test_a_table_in_a_cell_is_read_in_its_row(page) -> None:
    inner = "<table><tr><td>Old</td><td>3</td></tr></table>"
    table = f"<table><tr><th>Town</th><th>Clocks</th></tr><tr><td>Asby</td><td>{inner}</td></tr></table>"
    assert "Town\tClocks\nAsby\tOld 3" in page(table).text


@pytest.mark.parametrize(
    ("head", "source"),
    [
        ("", "It costs <s>40</s> 55 crowns."),
        ("<style>.old, p.x { text-decoration: line-through }</style>", "It costs <span class=old>40 </span>55 crowns."),
        ("", "It costs <span class=strikethrough>40 </span>55 crowns."),
        ("", "It costs <span role=deletion>40 </span>55 crowns."),
    ],
)
def test_what_is_struck_out_is_left_out(page, head: str, source: str) -> None:
    assert "It costs 55 crowns." in page(f"<p>{source}</p>", head).text


@pytest.mark.parametrize(
    ("source", "numbers"),
    [
        ("<ol start=9 reversed><li>One<li>Two</ol>", [9, 8]),
        ("<ol reversed><li value=20>One<li>Two<li value=3>Three<li>Four</ol>", [20, 19, 3, 2]),
        ("<ol start=-2><li>One<li>Two</ol>", [-2, -1]),
        ("<ol><li>One<ol><li value=4>Below<li>Again</ol><li>Two</ol>", [1, 4, 5, 2]),
    ],
)
def test_items_have_their_numbers(page, source: str, numbers: list[int]) -> None:
    items = [s.number for s in page(source).segments if s.kind is SegmentKind.LIST_ITEM]
    assert items == numbers


CAFE = "<html><head>{}</head><body><h1>Prices</h1><p>The café of Zoë costs 5 crowns, says José.</p></body></html>"


@pytest.mark.parametrize(
    ("declared", "actual", "said"),
    [
        ("iso-8859-1", "utf-8", "iso-8859-1 utf-8"),
        ("windows-1252", "utf-8", "windows-1252 utf-8"),
        ("us-ascii", "utf-8", "us-ascii utf-8"),
        ("shift_jis", "utf-8", "shift_jis utf-8"),
        ("utf-8", "cp1252", "utf-8 cp1252"),
        ("iso-8859-1", "cp1252", None),
        ("utf-16", "utf-8", None),
        ("x-nothing", "utf-8", None),
    ],
)
def test_a_declared_charset_gives_way_to_one_that_holds(
    tmp_path: Path, declared: str, actual: str, said: str | None
) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(CAFE.format(f'<meta charset="{declared}">').encode(actual))
    document = load(path)
    assert document.text == "Prices\n\nThe café of Zoë costs 5 crowns, says José."
    assert document.unread == (() if said is None else (Unread(UnreadKind.ENCODING, detail=said),))


def test_a_charset_that_nothing_tells_is_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes("<html><body><p>Часы на башне бьют двенадцать раз.</p></body></html>".encode("cp1251"))
    with pytest.raises(EncodingError, match="name its encoding with --encoding"):
        load(path)
    assert load(path, encoding="cp1251").text == "Часы на башне бьют двенадцать раз."


@pytest.mark.parametrize(
    "stated",
    [
        '[{"@type":"WebSite"},{"@type":"NewsArticle","articleBody":"It was sold for 70 crowns.\nAgain."}]',
        '//<![CDATA[\n{"@type":"NewsArticle","articleBody":"It was sold for 70 crowns.\\nAgain."}\n//]]>',
        '<!-- {"@type":"NewsArticle","articleBody":"It was sold for 70 crowns.\\nAgain."} -->',
        '{"@type":"NewsArticle","articleBody":"<p>It was sold for <b>70</b> crowns.</p><p>Again.</p>"};',
        '{"@type":"WebPage","mainEntity":{"@type":"Article","articleBody":["It was sold for 70 crowns.","Again."]}}',
    ],
)
def test_an_article_that_a_script_states_is_read(tmp_path: Path, stated: str) -> None:
    path = tmp_path / "a.html"
    script = f'<script type="application/ld+json">{stated}</script>'
    path.write_text(f"<html><head>{script}</head><body><div id=root></div></body></html>")
    assert load(path).text == "It was sold for 70 crowns.\n\nAgain."
