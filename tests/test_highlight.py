"""Marking spans in HTML: nothing is lost, nothing is added, nothing runs."""

from __future__ import annotations

import html
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Document, Segment, SegmentKind
from pincite.html.marks import MarkedSpan, escape, mark
from pincite.web.document import document_html

# Markup, quotes, line ends, letters outside the first plane, combining marks, right-to-left text. No NUL and no
# lone surrogate: HTML cannot hold the first, and a Document refuses the second.
ALPHABET = st.one_of(
    st.sampled_from("<>&\"'=/ \n\r\tabc#;1.x😀é\u0301שﷺ\u200b`$*_[]{}|~-"),
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"),
)
TEXTS = st.text(ALPHABET, min_size=1, max_size=60)


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, int, list[MarkedSpan]]:
    """A text, the offset it stands at, and spans that may nest, overlap, repeat or lie outside it."""
    text = draw(TEXTS)
    base = draw(st.integers(0, 20))
    spans = []
    for number in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, base + len(text) + 5))
        length = draw(st.integers(1, len(text) + 5))
        spans.append(MarkedSpan(start, start + length, "hit", id=f"s{number}", label=str(number)))
    return text, base, spans


class Reader(HTMLParser):
    """What a browser makes of the HTML: its text, the text under each span's marks, and every tag that opened."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.text = ""
        self.under: dict[str, str] = {}
        self.ids: list[str] = []
        self.tags: list[str] = []
        self._open: list[tuple[str, str | None]] = []
        self.feed(source)
        self.close()
        assert self._open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self._open.append((tag, found.get("data-span")))
        if found.get("id"):
            self.ids.append(str(found["id"]))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag, "elements nest"

    def handle_data(self, data: str) -> None:
        self.text += data
        for _, span in self._open:
            if span is not None:
                self.under[span] = self.under.get(span, "") + data

    def handle_entityref(self, name: str) -> None:
        self.handle_data(html.unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        # html.unescape keeps a carriage return written as a reference, as a browser does.
        self.handle_data(html.unescape(f"&#{name};"))


@given(marked_texts())
def test_without_its_tags_the_html_is_the_text(case: tuple[str, int, list[MarkedSpan]]) -> None:
    text, base, spans = case
    assert Reader(mark(text, spans, base=base)).text == text


@given(marked_texts())
def test_what_is_marked_is_the_span_and_nothing_else(case: tuple[str, int, list[MarkedSpan]]) -> None:
    text, base, spans = case
    under = Reader(mark(text, spans, base=base)).under
    for span in spans:
        inside = text[max(span.start - base, 0) : max(span.end - base, 0)]
        assert under.get(str(span.id), "") == inside


@given(marked_texts())
def test_only_marks_are_opened_and_each_id_once_at_most(case: tuple[str, int, list[MarkedSpan]]) -> None:
    text, base, spans = case
    read = Reader(mark(text, spans, base=base))
    assert set(read.tags) <= {"mark"}
    assert sorted(read.ids) == sorted(str(s.id) for s in spans if base <= s.start < base + len(text))


@given(TEXTS)
def test_escaped_text_can_stand_in_an_attribute(text: str) -> None:
    read: list[str | None] = []

    class Attribute(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            read.extend(value for _, value in attrs)

    Attribute().feed(f'<a title="{escape(text)}">')
    assert read == [text]


def test_an_enclosing_span_goes_around_the_enclosed() -> None:
    spans = [MarkedSpan(2, 4, "inner"), MarkedSpan(0, 6, "outer")]
    assert mark("abcdef", spans) == '<mark class="outer">ab<mark class="inner">cd</mark>ef</mark>'


def test_spans_that_cross_are_closed_and_opened_again() -> None:
    spans = [MarkedSpan(0, 4, "a", id="1", label="1"), MarkedSpan(2, 6, "b", id="2", label="2")]
    assert mark("abcdef", spans) == (
        '<mark class="a" data-span="1" id="1" data-label="1">ab'
        '<mark class="b" data-span="2" id="2" data-label="2">cd</mark></mark>'
        '<mark class="b" data-span="2">ef</mark>'
    )


def test_offsets_count_code_points() -> None:
    assert mark("😀é<b>", [MarkedSpan(1, 2, "x")]) == '😀<mark class="x">é</mark>&lt;b&gt;'


def test_a_carriage_return_is_written_so_that_a_browser_keeps_it() -> None:
    assert mark("a\r\nb", []) == "a&#13;\nb"


def test_a_character_that_html_cannot_hold_is_shown_as_its_picture() -> None:
    assert mark("a\0b", [MarkedSpan(2, 3, "x")]) == 'a\u2400<mark class="x">b</mark>'


def test_names_of_classes_ids_and_labels_are_escaped_too() -> None:
    marked = mark("a", [MarkedSpan(0, 1, 'x"><script>', id='"><img>', label="<&>")])
    assert Reader(marked).tags == ["mark"]


@pytest.mark.parametrize(("start", "end"), [(3, 3), (4, 2), (-1, 2)])
def test_an_impossible_span_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=r"is empty or begins before the text"):
        MarkedSpan(start, end, "x")


@st.composite
def documents(draw: st.DrawFn) -> tuple[Document, list[MarkedSpan]]:
    """A document whose pages and blocks follow each other with gaps between them, and spans in it."""
    text = draw(TEXTS.filter(lambda t: bool(t.strip())))
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    kinds = st.sampled_from([kind for kind in SegmentKind if kind is not SegmentKind.PAGE])
    blocks = [Segment(draw(kinds), a, b, level=1) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    half = draw(st.integers(1, len(text)))
    halves = [(0, half), (half, len(text))] if half < len(text) else [(0, half)]
    pages = [Segment(SegmentKind.PAGE, a, b, number=n) for n, (a, b) in enumerate(halves, 1)]
    if any(block.start < half < block.end for block in blocks):
        pages = []  # a block stands on one page
    cuts = draw(st.lists(st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))), max_size=4))
    spans = [MarkedSpan(start, min(start + n, len(text)), "hit", id=f"s{i}") for i, (start, n) in enumerate(cuts)]
    segments = sorted([*pages, *blocks], key=lambda s: (s.start, -s.end))
    return Document("d", text, segments=tuple(segments)), spans


@given(documents())
def test_a_document_laid_out_keeps_every_character_and_every_span(case: tuple[Document, list[MarkedSpan]]) -> None:
    document, spans = case
    read = Reader(document_html(document, spans))
    assert read.text == document.text
    for span in spans:
        assert read.under[str(span.id)] == document.text[span.start : span.end]
    assert sorted(read.ids) == sorted(str(span.id) for span in spans)


def test_a_document_is_laid_out_as_its_segments_say() -> None:
    text = "# Rules\n\n- Pencils <only>.\n\nBye"
    segments = (
        Segment(SegmentKind.PAGE, 0, 27, number=1),
        Segment(SegmentKind.HEADING, 2, 7, level=1),
        Segment(SegmentKind.LIST_ITEM, 11, 26),
        Segment(SegmentKind.PAGE, 27, len(text), number=2),
        Segment(SegmentKind.PARAGRAPH, 28, 31),
    )
    assert document_html(Document("d", text, segments=segments), [MarkedSpan(11, 18, "hit")]) == (
        '<section class="pc-page" aria-label="Page 1" data-page="1" data-label="Page 1">'
        '<h3 class="pc-heading"><span class="pc-marker"># </span>Rules</h3>\n\n'
        '<ul class="pc-list" role="list"><li class="pc-list-item"><span class="pc-marker">- </span>'
        '<div class="pc-item"><mark class="hit">Pencils</mark> &lt;only&gt;.</div></li></ul>\n</section>'
        '<section class="pc-page" aria-label="Page 2" data-page="2" data-label="Page 2">\n'
        '<p class="pc-paragraph">Bye</p></section>'
    )


def test_text_that_no_segment_claims_is_shown_as_it_stands() -> None:
    assert document_html(Document("d", "One & two")) == '<div class="pc-plain">One &amp; two</div>'
