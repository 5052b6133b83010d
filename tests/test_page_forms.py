"""Each form of answer on the page, in a browser: its places open, and everybody can read it."""

from __future__ import annotations

import pytest
from page_driver import NARROW, WIDE, browser, chromium, expect, scripted, visit
from web_fakes import ABOUT, HOW, LIST, PARTS, THANKS, WAS, WHERE

__all__ = ["chromium", "scripted", "visit"]

EVERY_FORM = [WAS, HOW, ABOUT, LIST, PARTS, THANKS, WHERE]


@browser
def test_the_number_of_an_item_opens_its_place(scripted, visit) -> None:
    visitor = visit(scripted)
    visitor.ask(LIST)
    expect(visitor.page.locator(".pc-item-words")).to_have_text(["Ann Gray", "Jane Gray"])
    visitor.scroll_away(2)
    visitor.chip(2).click()
    visitor.comes_into_view(2)
    assert visitor.chosen() == "Jane Gray"


@browser
def test_the_words_that_matter_most_are_emphasised_in_the_document(scripted, visit) -> None:
    visitor = visit(scripted)
    visitor.ask(WAS)
    visitor.comes_into_view(1)
    assert visitor.chosen() == "1851"
    expect(visitor.page.locator(".pc-verdict")).to_have_text("Yes.")


@browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("window", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_form_can_be_read_by_everybody(scripted, visit, scheme: str, window: dict[str, int]) -> None:
    visitor = visit(scripted, color_scheme=scheme, viewport=window)
    for question in EVERY_FORM:
        visitor.ask(question)
    assert visitor.violations() == []
    chat = visitor.page.locator("#pc-messages")
    assert chat.evaluate("(chat) => chat.scrollWidth <= chat.clientWidth"), "nothing is cut off at the side"
