"""What an index in Milvus does besides: addresses and settings, checks on opening, crashes half-way, odd texts."""

from __future__ import annotations

import builtins
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document, Index
from index.config import ChunkConfig, SearchConfig
from index.errors import (
    AddressError,
    IndexCorruptError,
    IndexNotFoundError,
    IndexStoreError,
    IndexVersionError,
    MissingExtraError,
)
from index.milvus import near_copies, updating, writing
from index.milvus.address import Address, is_address
from index.milvus.bodies import PIECE, cut
from index.milvus.engine import Server
from index.milvus.layout import MANIFEST
from index.milvus.near_copies import COPIES
from index.milvus.settings import IndexType, Settings
from index.milvus.store import collections_at
from index.milvus.word_text import split_words, words_of
from index.near_copies import NearCopy
from pincite.cli import main
from pincite.service.library import Library
from qa import Answerer, ask
from tests.fakes import HashingEmbedder, WordReader
from tests.index_contract import DOCUMENTS

EMBEDDER = HashingEmbedder()


@pytest.fixture
def place(tmp_path) -> str:
    return f"milvus+file:{tmp_path / 'archive'}"


@pytest.fixture
def saved(place) -> str:
    Index.update(place, DOCUMENTS[:3], embedder=EMBEDDER)
    return place


def opened(place: str) -> Index:
    return Index.open(place, embedder=EMBEDDER)


@pytest.mark.parametrize(
    ("text", "host", "path", "collection"),
    [
        ("milvus://localhost:19530/archive", "localhost:19530", None, "archive"),
        ("milvus://10.0.0.7:1/_a1", "10.0.0.7:1", None, "_a1"),
        ("milvus://[::1]:19530/a", "[::1]:19530", None, "a"),
        ("milvus+file:some where/x", None, "some where/x", "pincite"),
    ],
)
def test_an_address_names_a_server_or_a_file(text, host, path, collection) -> None:
    address = Address.parse(text)
    assert (address.host, address.path, address.collection) == (host, path, collection)
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "milvus://",
        "milvus://host/collection",
        "milvus://host:19530",
        "milvus://host:19530/",
        "milvus://host:70000/a",
        "milvus://host:19530/a-b",
        "milvus://host:19530/9a",
        "milvus://user:secret@host:19530/a",
        "milvus://host:19530/a/b",
        "milvus+file:",
        "milvus+files:x",
    ],
)
def test_an_invalid_address_is_refused_and_no_folder_of_that_name_is_made(text, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AddressError, match=r"write milvus://HOST:PORT/COLLECTION|is not a collection name"):
        Index.update(text, DOCUMENTS, embedder=EMBEDDER)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_address() -> None:
    assert not any(map(is_address, ["milvus", "my-index", "./milvus:x", "/milvus+file"]))


def test_settings_come_from_the_environment(monkeypatch) -> None:
    assert Settings.from_environment().secured() == {}
    given_ = {"TOKEN": "root:secret", "CA": "ca.pem", "SERVER_NAME": "search", "INDEX": "HNSW", "REPLICAS": "2"}
    for name, value in given_.items():
        monkeypatch.setenv(f"PINCITE_MILVUS_{name}", value)
    settings = Settings.from_environment()
    assert settings.secured() == {
        "token": "root:secret",
        "secure": True,
        "server_pem_path": "ca.pem",
        "server_name": "search",
    }
    assert (settings.index, settings.replicas, settings.shards) == (IndexType.HNSW, 2, 1)


@pytest.mark.parametrize(("name", "value"), [("INDEX", "DISKANN2"), ("TIMEOUT", "soon"), ("SHARDS", "0")])
def test_a_setting_that_cannot_be_is_an_error_that_names_it(name, value, monkeypatch) -> None:
    monkeypatch.setenv(f"PINCITE_MILVUS_{name}", value)
    with pytest.raises(AddressError, match=f"PINCITE_MILVUS_{name} is '{value}'"):
        Settings.from_environment()


def test_without_the_optional_package_the_extra_is_named(monkeypatch, saved) -> None:
    real = builtins.__import__

    def without(name, *rest, **named):
        if name == "pymilvus":
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"pip install 'pincite\[milvus\]'"):
        opened(saved)


def test_opening_makes_nothing(place, tmp_path) -> None:
    with pytest.raises(IndexNotFoundError):
        opened(place)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(IndexStoreError, match="is in a folder that does not exist; create"):
        opened(f"milvus+file:{tmp_path / 'none' / 'x'}")


def test_nobody_at_the_address_is_one_line(capsys) -> None:
    assert main(["ask", "Who?", "--index", "milvus://127.0.0.1:1/archive"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("pincite: cannot reach Milvus at 'milvus://127.0.0.1:1/archive'")


def test_another_schema_version_or_manifest_is_refused(saved) -> None:
    with collections_at(saved) as collections:
        note = collections.note(MANIFEST)
        collections.write_note(MANIFEST, note | {"schema_version": 0})
        with pytest.raises(IndexVersionError, match=r"schema version 0, this Pincite reads 1; .*--rebuild"):
            opened(saved)
        collections.write_note(MANIFEST, note | {"analysis": "0:none"})
        with pytest.raises(IndexVersionError, match="words analysed as '0:none'"):
            opened(saved)
        collections.write_note(MANIFEST, note | {"dimension": 32})
        with pytest.raises(IndexCorruptError, match=r"dimension 64 in an index FLAT, its manifest says 32"):
            Index.check(saved) and Index.remove(saved, ["x"])
        collections.write_note(MANIFEST, note | {"index": "HNSW"})
        with pytest.raises(IndexCorruptError, match="in an index FLAT, its manifest says 64 and HNSW"):
            opened(saved)


def test_a_collection_that_is_not_ours_is_neither_opened_nor_written_nor_dropped(saved) -> None:
    with collections_at(saved) as collections:
        collections.server.drop(collections.documents)
        for act in (opened, lambda place: Index.update(place, DOCUMENTS, embedder=EMBEDDER, rebuild=True)):
            with pytest.raises(IndexStoreError, match="was not made by Pincite"):
                act(saved)
        assert collections.server.exists(collections.chunks)


def test_a_server_without_bm25_is_refused(place, monkeypatch) -> None:
    monkeypatch.setattr(Server, "has_words", False)
    with pytest.raises(IndexStoreError, match=r"has no BM25 search, which came with 2\.5; .*--dense-only"):
        Index.update(place, DOCUMENTS, embedder=EMBEDDER)
    Index.update(place, DOCUMENTS, embedder=EMBEDDER, dense_only=True)
    with pytest.raises(IndexStoreError, match="has no words to search; ask it with --dense-only"):
        opened(place)
    with pytest.raises(IndexStoreError, match="give --dense-only again"):
        Index.update(place, DOCUMENTS, embedder=EMBEDDER)
    hits = Index.open(place, embedder=EMBEDDER, search=SearchConfig(dense_weight=1.0)).search("bridge")
    assert {hit.parts.lexical for hit in hits} == {0.0}


def test_an_index_with_other_chunks_is_not_mixed(saved) -> None:
    with pytest.raises(IndexStoreError, match=r"was built with ChunkConfig\(max_tokens=160"):
        Index.update(saved, DOCUMENTS, embedder=EMBEDDER, chunks=ChunkConfig(max_tokens=40))


class StoppedError(Exception):
    pass


STEPS = ["write_records:0", "_write_chunks:0", "write_records:1", "_discard:0", "write_records:2"]


@pytest.mark.parametrize("step", STEPS)
def test_stopped_at_any_step_readers_see_the_old_or_the_new_and_running_again_finishes(
    saved, monkeypatch, step
) -> None:
    old = DOCUMENTS[0]
    new = Document(old.id, "The new bridge is of *steel*.", old.source, metadata=old.metadata)
    name, _, call = step.partition(":")
    calls = iter(range(10))
    owner = writing if name == "write_records" else writing.Writer
    real = getattr(owner, name)

    def stops(*given_):
        if next(calls) == int(call):
            raise StoppedError
        return real(*given_)

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, stops)
        with pytest.raises(StoppedError):
            Index.update(saved, [new], embedder=EMBEDDER)
    index = opened(saved)
    seen = index.documents[old.id]
    assert seen in (old, new)
    for question in ("steel bridge", "boat arch", "granite"):
        for hit in index.search(question, 30):
            text = index.documents[hit.chunk.document_id].text
            assert index.text(hit.chunk) == text[hit.chunk.start : hit.chunk.end]
            assert hit.chunk.document_id != old.id or hit.chunk in Index.build([seen], embedder=EMBEDDER).chunks
    Index.update(saved, [new], embedder=EMBEDDER)
    assert opened(saved).documents[old.id] == new
    assert Index.check(saved) == []


def test_a_removal_that_was_stopped_is_finished_by_the_next(saved, monkeypatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(writing, "delete_records", lambda *_: (_ for _ in ()).throw(StoppedError))
        with pytest.raises(StoppedError):
            Index.remove(saved, [DOCUMENTS[0].id])
    assert DOCUMENTS[0].id not in opened(saved).documents
    assert [DOCUMENTS[0].id in problem for problem in Index.check(saved)] == [True]
    Index.remove(saved, [DOCUMENTS[0].id])
    assert Index.check(saved) == []


def test_what_a_search_found_is_cited_from_what_it_found_though_it_is_replaced(saved) -> None:
    index, old = opened(saved), DOCUMENTS[0]
    hit = index.search("bridge over the Aare", 1, where=f"id={old.id}")[0]
    Index.update(saved, [Document(old.id, "Gone.", old.source)], embedder=EMBEDDER)
    assert index.documents[old.id] == old
    assert index.text(hit.chunk) == old.text[hit.chunk.start : hit.chunk.end]
    assert [found.chunk.end for found in index.search("gone", 1, where=f"id={old.id}")] == [5]
    assert index.documents[old.id].text == "Gone."


def test_check_names_a_damaged_text_and_chunks_that_are_missing(saved) -> None:
    with collections_at(saved) as collections:
        (row, *_) = collections.server.sample_rows(collections.texts, "", ["key", "data"], 1)
        damaged = {"key": row["key"], "data": row["data"].replace("bridge", "BRIDGE"), "vector": [1.0, 0.0]}
        collections.server.upsert(collections.texts, [damaged])
        (chunk, *_) = collections.server.sample_rows(collections.chunks, f'document == "{DOCUMENTS[1].id}"', ["id"], 1)
        collections.server.delete(collections.chunks, [chunk["id"]])
    problems = Index.check(saved)
    assert any("does not match its sha256" in problem for problem in problems)
    assert any(problem.startswith(f"the chunks of {DOCUMENTS[1].id!r}") for problem in problems)
    assert main(["index", "--check", saved]) == 1


def test_a_documents_row_that_lacks_something_is_an_error_in_one_line(saved, capsys) -> None:
    with collections_at(saved) as collections:
        row = {"key": f"={DOCUMENTS[0].id}", "live": "0", "data": {"source": "x"}, "vector": [1.0, 0.0]}
        collections.server.upsert(collections.documents, [row])
    assert main(["index", "--check", saved]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "lacks 'live'; index with --rebuild" in line


def test_two_chunks_with_one_id_are_an_error_and_neither_is_lost(saved, monkeypatch) -> None:
    real = writing.chunk_ids
    taken = real(writing.version_of(DOCUMENTS[0]), 1)
    monkeypatch.setattr(writing, "chunk_ids", lambda version, count: taken)
    with pytest.raises(IndexStoreError, match=r"has the id of one of 'bridges/Aare\.md'"):
        Index.update(saved, [Document("new", "One sentence.")], embedder=EMBEDDER)
    assert opened(saved).documents[DOCUMENTS[0].id] == DOCUMENTS[0]


def test_a_long_document_lies_there_in_pieces(place) -> None:
    long = Document("long", "🌉 ist länger als ein Feld. " * 6_000)
    Index.update(place, [long], embedder=EMBEDDER)
    assert opened(place).documents["long"] == long


@given(st.text(max_size=50), st.integers(0, 3))
def test_a_text_cut_in_pieces_is_whole_again(text, fill) -> None:
    whole = "x" * (PIECE - fill) + text + "é" * 10
    pieces = cut(whole)
    assert "".join(pieces) == whole
    assert all(0 < len(piece.encode()) <= PIECE for piece in pieces)


@given(st.lists(st.from_regex(r"\w+", fullmatch=True)))
def test_words_survive_any_analyser_that_keeps_letters_and_digits(words) -> None:
    text = words_of(words)
    assert all(character.isascii() and (character.isalnum() or character == " ") for character in text)
    assert split_words(text) == (words or ["\x00"])


def test_what_another_process_wrote_is_found_and_while_this_one_has_it_open_others_are_told(place) -> None:
    script = (
        "from index import Index\nfrom tests.fakes import HashingEmbedder\nfrom tests.index_contract import DOCUMENTS\n"
        f"print(Index.update({place!r}, DOCUMENTS, embedder=HashingEmbedder()).kept)"
    )

    def elsewhere() -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    first = elsewhere()
    assert (first.stdout, first.stderr) == ("0\n", "")
    assert dict(opened(place).documents) == {document.id: document for document in DOCUMENTS}
    assert "another process has it open" in elsewhere().stderr


def test_the_command_line_and_ask_take_an_address(tmp_path, place, capsys) -> None:
    (tmp_path / "lease.txt").write_text("The lease was signed by Ann Gray in 1851.", encoding="utf-8")
    assert main(["index", str(tmp_path / "lease.txt"), "--out", place]) == 0
    assert main(["index", str(tmp_path / "lease.txt"), "--out", place]) == 0
    assert main(["ask", "Who signed the lease?", "--index", place]) == 0
    assert main(["ask", "Who signed the lease?", "--index", place, "--dense-only"]) == 0
    printed = capsys.readouterr().out
    assert "Indexed 1 document" in printed
    assert "Nothing changed" in printed
    assert printed.count("Ann Gray") >= 2
    assert ask("Who signed the lease?", index=place).text == "Ann Gray"
    assert main(["ask", "Who signed the lease?", "--dense-only"]) == 1
    assert "--dense-only is for --index" in capsys.readouterr().err


def test_the_page_does_not_copy_an_archive_to_change_what_is_searched(saved) -> None:
    library = Library(Answerer(opened(saved), reader=WordReader()))
    assert set(library.documents) == {document.id for document in DOCUMENTS[:3]}
    for change in (
        lambda: library.add(Document("new", "Text.")),
        lambda: library.search_in([DOCUMENTS[0].id]),
        lambda: library.remove(DOCUMENTS[0].id),
    ):
        with pytest.raises(ValueError, match="these documents are in a database"):
            change()
    assert library.answer("Which bridge is *granite*?").citations


TWINS = [Document("a", DOCUMENTS[0].text), Document("b", DOCUMENTS[0].text)]


def test_an_index_of_before_says_that_near_copies_are_not_known_and_the_next_update_finds_them(place) -> None:
    Index.update(place, TWINS, embedder=EMBEDDER)
    with collections_at(place) as collections:
        for row in collections.server.sample_rows(collections.documents, 'live != ""', ["key", "live", "data"], 9):
            del row["data"]["sketch"]
            collections.server.upsert(collections.documents, [row | {"vector": [1.0, 0.0]}])
        collections.server.delete(collections.documents, [COPIES])
    assert opened(place).near_copies == ()
    with pytest.raises(IndexStoreError, match=r"are not known; `pincite index PATH --out .*` finds them"):
        Index.near_copies_in(place)
    changes = Index.update(place, TWINS, embedder=EMBEDDER)
    assert (bool(changes), changes.embedded, changes.near_copies) == (False, 0, (NearCopy("b", "a", 1.0),))


def test_among_too_many_documents_near_copies_are_not_looked_for_and_it_is_said(
    place, tmp_path, monkeypatch, capsys
) -> None:
    monkeypatch.setattr(near_copies, "MOST_DOCUMENTS", 1)
    for document in TWINS:
        (tmp_path / f"{document.id}.txt").write_text(document.text, encoding="utf-8")
    assert main(["index", str(tmp_path / "a.txt"), str(tmp_path / "b.txt"), "--out", place]) == 0
    assert "near copies are not looked for among so many documents in Milvus" in capsys.readouterr().err
    assert main(["show", "--copies", place]) == 1
    monkeypatch.undo()
    assert main(["index", str(tmp_path / "a.txt"), "--out", place]) == 0
    assert main(["show", "--copies", place]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "b.txt says nearly the same as a.txt (100% alike)"


def test_an_open_index_follows_the_near_copies_of_an_update_and_leaves_out_what_is_gone(place, monkeypatch) -> None:
    monkeypatch.setattr(near_copies, "CACHED_SECONDS", 0.0)
    Index.update(place, TWINS, embedder=EMBEDDER)
    index = opened(place)
    assert index.alike("a") == ["b"]
    Index.update(place, [Document("c", TWINS[0].text)], embedder=EMBEDDER)
    assert index.alike("a") == ["b", "c"]
    monkeypatch.setattr(updating, "find_near_copies", lambda _: ())  # as if it were killed before
    Index.remove(place, ["b"])
    assert index.alike("a") == ["b", "c"]  # as they were for the question before
    index.search("bridge", 1)
    assert index.alike("a") == ["c"]


def test_damaged_near_copies_are_an_error_in_one_line(place) -> None:
    Index.update(place, TWINS, embedder=EMBEDDER)
    with collections_at(place) as collections:
        version = collections.note(COPIES)["version"]
        row = {"key": f"{version}:0", "data": "[[1]]", "vector": [1.0, 0.0]}
        collections.server.upsert(collections.texts, [row])
    with pytest.raises(IndexCorruptError, match=r"the near copies of .* are damaged: .*; index it again"):
        Index.near_copies_in(place)


def test_an_index_in_memory_is_saved_to_an_address(place) -> None:
    memory = Index.build(DOCUMENTS, embedder=EMBEDDER)
    memory.save(place)
    assert sorted(opened(place).chunks) == sorted(memory.chunks)
    with pytest.raises(IndexStoreError, match="stays there"):
        opened(place).save("folder")
