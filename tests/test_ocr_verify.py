"""Citations of recognised words, verified at their place in the picture."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from documents import column, pdf
from fakes import HashingEmbedder
from pictures import one_pdf, scanned, tell

from index import Document, Index, load
from pincite.cli import main
from pincite.records.export import exported
from pincite.records.export.markdown import answer_plain
from pincite.records.verify import CitationFinding, CitationVerdict, verify
from pincite.records.verify.judging import judge
from pincite.records.verify.types import Claim
from qa.citing import cite
from qa.types import Answer, Citation, Status, Timings

TYPED = ["The lease of the mill."]
LINES = ["The tenant pays 1,250 pounds.", "", "", "The mill stands in Bergen."]
# The words "1,250" and "pounds.", 13 characters of 7.2 points, 16 characters into a line that begins at 57.6.
PLACE = "page 2, 172.8, 72 to 266.4, 89.3"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "lease.pdf"
    path.write_bytes(one_pdf(pdf([column(TYPED, 50, 740)]), scanned(LINES)))
    return path


@pytest.fixture
def cited(file: Path, monkeypatch: pytest.MonkeyPatch) -> Citation:
    """The rent, as Told 1.0 recognises it."""
    tell(monkeypatch, LINES)
    document = load(file)
    start = document.text.index("1,250 pounds")
    return cite(Index.build([document], embedder=HashingEmbedder()), document.id, start, start + 12)


def answered(citation: Citation) -> Answer:
    question = "What does the tenant pay?"
    return Answer(
        question, question, Status.ANSWERED, citation.quote, 0.7, (citation,), None, None, Timings(1, 1, 1, 3)
    )


def verified(citation: Citation, document: Document) -> CitationFinding:
    return judge(Claim(1, "What does the tenant pay?", citation), document)


def test_a_quote_that_is_recognised_again_is_ok_with_its_place_in_the_picture(
    cited: Citation, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(monkeypatch, LINES)
    finding = verified(cited, load(file))
    assert finding.verdict is CitationVerdict.OK
    assert finding.note is not None
    assert f"held to its place in the picture ({PLACE})" in finding.note


def test_the_same_words_at_the_same_place_are_ok_though_other_sentences_read_differently(
    cited: Citation, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(monkeypatch, ["The tenant pays 1,250 pounds.", "", "", "Tho mi11 stands in Bergen."], name="Told 2.0")
    moved = load(file)
    finding = verified(cited, moved)
    assert finding.verdict is CitationVerdict.OK
    assert finding.place is not None
    assert moved.text[finding.place.start : finding.place.end] == "1,250 pounds"


def test_the_same_words_in_a_sentence_that_is_not_recognised_again_are_a_reread(
    cited: Citation, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(monkeypatch, ["The tenant owes 1,250 pounds.", "", "", "The mill stands in Bergen."], name="Told 2.0")
    finding = verified(cited, load(file))
    assert finding.verdict is CitationVerdict.REREAD
    assert "the others of their sentence are read differently now" in str(finding.note)


def test_other_words_at_the_place_are_a_reread_and_both_recognisers_are_named(
    cited: Citation, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(monkeypatch, ["The tenant pays 7,250 pounds.", "", "", "The mill stands in Bergen."], name="Told 2.0")
    finding = verified(cited, load(file))
    assert finding.verdict is CitationVerdict.REREAD
    assert finding.place is not None
    assert finding.place.text == "7,250 pounds."
    assert finding.note is not None
    assert "the picture is unchanged; Told 1.0 read these words there" in finding.note
    assert "Told 2.0 reads others now" in finding.note


def test_the_same_words_elsewhere_on_the_page_do_not_count(
    cited: Citation, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(monkeypatch, ["The tenant pays 7,250 pounds.", "", "", "The tenant pays 1,250 pounds."])
    assert verified(cited, load(file)).verdict is CitationVerdict.REREAD


def test_without_the_extra_only_the_picture_is_verified_and_not_its_words(
    cited: Citation, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    finding = verified(cited, load(file))
    assert (finding.verdict, finding.place) == (CitationVerdict.REREAD, None)
    assert finding.note is not None
    assert finding.note.endswith("pip install 'pincite[ocr]'")


def test_a_scan_that_is_not_a_document_without_the_extra_is_not_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(scanned(LINES))
    tell(monkeypatch, LINES)
    document = load(scan)
    start = document.text.index("1,250 pounds")
    citation = cite(Index.build([document], embedder=HashingEmbedder()), document.id, start, start + 12)
    dossier = tmp_path / "answer.html"
    dossier.write_text(exported([answered(citation)], {document.id: document}, "html"), encoding="utf-8")
    tell(monkeypatch, LINES)
    assert main(["verify", str(dossier)]) == 0
    assert "recognised by Told 1.0" in capsys.readouterr().out
    monkeypatch.undo()
    assert [finding.verdict for finding in verify(dossier).findings] == [CitationVerdict.REREAD]
    scan.write_bytes(scanned(["Another page."]))
    assert [finding.verdict for finding in verify(dossier).findings] == [CitationVerdict.GONE]


def test_only_the_words_are_compared_with_a_changed_file_and_a_note_says_so(
    cited: Citation, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_bytes(one_pdf(pdf([column(TYPED, 50, 740)]), scanned([*LINES, "A new line."])))
    tell(monkeypatch, LINES)
    finding = verified(cited, load(file))
    assert finding.verdict is CitationVerdict.OK
    assert finding.note is not None
    assert "of a file that is another one now: held to the words alone" in finding.note


@pytest.mark.parametrize(
    ("forged", "said"),
    [
        ({"where": ()}, "recognised by Told 1.0"),
        ({"where": (("recognised", "Eyes 9"),)}, "recognised by Eyes 9"),
        ({"boxes": ((2, 1.0, 1.0, 2.0, 2.0),)}, "another place in the picture"),
        ({"boxes": (), "where": ()}, "recognised by Told 1.0"),
        ({"boxes": ()}, "another place in the picture"),
    ],
)
def test_a_citation_with_a_forged_recogniser_or_place_is_changed(
    cited: Citation, file: Path, monkeypatch: pytest.MonkeyPatch, forged: dict[str, object], said: str
) -> None:
    tell(monkeypatch, LINES)
    finding = verified(replace(cited, **forged), load(file))  # type: ignore[arg-type]
    assert finding.verdict is CitationVerdict.CHANGED
    assert said in str(finding.note)


@pytest.mark.parametrize("suffix", ["html", "md", "json", "txt"])
def test_every_export_says_that_words_were_recognised(
    cited: Citation, file: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    tell(monkeypatch, LINES)
    document = load(file)
    if suffix == "txt":
        written = answer_plain(answered(cited), {document.id: document})
    else:
        written = exported([answered(cited)], {document.id: document}, suffix)
    assert "recognised" in written
    assert "Told 1.0" in written
    if suffix == "json":
        (plain,) = json.loads(written)["answers"][0]["citations"]
        assert plain["where"] == [["recognised", "Told 1.0"]]
        assert plain["boxes"] == [[2, 172.8, 72.0, 266.4, 89.3]]
