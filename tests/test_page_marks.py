"""The page's own script that marks citations: run in the browser, on any text and any spans."""

from __future__ import annotations

import html
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from page_driver import browser, chromium

from index.load.markdown.reading import segments
from index.types import Document
from pincite import web
from pincite.web.document import document_html

SCRIPT = Path(web.__file__).parent / "script" / "marks.js"
TEXTS = st.text(
    st.one_of(st.sampled_from("<>&\n\r\t *_`|-😀é\u0301ש#1."), st.characters(exclude_categories=["Cs"])),
    min_size=1,
    max_size=80,
).filter(lambda text: bool(text.strip()))
# Marks each span, says what stands under it and what the whole text is; then takes the marks away again.
MARK = """([source, spans]) => {
    const root = document.createElement("div");
    root.innerHTML = source;
    const before = root.innerHTML;
    const marked = spans.map(([start, end], n) => wrap(root, start, end, () => {
        const mark = document.createElement("mark");
        mark.dataset.span = n;
        return mark;
    }));
    const under = marked.map((parts) => parts.map((part) => part.textContent).join(""));
    const text = root.textContent;
    unwrap(marked.flat());
    return { under, text, same: root.innerHTML === before };
}"""


@browser
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=TEXTS, cuts=st.lists(st.tuples(st.integers(0, 79), st.integers(1, 80)), max_size=4), marked=st.booleans())
def test_what_the_script_marks_is_the_span_and_nothing_else(blank, text, cuts, marked) -> None:
    spans = [[min(start, len(text) - 1), min(start + length, len(text))] for start, length in cuts]
    source = html.escape(text).replace("\r", "&#13;").replace("\0", "\u2400")
    if marked:
        document = Document("d.md", text, media_type="text/markdown", segments=segments(text))
        source = document_html(document)
    found = blank.evaluate(MARK, [source, spans])
    shown = text.replace("\0", "\u2400")
    assert found["text"] == shown
    assert found["under"] == [shown[start:end] for start, end in spans]
    assert found["same"]


@pytest.fixture(scope="module")
def blank(chromium):
    page = chromium.new_page()
    page.set_content("<!doctype html><title>blank</title>")
    page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
    yield page
    page.close()
