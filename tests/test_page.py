"""The page, driven as a person would in headless Chromium, over scripted answers and over the real models."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from page_driver import NARROW, WIDE, browser, chromium, expect, scripted, visit
from tiny_models import make_reader
from web_fakes import CRASH, FILLER, GATE, HOSTILE, HOSTILE_QUOTE, HOSTILE_TEXT, LIGHTHOUSE, OIL, WHEN, WHO, serving

from qa import bundled_questions
from qa.rendering import abstention_text
from qa.types import Turn


@browser
def test_an_answer_shows_its_quote_in_its_sentence_its_confidence_and_numbered_citations(scripted, visit) -> None:
    visitor = visit(scripted)
    visitor.ask(WHO)
    answer = visitor.page.locator(".pc-answer")
    expect(answer.locator("blockquote")).to_have_text(["It was kept by Ann Gray.", "Her sister Jane Gray helped."])
    expect(answer.locator("mark")).to_have_text(["Ann Gray", "Jane Gray"])
    expect(answer.locator("summary")).to_have_text("Very likely right")
    number = answer.get_by_text("87% likely to be right")
    expect(number).not_to_be_visible()
    answer.locator("summary").click()
    expect(number).to_be_visible()
    assert answer.get_by_role("link").all_inner_texts() == ["[1]\nlighthouse.txt", "[2]\nlighthouse.txt"]


@browser
def test_an_answer_opens_the_document_at_its_place(scripted, visit) -> None:
    visitor = visit(scripted)
    visitor.ask(WHEN)
    visitor.comes_into_view(1)
    assert visitor.chosen() == "1851"
    sentence = visitor.page.locator(".pc-article .pc-sentence.pc-chosen")
    expect(sentence).to_have_text("The lamp was first lit in 1851, on a clear night.")
    expect(visitor.chip(1)).to_have_attribute("aria-current", "true")


@browser
def test_choosing_a_citation_scrolls_the_document_to_its_span(scripted, visit) -> None:
    visitor = visit(scripted, reduced_motion="no-preference")
    visitor.ask(WHEN)
    visitor.ask(WHO)
    visitor.comes_into_view(2)
    assert not visitor.in_view(1)
    visitor.chip(1).click()
    visitor.comes_into_view(1)
    assert visitor.chosen() == "1851"
    expect(visitor.chip(1)).to_have_attribute("aria-current", "true")
    visitor.scroll_away(3)
    visitor.chip(3).click()
    visitor.comes_into_view(3)
    assert visitor.chosen() == "Jane Gray"
    # All of the conversation's citations stay marked.
    assert visitor.page.locator(".pc-article mark.pc-span").all_text_contents() == ["1851", "Ann Gray", "Jane Gray"]
    numbers = visitor.page.locator(".pc-article .pc-ref").evaluate_all("(all) => all.map((e) => e.dataset.label)")
    assert numbers == ["1", "2", "3"]


@browser
def test_the_keyboard_alone_reaches_a_citation_and_comes_back(scripted, visit) -> None:
    visitor = visit(scripted)
    visitor.ask(WHEN)
    visitor.comes_into_view(1)
    visitor.scroll_away(1)
    for _ in range(12):
        visitor.page.keyboard.press("Shift+Tab")
        if visitor.page.evaluate("document.activeElement.matches('a.pc-chip')"):
            break
    visitor.page.keyboard.press("Enter")
    visitor.comes_into_view(1)
    focused = visitor.page.evaluate("[document.activeElement.className, document.activeElement.ariaLabel]")
    assert focused == ["pc-ref", f"Citation 1: show the answer to “{WHEN}”"]
    visitor.page.keyboard.press("Escape")
    assert visitor.page.evaluate("document.activeElement.hash") == "#pc-cite-1"


@browser
def test_a_citation_in_another_document_switches_to_it(scripted, visit) -> None:
    visitor = visit(scripted)
    visitor.ask(WHEN)
    visitor.ask(GATE)
    article = visitor.page.locator(".pc-article")
    expect(article).to_have_attribute("data-document", HOSTILE)
    visitor.chip(1).click()
    expect(article).to_have_attribute("data-document", LIGHTHOUSE)
    visitor.comes_into_view(1)
    assert visitor.chosen() == "1851"
    expect(visitor.page.locator(".pc-title")).to_have_text(LIGHTHOUSE)


@browser
def test_a_document_can_be_picked_from_the_list_and_is_sent_once(scripted, visit) -> None:
    visitor = visit(scripted)
    article = visitor.page.locator(".pc-article")
    for name in (HOSTILE, LIGHTHOUSE, HOSTILE):
        visitor.page.get_by_role("button", name=re.compile("^Documents")).click()
        visitor.page.locator(".pc-show").filter(has_text=name).click()
        expect(article).to_have_attribute("data-document", name)
    assert len([url for url in visitor.requests if "/document/" in url]) == 1  # the first came with the page


@browser
def test_of_two_documents_picked_at_once_the_last_is_shown(scripted, visit) -> None:
    visitor = visit(scripted)
    expect(visitor.page.locator(".pc-show")).to_have_count(2)
    visitor.page.locator(".pc-show").evaluate_all("(all) => [1, 0, 1].forEach((n) => all[n].click())")
    expect(visitor.page.locator(".pc-article")).to_have_attribute("data-document", HOSTILE)
    expect(visitor.page.locator(".pc-show[aria-current]")).to_contain_text(HOSTILE)
    visitor.page.locator(".pc-show").evaluate_all("(all) => [1, 0].forEach((n) => all[n].click())")
    expect(visitor.page.locator(".pc-article")).to_have_attribute("data-document", LIGHTHOUSE)


@browser
def test_choosing_a_highlight_shows_the_answer_that_used_it(scripted, visit) -> None:
    visitor = visit(scripted)
    visitor.ask(WHEN)
    visitor.ask(WHO)
    visitor.chip(1).click()
    visitor.comes_into_view(1)
    visitor.page.locator(".pc-article mark.pc-span", has_text="1851").click()
    assert visitor.page.evaluate("document.activeElement.hash") == "#pc-cite-1"
    expect(visitor.page.locator(".pc-answer").first).to_have_class(re.compile("pc-flash"))
    visitor.chip(3).press("Enter")
    visitor.comes_into_view(3)
    visitor.page.keyboard.press("Enter")  # on the number before the highlight
    assert visitor.page.evaluate("document.activeElement.hash") == "#pc-cite-3"


@browser
def test_a_question_can_be_edited_and_later_exchanges_are_removed(scripted, visit) -> None:
    visitor = visit(scripted)
    visitor.ask(WHO)
    visitor.ask(WHEN)
    visitor.page.get_by_role("button", name="Edit", exact=True).first.click()
    box = visitor.page.get_by_role("textbox", name="Your question")
    expect(box).to_have_value(WHO)
    expect(visitor.page.get_by_text("Editing question 1.")).to_be_visible()
    visitor.ask(OIL, replies=1)
    expect(visitor.page.locator(".pc-question")).to_have_text([OIL])


@browser
def test_editing_can_be_cancelled(scripted, visit) -> None:
    visitor = visit(scripted)
    visitor.ask(WHO)
    visitor.page.get_by_role("button", name="Edit", exact=True).click()
    box = visitor.page.get_by_role("textbox", name="Your question")
    expect(box).to_have_value(WHO)
    visitor.page.get_by_role("button", name="Cancel").click()
    expect(box).to_have_value("")
    visitor.ask(WHEN)
    expect(visitor.page.locator(".pc-question")).to_have_text([WHO, WHEN])


@browser
def test_a_question_can_be_asked_again_in_its_place(scripted, visit) -> None:
    visitor = visit(scripted)
    visitor.ask(WHO)
    visitor.ask(WHEN)
    visitor.page.get_by_role("button", name="Ask again").first.click()
    visitor.comes_into_view(1)
    expect(visitor.page.locator(".pc-question")).to_have_text([WHO, WHEN])


@browser
def test_the_dial_changes_answers_at_once_and_says_what_it_costs(scripted, visit) -> None:
    visitor = visit(scripted)
    dial = visitor.page.get_by_role("slider", name="Answer only when at least 20% sure")
    share = visitor.page.locator(".pc-dial-share")
    expect(share).to_have_text("On the calibration questions: 80% answered, 60% of those right")
    visitor.ask(WHEN)
    dial.fill("90")
    expect(share).to_have_text("On the calibration questions: 30% answered, 95% of those right")
    expect(visitor.page.locator(".pc-answer .pc-abstained")).to_have_text("The text does not clearly answer this.")
    visitor.ask(WHO)
    expect(visitor.page.locator(".pc-abstained")).to_have_count(2)
    visitor.page.get_by_role("slider").fill("10")
    expect(visitor.page.locator(".pc-abstained")).to_have_count(0)
    expect(visitor.page.locator(".pc-answer mark").first).to_have_text("1851")


@browser
def test_examples_are_only_what_the_document_answers(scripted, visit) -> None:
    visitor = visit(scripted)
    expect(visitor.page.locator(".example-text")).to_have_text([WHEN, WHO])


@browser
def test_an_abstention_says_so_and_shows_the_nearest_statement(scripted, visit) -> None:
    visitor = visit(scripted)
    visitor.ask(OIL)
    answer = visitor.page.locator(".pc-answer")
    expect(answer).to_contain_text("The text does not speak of this.")
    expect(answer).not_to_contain_text("likely to be right")
    expect(answer.locator("blockquote")).to_have_text("Nobody cheered.")
    visitor.scroll_away(1)
    visitor.chip(1).click()
    visitor.comes_into_view(1)
    assert visitor.chosen() == "Nobody cheered."


@browser
def test_an_example_is_asked_when_it_is_clicked(scripted, visit) -> None:
    visitor = visit(scripted)
    visitor.page.locator(".example").filter(has_text=WHEN).click()
    expect(visitor.page.locator(".pc-answer mark")).to_have_text("1851")


@browser
def test_a_follow_up_is_read_with_this_visitors_earlier_questions_only(scripted, visit) -> None:
    visitor, other = visit(scripted), visit(scripted)
    visitor.ask(WHO)
    visitor.ask("And when?")
    expect(visitor.page.locator(".pc-answer").last).to_contain_text(f"Read as: {WHO} And when?")
    other.ask("And when?")
    expect(other.page.locator(".pc-answer")).not_to_contain_text("Read as")


@browser
def test_starting_over_forgets_the_conversation(scripted, visit) -> None:
    visitor = visit(scripted)
    visitor.ask(WHO)
    visitor.page.get_by_role("button", name="Start over").click()
    expect(visitor.page.locator(".pc-answer")).to_have_count(0)
    expect(visitor.page.locator(".pc-article mark")).to_have_count(0)
    visitor.ask("And when?")
    expect(visitor.page.locator(".pc-answer")).not_to_contain_text("Read as")


@browser
def test_markup_in_documents_names_and_questions_stays_text(scripted, visit) -> None:
    visitor = visit(scripted)
    question = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>\n\n# **What?** $$x$$ http://x.test'
    visitor.page.get_by_role("textbox", name="Your question").click()
    visitor.ask(question)
    visitor.ask(GATE)
    expect(visitor.page.locator(".pc-article")).to_have_attribute("data-document", HOSTILE)
    assert visitor.page.locator(".pc-article").evaluate("(pane) => pane.textContent") == HOSTILE_TEXT
    assert visitor.page.locator(".pc-question").first.evaluate("(e) => e.textContent") == question
    assert visitor.page.locator(".pc-answer mark").evaluate("(e) => e.textContent") == HOSTILE_QUOTE
    expect(visitor.chip(2)).to_contain_text(HOSTILE)
    made = ":is(img, script, style, b, h1, h3, strong, em, code, .katex, a:not(.pc-chip, .pc-tool, .pc-ref))"
    elements = visitor.page.locator(f"#pc-messages .message-content {made}, #pc-document {made}, #pc-shelf {made}")
    assert elements.evaluate_all("(all) => all.map((e) => e.outerHTML)") == []
    visitor.page.locator(".pc-article mark.pc-span").first.hover()
    assert visitor.page.evaluate("window.pwned") is None


@browser
@pytest.mark.parametrize(
    ("question", "message"),
    [(" ", "the question is empty; <b>type</b> one"), (CRASH, "Something went wrong while answering.")],
)
def test_a_question_that_fails_gets_one_line_and_no_trace(scripted, visit, question: str, message: str) -> None:
    visitor = visit(scripted)
    visitor.ask(question)
    expect(visitor.page.locator(".pc-error")).to_contain_text(message)
    assert not re.search(r"Traceback|RuntimeError|secret", visitor.page.content())
    visitor.ask(WHEN)  # and the conversation goes on
    expect(visitor.page.locator(".pc-answer mark")).to_have_text("1851")


@browser
def test_on_a_narrow_screen_the_document_slides_over_and_back(scripted, visit) -> None:
    visitor = visit(scripted, viewport=NARROW)
    visitor.ask(WHEN)
    article = visitor.page.locator(".pc-article")
    expect(article).not_to_be_visible()
    visitor.chip(1).click()
    expect(article).to_be_visible()
    visitor.comes_into_view(1)
    visitor.page.get_by_role("button", name="Back to the conversation").click()
    expect(article).not_to_be_visible()
    assert visitor.page.evaluate("document.activeElement.hash") == "#pc-cite-1"
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# WCAG 2's contrast ratio of an element's text, over the first background behind it that is not see-through.
CONTRAST = """(element) => {
    const rgb = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = (c) => c.slice(0, 3).map((v) => v / 255)
        .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    let behind = element, fill = [0, 0, 0, 0];
    for (; behind; behind = behind.parentElement) {
        fill = rgb(getComputedStyle(behind).backgroundColor);
        if (fill.length < 4 || fill[3] > 0) break;
    }
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(fill)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
}"""


@browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_the_contrast_that_wcag_aa_asks_for(scripted, visit, scheme: str) -> None:
    visitor = visit(scripted, color_scheme=scheme)
    assert visitor.page.locator("body.dark").count() == (1 if scheme == "dark" else 0)
    texts = [".pc-brand p", ".pc-welcome p", ".example-text", "#pc-question textarea"]
    ratios = {text: visitor.page.locator(text).first.evaluate(CONTRAST) for text in texts}
    visitor.ask(OIL)
    visitor.ask("And when?")
    visitor.ask(" ")
    visitor.ask(WHO)
    texts = [".pc-question", ".pc-abstained", ".pc-note", ".pc-error", ".pc-confidence", "blockquote.pc-quote"]
    texts += [".pc-answer mark", ".pc-source", "[aria-current] .pc-number", ".pc-number", "#pc-clear", ".pc-plain"]
    texts += [".pc-sentence.pc-chosen", ".pc-span.pc-chosen", ".pc-span:not(.pc-chosen)", ".pc-nearest"]
    ratios |= {text: visitor.page.locator(text).first.evaluate(CONTRAST) for text in texts}
    assert {text: round(ratio, 2) for text, ratio in ratios.items() if ratio < 4.5} == {}


@browser
@pytest.mark.parametrize(("scheme", "viewport"), [("light", WIDE), ("dark", WIDE), ("light", NARROW)])
def test_axe_finds_nothing_to_complain_about(scripted, visit, scheme: str, viewport) -> None:
    visitor = visit(scripted, color_scheme=scheme, viewport=viewport)
    assert visitor.violations() == []
    visitor.ask(OIL)
    visitor.ask(WHO)
    assert visitor.violations() == []
    visitor.chip(2).click()
    visitor.page.get_by_role("button", name=re.compile("^Documents")).click()
    expect(visitor.page.locator(".pc-adding")).to_be_visible()
    assert visitor.violations() == []


def test_the_server_says_when_it_is_ready_and_tells_the_browser_to_stay_here(scripted) -> None:
    with urllib.request.urlopen(f"{scripted}/healthz") as response:
        assert json.load(response) == {"ready": True}
    with urllib.request.urlopen(f"{scripted}/") as response:
        policy = response.headers["Content-Security-Policy"]
        page = response.read().decode()
    assert "default-src 'self'" in policy
    assert "connect-src 'self'" in policy
    assert "http" not in policy
    assert FILLER in page  # the document comes with the page


def test_only_the_functions_for_programs_are_public(scripted) -> None:
    with urllib.request.urlopen(f"{scripted}/gradio_api/info") as response:
        public = json.load(response)
    assert set(public["named_endpoints"]) == {"/ask", "/index", "/documents"}
    assert public["unnamed_endpoints"] == {}


@pytest.mark.parametrize("path", ["/gradio_api/upload", "/gradio_api/file=https://example.org/", "/gradio_api/proxy=x"])
def test_the_server_neither_stores_files_nor_fetches_addresses(scripted, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(scripted + path)


@pytest.fixture(scope="module")
def real() -> Iterator[str]:
    with serving("import sys; from pincite.cli import main; main(['serve', '--port', sys.argv[1]])") as address:
        yield address


@browser
@pytest.mark.slow
def test_with_the_real_models_the_page_shows_what_the_answerer_says(real, visit, answerer) -> None:
    visitor = visit(real)
    [document] = answerer.documents.values()
    assert visitor.page.locator(".pc-article").evaluate("(pane) => pane.textContent") == document.text
    number = 0
    history: list[Turn] = []
    for question in bundled_questions():
        answer = answerer.ask(question, history)
        history.append({"question": question, "answer": answer.text})
        first = answer.citations[0] if answer.answered else answer.nearest
        visitor.ask(question)
        reply = visitor.page.locator(".pc-answer").last
        if answer.confidence is not None or not answer.answered:
            expect(reply).to_contain_text("likely to be right" if answer.answered else abstention_text(answer))
        expect(reply.locator("a.pc-chip").first).to_contain_text(f"[{number + 1}]")
        visitor.chip(number + 1).click()
        visitor.comes_into_view(number + 1)
        whole = answerer.documents[first.document_id].text
        focus = whole[first.focus_start : first.focus_end] if first.focus_start is not None else first.quote
        assert visitor.chosen() == focus
        number += max(len(answer.citations), 1)


@browser
def test_a_question_typed_while_another_is_read_stays_in_the_box(scripted, visit) -> None:
    visitor = visit(scripted)
    box = visitor.page.get_by_role("textbox", name="Your question")
    visitor.page.route("**/queue/join**", lambda route: (visitor.page.wait_for_timeout(400), route.continue_()))
    box.fill(WHEN)
    box.press("Enter")
    expect(visitor.page.get_by_role("status").filter(has_text="Reading")).to_contain_text(WHEN)
    box.fill(WHO)
    box.press("Enter")
    expect(visitor.page.locator(".pc-answer")).to_have_count(1)
    expect(box).to_have_value(WHO)
    box.press("Enter")
    expect(visitor.page.locator(".pc-answer")).to_have_count(2)


# Holds back the news that Gradio's stream of outcomes has ended until an event has been sent after its end.
LATE_END = """
const real = window.fetch;
let sent = 0;
const after = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
window.fetch = async (...asked) => {
    const address = String(asked[0].url ?? asked[0]);
    const response = await real(...asked);
    if (address.includes("/queue/join")) sent++;
    if (!address.includes("/queue/data")) return response;
    const late = new TransformStream({
        async transform(chunk, out) {
            const bytes = new TextDecoder("latin1").decode(chunk); // a character a byte
            const end = bytes.indexOf("close_stream");
            if (window.held || end < 0) return out.enqueue(chunk);
            const message = bytes.lastIndexOf("data:", end);
            out.enqueue(chunk.slice(0, message)); // outcomes that came in the same piece
            window.held = true;
            for (const before = sent; sent === before; ) await after(20);
            await after(200);
            out.enqueue(chunk.slice(message));
        },
    });
    return new Response(response.body.pipeThrough(late), { headers: response.headers });
};
"""


@browser
def test_a_question_that_is_sent_while_gradio_closes_its_stream_is_answered(scripted, visit) -> None:
    visitor = visit(scripted, script=LATE_END)
    visitor.page.wait_for_function("window.held === true")
    visitor.ask(WHEN)
    expect(visitor.page.locator(".pc-answer mark")).to_have_text("1851")


# Counts Gradio's streams of outcomes, and holds them and the answers to sent events back as `hold` says.
COUNTED = """
const plain = window.fetch;
const until = async (met) => { while (!met()) await new Promise((done) => setTimeout(done, 20)); };
Object.assign(window, { sent: 0, answered: 0, asked: 0, ended: 0 });
window.fetch = async (...asked) => {
    const address = String(asked[0].url ?? asked[0]);
    if (address.includes("/queue/join")) {
        const number = ++window.sent, response = await plain(...asked);
        window.answered++;
        await window.holdAnswer?.(number);
        return response;
    }
    if (!address.includes("/queue/data")) return plain(...asked);
    await window.holdStream?.(++window.asked);
    const response = await plain(...asked);
    const counted = new TransformStream({ flush: () => void window.ended++ });
    response.clone().body.pipeThrough(counted).pipeTo(new WritableStream()).catch(() => window.ended++);
    return response;
};
"""


@browser
def test_a_stream_that_is_slow_to_open_is_waited_for(scripted, visit) -> None:
    slow = "window.holdStream = () => new Promise((done) => setTimeout(done, 1500));"
    visitor = visit(scripted, script=COUNTED + slow)
    visitor.page.wait_for_function("window.ended === 1")  # of what the page asks when it is opened
    visitor.ask(WHEN)
    visitor.page.wait_for_function("window.ended === 2")
    visitor.page.wait_for_timeout(1000)
    assert visitor.page.evaluate("[window.sent, window.asked]") == [2, 2]


@browser
def test_no_stream_is_left_open_for_an_event_that_ended_before_its_sending_was_answered(scripted, visit) -> None:
    crossed = """
        window.holdStream = (number) => number === 2 && until(() => window.answered === 3);
        window.holdAnswer = (number) => number === 3 && until(() => window.ended === 2);
    """
    visitor = visit(scripted, script=COUNTED + crossed)
    visitor.page.wait_for_function("window.ended === 1")
    visitor.page.locator("#pc-sure").evaluate("(dial) => dial.dispatchEvent(new Event('change', { bubbles: true }))")
    visitor.ask(WHEN)
    visitor.page.wait_for_timeout(1000)
    assert visitor.page.evaluate("[window.sent, window.ended === window.asked]") == [3, True]


@browser
@pytest.mark.slow
def test_with_a_named_reader_the_page_answers_and_shows_no_confidence(visit, tmp_path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("The bridge was opened by Mary Cole in 1971.", encoding="utf-8")
    reader = make_reader("bert", tmp_path / "reader", [note.read_text(encoding="utf-8")])
    options = [str(note), "--reader", str(reader), "--port"]
    with serving(f"import sys; from pincite.cli import main; main(['serve', *{options!r}, sys.argv[1]])") as address:
        visitor = visit(address)
        expect(visitor.page.get_by_role("slider")).to_have_count(0)
        visitor.ask("Who opened the bridge?")
        answer = visitor.page.locator(".pc-answer")
        expect(answer.get_by_role("link").first).to_contain_text("note.txt")
        expect(answer).not_to_contain_text("likely")


@browser
def test_a_conversation_survives_a_reload(scripted, visit) -> None:
    visitor = visit(scripted)
    visitor.ask(WHEN)
    visitor.ask(WHO)
    visitor.page.reload()
    expect(visitor.page.locator(".pc-question")).to_have_text([WHEN, WHO], timeout=90_000)
    expect(visitor.page.locator("[data-testid=bot]")).to_have_count(2)
    visitor.comes_into_view(2)
    visitor.ask("Where does it say that?")
    expect(visitor.page.locator("[data-testid=bot]")).to_have_count(3)
    visitor.page.reload()  # and again
    expect(visitor.page.locator(".pc-question")).to_have_count(3, timeout=90_000)
    visitor.page.get_by_role("button", name="Start over").click()
    expect(visitor.page.locator(".pc-question")).to_have_count(0)
    visitor.page.reload()
    visitor.ask(WHEN)
    expect(visitor.page.locator(".pc-question")).to_have_text([WHEN])


@browser
def test_another_tab_begins_a_conversation_of_its_own(scripted, visit) -> None:
    visitor = visit(scripted)
    visitor.ask(WHEN)
    other = visitor.page.context.new_page()
    other.goto(scripted)
    expect(other.locator("#pc-messages .examples")).to_be_visible(timeout=90_000)
    expect(other.locator(".pc-question")).to_have_count(0)
    visitor.page.reload()
    expect(visitor.page.locator(".pc-question")).to_have_text([WHEN], timeout=90_000)
