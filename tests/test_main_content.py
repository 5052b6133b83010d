"""What stands in and around the story of a web page: boxes of other texts, credits, layouts with names of menus."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import load

MENU = "<nav><a href=/>Home</a> <a href=/b>Blog</a> <a href=/c>Contact</a></nav>"
STORY = [
    "The clockmaker of the village kept a ledger of every clock that he mended, and in it he wrote the owner's name.",
    "In the spring of the second year he walked over the hills to the next town, where the tower clock had stopped.",
    "Its great wheel had lost four teeth, and nobody in the valley had the tools to cut a wheel of that size.",
    "So he drew the wheel on the floor of the barn, and sent the drawing to the foundry on the coast with a carter.",
    "The new wheel came in the autumn, wrapped in straw, and the clock struck again on the first day of November.",
]
FIRST, *LATER = [f"<p>{words}</p>" for words in STORY]


@pytest.fixture
def text_of(tmp_path: Path):
    def read(body: str) -> str:
        path = tmp_path / "page.html"
        path.write_text(f"<html><body>{MENU}{body}</body></html>", encoding="utf-8")
        return load(path).text

    return read


def article(inside: str = "", after: str = "") -> str:
    return f"<article><h1>The tower clock</h1>{FIRST}{LATER[0]}{inside}{''.join(LATER[1:])}{after}</article>"


@pytest.mark.parametrize(
    "inside",
    [
        "<div class=b><a href=/x><div>A barge of salt sank on Friday night</div><div>Four hours ago</div></a></div>",
        "<p>Read also: <a href=/x>A barge of salt sank on Friday night</a></p>",
        "<p>Lesen Sie auch: <a href=/x>A barge of salt sank on Friday night</a></p>",
        "<h4>À lire aussi</h4><p><a href=/x>A barge of salt sank on Friday night</a></p>",
        "<h3>Related stories</h3><h4><a href=/x>A barge of salt sank on Friday night</a></h4><p>12 May</p>"
        "<h4><a href=/y>The ferry was late</a></h4><p>13 May</p>",
    ],
    ids=["card", "read also", "lesen", "a heading in French", "a heading of several"],
)
def test_links_to_other_texts_are_not_read(text_of, inside: str) -> None:
    text = text_of(article(inside))
    assert "barge" not in text
    assert "Related" not in text
    assert all(words in text for words in STORY)


def test_a_line_that_leads_elsewhere_for_more_of_the_same_is_read(text_of) -> None:
    text = text_of(article("<p>The drawing: <a href=/w.pdf>The great wheel, seen from the side, in ink</a></p>"))
    assert "The great wheel, seen from the side, in ink" in text


def test_a_caption_is_read_and_a_credit_alone_is_not(text_of) -> None:
    figure = "<figure><img src=a><figcaption>The wheel in its straw, at the door of the barn</figcaption></figure>"
    text = text_of(article(f"{figure}<p>Photo: Ilse Kern/Valley Press</p>"))
    assert "The wheel in its straw" in text
    assert "Ilse Kern" not in text


def test_whose_a_page_is_stands_at_its_end_and_is_not_read(text_of) -> None:
    owned = "<p>© 2024 Valley Press. This article may not be printed anywhere without the leave of its owners.</p>"
    text = text_of(article(after=owned))
    assert "leave of its owners" not in text
    assert STORY[-1] in text


@pytest.mark.parametrize("name", ["layout-sidebar", "l-popup", "has-related"])
def test_a_layout_that_is_named_after_what_stands_around_a_text_is_read(text_of, name: str) -> None:
    text = text_of(f"<h1>The tower clock</h1><div class='{name}'><div>{FIRST}{''.join(LATER)}</div></div>")
    assert all(words in text for words in STORY)


def test_a_section_that_is_named_after_menus_and_leads_nowhere_is_read(text_of) -> None:
    steps = "<div class=steps-nav><h2>How the wheel was cut</h2></div>"
    assert "How the wheel was cut" in text_of(article(steps))


def test_a_story_begins_at_the_heading_above_its_first_words(text_of) -> None:
    body = f"<div><h2>The tower clock</h2><p>By a neighbour</p>{FIRST}<h3>The wheel</h3>{''.join(LATER)}</div>"
    assert text_of(body).startswith("The tower clock")


def test_an_item_of_a_list_is_no_title(text_of) -> None:
    body = (
        "<div><h1>The tower clock</h1><p>A tale of the hills and of a wheel that was lost.</p><ul><li>12 May</li></ul>"
    )
    assert "A tale of the hills" in text_of(f"{body}{FIRST}{''.join(LATER)}</div>")


def boxed(inside: str, name: str) -> str:
    return f"<div class='{name}'><div><div><div>{inside}</div></div></div></div>"


def test_a_box_of_a_kind_that_holds_the_story_is_a_part_of_it(text_of) -> None:
    parts = [*LATER[:2], "<p>No smith would do it.</p>", *LATER[2:]]
    text = text_of(
        f"<article><h1>The tower clock</h1>{FIRST}{''.join(boxed(part, 'part') for part in parts)}</article>"
    )
    assert "No smith would do it." in text


def test_cards_below_a_text_are_no_part_of_it(text_of) -> None:
    cards = "".join(
        f"<div class=card><h3><a href=/{i}>Tale {name}</a></h3><div>What befell the {name} of the valley.</div></div>"
        for i, name in enumerate(("miller", "ferryman", "shepherd", "weaver"))
    )
    text = text_of(f"<main>{article()}<div class=grid><h2>Neueste Artikel</h2>{cards}</div></main>")
    assert STORY[-1] in text
    assert "befell" not in text
    assert "Neueste Artikel" not in text


NAMES = (
    "tall clock",
    "ship's bell",
    "music box",
    "sand glass",
    "sun dial",
    "pocket watch",
    "barn clock",
    "night clock",
)


@pytest.mark.parametrize("menu", [MENU, ""], ids=["beside a menu", "alone"])
@pytest.mark.parametrize("before", ["<h2>Clocks to be seen</h2>", "<p>Clocks to be seen:</p>"])
def test_a_list_of_links_that_a_text_announces_is_read(tmp_path: Path, menu: str, before: str) -> None:
    links = "".join(f"<li><a href=/{i}>The {name} of the upper valley</a></li>" for i, name in enumerate(NAMES))
    page = tmp_path / "page.html"
    page.write_text(f"<html><body>{menu}{article(f'{before}<ul>{links}</ul>')}</body></html>", encoding="utf-8")
    text = load(page).text
    assert all(f"The {name} of the upper valley" in text for name in NAMES)
    assert all(words in text for words in STORY)


def test_a_page_of_little_but_links_is_read_item_by_item(tmp_path: Path) -> None:
    jobs = "<ul><li>The shop is open.</li><li>Waiting:<ul><li><a href=/1>The tall clock</a></li></ul></li></ul>"
    page = tmp_path / "page.html"
    page.write_text(f"<html><body><h1>Clocks</h1><h2>The bench</h2>{jobs}</body></html>", encoding="utf-8")
    assert load(page).text == "Clocks\n\nThe bench\n\nThe shop is open.\nWaiting:\nThe tall clock"


@pytest.mark.parametrize(
    "line",
    [
        "Follow us on Facebook and Twitter for more.",
        "Síguenos en Telegram, Instagram y Facebook para recibir las noticias.",
        "To view the full story, please subscribe to The Valley Press.",
        "You must be logged in to post a comment.",
        "- Anzeige -",
        "Lesezeit: 4 Minuten",
    ],
)
def test_a_line_that_speaks_to_the_visitor_is_no_part_of_the_text(text_of, line: str) -> None:
    text = text_of(article(f"<p>{line}</p>"))
    assert line not in text
    assert all(words in text for words in STORY)


@pytest.mark.parametrize(
    "line",
    [
        "Follow the instructions on YouTube to take the great wheel out of its frame.",
        "The clerk had to register the clock before anybody could read the full record of it.",
        "Subscribe to the ledger, he said, and your clock will strike on time for a year.",
    ],
)
def test_a_sentence_that_only_uses_such_words_is_read(text_of, line: str) -> None:
    assert line in text_of(article(f"<p>{line}</p>"))


def test_a_standfirst_in_boxes_of_its_own_below_the_title_is_read(text_of) -> None:
    lead = "A village clockmaker had to draw a wheel on the floor of a barn, because nobody there could cut one."
    boxed = f"<div class=top><div class=in><div class=text><p>12 May 2024</p><p>{lead}</p></div></div></div>"
    assert lead in text_of(f"<main><h1>The tower clock</h1>{boxed}<div class=body>{FIRST}{''.join(LATER)}</div></main>")


def test_bylines_and_dates_are_not_part_of_the_text(text_of) -> None:
    written = "Posted on Friday by Ilse Kern for the Press 12 May 2024 10:31 in Valley News"
    text = text_of(article().replace("</h1>", f"</h1><div class=post-meta>{written}</div>"))
    assert "Ilse Kern" not in text
    assert all(words in text for words in STORY)


def test_a_text_inside_of_a_sidebar_that_nobody_closed_is_read(text_of) -> None:
    text = text_of(f"<aside class=sidebar><h3>Our motto</h3><p>News of the valley.</p><div>{article()}</div>")
    assert all(words in text for words in STORY)
