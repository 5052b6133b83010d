from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakes import HashingEmbedder
from filelock import FileLock

from index import Document, Index, Segment, SegmentKind
from index.errors import (
    EmbedderMismatchError,
    IndexCorruptError,
    IndexNotFoundError,
    IndexStoreError,
    IndexVersionError,
)

EMBEDDER = HashingEmbedder()
DOCUMENT = Document(
    "a/ü.md",
    "# Über\r\n\r\nThe cat sat. \u2028The dog ran\u00a0off.",
    source="/tmp/ü.md",
    media_type="text/markdown",
    segments=(Segment(SegmentKind.HEADING, 2, 6, level=1),),
    metadata={"tag": "x"},
)


def build(*documents: Document) -> Index:
    return Index.build(documents or [DOCUMENT], embedder=EMBEDDER)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    build().save(tmp_path / "index")
    return tmp_path / "index"


def test_a_saved_index_is_the_same_when_opened(saved: Path) -> None:
    before, after = build(), Index.open(saved, embedder=EMBEDDER)
    assert after.documents == before.documents
    assert list(after.chunks) == list(before.chunks)
    assert after.search("cat", 3) == before.search("cat", 3)
    assert after.sentence_at("a/ü.md", 14, 15) == before.sentence_at("a/ü.md", 14, 15)


def test_opening_writes_nothing(saved: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in saved.rglob("*")}
    Index.open(saved, embedder=EMBEDDER)
    assert {path: path.stat().st_mtime_ns for path in saved.rglob("*")} == before


def test_saving_again_makes_a_new_version_live_and_leaves_the_last_one_to_its_readers(saved: Path) -> None:
    build(Document("b", "Another one.")).save(saved)
    assert list(Index.open(saved, embedder=EMBEDDER).documents) == ["b"]
    assert (saved / "v000001").is_dir()
    build(Document("c", "A third.")).save(saved)
    assert not (saved / "v000001").exists()


def versioned(saved: Path) -> list[Path]:
    return [path for path in (saved / "v000001").rglob("*") if path.is_file()]


def test_a_flipped_byte_in_any_file_is_noticed(saved: Path) -> None:
    for path in versioned(saved):
        intact = path.read_bytes()
        path.write_bytes(bytes([intact[0] ^ 1]) + intact[1:])
        with pytest.raises(IndexStoreError, match=path.name):
            Index.open(saved, embedder=EMBEDDER)
        path.write_bytes(intact)
    assert len(versioned(saved)) >= 8


def test_a_truncated_or_missing_file_is_named_with_the_way_out(saved: Path) -> None:
    for path in versioned(saved):
        intact = path.read_bytes()
        path.write_bytes(intact[: len(intact) // 2])
        with pytest.raises(IndexCorruptError, match=f"{path.name}.*build it again with `pincite index`"):
            Index.open(saved, embedder=EMBEDDER)
        path.unlink()
        with pytest.raises(IndexCorruptError, match=f"{path.name}.*is missing"):
            Index.open(saved, embedder=EMBEDDER)
        path.write_bytes(intact)


def test_another_format_version_is_refused(saved: Path) -> None:
    path = saved / "v000001" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format_version": 99}))
    with pytest.raises(IndexVersionError, match="format version 99, this Pincite reads 1"):
        Index.open(saved, embedder=EMBEDDER)


def test_another_embedder_is_refused_by_both_names(saved: Path) -> None:
    with pytest.raises(EmbedderMismatchError, match=r"'fake:hashing', not 'sentence-transformers/all-MiniLM"):
        Index.open(saved)


def test_a_folder_that_is_no_index_is_neither_opened_nor_written_to(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFoundError, match="holds no index"):
        Index.open(tmp_path)
    (tmp_path / "letter.txt").write_text("Dear")
    with pytest.raises(IndexStoreError, match=r"holds 'letter.txt', no file of ours"):
        build().save(tmp_path)
    with pytest.raises(IndexStoreError, match="is a file"):
        build().save(tmp_path / "letter.txt")


def test_only_one_process_writes_at_a_time(saved: Path) -> None:
    with FileLock(saved / "LOCK"), pytest.raises(IndexStoreError, match="another process is writing"):
        build().save(saved)
    assert Index.open(saved, embedder=EMBEDDER)


def test_a_write_that_fails_half_way_leaves_the_old_version_in_use(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index.vectors import FaissStore

    def fail(self: FaissStore, path: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(FaissStore, "save", fail)
        with pytest.raises(OSError, match="No space left"):
            build(Document("b", "Another one.")).save(saved)
    assert list(Index.open(saved, embedder=EMBEDDER).documents) == ["a/ü.md"]
    build(Document("b", "Another one.")).save(saved)
    assert list(Index.open(saved, embedder=EMBEDDER).documents) == ["b"]


def test_folders_that_only_look_like_versions_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "v01").mkdir()
    (tmp_path / "v01" / "precious.txt").write_text("mine")
    with pytest.raises(IndexStoreError, match="holds 'v01', no file of ours"):
        build().save(tmp_path)
    assert (tmp_path / "v01" / "precious.txt").read_text() == "mine"


def test_another_program_s_current_file_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("MANIFEST-000004\n")
    with pytest.raises(IndexStoreError, match="holds 'CURRENT', no file of ours"):
        build().save(tmp_path)
    with pytest.raises(IndexNotFoundError):
        Index.open(tmp_path, embedder=EMBEDDER)


def test_what_a_killed_writer_left_is_cleared_and_the_live_version_is_kept(saved: Path) -> None:
    (saved / "v000002").mkdir()
    (saved / "v000002" / "documents.jsonl").write_text("half")
    (saved / "CURRENT.tmp").write_text("v000002")
    build(Document("b", "Another one.")).save(saved)
    assert list(Index.open(saved, embedder=EMBEDDER).documents) == ["b"]
    assert sorted(path.name for path in saved.glob("v*")) == ["v000001", "v000003"]


def test_a_manifest_that_lacks_an_entry_is_refused(saved: Path) -> None:
    (saved / "v000001" / "manifest.json").write_text('{"format_version": 1}')
    with pytest.raises(IndexCorruptError, match=r"manifest.json' lacks an entry"):
        Index.open(saved, embedder=EMBEDDER)
