"""What the tests of the page share: a visitor in headless Chromium, whose every request is watched."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from web_fakes import serving

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
expect = playwright.expect
expect.set_options(timeout=30_000)  # a busy machine is slow, which is no fault of the page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 390, "height": 844}
needs_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium or Chrome found on this machine"),
]


def browser(test: Callable[..., None]) -> Callable[..., None]:
    """Marks a test that drives the page."""
    for mark in needs_browser:
        test = mark(test)
    return test


@dataclass
class Visit:
    """One visitor at the page, with everything that the browser asked for or complained about."""

    page: playwright.Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def ask(self, question: str, *, replies: int | None = None) -> None:
        """Ask, and wait for the answer: there are then `replies` of them, by default one more than before."""
        shown = self.page.locator("[data-testid=bot]")
        wanted = shown.count() + 1 if replies is None else replies
        box = self.page.get_by_role("textbox", name="Your question")
        box.fill(question)
        box.press("Enter")
        expect(shown).to_have_count(wanted)
        expect(self.page.locator(".pc-reading")).to_be_hidden()
        expect(box).to_have_value("")

    def violations(self) -> list[str]:
        """What axe-core finds against WCAG 2.1 A and AA, and against its own good practice."""
        rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
        found = Axe().run(self.page, options=rules).response["violations"]
        return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]

    def chip(self, number: int) -> playwright.Locator:
        return self.page.get_by_role("link", name=re.compile(rf"^\[{number}\]"))

    def in_view(self, number: int) -> bool:
        """Whether the mark of a citation lies inside the document's pane and inside the window."""
        return bool(
            self.page.evaluate(
                """(id) => {
                    const mark = document.getElementById(id), pane = document.querySelector(".pc-article");
                    if (!mark) return false;
                    const a = mark.getBoundingClientRect(), b = pane.getBoundingClientRect();
                    return a.height > 0 && a.top >= b.top && a.bottom <= b.bottom && a.left >= b.left
                        && a.right <= b.right && a.top >= 0 && a.bottom <= innerHeight;
                }""",
                f"pc-cite-{number}",
            )
        )

    def comes_into_view(self, number: int) -> None:
        for _ in range(50):
            if self.in_view(number):
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"the mark of citation {number} is not in view")

    def scroll_away(self, number: int) -> None:
        article = self.page.locator(".pc-article")
        for _ in range(50):  # a smooth scroll may still be under way
            article.evaluate("(pane) => pane.scrollTo({ top: 0, behavior: 'instant' })")
            self.page.wait_for_timeout(100)
            if not self.in_view(number):
                return
        raise AssertionError("the pane keeps scrolling")

    def chosen(self) -> str:
        """The words that are marked strongly, the sentence around them apart."""
        return "".join(self.page.locator(".pc-article :is(.pc-span, .pc-nearest).pc-chosen").all_text_contents())


FAKES = "import runpy; runpy.run_path('tests/web_fakes.py', run_name='__main__')"


@pytest.fixture(scope="session")
def scripted() -> Iterator[str]:
    """A page over answers written down beforehand."""
    with serving(FAKES) as address:
        yield address


@pytest.fixture(scope="session")
def growing() -> Iterator[str]:
    """A page that takes further documents."""
    with serving(FAKES, "growing") as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[playwright.Browser]:
    """A browser for one module: while its driver is there, `asyncio.run` finds a loop running and refuses to start."""
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def visit(chromium: playwright.Browser) -> Iterator[Callable[..., Visit]]:
    """Opens a page as a new visitor. Whatever a test does, nothing may be asked of anywhere else."""
    visits: list[tuple[str, Visit]] = []

    def open_page(address: str, *, script: str = "", **options: object) -> Visit:
        context = chromium.new_context(**{"viewport": WIDE, "reduced_motion": "reduce", **options})
        context.add_init_script(script)
        found = Visit(context.new_page())
        found.page.on("request", lambda request: found.requests.append(request.url))
        found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
        found.page.on("dialog", lambda dialog: (found.complaints.append(dialog.message), dialog.dismiss()))
        found.page.on("console", lambda line: line.type == "error" and found.complaints.append(line.text))
        found.page.goto(address, wait_until="domcontentloaded")
        expect(found.page.locator(".pc-article")).to_be_attached(timeout=60_000)
        expect(found.page.get_by_role("textbox", name="Your question")).to_be_visible()
        found.page.set_default_timeout(60_000)
        visits.append((address, found))
        return found

    yield open_page
    for address, found in visits:
        outside = [url for url in found.requests if not url.startswith((f"{address}/", "data:", "blob:"))]
        assert (outside, found.complaints) == ([], [])
        found.page.context.close()
