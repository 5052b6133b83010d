from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes import HashingEmbedder
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Document, Index, Segment, SegmentKind
from index.errors import (
    EmbedderMismatchError,
    EncodingError,
    IndexCorruptError,
    IndexNotFoundError,
    IndexStoreError,
    IndexVersionError,
)
from index.store.folder import layout, manifest, reading
from index.types import Unread, UnreadKind

EMBEDDER = HashingEmbedder()
DOCUMENT = Document(
    "a/ü.md",
    "# Über\r\n\r\nThe cat sat. \u2028The dog ran\u00a0off. 🐈",
    source="/tmp/ü.md",
    media_type="text/markdown",
    segments=(Segment(SegmentKind.HEADING, 2, 6, level=1), Segment(SegmentKind.PAGE, 0, 12, number=3)),
    metadata={"date": "2026-11-02", "tags": ("x", "y\u2028z")},
)
OTHER = Document("b", "Another one.")
VERSION = "v000001"
FILES = [
    "CURRENT",
    *(
        f"{VERSION}/{name}"
        for name in (
            "bm25/data.csc.index.npy",
            "bm25/indices.csc.index.npy",
            "bm25/indptr.csc.index.npy",
            "bm25/params.index.json",
            "bm25/vocab.index.json",
            "chunks.i64",
            "copies.json",
            "documents.jsonl",
            "manifest.json",
            "segments.jsonl",
            "sentences.i64",
            "sketches.u64",
            "table.i64",
            "texts.utf8",
            "vectors/flat.faiss",
            "vectors/ids.npy",
        )
    ),
]


def build(*documents: Document) -> Index:
    return Index.build(documents or [DOCUMENT], embedder=EMBEDDER)


def opened(folder: Path) -> Index:
    return Index.open(folder, embedder=EMBEDDER)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("original") / "index"
    build(DOCUMENT, OTHER).save(folder)
    return folder


@pytest.fixture
def saved(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "index"))


def test_a_saved_index_is_the_same_when_opened(saved: Path) -> None:
    before, after = build(DOCUMENT, OTHER), opened(saved)
    assert after.documents == before.documents
    assert list(after.documents) == ["a/ü.md", "b"]
    assert after.documents["a/ü.md"].metadata == {"date": "2026-11-02", "tags": ("x", "y\u2028z")}
    assert after.documents["a/ü.md"].segments == DOCUMENT.segments
    assert list(after.chunks) == list(before.chunks)
    assert [after.chunks[i] for i in (0, -1)] == [before.chunks[0], before.chunks[-1]]
    assert after.search("cat", 3) == before.search("cat", 3)
    assert after.sentence_at("a/ü.md", 14, 15) == before.sentence_at("a/ü.md", 14, 15)


def test_an_opened_index_can_be_saved_elsewhere(saved: Path, tmp_path: Path) -> None:
    opened(saved).save(tmp_path / "copy")
    assert opened(tmp_path / "copy").documents == opened(saved).documents
    assert opened(tmp_path / "copy").search("cat", 3) == opened(saved).search("cat", 3)


@settings(max_examples=25)
@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), min_size=1, max_size=4))
def test_every_text_comes_back_as_it_was_with_its_chunks_in_their_places(texts: list[str], tmp_path_factory) -> None:
    documents = [Document(f"{i} {text[:5]}", f"Words. {text}", metadata={"m": text}) for i, text in enumerate(texts)]
    folder = tmp_path_factory.mktemp("any") / "index"
    Index.update(folder, documents, embedder=EMBEDDER)
    index = opened(folder)
    assert list(index.documents.values()) == documents
    assert list(index.chunks) == list(build(*documents).chunks)
    assert all(index.text(c) == index.documents[c.document_id].text[c.start : c.end] for c in index.chunks)


def test_the_files_are_the_documented_ones(saved: Path) -> None:
    assert sorted(p.relative_to(saved).as_posix() for p in saved.rglob("*") if p.is_file()) == sorted([*FILES, "LOCK"])


def test_the_files_can_be_read_by_the_documented_rules_alone(saved: Path) -> None:
    """As a reader in another language would do it."""
    name, digest = (saved / "CURRENT").read_text().split()
    version = saved / name
    data = (version / "manifest.json").read_bytes()
    assert hashlib.sha256(data).hexdigest() == digest
    found = json.loads(data)
    assert (found["format"], found["format_version"], found["documents"]) == ("pincite-index", 3, 2)
    table = np.fromfile(version / "table.i64", dtype="<i8").reshape(-1, 4)
    row = json.loads((version / "documents.jsonl").read_text(encoding="utf-8").split("\n")[0])
    assert (row["id"], row["sha256"]) == ("a/ü.md", DOCUMENT.sha256)
    text = (version / "texts.utf8").read_bytes()[table[0, 0] : table[1, 0]]
    assert hashlib.sha256(text).hexdigest() == DOCUMENT.sha256
    segments = json.loads((version / "segments.jsonl").read_bytes()[table[0, 1] : table[1, 1]])
    assert segments == [["heading", 2, 6, 1, None], ["page", 0, 12, None, 3]]
    sentences = np.fromfile(version / "sentences.i64", dtype="<i8").reshape(-1, 2)[table[0, 2] : table[1, 2]]
    assert [text.decode()[s:e] for s, e in sentences][1] == "The cat sat."
    chunks = np.fromfile(version / "chunks.i64", dtype="<i8").reshape(-1, 3)[table[1, 3] : table[2, 3]]
    assert chunks.tolist() == [[0, 12, found["next_id"] - 1]]


def test_opening_writes_nothing(saved: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in [saved, *saved.rglob("*")]}
    opened(saved).search("cat")
    Index.check(saved)
    assert {path: path.stat().st_mtime_ns for path in [saved, *saved.rglob("*")]} == before


def test_texts_are_read_when_they_are_asked_for_and_few_stay_in_memory(saved: Path, monkeypatch) -> None:
    monkeypatch.setattr(reading, "KEPT_CHARACTERS", 20)
    index = opened(saved)
    first = index.documents["a/ü.md"]
    assert index.documents["a/ü.md"] is first
    assert index.documents["b"] == OTHER
    assert index.documents["a/ü.md"] == first
    assert index.documents["a/ü.md"] is not first
    assert "c" not in index.documents


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("place", [0, 0.5, 1])
def test_a_flipped_byte_in_any_file_is_an_error_that_names_it_and_the_way_out(saved: Path, name, place) -> None:
    path = saved / name
    data = bytearray(path.read_bytes())
    data[int(place * (len(data) - 1))] ^= 1
    path.write_bytes(data)
    with pytest.raises(IndexStoreError, match=f"{path.name}.*`pincite index PATH --out {saved} --rebuild`"):
        opened(saved)
    (problem,) = Index.check(saved)
    assert path.name in problem
    assert "--rebuild" in problem


@pytest.mark.parametrize("name", [name for name in FILES if name != "CURRENT"])
def test_a_truncated_or_missing_file_is_named_with_the_way_out(saved: Path, name: str) -> None:
    path = saved / name
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(IndexCorruptError, match=f"{path.name}.*`pincite index PATH --out {saved} --rebuild`"):
        opened(saved)
    path.unlink()
    with pytest.raises(IndexCorruptError, match=f"{path.name}.*is missing.*--rebuild`"):
        opened(saved)
    assert path.name in Index.check(saved)[0]


@pytest.mark.parametrize("name", FILES)
def test_what_is_damaged_can_be_rebuilt_and_not_updated(saved: Path, name: str) -> None:
    (saved / name).write_bytes(b"")
    with pytest.raises(IndexStoreError, match="--rebuild"):
        Index.update(saved, [OTHER], embedder=EMBEDDER)
    Index.update(saved, [OTHER], embedder=EMBEDDER, rebuild=True)
    assert dict(opened(saved).documents) == {"b": OTHER}
    assert Index.check(saved) == []


def test_a_foreign_file_in_a_version_is_named(saved: Path) -> None:
    (saved / VERSION / "vectors" / "notes.txt").write_text("mine")
    with pytest.raises(IndexCorruptError, match=r"vectors/notes.txt' is not a file of this index; remove it, or"):
        opened(saved)


def test_a_foreign_file_beside_the_versions_is_left_alone_and_named_by_a_check(saved: Path) -> None:
    (saved / "notes.txt").write_text("mine")
    assert opened(saved)
    assert Index.check(saved) == [f"'{saved}/notes.txt' is not a file of an index; move it elsewhere"]
    with pytest.raises(IndexStoreError, match=r"holds 'notes.txt', which is not a file of an index"):
        build().save(saved)


def test_opening_a_large_index_compares_sizes_and_a_check_reads_all(saved: Path, monkeypatch) -> None:
    monkeypatch.setattr(manifest, "HASHED_ON_OPENING", 100)
    path = saved / VERSION / "texts.utf8"
    data = path.read_bytes()
    path.write_bytes(data.replace(b"cat", b"cow"))
    index = opened(saved)
    with pytest.raises(IndexCorruptError, match=r"texts.utf8.*has not the sha256.*--rebuild"):
        index.documents["a/ü.md"]
    assert "texts.utf8" in Index.check(saved)[0]
    with pytest.raises(IndexCorruptError, match=r"texts.utf8.*is not the file that was written"):
        Index.update(saved, [Document("c", "New.")], embedder=EMBEDDER)
    path.write_bytes(data[:-1])
    with pytest.raises(IndexCorruptError, match=r"texts.utf8' has \d+ bytes, not the \d+ that were written"):
        opened(saved)


def test_a_check_finds_what_hashes_cannot(saved: Path) -> None:
    """An index whose writer was wrong: every file is as written, and they do not fit each other."""
    path = saved / VERSION / "chunks.i64"
    rows = np.fromfile(path, dtype="<i8").reshape(-1, 3)
    rows[0, 1] = 1000
    path.write_bytes(rows.tobytes())
    sign(saved)
    assert "has a span outside of the text of 'a/ü.md'" in Index.check(saved)[0]


def sign(folder: Path, **changes: object) -> None:
    """Make the manifest and `CURRENT` agree with the files as they are."""
    path = folder / VERSION / "manifest.json"
    found = json.loads(path.read_text(encoding="utf-8")) | changes
    for name in found["files"]:
        data = (folder / VERSION / name).read_bytes()
        found["files"][name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    path.write_text(json.dumps(found), encoding="utf-8")
    (folder / "CURRENT").write_text(f"{VERSION} {hashlib.sha256(path.read_bytes()).hexdigest()}\n")


def test_another_format_version_is_refused_by_both_numbers(saved: Path) -> None:
    sign(saved, format_version=99)
    with pytest.raises(IndexVersionError, match=r"format version 99, this Pincite reads 2 and 3; .*--rebuild"):
        opened(saved)


def test_an_index_of_format_2_opens_and_an_update_renews_it(saved: Path) -> None:
    sign(saved, format_version=2)
    assert DOCUMENT.id in opened(saved).documents
    Index.update(saved, [Document("new", "A third one.")], embedder=EMBEDDER)
    name = (saved / "CURRENT").read_text().split()[0]
    assert json.loads((saved / name / "manifest.json").read_bytes())["format_version"] == 3


def test_what_is_unread_and_the_headers_of_cells_are_stored(tmp_path: Path) -> None:
    cell = Segment(SegmentKind.CELL, 0, 4, headers=((5, 8),))
    unread = (Unread(UnreadKind.PAGE, (2, 3), 2), Unread(UnreadKind.OBJECT, detail="a.bin", count=1))
    document = Document("t", "Asby\t12 towns.", segments=(cell,), unread=unread)
    Index.update(tmp_path / "index", [document], embedder=EMBEDDER)
    found = opened(tmp_path / "index").documents["t"]
    assert (found.segments, found.unread) == ((cell,), unread)


def test_an_index_of_the_first_format_is_refused_as_such(saved: Path) -> None:
    (saved / "CURRENT").write_text(f"{VERSION}\n")
    (saved / VERSION / "manifest.json").write_text('{"format_version": 1, "sha256": {}}')
    with pytest.raises(IndexVersionError, match="format version 1, this Pincite reads 2"):
        opened(saved)
    Index.update(saved, [OTHER], embedder=EMBEDDER, rebuild=True)
    assert list(opened(saved).documents) == ["b"]


def test_another_embedder_is_refused_by_both_names(saved: Path) -> None:
    with pytest.raises(
        EmbedderMismatchError, match=r"'fake:hashing' of dimension 64, not 'sentence-transformers/all-M"
    ):
        Index.open(saved)


def test_words_analysed_in_another_way_are_refused(saved: Path) -> None:
    sign(saved, analysis="0:none")
    with pytest.raises(IndexVersionError, match=r"analysed as '0:none', this Pincite asks for"):
        opened(saved)


@pytest.mark.parametrize("entry", ["embedder", "files", "next_id", "chunk_config"])
def test_a_manifest_that_lacks_an_entry_is_refused(saved: Path, entry: str) -> None:
    path = saved / VERSION / "manifest.json"
    data = json.dumps({k: v for k, v in json.loads(path.read_text()).items() if k != entry}).encode()
    path.write_bytes(data)
    (saved / "CURRENT").write_text(f"{VERSION} {hashlib.sha256(data).hexdigest()}\n")
    with pytest.raises(IndexCorruptError, match=f"manifest.json' lacks an entry: '{entry}'"):
        opened(saved)


def test_a_folder_that_is_no_index_is_neither_opened_nor_written_to(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFoundError, match="holds no index; make one with `pincite index PATH --out"):
        Index.open(tmp_path)
    (tmp_path / "letter.txt").write_text("Dear")
    with pytest.raises(IndexStoreError, match=r"holds 'letter.txt', which is not a file of an index"):
        build().save(tmp_path)
    with pytest.raises(IndexStoreError, match="is a file"):
        build().save(tmp_path / "letter.txt")


def test_only_one_process_writes_at_a_time(saved: Path) -> None:
    with FileLock(saved / "LOCK"), pytest.raises(IndexStoreError, match="another process is writing"):
        build().save(saved)
    assert opened(saved)


def test_folders_that_only_look_like_versions_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "v01").mkdir()
    (tmp_path / "v01" / "precious.txt").write_text("mine")
    with pytest.raises(IndexStoreError, match="holds 'v01', which is not a file of an index"):
        build().save(tmp_path)
    assert (tmp_path / "v01" / "precious.txt").read_text() == "mine"


def test_another_program_s_current_file_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("MANIFEST-000004\n")
    with pytest.raises(IndexStoreError, match="holds 'CURRENT', which is not a file of an index"):
        build().save(tmp_path)
    with pytest.raises(IndexNotFoundError):
        opened(tmp_path)


def test_what_a_killed_writer_left_is_cleared_and_the_live_version_is_kept(saved: Path) -> None:
    (saved / "v000002").mkdir()
    (saved / "v000002" / "documents.jsonl").write_text("half")
    (saved / "CURRENT.tmp").write_text("v000002")
    Index.update(saved, [Document("c", "Third.")], embedder=EMBEDDER)
    assert list(opened(saved).documents) == ["a/ü.md", "b", "c"]
    assert sorted(path.name for path in saved.iterdir()) == ["CURRENT", "LOCK", "v000002"]


def test_half_a_character_in_metadata_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncodingError, match="'a' holds a lone surrogate in its id, source or metadata"):
        Index.update(tmp_path / "index", [Document("a", "One.", metadata={"t": "\ud83d"})], embedder=EMBEDDER)


@pytest.fixture
def unprivileged(original: Path) -> Iterator[Path]:
    """A copy of the index that this process may read and not write, even where the tests are run by root."""
    folder = Path("/tmp") / f"pincite-test-{os.getpid()}"
    shutil.copytree(original, folder)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755)
        shutil.rmtree(folder)


def test_an_index_that_cannot_be_written_can_be_asked(unprivileged: Path) -> None:
    assert opened(unprivileged).search("cat")
    assert Index.check(unprivileged) == []
    with pytest.raises(IndexStoreError, match=r"cannot write to the index .*: Permission denied"):
        Index.update(unprivileged, [OTHER], embedder=EMBEDDER)


def test_an_index_that_cannot_be_read_is_an_error_that_names_the_file(unprivileged: Path) -> None:
    path = unprivileged / VERSION / "texts.utf8"
    me = os.geteuid()
    os.seteuid(os.getuid())
    path.chmod(0)
    os.seteuid(me)
    with pytest.raises(IndexStoreError, match=r"cannot read .*texts.utf8' of the index .*: Permission denied"):
        opened(unprivileged)


def test_the_format_version_is_documented() -> None:
    text = (Path(__file__).parent.parent / "docs" / "index-format.md").read_text(encoding="utf-8")
    assert f"format version {layout.FORMAT_VERSION}" in text
    named = {name.rpartition("/")[2] for name in FILES} | {"LOCK"}
    assert {name for name in named if f"`{name}`" not in text and f"/{name}`" not in text} == set()
