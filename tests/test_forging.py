"""Exported answers that were tampered with: every visible change is noticed and named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from test_verify import conversation, lease, write

from index import Document
from pincite.cli import main
from pincite.records.export import exported
from pincite.records.verify import CitationVerdict, verify
from qa.types import Answer, Citation, Form, Status, Timings

__all__ = ["lease"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("</style>", ".answer{display:none}.answer::after{content:'Bob'}</style>"),
        ('<p class="answer"', '<p class="answer">Bob</p><p hidden class="answer"'),
        (
            '<section class="exchange" id="question-1">',
            '<template></template><section class="exchange" id="question-1">',
        ),
        ("</main>", "</main><script>document.body.textContent = 'Bob'</script>"),
        ('<h2 dir="auto"', '<h2 dir="auto" dir="rtl"'),
        ("70% likely", "99% likely"),
        ("<b>lease.txt</b>", "<b>deed.txt</b>"),
        ("Ada Wren</span>", "\u0410da Wren</span>"),
        ("Ada Wren</span>", "A\u200bda Wren</span>"),
        ("Ada Wren</span>", '<bdo dir="rtl">Ada Wren</bdo></span>'),
        ("<main>", "<main><!-- nothing -->"),
        ("The text does not speak of this.", "The text says yes."),
        ("<title>", "<title>A judgment: "),
        ("</style>", "@counter-style x{system:cyclic;symbols:'Bob'}.answer{display:list-item;list-style:x}</style>"),
        ('<p class="answer"', '<p style="content:attr(title)" title="Bob" class="answer"'),
        ('<p class="answer"', '<p aria-label="Bob" class="answer"'),
        ('<p class="answer"', '<p class="hidden" class="answer"'),
        ("<main>", "<main><details><summary>Bob</summary></details>"),
        ("<main>", "<main><dialog open>Bob</dialog>"),
        ("<main>", "<main><svg><foreignObject><p>Bob</p></foreignObject></svg>"),
        ("<main>", "<main><math><mtext>Bob</mtext></math>"),
        ("<main>", "<main inert>"),
        ("<figure>", "<figure hidden>"),
        ('<meta charset="utf-8">', '<meta charset="utf-8"><base href="http://example.org/">'),
        (
            '<meta charset="utf-8">',
            '<meta charset="utf-8"><meta http-equiv="refresh" content="0;url=http://example.org/">',
        ),
        ("Ada Wren</span>", "<ruby>Ada Wren<rt>Bob</rt></ruby></span>"),
        ("Ada Wren</span>", "Ada\u0335 Wren</span>"),
        ("Ada Wren</span>", "Ada Wren\U000e0042\U000e006f\U000e0062</span>"),
        ("Ada Wren</span>", "Ada\u00ad Wren</span>"),
        ("Ada Wren</span>", "Ada\u00a0Wren</span>"),
        ("Ada Wren</span>", "Ada &#8800; Wren</span>"),
        ("Ada Wren</span>", "Ada\rWren</span>"),
        ("<!doctype html>\n", ""),
        ("</html>", "</html>Bob"),
        ('<h2 dir="auto"', '<h2 dir="rtl"'),
    ],
)
def test_a_dossier_that_shows_more_than_its_data_is_noticed(lease: Path, old: str, new: str) -> None:
    path = write(lease, "html")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")
    verification = verify(path)
    assert not verification.ok
    assert any("line " in problem for problem in verification.problems)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "> ",
            "<!-- -->\n> ",
        ),
        ("70% likely", "99% likely"),
        ("## 1", "Bob\n\n## 1"),
        ("**Ada Wren**", "<details>\n\n**Ada Wren**\n\n</details>"),
        ("**Ada Wren**", "![Bob](x.png) **Ada Wren**"),
        ("**Ada Wren**", "~~**Ada Wren**~~ Bob"),
        ("**Ada Wren**", "**A&#100;a Wren**"),
        ("**Ada Wren**", "    **Ada Wren**"),
        ("**Ada Wren**", "**Ada Wren**[^1]\n\n[^1]: Bob"),
        ("## Documents", '[1]: http://example.org "Bob"\n\n## Documents'),
        ("<!-- pincite-data", '<!-- pincite-data\n{"answers": []}\n-->\n\n<!-- pincite-data'),
        ("# Questions", "#\ufeff Questions"),
    ],
)
def test_a_markdown_document_that_shows_more_than_its_data_is_noticed(lease: Path, old: str, new: str) -> None:
    path = write(lease, "md")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")
    assert verify(path).problems


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            '"text": "Ada Wren"',
            '"text": "Bob", "text": "Ada Wren"',
            "the field 'text' occurs twice: 'Bob' and 'Ada Wren'",
        ),
        ('"confidence": 0.7', '"confidence": NaN', "the data have NaN, which is not a number"),
        ('"confidence": 0.7', '"confidence": 1e400', "the data have 1e400, which is not a number"),
        ('"confidence": 0.7', '"confidence": 7.0', "question 1: confidence: 7.0 is not a probability"),
        (
            '"text": "Ada Wren"',
            '"said": "Bob", "text": "Ada Wren"',
            "question 1: the field 'said' does not belong in an export: it says 'Bob'",
        ),
        (
            '"link": null',
            '"link": "http://example.org"',
            "question 1: citations[0].link: the file has 'http://example.org', its citations make None",
        ),
        (
            '"kind": "pincite-conversation",',
            "",
            "the conversation was altered: the data do not match their checksum",
        ),
    ],
)
def test_data_that_do_not_follow_from_the_citations_are_named(lease: Path, old: str, new: str, words: str) -> None:
    path = write(lease, "json")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")
    assert words in verify(path).problems
    dossier = write(lease, "html")
    text = dossier.read_text(encoding="utf-8")
    dossier.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")
    assert verify(dossier).problems


def test_a_second_conversation_after_the_first_is_named(lease: Path) -> None:
    path = write(lease, "json")
    more = '{"question": "Who?", "status": "abstained", "citations": [], "nearest": null}'
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8", newline="")
    assert "the file holds more than one exported conversation" in verify(path).problems


def test_a_question_changed_also_in_the_data_breaks_their_checksum(lease: Path) -> None:
    for suffix in ("html", "md", "json"):
        path = write(lease, suffix)
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("What of", "Who burnt"), encoding="utf-8", newline="")
        assert any("checksum" in problem for problem in verify(path).problems)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("heading", "Proven facts", "the file names the heading 'Proven facts', the document None"),
        ("sentence_start", 32, "the file's sentence is cut: in the document it begins earlier or goes on"),
    ],
)
def test_a_heading_and_a_sentence_are_compared_with_the_document(
    lease: Path, field: str, value: object, words: str
) -> None:
    path = write(lease, "json")
    data = json.loads(path.read_text(encoding="utf-8"))
    citation = data["answers"][0]["citations"][0]
    citation |= {field: value, "sentence": None}
    path.write_text(json.dumps(data), encoding="utf-8")
    finding = verify(path).findings[0]
    assert (finding.verdict, finding.note) == (CitationVerdict.CHANGED, words)


def test_other_line_endings_are_no_change(lease: Path) -> None:
    path = write(lease, "html")
    path.write_text(path.read_text(encoding="utf-8"), encoding="utf-8", newline="\r\n")
    assert verify(path).ok
    assert len(conversation(lease)) == 4


def test_the_command_reports_that_the_file_was_changed(lease: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(lease, "html")
    text = path.read_text(encoding="utf-8").replace("</h1>", "</h1><p>\x1b[2JBob</p>", 1)
    path.write_text(text, encoding="utf-8", newline="")
    assert main(["verify", str(path)]) == 3
    printed = capsys.readouterr().out
    assert "\x1b" not in printed
    total = "4 ok, 0 moved, 0 read differently now, 0 changed, 0 gone, of 4"
    assert printed.splitlines()[-1] == f"{total}; the file itself is changed"


@pytest.mark.parametrize("suffix", ["html", "md", "json"])
def test_unchanged_exports_of_every_form_are_ok(suffix: str, tmp_path: Path) -> None:
    text = "Sound goes 10^3 km. It is slow.\n\nLight is fast.\n"
    document = Document("sky.txt", text)

    def cite(start: int, end: int, **more: Any) -> Citation:
        quote, before, after = text[start:end], text[max(0, start - 32) : start], text[end : end + 32]
        more = {"sentence_start": start, "sentence_end": end, **more}
        sha256 = document.sha256
        return Citation(
            "sky.txt",
            "sky.txt",
            start,
            end,
            quote,
            page=None,
            prefix=before,
            suffix=after,
            document_sha256=sha256,
            **more,
        )

    def answer(form: Form, *cited: Citation, **more: Any) -> Answer:
        words = more.pop("text", "\n".join(citation.quote for citation in cited))
        status = more.pop("status", Status.ANSWERED)
        return Answer("How?", "How?", status, words, None, cited, None, None, Timings(), form=form, **more)

    answers = [
        answer(Form.SPAN, cite(11, 15, sentence_start=0, sentence_end=19, added=((13, 14),))),
        answer(Form.STATEMENT, cite(0, 19, focus_start=11, focus_end=15, added=((13, 14),)), verdict="yes"),
        answer(Form.PASSAGE, cite(0, 31)),
        answer(Form.LIST, cite(0, 19, part="sound"), cite(33, 47, part="light"), missing=("heat",)),
        answer(Form.OVERVIEW, cite(20, 31), cite(33, 47)),
        answer(Form.REPLY, cite(33, 47), status=Status.REPLIED, text="It stands here:"),
        answer(Form.REPLY, status=Status.REPLIED, text="You are welcome."),
    ]
    path = tmp_path / f"out.{suffix}"
    path.write_text(exported(answers, {"sky.txt": document}, suffix), encoding="utf-8", newline="")
    verification = verify(path, [document])
    assert [(finding.verdict, finding.note) for finding in verification.findings] == [(CitationVerdict.OK, None)] * 8
    assert verification.problems == ()
