"""Thirty people at once, each with a document of their own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from gradio_client import Client
from page_driver import browser, chromium, expect
from serving import server
from web_fakes import NOTE

PEOPLE = 30
WINDOWS = 5  # that a browser has open: each is a session of its own, and they load the page's scripts once


def question(number: int) -> str:
    return f"What is the *{1000 + number}*?"


def document(number: int) -> str:
    return f"# Safe {number}\n\nThe code of the safe is {1000 + number}."


@pytest.mark.slow
def test_thirty_programs_at_once_are_each_answered_from_their_own_document() -> None:
    def visit(number: int) -> tuple[str, list[str], str]:
        client = Client(found.address, verbose=False, httpx_kwargs={"timeout": 300})
        client.predict(name=f"safe {number}.md", text=document(number), api_name="/index")
        own = client.predict(question=question(number), api_name="/ask")
        others = client.predict(question=question((number + 1) % PEOPLE), api_name="/ask")
        ids = [one["id"] for one in client.predict(api_name="/documents")]
        client.close()
        return own["text"], ids, others["status"]

    with server() as found:
        with ThreadPoolExecutor(PEOPLE) as pool:
            results = list(pool.map(visit, range(PEOPLE)))
        assert results == [(str(1000 + n), [NOTE, f"safe {n}.md"], "abstained") for n in range(PEOPLE)]
        assert [line for line in found.log() if line["level"] in ("error", "warning")] == []


@pytest.mark.slow
@browser
def test_thirty_windows_at_once_are_each_answered_from_their_own_document(chromium) -> None:
    with server() as found:
        visits = [chromium.new_context(viewport={"width": 1100, "height": 700}) for _ in range(PEOPLE // WINDOWS)]
        pages = [visit.new_page() for visit in visits for _ in range(WINDOWS)]
        for page in pages:
            page.set_default_timeout(180_000)
            page.goto(found.address, wait_until="commit")
        for number, page in enumerate(pages):
            expect(page.locator(".pc-documents > li")).to_have_count(1, timeout=180_000)
            content = document(number).encode()
            page.locator("#pc-files").set_input_files(
                [{"name": f"safe {number}.md", "mimeType": "", "buffer": content}]
            )
        for number, page in enumerate(pages):
            expect(page.locator(".pc-article")).to_have_attribute("data-document", f"safe {number}.md", timeout=180_000)
        for number, page in enumerate(pages):
            box = page.get_by_role("textbox", name="Your question")
            box.fill(question(number))
            box.press("Enter")
        for number, page in enumerate(pages):
            mark = page.locator(".pc-answer mark")
            expect(mark).to_have_text(str(1000 + number), timeout=180_000)
        assert len(found.uploads()) == PEOPLE
        for visit in visits:
            visit.close()
        assert [line for line in found.log() if line["level"] == "error"] == []
