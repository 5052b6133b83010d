from __future__ import annotations

import errno
import gc
import os
import shutil
import threading
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from documents import shut
from fakes import HashingEmbedder
from numpy.typing import NDArray

from index import Document, Index, Segment, SegmentKind
from index.config import ChunkConfig
from index.errors import (
    EmbedderMismatchError,
    EmptyDocumentError,
    IndexNotFoundError,
    IndexStoreError,
    LoadError,
    UnknownDocumentError,
)
from pincite.cli.main import main


class CountingEmbedder(HashingEmbedder):
    """Remembers what it embedded."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += texts
        return super().embed(texts)


def a_document(number: int, more: str = "") -> Document:
    sentences = [f"Sentence {i} of text {number} is about the topic {number * i}." for i in range(30)]
    return Document(f"d{number}", " ".join(sentences) + more)


DOCUMENTS = [a_document(number) for number in range(6)]


@pytest.fixture
def embedder() -> CountingEmbedder:
    return CountingEmbedder()


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("original") / "index"
    Index.update(folder, DOCUMENTS, embedder=HashingEmbedder())
    return folder


@pytest.fixture
def saved(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "index"))


def opened(folder: Path) -> Index:
    return Index.open(folder, embedder=HashingEmbedder())


def versions(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("v*"))


def test_an_index_made_by_an_update_is_the_one_built_in_memory(saved: Path) -> None:
    on_disk, in_memory = opened(saved), Index.build(DOCUMENTS, embedder=HashingEmbedder())
    assert on_disk.documents == in_memory.documents
    assert list(on_disk.chunks) == list(in_memory.chunks)
    assert on_disk.search("topic 12 of text 3", 5) == in_memory.search("topic 12 of text 3", 5)


def test_when_nothing_changed_nothing_is_embedded_or_written(saved: Path, embedder: CountingEmbedder) -> None:
    changes = Index.update(saved, DOCUMENTS, embedder=embedder)
    assert not changes
    assert (changes.kept, changes.embedded, embedder.texts) == (6, 0, [])
    assert versions(saved) == ["v000001"]


def test_only_what_changed_is_embedded(saved: Path, embedder: CountingEmbedder) -> None:
    changed, added = a_document(2, " The otter swam home."), Document("new", "A heron stood still.")
    changes = Index.update(saved, [DOCUMENTS[0], changed, added], embedder=embedder)
    assert (changes.added, changes.changed, changes.removed, changes.kept) == (("new",), ("d2",), (), 5)
    assert 2 <= changes.embedded == len(embedder.texts) <= 3
    assert any("otter" in text for text in embedder.texts)
    assert any("heron" in text for text in embedder.texts)


def test_an_updated_index_answers_as_one_built_anew_does(saved: Path) -> None:
    documents = [*DOCUMENTS[:2], a_document(2, " The otter swam home."), *DOCUMENTS[3:], Document("new", "A heron.")]
    Index.update(saved, documents, embedder=HashingEmbedder())
    updated, anew = opened(saved), Index.build(documents, embedder=HashingEmbedder())
    assert list(updated.documents.values()) == documents
    assert list(updated.chunks) == list(anew.chunks)
    for question in ("Where did the otter swim?", "What is topic 10 of text 5?", "heron"):
        assert updated.search(question, 5) == anew.search(question, 5)
    assert Index.check(saved) == []


def test_a_change_of_metadata_or_segments_alone_is_kept_and_embeds_nothing(saved: Path, embedder) -> None:
    text = DOCUMENTS[1].text
    segments = (Segment(SegmentKind.PARAGRAPH, 0, len(text)),)
    relabelled = Document("d1", text, segments=segments, metadata={"tags": ("a", "b")})
    changes = Index.update(saved, [relabelled], embedder=embedder)
    assert (changes.changed, changes.embedded) == (("d1",), 0)
    assert opened(saved).documents["d1"] == relabelled


def test_files_that_stay_the_same_are_shared_between_versions(saved: Path) -> None:
    reader = opened(saved)
    Index.update(saved, [Document("d1", DOCUMENTS[1].text, metadata={"k": "v"})], embedder=HashingEmbedder())
    for name in ("texts.utf8", "chunks.i64", "vectors/flat.faiss", "bm25/data.csc.index.npy"):
        assert (saved / "v000001" / name).samefile(saved / "v000002" / name)
    assert not (saved / "v000001" / "documents.jsonl").samefile(saved / "v000002" / "documents.jsonl")
    assert reader.documents["d1"].metadata == {}


def test_what_is_not_named_stays_unless_it_is_pruned(saved: Path) -> None:
    assert Index.update(saved, DOCUMENTS[:3], embedder=HashingEmbedder()).kept == 6
    changes = Index.update(saved, DOCUMENTS[:3], embedder=HashingEmbedder(), prune=lambda name, _: name != "d5")
    assert (changes.removed, changes.kept) == (("d3", "d4"), 4)
    assert list(opened(saved).documents) == ["d0", "d1", "d2", "d5"]
    assert Index.check(saved) == []


def test_documents_are_removed_by_id(saved: Path) -> None:
    changes = Index.remove(saved, ["d4", "d0"])
    assert (changes.removed, changes.kept, changes.embedded) == (("d0", "d4"), 4, 0)
    index = opened(saved)
    assert list(index.documents) == ["d1", "d2", "d3", "d5"]
    assert {hit.chunk.document_id for hit in index.search("Sentence 3 of text 0", 50)} == set(index.documents)
    assert Index.check(saved) == []


def test_an_unknown_id_is_an_error_that_names_near_ones_and_removes_nothing(saved: Path) -> None:
    with pytest.raises(UnknownDocumentError, match="holds no document 'd9'; did you mean 'd"):
        Index.remove(saved, ["d1", "d9"])
    with pytest.raises(IndexNotFoundError):
        Index.remove(saved / "nowhere", ["d1"])
    assert len(opened(saved).documents) == 6


def test_an_index_is_never_left_without_documents(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="would leave no document"):
        Index.remove(saved, [f"d{i}" for i in range(6)])
    with pytest.raises(LoadError, match="no document to index"):
        Index.update(tmp_path / "none", [], embedder=HashingEmbedder())
    with pytest.raises(IndexNotFoundError):
        opened(tmp_path / "none")


def test_a_rebuild_starts_anew(saved: Path, embedder: CountingEmbedder) -> None:
    changes = Index.update(saved, DOCUMENTS[:1], embedder=embedder, rebuild=True, chunks=ChunkConfig(max_tokens=40))
    assert changes.embedded == changes.chunks == len(embedder.texts) > 0
    assert list(opened(saved).documents) == ["d0"]


def test_settings_of_chunks_stay_and_others_are_refused(saved: Path) -> None:
    Index.update(saved, DOCUMENTS[:1], embedder=HashingEmbedder(), rebuild=True, chunks=ChunkConfig(40, 0))
    Index.update(saved, DOCUMENTS[1:], embedder=HashingEmbedder())
    anew = Index.build(DOCUMENTS, embedder=HashingEmbedder(), chunks=ChunkConfig(40, 0))
    assert list(opened(saved).chunks) == list(anew.chunks)
    with pytest.raises(IndexStoreError, match=r"max_tokens=40, overlap=0.*, not .*max_tokens=160.*--rebuild"):
        Index.update(saved, DOCUMENTS, embedder=HashingEmbedder(), chunks=ChunkConfig())


def test_another_embedder_is_refused_and_changes_nothing(saved: Path) -> None:
    other = HashingEmbedder()
    other.id = "fake:other"
    with pytest.raises(EmbedderMismatchError, match=r"'fake:hashing' of dimension 64, not 'fake:other'.*--rebuild"):
        Index.update(saved, [Document("new", "One.")], embedder=other)
    assert len(opened(saved).documents) == 6


def test_a_file_does_not_take_the_place_of_its_namesake_in_another_folder(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.txt").write_text(folder)
    one = Document("x.txt", "First words.", source=str(tmp_path / "a" / "x.txt"))
    two = Document("x.txt", "Other words.", source=str(tmp_path / "b" / "x.txt"))
    Index.update(tmp_path / "index", [one], embedder=HashingEmbedder())
    with pytest.raises(LoadError, match=r"holds a document 'x.txt' already, from .*a/x.txt"):
        Index.update(tmp_path / "index", [two], embedder=HashingEmbedder())
    (tmp_path / "a" / "x.txt").unlink()  # moved: then it may
    assert Index.update(tmp_path / "index", [two], embedder=HashingEmbedder()).changed == ("x.txt",)


def test_two_documents_with_one_id_are_refused_and_nothing_is_lost(saved: Path) -> None:
    with pytest.raises(LoadError, match="two documents have the id 'new'"):
        Index.update(saved, [Document("new", "One."), Document("new", "Two.")], embedder=HashingEmbedder())
    assert versions(saved) == ["v000001"]
    assert len(opened(saved).documents) == 6


def test_documents_without_a_sentence_stop_an_update_or_are_left_out(saved: Path, monkeypatch) -> None:
    monkeypatch.setattr("index.store.building.split_sentences", lambda d: [] if d.id == "d1" else [(0, len(d.text))])
    documents = [Document("d1", "***"), Document("new", "One.")]
    with pytest.raises(EmptyDocumentError, match="'d1' holds no sentence to quote"):
        Index.update(saved, documents, embedder=HashingEmbedder())
    told: list[str] = []
    changes = Index.update(
        saved,
        documents,
        embedder=HashingEmbedder(),
        on_error=lambda document, _: told.append(document.id),
        prune=lambda name, _: True,
    )
    assert (told, changes.added) == (["d1"], ("new",))
    assert opened(saved).documents["d1"] == DOCUMENTS[1]


class Streamed(Document):
    """A document whose end can be waited for."""

    __slots__ = ("__weakref__",)


def test_documents_are_taken_one_at_a_time(tmp_path: Path) -> None:
    """However many there are, no more than a few are in memory."""
    alive: set[str] = set()
    most = 0

    def some() -> Iterator[Document]:
        nonlocal most
        for number in range(40):
            document = Streamed(f"d{number}", f"Text number {number}. " * 20)
            alive.add(document.id)
            weakref.finalize(document, alive.discard, document.id)
            most = max(most, len(alive))
            yield document

    Index.update(tmp_path / "index", some(), embedder=HashingEmbedder())
    assert 1 <= most <= 3
    assert len(opened(tmp_path / "index").documents) == 40


def test_an_error_of_the_source_passes_through_and_leaves_the_index(saved: Path) -> None:
    def failing() -> Iterator[Document]:
        yield Document("new", "One.")
        raise PermissionError(errno.EACCES, "Permission denied", "report.md")

    with pytest.raises(PermissionError, match=r"report\.md"):
        Index.update(saved, failing(), embedder=HashingEmbedder())
    assert versions(saved) == ["v000001"]


def test_a_reader_keeps_its_version_until_it_is_done(saved: Path) -> None:
    reader = opened(saved)
    for text in ("One.", "Two.", "Three."):
        Index.update(saved, [Document("new", text)], embedder=HashingEmbedder())
    assert versions(saved) == ["v000001", "v000004"]
    assert "new" not in reader.documents
    assert reader.documents["d5"] == DOCUMENTS[5]
    assert reader.search("Sentence 3 of text 2")
    del reader
    gc.collect()
    Index.update(saved, [Document("new", "Four.")], embedder=HashingEmbedder())
    assert versions(saved) == ["v000005"]


def test_where_there_are_no_locks_an_index_can_be_read(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    assert opened(saved).documents["d3"] == DOCUMENTS[3]


def test_a_second_writer_is_refused_while_the_first_is_at_work(saved: Path) -> None:
    def other_writes() -> Iterator[Document]:
        yield Document("new", "One.")
        with pytest.raises(IndexStoreError, match="another process is writing to the index"):
            Index.remove(saved, ["d1"])

    Index.update(saved, other_writes(), embedder=HashingEmbedder())
    assert {"new", "d1"} <= set(opened(saved).documents)


@pytest.mark.slow
def test_opening_while_others_write_never_fails(saved: Path) -> None:
    stop = threading.Event()
    failures: list[Exception] = []

    def read() -> None:
        while not stop.is_set():
            try:
                index = opened(saved)
                assert index.documents["d3"] == DOCUMENTS[3]
            except Exception as error:  # noqa: BLE001
                failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(15):
        Index.update(saved, [Document("new", f"Text {number}.")], embedder=HashingEmbedder())
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    gc.collect()
    Index.update(saved, [Document("new", "Last.")], embedder=HashingEmbedder())
    assert len(versions(saved)) == 1


@pytest.mark.parametrize("limit", [0, 100, 400, 1500, 3000, 5000, 8000, 12000])
def test_a_disk_that_takes_no_more_leaves_the_old_version_in_use(saved: Path, limit: int) -> None:
    import resource  # a part of Unix

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        with pytest.raises(IndexStoreError, match=r"cannot write the index .*the old one stays in use") as caught:
            Index.update(saved, [a_document(9)], embedder=HashingEmbedder())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "\n" not in str(caught.value)
    assert versions(saved) == ["v000001"]
    assert opened(saved).documents == {d.id: d for d in DOCUMENTS}
    assert Index.update(saved, [a_document(9)], embedder=HashingEmbedder()).added == ("d9",)


@pytest.mark.parametrize("call", ["fsync", "mkdir", "replace"])
def test_a_call_that_finds_no_space_leaves_the_old_version_in_use(saved: Path, monkeypatch, call: str) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, call, fail)
        with pytest.raises(IndexStoreError, match="No space left on device"):
            Index.update(saved, [a_document(9)], embedder=HashingEmbedder())
    assert opened(saved).documents == {d.id: d for d in DOCUMENTS}
    Index.update(saved, [a_document(9)], embedder=HashingEmbedder())
    assert Index.check(saved) == []


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "ferry.txt").write_text("The ferry to Skye leaves at noon.")
    (tmp_path / "notes" / "bus.md").write_text("# Bus\n\nThe bus to Oban leaves at nine.")
    return tmp_path / "notes"


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    capsys.readouterr()
    assert main(["index", *arguments]) == code
    captured = capsys.readouterr()
    return captured.err if code else captured.out


def test_one_document_in_one_passage_is_said_in_the_singular(notes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (notes / "bus.md").unlink()
    assert said(capsys, "notes", "--out", "ix") == "Indexed 1 document in 1 passage: ix\n"
    assert said(capsys, "notes", "--out", "ix") == "Nothing changed: 1 document in 1 passage: ix\n"


def test_the_command_says_in_one_line_what_it_did(notes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "notes", "--out", "ix") == "Indexed 2 documents in 2 passages: ix\n"
    assert said(capsys, "notes", "--out", "ix") == "Nothing changed: 2 documents in 2 passages: ix\n"
    (notes / "bus.md").unlink()
    (notes / "ferry.txt").write_text("The ferry to Skye leaves at ten.")
    (notes / "tram.txt").write_text("The tram leaves now.")
    assert said(capsys, "notes", "--out", "ix") == (
        "Updated ix: 1 added, 1 changed, 1 kept, 0 removed; 2 of 3 passages embedded\n"
    )
    assert said(capsys, "notes", "--out", "ix", "--prune") == (
        "Updated ix: 0 added, 0 changed, 2 kept, 1 removed; 0 of 2 passages embedded\n"
    )
    assert said(capsys, "--out", "ix", "--remove", "tram.txt") == (
        "Updated ix: 0 added, 0 changed, 1 kept, 1 removed; 0 of 1 passages embedded\n"
    )
    assert said(capsys, "notes", "--out", "ix", "--rebuild") == "Indexed 2 documents in 2 passages: ix\n"
    assert said(capsys, "--check", "ix") == "ok: every file of ix is as it was written\n"


def test_pruning_one_folder_leaves_the_documents_of_others_and_what_cannot_be_read(notes: Path, capsys) -> None:
    elsewhere = notes.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "tide.txt").write_text("The tide is high.")
    said(capsys, "notes", "--out", "ix")
    said(capsys, "elsewhere", "--out", "ix")
    (notes / "bus.md").write_bytes(b"\xff\xfe\xff")
    assert said(capsys, "notes", "--out", "ix", "--prune").startswith("Nothing changed: 3 documents")
    (notes / "bus.md").unlink()
    assert "0 added, 0 changed, 2 kept, 1 removed" in said(capsys, "notes", "--out", "ix", "--prune")


def test_pruning_leaves_what_lies_in_a_folder_that_cannot_be_listed(notes: Path, capsys, monkeypatch) -> None:
    closed = notes / "closed"
    closed.mkdir()
    (closed / "tide.txt").write_text("The tide is high.")
    said(capsys, "notes", "--out", "ix")
    shut(closed.relative_to(notes.parent), monkeypatch)
    assert said(capsys, "notes", "--out", "ix", "--prune").startswith("Nothing changed: 3 documents")


def test_the_command_names_what_is_broken_and_exits_with_1(notes: Path, capsys) -> None:
    said(capsys, "notes", "--out", "ix")
    Path("ix/v000001/texts.utf8").write_text("x")
    out = said(capsys, "--check", "ix", code=1)
    assert out.startswith("pincite: 'ix/v000001/texts.utf8' has 1 bytes, not the ")
    assert "`pincite index PATH --out ix --rebuild`" in out
    assert "texts.utf8" in said(capsys, "notes", "--out", "ix", code=1)
    assert "holds no index" in said(capsys, "--check", "nowhere", code=1)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["notes"],
        ["--out", "ix"],
        ["notes", "--out", "ix", "--remove", "a"],
        ["notes", "--check", "ix"],
        ["notes", "--out", "ix", "--rebuild", "--prune"],
    ],
)
def test_wrong_usage_exits_with_2(notes: Path, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["index", *arguments])
    assert caught.value.code == 2
