"""What was there before the layout of the code stays: files written by an earlier version, and names that measure us.

The files in data/9745e7e were written by that commit's own code: an index of ferry.md, an answer as a dossier, as JSON
and as Markdown, what was said of two answers, and a calibration that was kept.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from index import Index, load
from index.load import formats
from pincite.cli import main
from pincite.evaluation import read_pairs
from pincite.records.feedback import read_judgements
from pincite.records.verify import CitationVerdict, verify
from qa import Answerer
from qa.calibrations import kept_calibration

KEPT = Path(__file__).parent / "data" / "9745e7e"
QUESTION = "Where was the ferry built?"
FILES = {path: path.read_bytes() for path in KEPT.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def answerer() -> Answerer:
    return Answerer.open(KEPT / "index")


def test_an_index_of_an_earlier_version_is_whole_opens_and_stays_as_it_is(answerer: Answerer) -> None:
    assert Index.check(KEPT / "index") == []
    assert answerer.ask(QUESTION).text == "Glasgow"
    assert answerer.index.documents["ferry.md"].text == load(KEPT / "ferry.md").text
    assert {path: path.read_bytes() for path in FILES} == FILES


def test_indexing_again_renews_an_index_of_an_earlier_version(tmp_path: Path) -> None:
    copied = shutil.copytree(KEPT / "index", tmp_path / "index")
    assert main(["index", str(KEPT / "ferry.md"), "--out", str(copied)]) == 0
    manifest = json.loads((copied / (copied / "CURRENT").read_text().split()[0] / "manifest.json").read_bytes())
    assert manifest["format_version"] == 3
    assert Index.check(copied) == []
    assert Index.open(copied).documents["ferry.md"].metadata["loader"] == f"md {formats.MARKDOWN.version}"


def test_an_index_of_an_earlier_version_knows_that_its_document_did_not_change() -> None:
    document = load(KEPT / "ferry.md")
    assert Index.known(KEPT / "index").documents == {"ferry.md": document.sha256}


@pytest.mark.parametrize("name", ["dossier.html", "conversation.json", "conversation.md"])
def test_answers_exported_by_an_earlier_version_are_verified(name: str) -> None:
    verified = verify(KEPT / name, [load(KEPT / "ferry.md")])
    (finding,) = verified.findings
    assert (finding.verdict, finding.claim.citation.quote) == (CitationVerdict.OK, "Glasgow")
    assert verified.ok


def test_feedback_kept_by_an_earlier_version_is_read() -> None:
    (pair,) = read_pairs(KEPT / "feedback.json")
    assert (pair.question, pair.answers) == (QUESTION, ("Glasgow",))
    assert [judged.question for judged in read_judgements(KEPT / "feedback.json")] == [
        QUESTION,
        "What does a ticket cost?",
    ]


def test_a_calibration_kept_by_an_earlier_version_is_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINCITE_DATA", os.fspath(KEPT / "userdata"))
    calibration = kept_calibration("pincite-reader:c79498a8fe17")
    assert calibration is not None
    assert calibration.threshold == 0.625


def test_the_names_that_programs_which_measure_answers_call_are_there(answerer: Answerer, tmp_path: Path) -> None:
    answer = answerer.ask(QUESTION, top_k=2, min_confidence=0)
    assert answer.to_dict()["citations"][0]["quote"] == "Glasgow"
    assert answer.timings.total >= answer.timings.read > 0

    considered = answerer.consider([QUESTION], top_k=2)
    assert considered.hits[0][0].chunk.document_id == "ferry.md"
    best = considered.candidates[0][0]
    assert answerer.documents["ferry.md"].text[best.start : best.end] == "Glasgow"

    ((hit,),) = answerer.index.search_many([QUESTION], 1)
    passage = answerer.index.text(hit.chunk)
    assert list(answerer.index.chunks) == [hit.chunk]
    (reading,) = answerer.reader.read([(QUESTION, passage)]).passages
    assert passage[reading.spans[0].start : reading.spans[0].end] == "Glasgow"

    answerer.index.save(tmp_path / "saved")
    assert Answerer.open(tmp_path / "saved").ask(QUESTION).text == "Glasgow"


def test_an_answer_can_be_examined_with_the_passages_behind_it(answerer: Answerer) -> None:
    answer, considered = answerer.examine(QUESTION)
    assert answer.text == "Glasgow"
    assert considered.hits == answerer.index.search(QUESTION)
