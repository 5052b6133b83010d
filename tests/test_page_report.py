"""The report opened in a browser from its file: loading, searching, sorting, opening rows, printing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from eval_fakes import DECLINED, SETTINGS, SILENT, WRONG, row
from page_driver import NARROW, WIDE, browser, chromium, expect, playwright

from pincite.evaluation.comparing import compare
from pincite.evaluation.definitions import check_gates
from pincite.evaluation.report import report_html
from pincite.evaluation.results import summarise

TEXT = "A 😀 <b>choir</b> & Anna sings in Rome."
PASSAGE = {"document_id": "Song#1", "start": 7, "end": 7 + len(TEXT), "text": TEXT}


def spot(words: str) -> dict[str, Any]:
    start = 7 + TEXT.index(words)
    return {"document_id": "Song#1", "start": start, "end": start + len(words)}


SAID = {"text": "Anna sings", "places": [{**spot("Anna sings"), "sentence_start": 7, "sentence_end": 40}]}
GOLD = {"text": "sings in Rome", "places": [spot("sings in Rome")]}
ROWS = [
    row("a", question="Who sings <i>now</i>?", passages=[PASSAGE], answers=[SAID], gold=[GOLD], f1=50.0),
    row("b", question="When?", type="when", document="Tide#2", confidence=0.4, **WRONG),
    row("c", question="Why?", type="why", confidence=0.3, **SILENT),
    row("d", question="Where?", type="where", confidence=0.2, verdict="wrongly_declined", **DECLINED),
    *(row(f"more{i}", question=f"Number {i}", confidence=0.6) for i in range(30)),
]


@dataclass
class Opened:
    """A report in a window, with everything that it asked for or complained about."""

    page: playwright.Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def column(self, name: str) -> list[str]:
        return self.page.locator(f"#body .line td:nth-child({name})").all_text_contents()

    @property
    def questions(self) -> list[str]:
        return self.page.locator("#body .open").all_text_contents()

    def violations(self) -> list[str]:
        """What axe-core finds against WCAG 2.1 A and AA, and against its own good practice."""
        rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
        violations = Axe().run(self.page, options=rules).response["violations"]
        return [f"{violation['id']}: {node['html'][:200]}" for violation in violations for node in violation["nodes"]]


def result() -> dict[str, Any]:
    measured = summarise(ROWS, {"pairs": "p.csv", **SETTINGS})
    old = [ROWS[0], row("b", question="When?", type="when", f1=80.0), *ROWS[2:]]
    measured["gates"] = check_gates(measured, {"min-citation-precision": 80.0, "max-ece": 0.01})
    measured["comparison"] = compare(summarise(old, {"pairs": "p.csv", **SETTINGS}), measured, "old.json")
    plain: dict[str, Any] = json.loads(json.dumps(measured))
    return plain


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(report_html(result(), datetime(2026, 1, 2, tzinfo=UTC)), encoding="utf-8", newline="")
    return file


@pytest.fixture
def open_report(chromium: playwright.Browser, report: Path) -> Iterator[Callable[..., Opened]]:
    """Opens the report. Whatever a test does, nothing but the file itself may be asked for."""
    windows: list[Opened] = []

    def open_it(**options: Any) -> Opened:
        opened = Opened(chromium.new_context(**{"viewport": WIDE, **options}).new_page())
        opened.page.on("request", lambda request: opened.requests.append(request.url))
        opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        opened.page.on("console", lambda line: opened.complaints.append(line.text))
        opened.page.on("dialog", lambda dialog: (opened.complaints.append(dialog.message), dialog.dismiss()))
        opened.page.goto(report.as_uri())
        expect(opened.page.locator("#table")).to_be_visible()
        windows.append(opened)
        return opened

    yield open_it
    for opened in windows:
        assert (opened.requests, opened.complaints) == ([report.as_uri()], [])
        opened.page.context.close()


@browser
def test_questions_are_paged_in_the_order_asked(open_report) -> None:
    opened = open_report()
    expect(opened.page.locator("#shown")).to_have_text("Questions 1 to 25 of 34.")
    assert opened.questions[:3] == ["Who sings <i>now</i>?", "When?", "Why?"]
    opened.page.get_by_role("button", name="Next").click()
    expect(opened.page.locator("#shown")).to_have_text("Questions 26 to 34 of 34.")
    assert len(opened.questions) == 9


@browser
def test_a_column_sorts_both_ways_by_keyboard(open_report) -> None:
    opened = open_report()
    header = opened.page.get_by_role("columnheader", name="Confidence")
    header.get_by_role("button").focus()
    opened.page.keyboard.press("Enter")
    expect(header).to_have_attribute("aria-sort", "ascending")
    assert opened.questions[:3] == ["Where?", "Why?", "When?"]
    opened.page.keyboard.press("Enter")
    expect(header).to_have_attribute("aria-sort", "descending")
    assert opened.questions[:2] == ["Who sings <i>now</i>?", "Number 0"]
    opened.page.get_by_role("columnheader", name="Question").get_by_role("button").click()
    assert opened.questions[:3] == ["Number 0", "Number 1", "Number 2"]  # and "Number 10" after "Number 9"
    assert header.get_attribute("aria-sort") is None


@browser
def test_search_and_filters_narrow_the_table_together(open_report) -> None:
    opened = open_report()
    page = opened.page
    page.locator("#verdict").select_option("all that went wrong")
    assert opened.questions == ["When?", "Where?"]
    page.locator("#type").select_option("where")
    assert opened.questions == ["Where?"]
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#shown")).to_have_text("Questions 1 to 25 of 34.")
    page.locator("#document").select_option("Tide#2")
    assert opened.questions == ["When?"]
    page.get_by_role("button", name="Clear").click()
    page.locator("#search").fill("<I> SINGS")
    assert opened.questions == ["Who sings <i>now</i>?"]
    page.locator("#search").fill("nobody asked this")
    expect(page.locator("#shown")).to_have_text("0 that fit, out of 34.")


@browser
def test_a_cause_links_to_its_questions(open_report) -> None:
    page = open_report().page
    page.locator("details.cause summary", has_text="wrongly declined").click()
    page.get_by_role("link", name="Show it in the table (wrongly declined)").click()
    expect(page.locator("#body .open")).to_have_text(["Where?"])


@browser
def test_questions_that_changed_since_the_old_run_can_be_selected(open_report) -> None:
    page = open_report().page
    page.locator("#change").select_option("worse")
    expect(page.locator("#body .open")).to_have_text(["When?"])
    assert page.locator("#body .line td[data-label='F1 change']").text_content() == "−80"


@browser
def test_a_row_opens_to_its_passage_with_both_spans_marked(open_report) -> None:
    page = open_report().page
    question = page.get_by_role("button", name="Who sings")
    question.press("Enter")
    expect(question).to_have_attribute("aria-expanded", "true")
    passage = page.locator(".detail blockquote p")
    assert passage.text_content() == TEXT
    for kind, words in (("answer", "Anna sings"), ("gold", "sings in Rome")):
        assert "".join(page.locator(f".detail mark.{kind}").all_text_contents()) == words
        assert page.locator(f".detail mark.{kind}[data-label={kind}]").count() == 1
    question.press("Enter")
    expect(page.locator(".detail")).to_have_count(0)


@browser
def test_a_long_question_is_cut_until_its_row_is_opened(open_report) -> None:
    page = open_report().page
    question = page.get_by_role("button", name="Who sings")
    page.evaluate("(words) => document.querySelector('#body .open span').textContent = words", "Who sings? " * 80)
    cut = question.evaluate("(button) => button.clientHeight")
    question.press("Enter")
    assert question.evaluate("(button) => button.clientHeight") > 2 * cut


@browser
def test_examples_mark_the_same_spans_without_the_script(chromium, report) -> None:
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(report.as_uri())
    expect(page.get_by_text("The table of all questions is made by a script")).to_be_visible()
    assert page.locator("#body tr").count() == 0
    assert page.locator("svg.plot").count() == 5
    page.context.close()


@browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(open_report, scheme, size) -> None:
    opened = open_report(color_scheme=scheme, viewport=size)
    opened.page.get_by_role("button", name="Who sings").click()
    opened.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert opened.violations() == []
    assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@browser
def test_on_paper_the_causes_are_open_and_the_controls_gone(open_report) -> None:
    page = open_report(color_scheme="dark").page
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.cause:not([open])").count() == 0
    expect(page.locator("#filters")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.cause[open]").count() == 0
