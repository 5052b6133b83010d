"""Takes the pictures of the page in docs/, with the shipped models: `python tests/web_screenshots.py`."""

from __future__ import annotations

import shutil

from playwright.sync_api import Browser, expect, sync_playwright
from web_fakes import ROOT, serving

QUESTIONS = ["When were the border guards killed?", "Where did the ambush take place?", "How much did the visit cost?"]
CHOSEN = 2  # the citation to open
PICTURES = [
    ("page-light.png", 1440, 900, "light"),
    ("page-dark.png", 1440, 900, "dark"),
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
    page.goto(address, wait_until="domcontentloaded")
    box = page.get_by_role("textbox", name="Your question")
    for number, question in enumerate(QUESTIONS, 1):
        box.fill(question)
        box.press("Enter")
        expect(page.locator(".pc-answer")).to_have_count(number, timeout=60_000)
        page.wait_for_timeout(500)
    if width > 900:
        page.locator("a.pc-chip").nth(CHOSEN - 1).click()
    page.wait_for_timeout(500)
    page.screenshot(path=ROOT / "docs" / name)
    page.close()


if __name__ == "__main__":
    command = "import sys; from qa.cli import main; main(['serve', '--port', sys.argv[1]])"
    with serving(command) as address, sync_playwright() as driver:
        found = shutil.which("chromium") or shutil.which("google-chrome")
        running = driver.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        for picture in PICTURES:
            take(running, address, *picture)
        running.close()
