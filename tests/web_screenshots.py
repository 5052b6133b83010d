"""Takes the pictures of the page in docs/, with the shipped models: `python tests/web_screenshots.py`."""

from __future__ import annotations

import shutil
import sys
from io import BytesIO

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright
from web_fakes import ROOT, pdf, serving

QUESTIONS = ["When were the border guards killed?", "Where did the ambush take place?", "Who is the president of Iran?"]
CHOSEN = 2  # the citation to open
FERRY = [
    ["The ferry to Skerry Island", "", "The ferry was built in Glasgow in 1998. It carries forty cars."],
    ["Captain Moira Lang has commanded the ferry since 2011."],
]
PICTURES = [
    ("page-light.png", 1440, 900, "light"),
    ("page-dark.png", 1440, 900, "dark"),
    ("page-medium-light.png", 1024, 768, "light"),
    ("page-medium-dark.png", 1024, 768, "dark"),
    ("page-narrow-light.png", 390, 844, "light"),
    ("page-narrow-dark.png", 390, 844, "dark"),
]


def take(chromium: Browser, address: str, name: str, width: int, height: int, scheme: str) -> None:
    """Asks the questions, opens the chosen citation where both columns are in view, and writes docs/`name`."""
    page = chromium.new_page(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        reduced_motion="reduce",
        device_scale_factor=1.5,
    )
    page.set_default_timeout(300_000)  # nothing here is in a hurry
    page.goto(address, wait_until="domcontentloaded")
    box = page.get_by_role("textbox", name="Your question")
    for number, question in enumerate(QUESTIONS, 1):
        box.fill(question)
        box.press("Enter")
        expect(page.locator(".pc-answer")).to_have_count(number, timeout=300_000)
        page.wait_for_timeout(500)
    if width > 900:
        page.locator("a.pc-chip").nth(CHOSEN - 1).click()
    page.wait_for_timeout(500)
    save(page, name)
    if (width, scheme) == (1440, "light"):
        take_more(page)
    page.close()


def take_more(page: Page) -> None:
    """What else the page can show: why an answer was given, the documents, a PDF."""
    page.locator(f"a[href='#pc-why-{CHOSEN}']").click()
    page.wait_for_selector(".pc-why")
    page.wait_for_timeout(800)
    save(page, "page-why.png")
    page.locator(".pc-shelf-toggle").click()
    files = [{"name": "ferry.pdf", "mimeType": "application/pdf", "buffer": pdf(*FERRY)}]
    page.set_input_files("#pc-files", files)
    expect(page.locator(".pc-article")).to_have_attribute("data-document", "ferry.pdf", timeout=300_000)
    page.wait_for_timeout(500)
    save(page, "page-documents.png")
    box = page.get_by_role("textbox", name="Your question")
    box.fill("Where was the ferry built?")
    box.press("Enter")
    expect(page.locator(".pc-answer")).to_have_count(len(QUESTIONS) + 1, timeout=300_000)
    page.wait_for_function("document.querySelector('.pc-sheet img').naturalWidth > 0")
    page.wait_for_timeout(1500)
    save(page, "page-pdf.png")


def save(page: Page, name: str) -> None:
    """Writes docs/`name` in 128 colours: the page has hardly more, and it is a third of the size."""
    picture = Image.open(BytesIO(page.screenshot()))
    picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(ROOT / "docs" / name, optimize=True)


if __name__ == "__main__":
    command = (
        sys.argv[1]
        if sys.argv[1:]
        else "import sys; from pincite.cli import main; main(['serve', '--port', sys.argv[1]])"
    )
    with serving(command) as address, sync_playwright() as driver:
        found = shutil.which("chromium") or shutil.which("google-chrome")
        running = driver.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        for picture in PICTURES:
            take(running, address, *picture)
        running.close()
