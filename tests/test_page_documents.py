"""The visitor's own documents on the page: added, shown, searched in, removed, and gone with the visitor."""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path

import pytest
from page_driver import FAKES, NARROW, WIDE, browser, chromium, expect, growing, visit
from serving import found
from web_fakes import NOTE, pdf, serving

FERRY = "The ferry was built in Glasgow in 1998.\n\nIt is painted green.\n"
GARDEN = "# The *garden*\n\n- Oaks\n- A **silver fir**, 64 m tall\n\n| Tree | Height |\n|---|---|\n| Larch | 31 m |\n"
HOSTILE_NAME = '<img src=x onerror="window.pwned=1">&amp;.txt'


def add(visitor, *files: tuple[str, str | bytes]) -> None:
    """Choose files by name and content, and wait until each is indexed or has failed."""
    rows = visitor.page.locator(".pc-documents > li")
    expect(rows).not_to_have_count(0)
    before = rows.count()
    payloads = [{"name": n, "mimeType": "", "buffer": c if isinstance(c, bytes) else c.encode()} for n, c in files]
    visitor.page.locator("#pc-files").set_input_files(payloads)
    expect(rows).to_have_count(before + len(files))
    expect(visitor.page.locator(".pc-coming")).to_have_count(0)


def show(visitor, name: str) -> None:
    if not visitor.page.locator(".pc-shelf-open").count():
        visitor.page.get_by_role("button", name=re.compile("^Documents")).click()
    visitor.page.locator(".pc-show").filter(has_text=name).click()
    expect(visitor.page.locator(".pc-article")).to_have_attribute("data-document", name)


@browser
def test_a_file_that_is_added_is_shown_and_answers(growing, visit) -> None:
    visitor = visit(growing)
    add(visitor, ("ferry.txt", FERRY))
    expect(visitor.page.locator(".pc-article")).to_have_attribute("data-document", "ferry.txt")
    visitor.ask("Where *in Glasgow*?")
    visitor.comes_into_view(1)
    assert visitor.chosen() == "in Glasgow"


@browser
def test_the_dial_and_its_costs_follow_the_searched_documents_until_it_is_moved(growing, visit) -> None:
    visitor = visit(growing)
    dial, share = visitor.page.get_by_role("slider"), visitor.page.locator(".pc-dial-share")
    short, longer = (re.compile(f"Answer only when at least {percent}% sure") for percent in (20, 30))
    expect(dial).to_have_accessible_name(short)
    expect(share).to_contain_text("70% answered, 50% of those right")
    dial.dispatch_event("input", {"bubbles": True})  # taken, and let go where it was
    long = "\n\n".join(f"{FERRY} {number}" * 20 for number in range(8))
    add(visitor, ("long.txt", long))
    expect(dial).to_have_accessible_name(longer)
    expect(share).to_contain_text("80% answered, 70% of those right")
    visitor.page.get_by_role("checkbox", name=re.compile("long")).uncheck()
    expect(dial).to_have_accessible_name(short)
    visitor.page.get_by_role("checkbox", name=re.compile("long")).check()
    expect(dial).to_have_accessible_name(longer)
    dial.fill("10")
    visitor.ask("Where *in Glasgow*?")
    add(visitor, ("ferry.txt", FERRY))
    expect(dial).to_have_accessible_name("Answer only when at least 10% sure")
    expect(share).to_contain_text("100% answered, 60% of those right")
    visitor.page.get_by_role("checkbox", name=re.compile("long")).uncheck()
    expect(share).to_contain_text("100% answered, 40% of those right")
    expect(dial).to_have_accessible_name("Answer only when at least 10% sure")


@browser
def test_markdown_is_laid_out_and_quoted_without_its_marks(growing, visit) -> None:
    visitor = visit(growing)
    add(visitor, ("garden.md", GARDEN))
    show(visitor, "garden.md")
    article = visitor.page.get_by_role("article")
    expect(article.get_by_role("listitem")).to_have_text(["Oaks", "A silver fir, 64 m tall"], use_inner_text=True)
    expect(article.get_by_role("columnheader")).to_have_text(["Tree", "Height"], use_inner_text=True)
    visitor.ask("How tall is *64 m*?")
    expect(visitor.page.locator("blockquote")).to_have_text("A silver fir, 64 m tall", use_inner_text=True)
    visitor.ask("How tall is *31 m*?")
    expect(visitor.page.locator("blockquote").last).to_have_text("Tree · Height\nLarch · 31 m", use_inner_text=True)
    visitor.comes_into_view(2)
    assert visitor.chosen() == "31 m"


@browser
def test_a_file_that_fails_explains_itself_and_leaves_the_rest(growing, visit) -> None:
    visitor = visit(growing)
    add(visitor, ("bad.txt", b"\xff\xfe\x00"), ("ferry.txt", FERRY), ("what.xyz", "x"))
    failed = visitor.page.get_by_role("alert")
    expect(failed).to_have_count(2)
    expect(failed.first).to_contain_text("bad.txt")
    expect(failed.last).to_contain_text("cannot read 'what.xyz'")
    assert tempfile.gettempdir() not in failed.last.inner_text()  # where the server keeps files is its own business
    visitor.ask("Where *in Glasgow*?")
    expect(visitor.page.locator(".pc-answer mark")).to_have_text("in Glasgow")
    visitor.page.get_by_role("button", name=re.compile("^Documents")).click()
    failed.first.get_by_role("button", name="Dismiss").click()
    expect(failed).to_have_count(1)


# The end of the first event that adds a file brings the list of documents as that event told of it first.
LATE = r"""
let first = null;
const plain = window.fetch;
const crossed = (line) => {
    const message = line.startsWith("data:") ? JSON.parse(line.slice("data:".length)) : {};
    const told = message.output?.data;
    if (message.msg === "process_generating" && told[0].includes?.("pc-coming")) first ??= told[0];
    if (message.msg !== "process_completed" || first === null || window.came) return line;
    told[0] = first;
    window.came = true;
    return `data: ${JSON.stringify(message)}`;
};
window.fetch = async (...asked) => {
    const response = await plain(...asked);
    if (!String(asked[0].url ?? asked[0]).includes("/queue/data")) return response;
    let rest = "";
    const crossing = new TransformStream({
        transform: (text, out) => {
            const lines = (rest + text).split("\n");
            rest = lines.pop();
            for (const line of lines) out.enqueue(`${crossed(line)}\n`);
        },
    });
    const texts = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(crossing);
    return new Response(texts.pipeThrough(new TextEncoderStream()), { headers: response.headers });
};
"""


@browser
def test_a_list_that_arrives_late_does_not_replace_a_newer_one(growing, visit) -> None:
    visitor = visit(growing, script=LATE)
    names = visitor.page.locator(".pc-documents .pc-name")
    coming = visitor.page.locator(".pc-coming")
    add(visitor, ("ferry.txt", FERRY))
    visitor.page.wait_for_function("window.came")
    visitor.page.wait_for_timeout(500)
    assert (names.all_text_contents(), coming.count()) == ([NOTE, "ferry.txt"], 0)
    visitor.page.get_by_role("button", name="Remove ferry.txt").click()
    expect(names).to_have_text([NOTE])  # what is newer still takes the place of what is there


@browser
def test_limits_are_stated_and_a_file_over_them_is_refused_unsent(growing, visit, tmp_path) -> None:
    visitor = visit(growing)
    visitor.page.get_by_role("button", name=re.compile("^Documents")).click()
    expect(visitor.page.locator(".pc-limits")).to_contain_text("up to 20 MB each and 20 documents a visit")
    huge = tmp_path / "huge.txt"
    huge.write_bytes(b"a" * 20_000_001)
    visitor.page.locator("#pc-files").set_input_files(huge)  # by its path: the browser reads it itself
    expect(visitor.page.get_by_role("alert")).to_contain_text("huge.txt is 20 MB; the limit for a file is 20 MB")


@browser
def test_markup_in_a_files_name_stays_text(growing, visit) -> None:
    visitor = visit(growing)
    add(visitor, (HOSTILE_NAME, FERRY), ("<b>worse</b>.xyz", "x"))
    expect(visitor.page.locator(".pc-title")).to_have_text(HOSTILE_NAME)
    visitor.ask("Where *in Glasgow*?")
    expect(visitor.chip(1)).to_contain_text(HOSTILE_NAME)
    assert visitor.page.evaluate("window.pwned") is None
    assert visitor.page.locator("#pc-shelf b, #pc-shelf img, #pc-document img").count() == 0


@browser
def test_questions_go_to_the_chosen_documents_and_a_removed_one_is_gone(growing, visit) -> None:
    visitor = visit(growing)
    add(visitor, ("ferry.txt", FERRY))
    visitor.page.get_by_role("checkbox", name="Search in ferry.txt").uncheck()
    visitor.ask("Where *in Glasgow*?")
    expect(visitor.page.locator(".pc-abstained")).to_have_count(1)
    visitor.page.get_by_role("button", name=re.compile("^Documents")).click()
    visitor.page.get_by_role("checkbox", name="Search in ferry.txt").check()
    visitor.ask("Where *in Glasgow*?")
    expect(visitor.page.locator(".pc-answer mark")).to_have_text("in Glasgow")
    visitor.page.get_by_role("button", name=re.compile("^Documents")).click()
    visitor.page.get_by_role("button", name="Remove ferry.txt").click()
    expect(visitor.page.locator(".pc-show")).to_have_count(1)
    expect(visitor.page.locator(".pc-article")).to_have_attribute("data-document", NOTE)
    expect(visitor.page.locator("blockquote").last).to_contain_text("in Glasgow")  # what was quoted stays


@browser
def test_a_file_is_added_though_the_server_has_forgotten_the_visitor(growing, visit) -> None:
    visitor = visit(growing)
    add(visitor, ("ferry.txt", FERRY))
    sent = next(url for url in visitor.requests if url.endswith("/file"))
    heartbeat = next(url for url in visitor.requests if "/heartbeat/" in url)
    # Gradio takes the end of a heartbeat for the visitor's leaving, as when a laptop falls asleep.
    visitor.page.evaluate(
        """async (url) => {
            const stop = new AbortController();
            await fetch(url, { signal: stop.signal });
            stop.abort();
        }""",
        heartbeat,
    )
    shown = sent.removesuffix("file") + "document/d1"
    while visitor.page.request.get(shown).ok:
        visitor.page.wait_for_timeout(100)
    garden = {"name": "garden.md", "mimeType": "", "buffer": GARDEN.encode()}
    visitor.page.locator("#pc-files").set_input_files([garden])
    expect(visitor.page.locator(".pc-article")).to_have_attribute("data-document", "garden.md")
    expect(visitor.page.locator(".pc-show").filter(has_text="ferry.txt")).to_have_count(0)  # gone with the visitor
    assert len([url for url in visitor.requests if url.endswith("/file")]) == 3
    assert [line for line in visitor.complaints if "404" not in line] == []
    visitor.complaints.clear()  # the browser reports the file that was turned away


@browser
def test_files_can_be_dropped_on_the_page(growing, visit) -> None:
    visitor = visit(growing)
    visitor.page.evaluate(
        """(text) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([text], "dropped.txt"));
            for (const type of ["dragenter", "dragover", "drop"]) {
                document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
            }
        }""",
        FERRY,
    )
    expect(visitor.page.locator(".pc-article")).to_have_attribute("data-document", "dropped.txt")


@browser
def test_a_web_address_that_cannot_be_read_explains_itself(growing, visit) -> None:
    visitor = visit(growing)
    visitor.page.get_by_role("button", name=re.compile("^Documents")).click()
    for url, said in (("file:///etc/passwd", "begins with http"), ("http://127.0.0.1:9/a.txt", "127.0.0.1")):
        visitor.page.get_by_role("textbox", name="Add a web address").fill(url)
        visitor.page.get_by_role("textbox", name="Add a web address").press("Enter")
        expect(visitor.page.get_by_role("alert").last).to_contain_text(said)


@browser
def test_a_pdf_is_shown_as_pages_with_the_span_boxed(growing, visit) -> None:
    visitor = visit(growing)
    add(visitor, ("ferry.pdf", pdf(["The ferry was built in Glasgow in 1998."], ["It is painted green."])))
    show(visitor, "ferry.pdf")
    visitor.ask("What colour is *green*?")
    box = visitor.page.locator(".pc-box")
    expect(box).to_be_in_viewport()
    expect(visitor.chip(1)).to_contain_text("ferry.pdf, p. 2")
    sheet = visitor.page.locator(".pc-page[data-page='2'] .pc-sheet")
    expect(sheet.locator("img")).to_be_visible()
    visitor.page.wait_for_function("document.querySelector('.pc-page[data-page=\"2\"] img').naturalWidth > 0")
    inside, around = box.bounding_box(), sheet.bounding_box()
    # The words stand at 72 points from the left and 760 of 842 from the bottom, in letters of 14 points.
    assert 0.05 < (inside["y"] - around["y"]) / around["height"] < 0.12
    assert 72 / 595 < (inside["x"] - around["x"]) / around["width"] < 0.5
    box.click()
    assert visitor.page.evaluate("document.activeElement.hash") == "#pc-cite-1"
    visitor.page.get_by_role("button", name="Text only").click()
    visitor.chip(1).click()
    visitor.comes_into_view(1)
    assert visitor.chosen() == "green"


@browser
def test_why_an_answer_was_given_opens_below_it(growing, visit) -> None:
    visitor = visit(growing)
    visitor.ask("Which master is *Ruth Vale*?")
    visitor.page.get_by_role("button", name="Why this answer").click()
    why = visitor.page.locator(".pc-why")
    expect(why.locator(".pc-passages > li")).to_have_count(1)
    expect(why.locator(".pc-passages mark.pc-word")).to_have_text(["master", "Ruth", "Vale"])
    expect(why.locator("summary")).to_be_focused()
    expect(why.locator(".pc-bar-name")).to_have_text(["Meaning", "Words", "Reader"])
    assert visitor.violations() == []
    visitor.page.locator(".bubble-wrap").evaluate("(pane) => pane.scrollTo(0, 0)")
    visitor.ask("Who *came in 1990*?")  # and the next answer is in view, wherever the conversation was scrolled to
    expect(visitor.page.locator(".pc-answer").last.locator("blockquote")).to_be_in_viewport()


@browser
def test_what_a_visitor_sends_is_deleted_when_they_leave_even_while_it_is_indexed(growing, visit) -> None:
    def folders() -> set[Path]:
        return set(found(Path(tempfile.gettempdir()), "pincite-uploads-*/pincite-*"))

    before = folders()
    visitor = visit(growing)
    add(visitor, ("ferry.txt", FERRY))
    assert len(folders() - before) == 1
    long = "\n\n".join(f"Sentence {n} of a long file that takes a while to index." for n in range(60_000))
    visitor.page.locator("#pc-files").set_input_files(
        {"name": "long.txt", "mimeType": "text/plain", "buffer": long.encode()}
    )
    expect(visitor.page.locator(".pc-coming")).to_have_count(1)
    visitor.page.close()
    for _ in range(900):  # the page might only be loaded anew
        if folders() <= before:
            break
        time.sleep(0.2)
    assert folders() <= before
    other = visit(growing)  # and the server goes on
    other.ask("Which master is *Ruth Vale*?")
    expect(other.page.locator(".pc-answer mark")).to_have_text("Ruth Vale")


@browser
def test_what_a_visitor_sends_is_deleted_when_they_go_to_another_page_and_not_before(growing, visit) -> None:
    def sent() -> set[Path]:
        return set(found(Path(tempfile.gettempdir()), "pincite-uploads-*/pincite-*/*/upload.txt"))

    before = sent()
    visitor = visit(growing)
    add(visitor, ("ferry.txt", FERRY))
    visitor.ask("Where *in Glasgow*?")
    visitor.page.get_by_text("Export", exact=True).click()
    with visitor.page.expect_download():
        visitor.page.get_by_role("link", name="Markdown").click()
    visitor.ask("What *is painted green*?")
    assert len(sent() - before) == 1
    visitor.page.goto("about:blank")
    for _ in range(900):
        if sent() <= before:
            break
        time.sleep(0.2)
    assert sent() <= before


@browser
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_button_beside_the_question_opens_the_place_to_add_and_a_pasted_text_is_asked(
    growing, visit, viewport
) -> None:
    visitor = visit(growing, viewport=viewport)
    button = visitor.page.get_by_role("button", name="Add a document")
    question = visitor.page.get_by_role("textbox", name="Your question")
    beside, box = button.bounding_box(), question.bounding_box()
    assert beside["x"] + beside["width"] < box["x"]
    assert box["y"] < beside["y"] + beside["height"] / 2 < box["y"] + box["height"]  # beside it, whatever it wraps to
    button.click()
    expect(visitor.page.locator("#pc-files")).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(visitor.page.locator("#pc-shelf")).to_be_hidden()
    button.press("Enter")
    visitor.page.get_by_role("textbox", name="Paste a text").fill("The tram came in 1908.\n\nIt is yellow.\n")
    assert visitor.violations() == []
    visitor.page.locator(".pc-paste").get_by_role("button").click()
    expect(visitor.page.locator(".pc-article")).to_have_attribute("data-document", "pasted text.txt")
    expect(visitor.page.get_by_role("textbox", name="Paste a text")).to_have_value("")
    visitor.page.keyboard.press("Escape")
    visitor.ask("When did the tram *came in 1908*?")
    expect(visitor.page.locator(".pc-answer mark")).to_have_text("came in 1908")


@browser
def test_two_pasted_texts_have_names_of_their_own_and_an_empty_one_adds_nothing(growing, visit) -> None:
    visitor = visit(growing)
    visitor.page.get_by_role("button", name="Add a document").click()
    pasted = visitor.page.get_by_role("textbox", name="Paste a text")
    rows = visitor.page.locator(".pc-documents > li")
    for count, text in enumerate(["The tram is yellow.", " \n ", "The train is blue."]):
        pasted.fill(text)
        visitor.page.locator(".pc-paste").get_by_role("button").click()
        expect(rows).to_have_count(2 + count // 2)
        expect(visitor.page.locator(".pc-coming")).to_have_count(0)
    names = rows.locator(".pc-name").all_inner_texts()
    assert len(set(names)) == 3
    assert all(name.startswith("pasted text") for name in names[1:])


@browser
def test_an_open_page_lists_the_servers_new_documents_and_sends_no_event_without_a_change(visit, tmp_path) -> None:
    with serving(FAKES, "living", "{}", str(tmp_path)) as address:
        visitor = visit(address)
        visitor.page.get_by_role("button", name=re.compile("^Documents")).click()
        expect(visitor.page.locator(".pc-show")).to_have_count(1)
        visitor.page.wait_for_timeout(6_000)  # it has looked once at least
        assert any(url.endswith("/served.json") for url in visitor.requests)
        before = sum(url.endswith("/queue/join") for url in visitor.requests)
        visitor.page.wait_for_timeout(6_000)
        assert sum(url.endswith("/queue/join") for url in visitor.requests) == before
        (tmp_path / "ferry.txt").write_text(FERRY)
        expect(visitor.page.locator(".pc-show")).to_contain_text(["ferry.txt"])
        expect(visitor.page.locator(".pc-article")).to_have_attribute("data-document", "ferry.txt")
        visitor.ask("Where *in Glasgow*?")
        visitor.comes_into_view(1)
        visitor.page.context.close()


@browser
def test_a_page_whose_documents_never_change_does_not_ask(growing, visit) -> None:
    visitor = visit(growing)
    visitor.page.wait_for_timeout(6_000)
    assert not any(url.endswith("/served.json") for url in visitor.requests)
