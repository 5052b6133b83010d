"""Measures how fast the page is: `python -m benchmarks.page --json OUT`. Needs Playwright and a Chromium.

Two ratios, each of things measured in one run on one machine:

- start: from `pincite serve` to an enabled question box in a browser that is already running, over what
  `python -c "import sentence_transformers"` takes alone;
- answer: from Enter to the shown answer, over 1.5 times the same in an empty Gradio echo app plus the answer's own
  `timings.total`, which "Why this answer" tells; medians of `--repeats`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import qa
from benchmarks.made_with import made_with
from benchmarks.readme import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

QUESTIONS = qa.bundled_questions()
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
ECHO = """
import sys, gradio as gr
with gr.Blocks(analytics_enabled=False) as page:
    chat = gr.Chatbot()
    box = gr.Textbox(label="Your question", submit_btn="Ask")
    def echo(question, turns):
        said = [{"role": "user", "content": question}, {"role": "assistant", "content": question}]
        return "", [*turns, *said]
    box.submit(echo, [box, chat], [box, chat])
page.launch(server_port=int(sys.argv[1]), quiet=True, ssr_mode=False)
"""
BOX = "#pc-question textarea"
TIMED = "#pc-messages a[href^='#pc-why-']"
SERVE = "import sys; from pincite.cli import main; main(['serve', '--port', sys.argv[1]])"
# Asks in the page itself, so that no driver stands between Enter and the answer.
ASK = """([question, replies, boxes]) => new Promise((done) => {
    const box = document.querySelector(boxes);
    box.focus();
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, question);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    const answered = () => document.querySelectorAll(replies).length;
    const before = answered();
    requestAnimationFrame(() => {
        const began = performance.now();
        const watch = new MutationObserver(() => {
            if (answered() <= before) return;
            watch.disconnect();
            requestAnimationFrame(() => done(performance.now() - began));
        });
        watch.observe(document.body, { childList: true, subtree: true });
        box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
        box.dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true }));
    });
})"""


def main() -> None:
    """Measures both, prints them and, with --json, writes them."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with sync_playwright() as driver:
        found = shutil.which("chromium") or shutil.which("google-chrome")
        browser = driver.chromium.launch(executable_path=found, args=FLAGS)
        measured = {
            "made_with": made_with("page"),
            "start": _start(browser),
            "answer": _answer(browser, arguments.repeats),
        }
        browser.close()
    print(json.dumps(measured, indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")


def _start(browser: Browser) -> dict[str, float]:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import sentence_transformers"], check=True, cwd=ROOT)
    imported = time.perf_counter() - began
    began = time.perf_counter()
    with _serving(SERVE, "/healthz") as address:
        ready = time.perf_counter() - began
        page = browser.new_page()
        page.goto(address, wait_until="domcontentloaded")
        page.wait_for_selector(f"{BOX}:enabled")
        usable = time.perf_counter() - began
        page.close()
    figures = {"import_s": imported, "healthz_s": ready, "usable_s": usable, "ratio": usable / imported}
    return {name: round(value, 3) for name, value in figures.items()}


def _answer(browser: Browser, repeats: int) -> dict[str, float]:
    with _serving(ECHO, "/") as address:
        echo = statistics.median(_asked(browser, address, "[data-testid=bot]", repeats, box="textarea")[0])
    with _serving(SERVE, "/healthz") as address:
        times, totals = _asked(browser, address, ".pc-answer", repeats, box=BOX)
    shown, total = statistics.median(times), statistics.median(totals)
    bound = 1.5 * echo + total
    figures = {"echo_ms": echo, "shown_ms": shown, "total_ms": total, "ratio": shown / bound}
    return {name: round(value, 3) for name, value in figures.items()}


def _asked(browser: Browser, address: str, replies: str, repeats: int, *, box: str) -> tuple[list[float], list[float]]:
    """Milliseconds of each question but the first, which warms caches; and of Pincite's own part, where it says so."""
    page = browser.new_page(reduced_motion="reduce")
    page.goto(address, wait_until="domcontentloaded")
    page.wait_for_selector(f"{box}:enabled")
    page.wait_for_timeout(1500)
    times, totals = [], []
    for number in range(repeats + 1):
        question = QUESTIONS[number % len(QUESTIONS)]
        times.append(_one(page, question, replies, box))
        page.wait_for_timeout(400)
        if page.locator(TIMED).count():
            told = re.search(r"\d+", page.locator(TIMED).last.get_attribute("title") or "")
            totals.append(float(told[0]) if told else float("nan"))
    page.close()
    return times[1:], totals[1:]


def _one(page: Page, question: str, replies: str, box: str) -> float:
    return float(page.evaluate(ASK, [question, replies, box]))


@contextmanager
def _serving(command: str, path: str) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment: dict[str, Any] = {**os.environ, "GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1"}
    process = subprocess.Popen([sys.executable, "-c", command, str(port)], cwd=ROOT, env=environment)
    try:
        _wait(f"http://127.0.0.1:{port}{path}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(address: str, process: subprocess.Popen[bytes], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server of {address} ended before it was ready")
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise TimeoutError(f"{address} was not ready after {seconds} seconds")


if __name__ == "__main__":
    main()
