"""Folders, failures, metadata and the command line around loading."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from documents import shut

from index import Document, load, load_all
from index.errors import (
    BinaryFileError,
    EncodingError,
    LoadError,
    MetadataError,
    SourceNotFoundError,
    SourceTooLargeError,
    UnsupportedFormatError,
)
from index.load import Failure, Globs, LoadConfig, Metadata, find_files, load_each
from pincite.cli.main import main


def write(folder: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def outcome(found: Document | Failure) -> tuple[str, str]:
    return (found.id, "") if isinstance(found, Document) else (found.id, type(found.error).__name__)


def test_a_file_that_fails_does_not_keep_the_others_from_loading(tmp_path: Path) -> None:
    write(tmp_path, a_txt="Words.", b_txt=b"\x7fELF\0\0", c__d_md=" ", e_md="# More words.", f_docx=b"junk")
    assert [outcome(found) for found in load_each([tmp_path])] == [
        ("a.txt", ""),
        ("b.txt", "BinaryFileError"),
        ("c/d.md", "EmptyDocumentError"),
        ("e.md", ""),
        ("f.docx", "DamagedFileError"),
    ]
    failures: list[Failure] = []
    assert [d.id for d in load_all([tmp_path], failures=failures)] == ["a.txt", "e.md"]
    assert [failure.id for failure in failures] == ["b.txt", "c/d.md", "f.docx"]
    with pytest.raises(BinaryFileError, match=r"'b.txt' is not text"):
        load_all([tmp_path])


def test_each_source_is_read_when_its_turn_comes(tmp_path: Path) -> None:
    write(tmp_path, a_txt="Words.", b_txt="More.")
    found = iter(load_each([tmp_path]))
    next(found)
    (tmp_path / "b.txt").unlink()
    assert outcome(next(found)) == ("b.txt", "SourceNotFoundError")


@pytest.mark.parametrize(
    ("include", "exclude", "found"),
    [
        ([], [], ["a.txt", "x/b.md", "x/drafts/c.txt"]),
        (["*.txt"], [], ["a.txt", "x/drafts/c.txt"]),
        (["*.txt", "x/*.md"], [], ["a.txt", "x/b.md", "x/drafts/c.txt"]),
        (["x"], [], ["x/b.md", "x/drafts/c.txt"]),
        ([], ["x/drafts"], ["a.txt", "x/b.md"]),
        (["*.txt"], ["*/drafts/*"], ["a.txt"]),
        (["x/"], ["*.md"], ["x/drafts/c.txt"]),
    ],
)
def test_globs_choose_the_files_of_a_folder(tmp_path, include, exclude, found) -> None:
    write(tmp_path, a_txt="A.", x__b_md="B.", x__drafts__c_txt="C.")
    files = find_files([tmp_path], Globs(tuple(include), tuple(exclude)))
    assert [file.relative_to(tmp_path).as_posix() for file in files] == found


def test_globs_do_not_touch_a_file_that_is_named(tmp_path: Path) -> None:
    write(tmp_path, a_txt="A.")
    assert find_files([tmp_path / "a.txt"], Globs(("*.md",))) == [tmp_path / "a.txt"]
    with pytest.raises(SourceNotFoundError, match="that --include and --exclude leave"):
        find_files([tmp_path], Globs(("*.md",)))


def test_links_that_lead_round_in_a_circle_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, a_txt="A.")
    (tmp_path / "round").symlink_to(tmp_path, target_is_directory=True)
    assert find_files([tmp_path]) == [tmp_path / "a.txt"]


def test_a_folder_that_cannot_be_listed_is_named_and_the_others_are_loaded(tmp_path: Path, monkeypatch) -> None:
    write(tmp_path, a_txt="A.")
    closed = tmp_path / "closed"
    closed.mkdir()
    write(closed, b_txt="B.")
    shut(closed, monkeypatch)
    document, failure = load_each([tmp_path])
    assert isinstance(document, Document)
    assert isinstance(failure, Failure)
    assert (document.text, failure.id) == ("A.", "closed")
    assert str(failure.error).startswith(f"cannot list the folder {str(closed)!r}")
    assert find_files([tmp_path], Globs(("*.txt",))) == [tmp_path / "a.txt", closed]
    assert find_files([tmp_path], Globs(exclude=("closed",))) == [tmp_path / "a.txt"]


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFormatError, match="is a folder, and this reads one file"):
        load(tmp_path)


def test_a_link_that_leads_nowhere_is_named_and_the_others_are_loaded(tmp_path: Path) -> None:
    write(tmp_path, a_txt="A.")
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    document, *failures = load_each([tmp_path])
    assert isinstance(document, Document)
    assert [(f.id, type(f.error)) for f in failures] == [
        ("gone.txt", SourceNotFoundError),
        ("self.txt", SourceNotFoundError),
    ]


def test_a_link_to_a_file_elsewhere_keeps_the_name_it_has_here(tmp_path: Path) -> None:
    write(tmp_path, elsewhere__real_txt="Words.", docs__a_txt="A.")
    (tmp_path / "docs" / "link.txt").symlink_to(tmp_path / "elsewhere" / "real.txt")
    assert [d.id for d in load_all([tmp_path / "docs"])] == ["a.txt", "link.txt"]


def test_ids_stay_when_other_files_come(tmp_path: Path) -> None:
    write(tmp_path, docs__a__one_txt="One.")
    before = [d.id for d in load_all([tmp_path / "docs"])]
    write(tmp_path, docs__b__two_txt="Two.")
    after = [d.id for d in load_all([tmp_path / "docs"])]
    assert (before, after) == (["a/one.txt"], ["a/one.txt", "b/two.txt"])


def test_a_file_over_the_limit_names_its_size_and_the_limit(tmp_path: Path) -> None:
    write(tmp_path, a_txt="x" * 11)
    with pytest.raises(SourceTooLargeError, match=r"'a.txt' has 11 bytes; the limit is 10: .* --max-bytes"):
        load(tmp_path / "a.txt", max_bytes=10)
    assert load(tmp_path / "a.txt", max_bytes=11).text == "x" * 11
    assert [outcome(f) for f in load_each([tmp_path], config=LoadConfig(max_bytes=10))] == [
        ("a.txt", "SourceTooLargeError")
    ]


def test_text_in_utf_16_says_so_and_loads_with_its_encoding(tmp_path: Path) -> None:
    write(tmp_path, a_txt="Words.".encode("utf-16"))
    with pytest.raises(EncodingError, match="not utf-8 but utf-16; load it with --encoding utf-16"):
        load(tmp_path / "a.txt")
    assert load(tmp_path / "a.txt", encoding="utf-16").text == "Words."


def test_every_document_knows_the_sha256_of_its_file_and_where_it_is(tmp_path: Path, monkeypatch) -> None:
    write(tmp_path, a_txt="abc")
    monkeypatch.chdir(tmp_path)
    document = load("a.txt")
    # sha256 of "abc", from FIPS 180-2, appendix B.1
    assert document.metadata["file_sha256"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert (document.id, document.source) == ("a.txt", str(tmp_path / "a.txt"))


ROWS = [
    {"id": "a.txt", "date": "2024-05-01", "tags": ["economy", "law"], "source": "The Daily"},
    {"id": "gone.txt", "date": "2023-01-01"},
]


def lines(*rows: object) -> str:
    return "\n".join(json.dumps(row) for row in rows) + "\n"


def test_metadata_goes_to_the_document_of_its_id_or_path_and_what_is_left_over_is_known(tmp_path: Path) -> None:
    write(tmp_path, docs__a_txt="A.", docs__b_txt="B.")
    by_path = {"id": str(tmp_path / "docs" / "b.txt"), "note": "by path"}
    write(tmp_path, meta_jsonl=lines(*ROWS) + "\n" + lines(by_path))
    metadata = Metadata.read(tmp_path / "meta.jsonl")
    a, b = (metadata.merged(document) for document in load_all([tmp_path / "docs"]))
    assert (a.metadata["date"], a.metadata["tags"], a.metadata["source"]) == (
        "2024-05-01",
        ("economy", "law"),
        "The Daily",
    )
    assert a.metadata["file_sha256"]
    assert b.metadata["note"] == "by path"
    assert metadata.unmatched() == ["gone.txt"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"id": "a"}\nnot json\n', r"meta.jsonl:2 is not JSON"),
        ("[1]\n", r"meta.jsonl:1 is not an object"),
        ('{"date": "2024"}\n', r"meta.jsonl:1 has the id None"),
        ('{"id": "a"}\n\n{"id": "a"}\n', r"meta.jsonl:3 has the id 'a', and so has line 1"),
        ('{"id": "a", "year": 2024}\n', r"meta.jsonl:1 has 'year': 2024; a value is a text or a list of texts"),
        ('{"id": "a", "tags": ["x", 1]}\n', r"meta.jsonl:1 has 'tags': 1"),
        ('{"id": "a", "file_sha256": "x"}\n', r"meta.jsonl:1 has the field 'file_sha256'"),
        (b'{"id": "\xff"}\n', r"meta.jsonl' is not utf-8"),
    ],
)
def test_a_bad_row_is_named_by_line_and_field(tmp_path: Path, content: str | bytes, message: str) -> None:
    write(tmp_path, meta_jsonl=content)
    with pytest.raises(MetadataError, match=message) as caught:
        Metadata.read(tmp_path / "meta.jsonl")
    assert "\n" not in str(caught.value)


def test_a_missing_metadata_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="cannot be read: No such file"):
        Metadata.read(tmp_path / "meta.jsonl")


def test_the_command_line_goes_on_and_sums_up_what_failed_and_why(tmp_path: Path, capsys) -> None:
    write(tmp_path, docs__a_txt="The ferry leaves at noon.", docs__b_txt=b"\0", docs__c_pdf=b"")
    write(tmp_path, meta_jsonl=lines({"id": "gone.txt", "date": "2024"}))
    ask = ["ask", "When does the ferry leave?", "--source", str(tmp_path / "docs"), "--min-confidence", "0"]
    assert main([*ask, "--meta", str(tmp_path / "meta.jsonl")]) == 0
    captured = capsys.readouterr()
    assert "noon" in captured.out
    assert captured.err.splitlines() == [
        "pincite: 2 of 3 sources could not be read:",
        "  'b.txt' is not text: it has a NUL at byte 0; rename it with the right suffix, or leave it out",
        "  'c.pdf' is empty; give a document with some words in it",
        "pincite: --meta has 1 rows for sources that do not exist: 'gone.txt'",
    ]


def test_one_source_that_fails_is_an_error_of_one_line(tmp_path: Path, capsys) -> None:
    write(tmp_path, a_txt=b"\0", b_txt=b"\0")
    assert main(["show", str(tmp_path / "a.txt")]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("pincite: 'a.txt' is not text")
    assert captured.err.count("\n") == 1
    assert main(["ask", "Who?", "--source", str(tmp_path)]) == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith("pincite: none of 2 sources could be read")
    assert main(["show", str(tmp_path)]) == 1
    assert "is a folder" in capsys.readouterr().err
