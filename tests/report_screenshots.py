"""Takes the pictures of the report in docs/, on the bundled pairs: `python tests/report_screenshots.py [RESULT.json]`.

RESULT.json is what `pincite eval … --json` wrote; without it the questions are asked first, with the shipped models.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from contextlib import chdir
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from pincite.cli import main
from pincite.evaluation.report import write_report

ROOT = Path(__file__).parent.parent
QUESTION = "In which province"  # answered with a few words too many


def measured(folder: Path) -> Path:
    out = folder / "result.json"
    with chdir(ROOT):  # the report shows the paths as they were given
        main(
            [
                "eval",
                "tests/data/islamabad-talks.jsonl",
                "--source",
                "qa/articles/islamabad-talks.md",
                "--json",
                str(out),
            ]
        )
    return out


def save(page: Page, name: str) -> None:
    """Writes docs/`name` in 256 colours; the page has hardly more."""
    picture = Image.open(BytesIO(page.screenshot()))
    picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(ROOT / "docs" / name, optimize=True)


def take(report: Path) -> None:
    with sync_playwright() as driver:
        found = shutil.which("chromium") or shutil.which("google-chrome")
        running = driver.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        for scheme, height in (("light", 1420), ("dark", 1250)):
            size = {"width": 1280, "height": height}
            page = running.new_page(viewport=size, color_scheme=scheme, device_scale_factor=1.25)
            page.goto(report.as_uri())
            if scheme == "dark":
                page.get_by_role("columnheader", name="F1").get_by_role("button").click()
                page.get_by_role("button", name=QUESTION).click()
                page.locator("#questions-title").evaluate("(title) => title.scrollIntoView()")
            save(page, f"report-{scheme}.png")
            page.close()
        running.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        result = Path(sys.argv[1]) if sys.argv[1:] else measured(Path(temporary))
        write_report(Path(temporary) / "report.html", json.loads(result.read_text(encoding="utf-8")))
        take(Path(temporary) / "report.html")
