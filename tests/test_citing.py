from __future__ import annotations

from fakes import HashingEmbedder

from index import Document, Index, Segment, SegmentKind
from qa.citing import cite
from qa.rendering import place_text

TEXT = "Findings of the inquiry\n\nThe bridge is not safe."
PAGE = Segment(SegmentKind.PAGE, 0, len(TEXT), number=3)


def place(*segments: Segment) -> str:
    document = Document("report.pdf", TEXT, segments=segments)
    index = Index.build([document], embedder=HashingEmbedder())
    start = TEXT.index("not safe")
    return place_text(cite(index, "report.pdf", start, start + len("not safe")))


def test_a_place_names_the_page_and_the_heading_above_where_there_are_any() -> None:
    heading = Segment(SegmentKind.HEADING, 0, 23, level=1)
    body = Segment(SegmentKind.PARAGRAPH, 25, len(TEXT))
    at = "characters 39 to 47"
    assert place(PAGE, heading, body) == f"report.pdf, page 3, under “Findings of the inquiry”, {at}"
    assert place(heading, body) == f"report.pdf, under “Findings of the inquiry”, {at}"
    assert place(PAGE, body) == f"report.pdf, page 3, {at}"
    assert place(body) == f"report.pdf, {at}"


def test_a_long_heading_is_cut_after_a_word_and_kept_whole_in_the_citation() -> None:
    long = "A heading of many words " * 10 + "\n\nThe bridge is not safe."
    end = long.index("\n\n") - 1
    document = Document("a.md", long, segments=(Segment(SegmentKind.HEADING, 0, end, level=1),))
    index = Index.build([document], embedder=HashingEmbedder())
    citation = cite(index, "a.md", len(long) - 9, len(long) - 1)
    assert citation.heading == long[:end]
    assert "under “A heading of many words" in place_text(citation)
    assert " …”, characters" in place_text(citation)
    assert len(place_text(citation)) < 130
