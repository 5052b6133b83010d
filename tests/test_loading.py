from __future__ import annotations

from pathlib import Path

import pytest

from index import Document, SegmentKind, load, load_all
from index.errors import (
    BinaryFileError,
    EmptyDocumentError,
    EncodingError,
    LoadError,
    SourceNotFoundError,
    UnsupportedFormatError,
)
from index.load import find_files, plain
from index.load.markdown import reading as markdown


def texts(source: str, segments: tuple) -> list[tuple[str, str]]:
    return [(segment.kind.value, source[segment.start : segment.end]) for segment in segments]


def test_a_bom_and_every_newline_are_kept_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfOne.\r\nTwo.\rThree.\n")
    assert load(path).text == "\ufeffOne.\r\nTwo.\rThree.\n"


def test_a_document_knows_the_sha256_of_its_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("abc", encoding="utf-16")
    # sha256 of "abc", from FIPS 180-2, appendix B.1
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert load(tmp_path / "a.txt", encoding="utf-16").sha256 == expected


def test_a_wrong_encoding_names_the_byte_and_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("né le 3".encode("latin-1"))
    with pytest.raises(EncodingError, match=r"^'a.txt' is not utf-8: byte 0xe9 at offset 1; .* --encoding$") as caught:
        load(path)
    assert caught.value.offset == 1
    assert load(path, encoding="latin-1").text == "né le 3"


@pytest.mark.parametrize(
    ("data", "kind"),
    [(b"%PDF-1.4\nonly ASCII", "a PDF"), (b"PK\x03\x04\x14", "a ZIP or Office file"), (b"\x1f\x8b\x08", "a gzip file")],
)
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_file_of_another_kind_named_txt_is_known_by_its_first_bytes(tmp_path, data, kind, encoding) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    with pytest.raises(BinaryFileError, match=f"'a.txt' is not text but {kind}; rename it with the right suffix"):
        load(tmp_path / "a.txt", encoding=encoding)


def test_an_unknown_encoding_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    with pytest.raises(LoadError, match="there is no encoding 'utf-9'"):
        load(tmp_path / "a.txt", encoding="utf-9")


def test_missing_and_unreadable_sources_are_errors_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.exe").write_bytes(b"MZ")
    (tmp_path / "blank.md").write_text(" \n\t\n")
    (tmp_path / "blank.txt").write_text(" \n\n\f")
    (tmp_path / "folder.txt").mkdir()
    for name, error in {
        "none.txt": SourceNotFoundError,
        "a.exe": UnsupportedFormatError,
        "blank.md": EmptyDocumentError,
        "blank.txt": EmptyDocumentError,
        "folder.txt": UnsupportedFormatError,
    }.items():
        with pytest.raises(error, match=name) as caught:
            load(tmp_path / name)
        assert "\n" not in str(caught.value)


def test_a_folder_gives_its_readable_files_by_relative_path_and_no_hidden_ones(tmp_path: Path) -> None:
    for name in ("b/two.md", "a/one.txt", "a/skip.exe", ".hidden/no.txt", "a/.no.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Words.")
    assert [document.id for document in load_all([tmp_path])] == ["a/one.txt", "b/two.md"]


def test_a_file_named_twice_is_loaded_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Words.")
    assert find_files([tmp_path / "a.txt", tmp_path]) == [tmp_path / "a.txt"]


def test_files_of_one_name_in_two_folders_get_different_ids(tmp_path: Path) -> None:
    for folder in "xy":
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text("Words.")
    ids = [d.id for d in load_all([tmp_path / "x" / "a.txt", tmp_path / "y" / "a.txt"])]
    assert ids == ["x/a.txt", "y/a.txt"]


def test_a_folder_without_readable_files_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError, match=r"no file that ends in \.txt"):
        load_all([tmp_path])


def test_wrapped_plain_text_has_its_paragraphs_between_blank_lines() -> None:
    text = "One is\nwrapped.\n \nTwo.\r\n\r\n\r\n  Three.  "
    assert texts(text, plain.segments(text)) == [
        ("paragraph", "One is\nwrapped."),
        ("paragraph", "Two."),
        ("paragraph", "Three."),
    ]


def test_plain_text_with_a_long_line_has_a_paragraph_on_every_line() -> None:
    text = "Headline\n" + "word " * 30 + "\nEnd"
    assert [text for _, text in texts(text, plain.segments(text))] == ["Headline", ("word " * 30).strip(), "End"]


def test_markdown_blocks_leave_out_the_marks_before_them() -> None:
    text = (
        "# Head *ing*\r\n\r\nPara\r\nstill.\r\n\r\n- item\n- [ ] two\n\n  more\n\n> said\n\nUnder\n=====\n\n"
        "1. one\n\n| a |\n|---|\n| b |\n\n```py\ncode\n```\n\nend"
    )
    segments = markdown.segments(text)
    assert texts(text, [s for s in segments if s.kind.is_block]) == [
        ("heading", "Head *ing*"),
        ("paragraph", "Para\r\nstill."),
        ("list_item", "item"),
        ("list_item", "[ ] two"),
        ("list_item", "more"),
        ("quote", "said"),
        ("heading", "Under"),
        ("list_item", "one"),
        ("table", "| a |\n|---|\n| b |"),
        ("code", "```py\ncode\n```"),
        ("paragraph", "end"),
    ]
    assert [s.level for s in segments if s.kind is SegmentKind.HEADING] == [1, 1]


def test_an_offset_maps_back_to_the_heading_above_it(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Before.\n\n# One\n\nFirst.\n\n## Two\n\nSecond.")
    document = load(tmp_path / "a.md")
    at = {word: document.heading_at(document.text.index(word)) for word in ("Before", "First", "Second")}
    assert at == {"Before": None, "First": "One", "Second": "Two"}


@pytest.mark.parametrize("divide", [plain.segments, markdown.segments])
def test_a_byte_order_mark_belongs_to_no_block(divide) -> None:
    text = "\ufeff# Title\n\nText."
    kinds = [(segment.kind, segment.start) for segment in divide(text)]
    assert kinds[0] == ((SegmentKind.HEADING, 3) if divide is markdown.segments else (SegmentKind.PARAGRAPH, 1))


def test_a_text_taken_for_a_path_and_an_empty_path_are_errors_of_one_line() -> None:
    with pytest.raises(SourceNotFoundError, match="there is no file or folder"):
        load_all(["The lease was signed by both sides. " * 20])
    with pytest.raises(SourceNotFoundError, match="an empty path names no source"):
        load_all([""])


def test_metadata_is_a_text_or_several_and_lists_become_tuples() -> None:
    document = Document("d", "Words.", metadata={"date": "2024-05-01", "tags": ["economy", "law"]})
    assert dict(document.metadata) == {"date": "2024-05-01", "tags": ("economy", "law")}
    with pytest.raises(ValueError, match=r"metadata 'year' is \(2024,\)"):
        Document("d", "Words.", metadata={"year": (2024,)})
