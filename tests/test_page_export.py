"""Answers taken along from the page, and what visitors say of them, in a browser."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from page_driver import FAKES, NARROW, Visit, browser, chromium, expect, playwright, scripted, visit
from web_fakes import GATE, HOSTILE, LIGHTHOUSE, OIL, WHEN, WHO, documents, serving

from index import Document
from pincite.evaluation import read_pairs
from pincite.records.verify import verify

Open = Callable[..., Visit]
TEXTS = {document.id: document.text for document in documents()}


@pytest.fixture(scope="module")
def feedback(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("feedback") / "feedback.json"


@pytest.fixture(scope="module")
def rated(feedback: Path) -> Iterator[str]:
    """A page that keeps what is said of its answers in `feedback`."""
    with serving(FAKES, "scripted", json.dumps({"feedback": str(feedback)})) as address:
        yield address


def link(visitor: Visit, name: str, turn: int) -> playwright.Locator:
    return visitor.page.locator(f'#pc-messages a[href="#pc-{name}-{turn}"]')


def kept(path: Path) -> dict[str, tuple[str, ...]]:
    return {pair.question: pair.answers for pair in read_pairs(path)} if path.exists() else {}


def comes(condition: Callable[[], bool], visitor: Visit) -> None:
    for _ in range(100):
        if condition():
            return
        visitor.page.wait_for_timeout(100)
    raise AssertionError("it does not come")


# -- taking along


@browser
def test_an_answer_is_copied_with_its_citation(scripted: str, visit: Open) -> None:
    visitor = visit(scripted, permissions=["clipboard-read", "clipboard-write"])
    visitor.ask(WHEN)
    sentence = "The lamp was first lit in 1851, on a clear night."
    start = TEXTS[LIGHTHOUSE].index("1851")
    link(visitor, "copy", 1).click()
    expect(visitor.page.locator(".pc-told")).to_have_text("Copied.")
    text = visitor.page.evaluate("navigator.clipboard.readText()")
    assert text == f"1851\n“{sentence}” ({LIGHTHOUSE}, characters {start} to {start + 4})"
    link(visitor, "copy-markdown", 1).press("Enter")
    comes(lambda: visitor.page.evaluate("navigator.clipboard.readText()") != text, visitor)
    assert "lit in **1851**, on" in visitor.page.evaluate("navigator.clipboard.readText()")


@browser
@pytest.mark.parametrize(("suffix", "name"), [("html", "Dossier (HTML)"), ("md", "Markdown"), ("json", "JSON")])
def test_the_conversation_is_exported_as_a_file_that_can_be_verified(
    scripted: str, visit: Open, tmp_path: Path, suffix: str, name: str
) -> None:
    visitor = visit(scripted)
    menu = visitor.page.get_by_text("Export", exact=True)
    expect(menu).to_be_hidden()
    for question in (WHEN, WHO, GATE, OIL):
        visitor.ask(question)
    menu.click()
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("link", name=name, exact=True).click()
    assert download.value.suggested_filename == f"pincite.{suffix}"
    path = tmp_path / f"out.{suffix}"
    download.value.save_as(path)
    text = path.read_text(encoding="utf-8")
    assert all(str(folder) not in text for folder in (Path.cwd(), Path.home()))
    verification = verify(path, [Document(name, text) for name, text in TEXTS.items()])
    assert verification.ok
    assert len(verification.findings) == 5


@browser
def test_a_dossier_of_hostile_documents_does_nothing_in_a_browser(
    scripted: str, visit: Open, tmp_path: Path, chromium: playwright.Browser
) -> None:
    visitor = visit(scripted)
    visitor.ask(GATE)
    visitor.ask("<script>window.pwned=1</script><img src=x onerror='window.pwned=1'>")
    visitor.page.get_by_text("Export", exact=True).click()
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("link", name="Dossier").click()
    path = tmp_path / "dossier.html"
    download.value.save_as(path)
    page = chromium.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    assert page.evaluate("window.pwned") is None
    assert asked == [path.as_uri()]
    assert HOSTILE in page.inner_text("body")
    assert page.locator("mark.quote").first.inner_text() in TEXTS[HOSTILE]
    page.close()


@browser
def test_the_conversation_continues_after_an_export(scripted: str, visit: Open) -> None:
    visitor = visit(scripted)

    def answers() -> int:
        visitor.page.get_by_text("Export", exact=True).click()
        with visitor.page.expect_download() as download:
            visitor.page.get_by_role("link", name="JSON").click()
        return len(json.loads(Path(download.value.path()).read_text(encoding="utf-8"))["answers"])

    visitor.ask(WHEN)
    assert answers() == 1
    visitor.ask(WHO)
    assert answers() == 2


@browser
def test_nobody_can_export_another_visitors_conversation(scripted: str, visit: Open) -> None:
    visitor = visit(scripted)
    visitor.ask(WHEN)
    for path in ("export/html", "copy/text/1"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{scripted}/pincite/guessed/{path}")
    assert visitor.page.evaluate("fetch('pincite/guessed/export/json').then((one) => one.status)") == 404
    visitor.complaints.clear()  # the browser complains of the 404 that was asked for


# -- what visitors say


@browser
def test_a_thumb_is_kept_shown_and_withdrawn(rated: str, visit: Open, feedback: Path) -> None:
    visitor = visit(rated)
    visitor.ask(WHEN)
    link(visitor, "up", 1).click()
    expect(link(visitor, "up", 1)).to_have_attribute("aria-pressed", "true")
    assert kept(feedback)[WHEN] == ("1851",)
    link(visitor, "down", 1).press("Enter")
    expect(link(visitor, "down", 1)).to_have_attribute("aria-pressed", "true")
    expect(link(visitor, "up", 1)).to_have_attribute("aria-pressed", "false")
    data = json.loads(feedback.read_text())
    assert [one["rating"] for a in data["data"] for p in a["paragraphs"] for one in p["rated"]] == ["down"]
    link(visitor, "down", 1).click()
    expect(link(visitor, "down", 1)).to_have_attribute("aria-pressed", "false")
    assert WHEN not in feedback.read_text()


@browser
@pytest.mark.parametrize("options", [{}, {"viewport": NARROW}])
def test_the_right_words_are_marked_in_the_document(
    rated: str, visit: Open, feedback: Path, options: dict[str, object]
) -> None:
    visitor = visit(rated, **options)
    visitor.ask(WHO)
    link(visitor, "mark", 1).click()
    expect(visitor.page.get_by_role("group", name=f"Select the words that answer “{WHO}”.")).to_be_visible()
    visitor.page.evaluate(
        """() => {
            const walker = document.createTreeWalker(document.querySelector(".pc-article"), NodeFilter.SHOW_TEXT);
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                const at = node.data.indexOf("Jane Gray");
                if (at >= 0) getSelection().setBaseAndExtent(node, at, node, at + "Jane Gray".length);
            }
        }"""
    )
    expect(visitor.page.locator(".pc-marking-words")).to_have_text("Jane Gray")
    visitor.page.get_by_role("button", name="These words").click()
    expect(link(visitor, "mark", 1)).to_have_attribute("aria-pressed", "true")
    expect(visitor.page.locator(".pc-marking")).to_have_count(0)
    assert kept(feedback)[WHO] == ("Jane Gray",)
    data = json.loads(feedback.read_text())
    (entry,) = [q for a in data["data"] for p in a["paragraphs"] for q in p["qas"] if q["question"] == WHO]
    assert entry["answers"][0]["answer_start"] == TEXTS[LIGHTHOUSE].index("Jane Gray")


@browser
def test_words_are_marked_with_the_keyboard_alone(rated: str, visit: Open, feedback: Path) -> None:
    visitor = visit(rated)
    visitor.ask(OIL)
    link(visitor, "mark", 1).press("Enter")
    article = visitor.page.locator(".pc-article")
    expect(article).to_be_focused()
    keyboard = visitor.page.keyboard
    keyboard.press("Control+Home")
    for _ in range(2):
        keyboard.press("Control+Shift+ArrowRight")
    expect(visitor.page.locator(".pc-marking-words")).to_have_text("The lighthouse")
    before = article.inner_text()
    keyboard.type("x")
    keyboard.press("Delete")
    assert article.inner_text() == before
    keyboard.press("Enter")
    expect(link(visitor, "mark", 1)).to_be_focused()
    comes(lambda: kept(feedback).get(OIL) == ("The lighthouse",), visitor)
    assert article.get_attribute("contenteditable") is None


@browser
def test_not_in_the_document_is_kept_as_feedback_and_escape_keeps_nothing(
    rated: str, visit: Open, feedback: Path
) -> None:
    visitor = visit(rated)
    visitor.ask(GATE)
    link(visitor, "mark", 1).click()
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.locator(".pc-marking")).to_have_count(0)
    assert GATE not in kept(feedback)
    link(visitor, "mark", 1).click()
    visitor.page.get_by_role("button", name="These words").click()
    expect(visitor.page.locator(".pc-marking-words")).to_have_text("Select some words in the document first.")
    visitor.page.get_by_role("button", name="The document does not say").click()
    expect(link(visitor, "mark", 1)).to_have_attribute("aria-pressed", "true")
    assert kept(feedback)[GATE] == ()


@browser
def test_feedback_that_cannot_be_kept_is_reported_without_a_path(rated: str, visit: Open, feedback: Path) -> None:
    visitor = visit(rated)
    visitor.ask(WHEN)
    before = feedback.read_text() if feedback.exists() else None
    feedback.write_text("damaged")
    try:
        link(visitor, "up", 1).click()
        warning = visitor.page.get_by_text("This could not be saved; the server’s log says why.")
        expect(warning).to_be_visible()
        expect(link(visitor, "up", 1)).to_have_attribute("aria-pressed", "false")
        assert feedback.read_text() == "damaged"
    finally:
        feedback.unlink()
        if before is not None:
            feedback.write_text(before)


@browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_parts_are_accessible(rated: str, visit: Open, scheme: str) -> None:
    visitor = visit(rated, color_scheme=scheme)
    visitor.ask(WHEN)
    link(visitor, "up", 1).click()
    expect(link(visitor, "up", 1)).to_have_attribute("aria-pressed", "true")
    visitor.page.get_by_text("Export", exact=True).click()
    link(visitor, "mark", 1).click()
    expect(visitor.page.locator(".pc-marking")).to_be_visible()
    assert visitor.violations() == []
