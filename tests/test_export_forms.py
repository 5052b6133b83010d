"""Each form of answer as it is taken along, and whether what was exported can be verified."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from web_fakes import ABOUT, HOW, KEEPER, LIST, LIT, OIL, PARTS, THANKS, WAS, WHEN, WHERE, ScriptedAnswerer

from pincite.records.export import answer_markdown, answer_plain, exported
from pincite.records.verify import CitationVerdict, verify
from qa.errors import ExportedFileError
from qa.types import Answer

ANSWERER = ScriptedAnswerer()
DOCUMENTS = ANSWERER.documents
EVERY_FORM = [WHEN, LIST, PARTS, WAS, HOW, ABOUT, THANKS, WHERE, OIL]


def markdown(question: str, **changed: object) -> list[str]:
    return answer_markdown(replace(ANSWERER.answer(question), **changed), DOCUMENTS).splitlines()


def export(folder: Path, suffix: str, answers: list[Answer]) -> Path:
    path = folder / f"answers.{suffix}"
    path.write_text(exported(answers, DOCUMENTS, suffix), encoding="utf-8")
    return path


@pytest.mark.parametrize("suffix", ["html", "md", "json"])
def test_every_form_can_be_verified_where_it_was_exported(tmp_path: Path, suffix: str) -> None:
    answers = [ANSWERER.answer(question) for question in EVERY_FORM]
    findings = verify(export(tmp_path, suffix, answers), list(DOCUMENTS.values())).findings
    quoted = [c.quote for a in answers for c in (*a.citations, *([a.nearest] if a.nearest else []))]
    assert [(one.verdict, one.claim.citation.quote) for one in findings] == [
        (CitationVerdict.OK, quote) for quote in quoted
    ]


def test_the_data_have_the_form_the_parts_and_the_focus(tmp_path: Path) -> None:
    path = export(tmp_path, "json", [ANSWERER.answer(WAS), ANSWERER.answer(PARTS)])
    data = json.loads(path.read_text(encoding="utf-8"))
    first, second = data["answers"]
    assert (data["schema_version"], first["form"], second["form"]) == (2, "statement", "list")
    (citation,) = first["citations"]
    focus = DOCUMENTS[citation["document_id"]].text[citation["focus_start"] : citation["focus_end"]]
    assert (first["verdict"], focus) == ("yes", "1851")
    assert [one["part"] for one in second["citations"]] == [KEEPER, LIT]
    assert (second["parts"], second["missing"]) == ([KEEPER, "what did it cost?", LIT], ["what did it cost?"])


def test_the_words_that_matter_most_are_bold_and_nothing_is_repeated() -> None:
    assert markdown(WAS)[:3] == ["Yes.", "", "> The lamp was first lit in **1851**, on a clear night."]
    assert answer_plain(ANSWERER.answer(WAS), DOCUMENTS).count("1851") == 1


def test_each_part_is_named_above_what_answers_it() -> None:
    lines = [line for line in markdown(PARTS) if line.startswith(("On", "The text"))]
    assert lines == [f"On “{KEEPER}”:", f"On “{LIT}”:", "The text does not say: “what did it cost?”"]


def test_a_reply_is_its_words() -> None:
    assert markdown(THANKS) == ["You are welcome."]


def test_a_dossier_that_shows_other_words_above_a_sentence_is_detected(tmp_path: Path) -> None:
    path = export(tmp_path, "html", [ANSWERER.answer(WAS)])
    forged = path.read_text(encoding="utf-8").replace(
        '<p class="answer">Yes.</p>', '<p class="answer"><span data-span="answer-1">Never</span></p>'
    )
    path.write_text(forged, encoding="utf-8")
    (finding,) = verify(path, list(DOCUMENTS.values())).findings
    assert finding.verdict is not CitationVerdict.OK


def test_a_focus_outside_of_its_quote_is_an_error(tmp_path: Path) -> None:
    path = export(tmp_path, "json", [ANSWERER.answer(WAS)])
    data = json.loads(path.read_text(encoding="utf-8"))
    data["answers"][0]["citations"][0]["focus_end"] += 1000
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ExportedFileError, match="field 'focus_start'"):
        verify(path, list(DOCUMENTS.values()))
