"""Quotations of a draft, held to the sources: what is verbatim, altered, elsewhere, not found, and left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document
from pincite.cli import main
from pincite.cli.terminal import shown
from pincite.records.check import Change, Checked, Doubt, Verdict, check, draft_of, draft_of_text
from pincite.records.check.report import report_html
from pincite.records.check.wording import difference_text

MILL = (
    "The lease of the mill\n\n"
    "The lease was signed by Ada Wren on 4 May 1901, for twelve pounds a year. It did not run for ever. "
    'The ﬁnal exam-\nples of the well-\nknown mill were "good enough", the miller\'s wife said, and 35% were kept.\n\n'
    "The rent rose to $5 million in 1960.\n"
)
FERRY = "The ferry was built in Glasgow in 1899. It carried sheep, and on Sundays the choir.\n"
SOURCES = [Document("mill.txt", MILL, "/archive/mill.txt"), Document("ferry.txt", FERRY, "/archive/ferry.txt")]


def checked(draft: str) -> Checked:
    return check(draft_of("draft.md", draft.encode()), SOURCES)


def verdict_on(draft: str) -> Verdict:
    (finding,) = (one for one in checked(draft).findings if one.quotation.inside is None)
    place = finding.place
    if place is not None:
        text = next(one.text for one in SOURCES if one.id == place.document_id)
        assert text[place.start : place.end] == place.text
    return finding.verdict


@pytest.mark.parametrize(
    "quoted",
    [
        "“The lease was signed by Ada Wren on 4 May 1901”",
        '"the lease was signed by Ada Wren on 4 May 1901,"',
        "„The lease was signed by Ada Wren on 4 May 1901“",
        "« The lease was signed by Ada Wren on 4 May 1901 »",
        "»The lease was signed by Ada Wren on 4 May 1901«",
        "‘The lease was signed by Ada Wren on 4 May 1901’",
        "'The lease was signed by Ada Wren on 4 May 1901'",
        "「The lease was signed by Ada Wren on 4 May 1901」",
        "``The lease was signed by Ada Wren on 4 May 1901''",
        "“The  lease\nwas signed by Ada\u00a0Wren on 4 May 1901”",
        "“The lease was si\u00adgned by A\u200bda Wren on 4 May 1901”",
        "“The final examples of the well-known mill were 'good enough', the miller’s wife said”",
        "“The ﬁnal ex-\namples of the well-known mill”",
        "“The final exam- ples of the well-known mill”",
        "“The lease was **signed** by [Ada Wren](http://example.org) on 4 May 1901”",
        "“The lease … on 4 May 1901”",
        "“The lease [...] on 4 May 1901 […] did not run for ever”",
        "“[t]he lease was signed by Ada Wren”",
        "“[It] was signed by Ada Wren [sic] on 4 May 1901”",
        "“The lease was signed\n\n“by Ada Wren on 4 May 1901”",
    ],
)
def test_harmless_differences_and_marked_ones_are_verbatim(quoted: str) -> None:
    assert verdict_on(f"The archive said {quoted} and no more.") is Verdict.VERBATIM


@pytest.mark.parametrize(
    ("quoted", "change", "draft", "source"),
    [
        ("It did run for ever", Change.LEFT_OUT, "", "not"),
        ("The lease was not signed by Ada Wren", Change.PUT_IN, "not", ""),
        ("The lease was signed by Ida Wren on 4 May 1901", Change.CHANGED, "Ida", "Ada"),
        ("The lease was signed by \u0410da Wren on 4 May 1901", Change.CHANGED, "\u0410da", "Ada"),
        ("The lease was signed by Ada Wren on 4 May 1902", Change.CHANGED, "1902", "1901"),
        ("The lease is signed by Ada Wren", Change.CHANGED, "is", "was"),
        ("The rent rose to €5 million in 1960", Change.CHANGED, "€", "$"),
        ("The lease was signed by ada Wren", Change.CHANGED, "ada", "Ada"),
        ("It did … run for ever", Change.LEFT_OUT, "", "not"),
    ],
)
def test_a_changed_word_is_altered_and_named(quoted: str, change: Change, draft: str, source: str) -> None:
    (finding,) = checked(f"The archive said “{quoted}” once.").findings
    assert finding.verdict is Verdict.ALTERED
    (difference,) = finding.differences
    assert (difference.change, difference.draft, difference.source) == (change, draft, source)
    assert MILL[difference.document_start : difference.document_end] == source


@pytest.mark.parametrize(
    ("draft", "marks"),
    [
        ("He told me: “I read ‘it carried goats, and on Sundays the choir’ and wept.”", ["“”", "‘’"]),
        ("Er sagt: „Ich las ‚it carried goats, and on Sundays the choir‘ und ging.“", ["„“", "‚‘"]),
        ("Il dit: « J’ai lu ‹ it carried goats, and on Sundays the choir › hier ».", ["«»", "‹›"]),
        ("Er las: »Und ›it carried goats, and on Sundays the choir‹ stand da«, sagte er.", ["»«", "›‹"]),
        ("He said \"I read 'it carried goats, and on Sundays the choir' once\" to us.", ['""', "''"]),
        ("> He read “it carried goats, and on Sundays the choir” and left.", ["", "“”"]),
        ("“He began: ‘It carried goats,\n\n“‘and on Sundays the choir.’ So it was.”", ["“”", "‘’"]),
    ],
)
def test_a_quotation_within_another_has_a_verdict_of_its_own(draft: str, marks: list[str]) -> None:
    outer, inner = checked(draft).findings
    assert [outer.quotation.marks, inner.quotation.marks] == marks
    assert (outer.quotation.inside, inner.quotation.inside) == (None, 1)
    assert inner.verdict is Verdict.ALTERED
    assert [(one.draft, one.source) for one in inner.differences] == [("goats", "sheep")]


def test_text_that_no_reader_sees_is_not_a_source() -> None:
    source = draft_of("page.md", b"The mill <!-- it burned down in the storm of 1899 --> stands.\n").document
    (finding,) = check(draft_of_text("He wrote “it burned down in the storm of 1899” once."), [source]).findings
    assert finding.verdict is Verdict.NOT_FOUND
    (finding,) = check(draft_of_text("He wrote “the mill stands as before” once."), [source]).findings
    assert finding.verdict is not Verdict.VERBATIM


def test_words_that_stand_in_another_document_than_is_named_are_elsewhere() -> None:
    assert verdict_on("It was old: “The ferry was built in Glasgow in 1899” (mill.txt).") is Verdict.ELSEWHERE
    assert verdict_on("It was old: “The ferry was built in Glasgow in 1899” (ferry.txt).") is Verdict.VERBATIM
    assert verdict_on("It was old: “The ferry was built in Glasgow in 1899” (boats.pdf).") is Verdict.ELSEWHERE


def test_a_quotation_that_no_source_has_is_not_found() -> None:
    assert verdict_on("He wrote “The dragon of the northern orchard sings at noon” once.") is Verdict.NOT_FOUND


def test_a_block_quote_is_checked_without_its_marks() -> None:
    draft = "As the archive has it:\n\n> The ferry was built in Glasgow\n> in 1899. It carried sheep\n\nSo it was."
    assert verdict_on(draft) is Verdict.VERBATIM


def test_single_words_titles_and_phrases_of_nobody_are_left_alone_by_name() -> None:
    draft = "A “nice” day for “The Old Man and the Sea”, and “more or less” warm."
    found = checked(draft)
    assert [one.rule for one in found.left_alone] == ["one_word", "title", "phrase"]
    assert found.findings == ()


def test_citations_of_other_tools_are_read_from_their_json() -> None:
    answer = {
        "answer": "It was built in Glasgow.",
        "citations": [
            {"document_title": "ferry.txt", "cited_text": "built in Glasgow", "start_char_index": 14},
            {"source": "mill.txt", "quote": "built in Glasgow"},
            {"file": "ferry.txt", "text": "built in Leith in 1899", "page": 1},
        ],
    }
    found = check(draft_of_text(json.dumps(answer)), SOURCES)
    assert [one.verdict for one in found.findings] == [Verdict.VERBATIM, Verdict.ELSEWHERE, Verdict.ALTERED]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (  # verbatim-rag
            {
                "answer": "In [Glasgow](1).",
                "structured_answer": {"citations": [{"text": "built in Glasgow", "doc_index": 0, "number": 1}]},
                "documents": [
                    {
                        "content": FERRY,
                        "source": "ferry.txt",
                        "highlights": [{"text": "built in Leith in 1899", "start": 14}],
                    }
                ],
            },
            [("built in Glasgow", "verbatim"), (FERRY, "verbatim"), ("built in Leith in 1899", "altered")],
        ),
        (  # Haystack
            {
                "answers": [
                    {
                        "data": "built in Glasgow",
                        "document": {"content": FERRY, "meta": {"file_path": "mill.txt"}},
                        "document_offset": {"start": 14, "end": 30},
                    }
                ]
            },
            [("built in Glasgow", "elsewhere"), (FERRY, "elsewhere")],
        ),
        (  # LlamaIndex
            {
                "response": "It was there.",
                "source_nodes": [
                    {"node": {"text": "It carried goats, and on Sundays", "metadata": {"file_name": "ferry.txt"}}}
                ],
            },
            [("It carried goats, and on Sundays", "altered")],
        ),
        (  # OpenAI: the answer's own words, a mark in it, and a quotation
            {
                "text": "It was built in Glasgow【4:0†source】.",
                "annotations": [
                    {
                        "type": "url_citation",
                        "text": "built in Glasgow",
                        "start_index": 7,
                        "end_index": 23,
                        "title": "A page",
                    },
                    {"text": "【4:0†source】", "file_citation": {"file_id": "file-1", "quote": "built in Glasgow"}},
                ],
            },
            [("built in Glasgow", "verbatim")],
        ),
        (  # Anthropic
            {
                "content": [
                    {
                        "type": "text",
                        "text": "It is old.",
                        "citations": [
                            {"cited_text": "signed by Ada Finch", "document_title": "mill.txt", "document_index": 0}
                        ],
                    }
                ]
            },
            [("signed by Ada Finch", "altered")],
        ),
        (  # LangChain, whose pages count from 0
            {
                "result": "Yes.",
                "source_documents": [{"page_content": "carried sheep", "metadata": {"source": "a/ferry.txt"}}],
            },
            [("carried sheep", "verbatim")],
        ),
    ],
)
def test_citations_of_known_tools_are_found_with_their_sources(answer: object, found: list[tuple[str, str]]) -> None:
    findings = check(draft_of_text(json.dumps(answer)), SOURCES).findings
    assert [(one.quotation.text, one.verdict.value) for one in findings] == found


def test_figures_and_names_that_no_source_bears_out_are_questions() -> None:
    found = checked("Ada Wren signed in 1901. The ferry was built in 1960 by Tom Hale for 5,000,000 dollars.")
    assert {(one.text, one.doubt) for one in found.questions} == {
        ("1960", Doubt.OTHER_SUBJECT),
        ("Tom Hale", Doubt.ABSENT),
        ("5,000,000 dollars", Doubt.OTHER_SUBJECT),
    }
    assert found.ok


def test_the_copy_in_the_named_document_counts() -> None:
    copies = [Document(f"copy-{i}.txt", FERRY) for i in range(300)]
    (finding,) = check(draft_of_text("“The ferry was built in Glasgow in 1899” (copy-200.txt)."), copies).findings
    assert finding.place is not None
    assert (finding.verdict, finding.place.document_id, finding.others) == (Verdict.VERBATIM, "copy-200.txt", 299)


@given(
    before=st.text(max_size=40),
    words=st.lists(st.sampled_from("Ada ferry ß ﬁn 3.5 né 東京".split()), min_size=4, max_size=9),
)
def test_offsets_are_right_whatever_text_comes_before(before: str, words: list[str]) -> None:
    text = f"{before}\n\n{' '.join(words)}\n\nEnd."
    (finding,) = check(draft_of_text(f"> {' '.join(words)}\n"), [Document("d", text)]).findings
    assert finding.verdict is Verdict.VERBATIM
    assert finding.place is not None
    assert text[finding.place.start : finding.place.end] == finding.place.text


def test_the_report_leads_from_the_words_of_a_quotation_within_another_to_it() -> None:
    page = report_html(checked("He said: “I read ‘it carried goats, and on Sundays the choir’ and wept.”"))
    inner = (
        '<a id="draft-2" href="#found-2"><mark class="altered within">it carried goats, and on Sundays the choir</mark>'
    )
    assert inner in page
    assert page.count('id="draft-1"') == 1


def test_the_report_runs_no_script_and_links_every_quotation() -> None:
    found = checked("He said “the ferry was <script>alert(1)</script> built in Glasgow in 1899” once.")
    page = report_html(found)
    assert "<script" not in page
    assert 'href="#found-1"' in page
    assert 'id="found-1"' in page


def test_the_command_exits_with_3_where_a_quotation_does_not_hold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mill.txt").write_text(MILL)
    draft = tmp_path / "draft.txt"
    draft.write_text("It said “the lease was signed by Ada Wren”.")
    report = tmp_path / "out.html"
    assert main(["check", str(draft), "--source", str(tmp_path / "mill.txt"), "--report", str(report)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "1 quotation: 1 verbatim, 0 altered, 0 elsewhere, 0 not found"
    assert report.read_text().startswith("<!doctype html>")
    draft.write_text("It said “the lease was signed by Ada \x1b[2JFinch”.")
    assert main(["check", str(draft), "--source", str(tmp_path / "mill.txt")]) == 3
    printed = capsys.readouterr().out
    assert "\x1b" not in printed
    assert printed.splitlines()[0] == "1 quotation: 0 verbatim, 1 altered, 0 elsewhere, 0 not found"
    assert main(["check", str(tmp_path / "none.txt"), "--source", str(tmp_path / "mill.txt")]) == 1


def test_a_letter_of_another_script_is_named() -> None:
    (finding,) = checked("He said “the ferry was built in Gl\u0430sgow in 1899” once.").findings
    (difference,) = finding.differences
    assert difference_text(difference).endswith("(\u0430 is CYRILLIC SMALL LETTER A)")


def test_escapes_are_shown_and_not_obeyed() -> None:
    assert shown("a\x1b[2J\u202eb\n") == "a\\u001b[2J\\u202eb\n"
    assert shown("\u3164\u2800\U000e0101é\ufe0f") == "\\u3164\\u2800\\udb40\\udd01é\ufe0f"
    assert json.loads(shown(json.dumps("\x9b\u202e\U000e0041", ensure_ascii=False))) == "\x9b\u202e\U000e0041"
