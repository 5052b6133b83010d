"""Exported answers, verified against documents that are unchanged, edited or missing."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document
from pincite.cli import main
from pincite.records.export import exported
from pincite.records.verify import CitationFinding, CitationVerdict, verify
from pincite.records.verify.judging import judge
from pincite.records.verify.types import Claim
from qa.errors import ExportedFileError
from qa.types import Answer, Citation, Reason, Status, Timings

LEASE = (
    "The lease of the mill\n\n"
    "The lease was signed by Ada Wren on 4 May 1901. It ran for twelve years.\n\n"
    "The rent was twelve pounds a year. The miller paid it in flour.\n"
)


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    first = max(text.rfind(". ", 0, start) + 2 if ". " in text[:start] else 0, text.rfind("\n", 0, start) + 1)
    return first, text.index(".", end - 1) + 1


def cited(text: str, quote: str, *, nth: int = 0, source: str = "lease.txt") -> Citation:
    start = [m.start() for m in re.finditer(re.escape(quote), text)][nth]
    end = start + len(quote)
    document = Document(source, text)
    return Citation(
        document_id=Path(source).name,
        source=source,
        start=start,
        end=end,
        quote=quote,
        sentence_start=(around := sentence_around(text, start, end))[0],
        sentence_end=around[1],
        page=None,
        prefix=text[max(0, start - 32) : start],
        suffix=text[end : end + 32],
        document_sha256=document.sha256,
    )


def answered(*citations: Citation, question: str = "Who signed the lease?") -> Answer:
    return Answer(
        question, question, Status.ANSWERED, citations[0].quote, 0.7, citations, None, None, Timings(1, 1, 1, 3)
    )


def judged(citation: Citation, text: str) -> CitationFinding:
    return judge(Claim(1, "?", citation), Document("lease.txt", text))


def words_at(finding: CitationFinding, text: str) -> str:
    assert finding.place is not None
    assert text[finding.place.start : finding.place.end] == finding.place.text
    return finding.place.text


# -- one citation and one document


def test_words_of_an_unchanged_document_are_ok() -> None:
    finding = judged(cited(LEASE, "Ada Wren"), LEASE)
    assert (finding.verdict, finding.note) == (CitationVerdict.OK, None)


def test_words_at_their_old_place_in_a_changed_document_are_ok() -> None:
    finding = judged(cited(LEASE, "Ada Wren"), LEASE + "\nA postscript.\n")
    assert (finding.verdict, finding.note) == (CitationVerdict.OK, "the document has changed elsewhere")


def test_an_unchanged_file_that_is_read_differently_is_a_reread_and_no_change() -> None:
    citation = replace(cited(LEASE, "4 May 1901"), file_sha256="f" * 64)
    text = LEASE.replace("4 May 1901", "4 [1] May 1901")
    same, other = (Document("lease.txt", text, metadata={"file_sha256": digit * 64}) for digit in "fe")
    assert judge(Claim(1, "When?", citation), same).verdict is CitationVerdict.REREAD
    assert judge(Claim(1, "When?", citation), other).verdict is CitationVerdict.CHANGED


def test_words_after_an_insertion_have_moved_by_its_length() -> None:
    inserted = "A preface of one line.\n\n"
    citation = cited(LEASE, "Ada Wren")
    finding = judged(citation, inserted + LEASE)
    assert finding.verdict is CitationVerdict.MOVED
    assert finding.place is not None
    assert (finding.place.start, finding.place.end) == (citation.start + len(inserted), citation.end + len(inserted))
    assert words_at(finding, inserted + LEASE) == "Ada Wren"


def test_among_several_places_the_one_with_the_old_context_is_chosen() -> None:
    text = "North side. The gate is shut. Ask the warden.\n\nSouth side. The gate is shut. Ask the miller.\n"
    citation = cited(text, "shut", nth=1)
    finding = judged(citation, "A new first line.\n" + text)
    assert finding.verdict is CitationVerdict.MOVED
    assert finding.place is not None
    assert finding.place.start == citation.start + len("A new first line.\n")
    assert finding.note == "it occurs 2 times; this place is most like the old one"


def test_a_word_is_not_found_inside_a_longer_one() -> None:
    text = "Rooms: 12. Doors: 4.\n"
    changed = "Rooms: 2012. Doors: 4.\n"
    start = text.index("12")
    citation = replace(cited(text, "12"), sentence_start=start, sentence_end=start + 2)
    assert judged(citation, "x" + text).verdict is CitationVerdict.MOVED
    assert judged(citation, changed).verdict is CitationVerdict.GONE


def test_another_word_in_the_quote_is_a_change_and_the_new_words_are_shown() -> None:
    changed = LEASE.replace("Ada Wren", "Edith Wren")
    finding = judged(cited(LEASE, "Ada Wren"), changed)
    assert finding.verdict is CitationVerdict.CHANGED
    assert words_at(finding, changed) == "Edith Wren"
    assert finding.place is not None
    assert finding.place.passage == "The lease was signed by Edith Wren on 4 May 1901."


def test_a_sentence_that_now_says_the_opposite_is_a_change_although_the_quote_is_the_same() -> None:
    changed = LEASE.replace("was signed by", "was not signed by")
    finding = judged(cited(LEASE, "Ada Wren"), changed)
    assert (finding.verdict, finding.note) == (
        CitationVerdict.CHANGED,
        "the quote stands there, its sentence has changed",
    )
    assert words_at(finding, changed) == "Ada Wren"


def test_a_removed_sentence_is_gone_although_another_has_its_quote() -> None:
    without = LEASE.replace("It ran for twelve years.", "")
    assert judged(cited(LEASE, "twelve"), without).verdict is CitationVerdict.GONE


def test_sentences_cut_off_a_document_are_gone() -> None:
    citation = cited(LEASE, "flour")
    assert judged(citation, LEASE[: citation.start - 40]).verdict is CitationVerdict.GONE


@pytest.mark.parametrize(
    "text", [LEASE.replace("\n", "\r\n"), LEASE.replace("Ada Wren", "Ada  Wren").replace("signed by", "signed\nby")]
)
def test_other_line_ends_and_spaces_are_a_move(text: str) -> None:
    finding = judged(cited(LEASE, "signed by Ada Wren"), text)
    assert finding.verdict is CitationVerdict.MOVED
    assert words_at(finding, text).split() == ["signed", "by", "Ada", "Wren"]


def test_another_composition_of_accented_letters_is_a_move() -> None:
    text = "The café was Zoë's. It had a bar.\n"
    composed, apart = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    finding = judged(cited(composed, "café"), apart)
    assert (finding.verdict, words_at(finding, apart)) == (CitationVerdict.MOVED, unicodedata.normalize("NFD", "café"))
    assert finding.note == "only white space or the composition of accented letters differs"
    assert judged(cited(apart, unicodedata.normalize("NFD", "Zoë")), composed).verdict is CitationVerdict.MOVED


@pytest.mark.parametrize(
    "forged",
    [
        {"quote": "Eda Wren"},
        {"start": 40, "end": 48, "sentence_start": 40, "sentence_end": 48},
        {"prefix": "The lease was not signed by "},
        {"suffix": " on 4 May 1902."},
        {"page": 3},
    ],
)
def test_a_forged_citation_of_an_unchanged_document_is_not_ok(forged: dict[str, Any]) -> None:
    finding = judged(replace(cited(LEASE, "Ada Wren"), **forged), LEASE)
    assert finding.verdict is not CitationVerdict.OK
    assert finding.note


@given(
    before=st.text(max_size=60),
    quote=st.text(min_size=1, max_size=30).filter(lambda text: bool(text.strip())),
    after=st.text(max_size=60),
    inserted=st.text(max_size=40),
)
def test_offsets_are_exact_with_any_characters(before: str, quote: str, after: str, inserted: str) -> None:
    text = before + quote + after
    start, end = len(before), len(before) + len(quote)
    citation = Citation(
        "d", "d", start, end, quote, start, end, None, before[-32:], after[:32], Document("d", text).sha256
    )
    here = judged(citation, text)
    assert (
        here.verdict is CitationVerdict.OK
        or here.note == "the file's sentence is cut: in the document it begins earlier or goes on"
    )
    changed = inserted + text
    finding = judged(citation, changed)
    if finding.place is not None:
        words_at(finding, changed)
    if inserted and not inserted[-1].isalnum() and not before[:1].isalnum() and before:
        assert finding.verdict in (CitationVerdict.OK, CitationVerdict.MOVED)
        assert words_at(finding, changed) == quote


def test_a_sentence_late_in_a_huge_document_is_found_also_if_it_changed() -> None:
    filler = "".join(f"Line {i} of the ledger records nothing of note.\n" for i in range(100_000))
    moved = judged(cited(LEASE, "Ada Wren"), filler + LEASE)
    assert moved.verdict is CitationVerdict.MOVED
    changed = filler + LEASE.replace("Ada Wren", "Edith Wren")
    finding = judged(cited(LEASE, "Ada Wren"), changed)
    assert (finding.verdict, words_at(finding, changed)) == (CitationVerdict.CHANGED, "Edith Wren")


# -- files


@pytest.fixture
def lease(tmp_path: Path) -> Path:
    path = tmp_path / "lease.txt"
    path.write_text(LEASE, encoding="utf-8", newline="")
    return path


def conversation(lease: Path) -> list[Answer]:
    quotes = ("Ada Wren", "twelve years", "in flour")
    answers = [answered(cited(LEASE, quote, source=str(lease)), question=f"What of <{quote}>?") for quote in quotes]
    nearest = cited(LEASE, "The rent was twelve pounds a year.", source=str(lease))
    silent = Answer("Why?", "Why?", Status.ABSTAINED, None, 0.1, (), nearest, Reason.NOT_DISCUSSED, Timings(1, 1, 1, 3))
    return [*answers, silent]


def write(lease: Path, suffix: str) -> Path:
    path = lease.parent / f"out.{suffix}"
    text = exported(conversation(lease), {"lease.txt": Document("lease.txt", LEASE)}, suffix)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def verdicts(path: Path, *sources: Path) -> list[str]:
    from index import load_all

    verification = verify(path, load_all(sources) if sources else None)
    return [finding.verdict.value for finding in verification.findings]


@pytest.mark.parametrize("suffix", ["html", "md", "json"])
def test_an_export_is_ok_as_long_as_its_document_is_unchanged(lease: Path, suffix: str) -> None:
    path = write(lease, suffix)
    assert verdicts(path) == ["ok"] * 4
    lease.write_text("Preface.\n\n" + LEASE.replace("in flour", "in coin").replace("It ran for twelve years.", ""))
    assert verdicts(path) == ["moved", "gone", "changed", "moved"]
    lease.unlink()
    assert verdicts(path) == ["gone"] * 4


def test_the_output_of_ask_can_be_verified_for_one_answer_or_several(lease: Path) -> None:
    path = lease.parent / "answers.json"
    printed = json.dumps(answered(cited(LEASE, "Ada Wren", source=str(lease))).to_dict(), indent=2)
    path.write_text(printed)
    assert verdicts(path) == ["ok"]
    path.write_text(printed + "\n" + json.dumps(json.loads(printed)) + "\n")
    assert verdicts(path) == ["ok", "ok"]
    path.write_text("\ufeff" + printed, encoding="utf-8")
    assert verdicts(path) == ["ok"]


def test_a_source_is_matched_by_its_text_its_id_or_its_name_in_any_folder(lease: Path) -> None:
    path = write(lease, "json")
    lease.unlink()
    other = lease.parent / "elsewhere"
    other.mkdir()
    (other / "renamed.txt").write_text(LEASE, newline="")
    assert verdicts(path, other) == ["ok"] * 4
    (other / "renamed.txt").write_text("Preface.\n" + LEASE, newline="")
    (other / "more.txt").write_text("Nothing to do with it.\n")
    assert verdicts(path, other) == ["gone"] * 4
    assert verdicts(path, other / "renamed.txt") == ["moved"] * 4
    (other / "lease.txt").write_text("Preface.\n" + LEASE, newline="")
    assert verdicts(path, other) == ["moved"] * 4


def edit_shown(lease: Path, suffix: str, old: str, new: str) -> Path:
    """Return an export with an edit of its visible text, but not of its data."""
    path = write(lease, suffix)
    shown, marker, data = path.read_text().rpartition("<script" if suffix == "html" else "<!--")
    assert old in shown
    path.write_text(shown.replace(old, new) + marker + data)
    return path


def test_a_quote_edited_in_the_visible_text_is_not_ok(lease: Path) -> None:
    assert verdicts(edit_shown(lease, "md", "in flour", "in gold")) == ["ok", "ok", "changed", "ok"]
    # A dossier shows some characters around a sentence too: the quote stands among those of the fourth.
    assert verdicts(edit_shown(lease, "html", "in flour", "in gold")) == ["ok", "ok", "changed", "changed"]


@pytest.mark.parametrize("suffix", ["html", "md"])
@pytest.mark.parametrize(
    ("old", "new", "altered"),
    [
        ("It ran for", "It never ran for", {2}),  # the sentence around the quote
        ("characters 47 to 55", "characters 48 to 56", {1}),
        ("in flour", "not in flour", {3}),
    ],
)
def test_an_edit_around_a_quote_is_not_ok(lease: Path, suffix: str, old: str, new: str, altered: set[int]) -> None:
    findings = verify(edit_shown(lease, suffix, old, new)).findings
    assert altered <= {finding.claim.number for finding in findings if finding.verdict is CitationVerdict.CHANGED}
    assert all(str(finding.note).startswith("the file ") for finding in findings if finding.verdict != "ok")


@pytest.mark.parametrize(
    ("suffix", "old"), [("html", "What of &lt;twelve years&gt;?"), ("md", "What of \\<twelve years\\>?")]
)
def test_an_edited_question_is_not_ok(lease: Path, suffix: str, old: str) -> None:
    assert verdicts(edit_shown(lease, suffix, old, "What of the murder?")) == ["ok", "changed", "ok", "ok"]


def test_an_edited_answer_is_not_ok(lease: Path) -> None:
    path = write(lease, "html")
    path.write_text(path.read_text().replace('"answer-2">twelve years', '"answer-2">thirty years'))
    assert verdicts(path) == ["ok", "changed", "ok", "ok"]
    data = write(lease, "json")
    data.write_text(data.read_text().replace('"text": "twelve years"', '"text": "twelve thousand years"'))
    (finding,) = [finding for finding in verify(data).findings if finding.verdict is not CitationVerdict.OK]
    assert finding.note == "the file's answer, 'twelve thousand years', is not what it quotes"


@pytest.mark.parametrize("suffix", ["html", "md", "json"])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.97])
def test_a_truncated_file_is_an_error_and_never_ok(lease: Path, suffix: str, share: float) -> None:
    path = write(lease, suffix)
    text = path.read_text()
    path.write_text(text[: int(len(text) * share)])
    with pytest.raises(ExportedFileError, match=r"cut off|not JSON|no answers"):
        verify(path)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("start", -1),
        ("start", "0"),
        ("start", 1.5),
        ("start", True),
        ("start", None),
        ("end", 0),
        ("end", 10**30),
        ("quote", ""),
        ("quote", ["Ada Wren"]),
        ("quote", "\ud800"),
        ("prefix", 7),
        ("page", "one"),
        ("sentence", {}),
        ("document_sha256", None),
        ("source", 3),
    ],
)
def test_an_invalid_field_is_an_error_that_names_it(lease: Path, field: str, value: object) -> None:
    path = write(lease, "json")
    data = json.loads(path.read_text())
    data["answers"][0]["citations"][0][field] = value
    path.write_text(json.dumps(data))
    with pytest.raises(ExportedFileError, match=rf"answers\[0\]\.citations\[0\], field '{field}'"):
        verify(path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Just some words.\n",
        "[]",
        "{}",
        "[1, 2]",
        '{"answers": 3}',
        '{"answers": [3]}',
        '{"answers": []}',
        '{"kind": "something-else", "answers": [{}]}',
        '{"schema_version": 99, "answers": []}',
        "[" * 100_000,
        '{"answers": [' + "9" * 5000 + "]}",
        "<html><body>Nothing.</body></html>",
        '<html><script type="application/json" id="pincite-data">{"answers": [</script></html>',
        "<!-- pincite-data {} -->",
    ],
)
def test_a_file_that_is_no_export_is_an_error_in_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file.json"
    path.write_text(text)
    with pytest.raises(ExportedFileError) as caught:
        verify(path)
    assert "\n" not in str(caught.value)


def test_an_answer_without_its_citations_is_an_error(lease: Path) -> None:
    path = write(lease, "json")
    data = json.loads(path.read_text())
    data["answers"][1]["citations"] = []
    path.write_text(json.dumps(data))
    with pytest.raises(ExportedFileError, match=r"answers\[1\], field 'status': 'answered', but there are 0"):
        verify(path)


# -- the command


def test_the_command_exits_with_3_unless_all_are_ok(lease: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(lease, "html")
    assert main(["verify", str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "4 ok, 0 moved, 0 read differently now, 0 changed, 0 gone, of 4"
    lease.write_text("A preface.\n\n" + LEASE, newline="")
    assert main(["verify", str(path)]) == 3
    lines = capsys.readouterr().out.splitlines()
    start = LEASE.index("Ada Wren")
    assert lines[0] == f"moved   [1] “Ada Wren” (lease.txt, characters {start} to {start + 8})"
    assert lines[1] == f"        now “Ada Wren” (lease.txt, characters {start + 12} to {start + 20})"


def test_a_source_that_cannot_be_read_makes_its_citations_gone(lease: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(lease, "json")
    (damaged := lease.parent / "lease.pdf").write_bytes(b"%PDF-1.4 and no more")
    (empty := lease.parent / "empty.txt").write_text("")
    for source, reason in ((damaged, "'lease.pdf' is not a PDF, or is damaged"), (empty, "'empty.txt' is empty")):
        assert main(["verify", str(path), "--source", str(source)]) == 3
        printed = capsys.readouterr()
        assert printed.err.startswith(f"pincite: {reason}")
        assert printed.out.endswith("0 ok, 0 moved, 0 read differently now, 0 changed, 4 gone, of 4\n")
    assert main(["verify", str(path), "--source", str(lease.parent / "nowhere.txt")]) == 1  # a mistake in the command


def test_the_command_prints_json_with_the_new_offsets(lease: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(lease, "md")
    moved = "A preface.\n\n" + LEASE
    lease.write_text(moved, newline="")
    assert main(["verify", str(path), "--source", str(lease), "--json"]) == 3
    data = json.loads(capsys.readouterr().out)
    assert (data["schema_version"], data["ok"]) == (2, False)
    assert data["counts"] == {"ok": 0, "moved": 4, "reread": 0, "changed": 0, "gone": 0}
    for citation in data["citations"]:
        place = citation["found"]
        assert moved[place["start"] : place["end"]] == citation["quote"] == place["text"]


def test_the_command_reports_a_bad_file_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(tmp_path / "none.html")]) == 1
    assert main(["verify", str(tmp_path)]) == 1
    (tmp_path / "binary.html").write_bytes(b"\xff\xfe\x00")
    assert main(["verify", str(tmp_path / "binary.html")]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert lines[0].endswith("none.html' (No such file or directory); check the path")
    assert lines[1] == f"pincite: cannot read {str(tmp_path)!r} (Is a directory); check the path"


def test_findings_are_plain_data(lease: Path) -> None:
    finding = verify(write(lease, "json")).findings[0]
    data = finding.to_dict()
    assert json.loads(json.dumps(data)) == data
    assert data["found"] == asdict(finding.place) if finding.place else False
