"""Folders that live: what changes on disk is taken over as a whole, and nobody who asks meanwhile notices how."""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from fakes import HashingEmbedder, WordReader

from index import Document, Index
from index.errors import PinciteError
from index.load.finding import Globs
from index.load.watching import Snapshot, changes, difference, snapshot
from pincite.cli.main import build_parser
from pincite.cli.watching import Watch, following
from pincite.service.library import Library, LibraryAnswerer, SwappableAnswerer
from pincite.service.service import Service
from pincite.service.work import Work
from qa import Answer, Answerer
from qa.config import AskOptions
from qa.types import Form

ALL = Globs()
WAITED = 60.0  # seconds, at most, on a busy machine


def heed_interrupts() -> None:
    """What runs in the background of a shell is started without."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def wait_for(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + WAITED
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def asked(answerer: LibraryAnswerer, words: str) -> Answer:
    """What is answered where `words` stand somewhere."""
    return answerer.answer(f"Where is *{words}*?", options=AskOptions(form=Form.SPAN))


def differs(before: Snapshot, folder: Path) -> tuple[list[str], list[str]]:
    found = difference(before, snapshot([folder], ALL), [folder])
    return [path.name for path in found.changed], sorted(path.name for path in found.gone)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    made.mkdir()
    (made / "a.txt").write_text("The tide turns at nine.")
    (made / "b.txt").write_text("The ferry leaves at ten.")
    return made


# -- what has changed


def test_without_a_change_nothing_differs(folder: Path) -> None:
    found = difference(snapshot([folder], ALL), snapshot([folder], ALL), [folder])
    assert not found


def test_added_changed_and_removed_files_are_distinguished(folder: Path) -> None:
    before = snapshot([folder], ALL)
    (folder / "a.txt").write_text("The tide turns at eleven.")
    (folder / "b.txt").unlink()
    (folder / "new" / "deep").mkdir(parents=True)
    (folder / "new" / "deep" / "c.md").write_text("# Quay")
    assert differs(before, folder) == (["a.txt", "c.md"], ["b.txt"])


def test_a_file_that_took_the_place_of_another_has_changed_though_size_and_time_are_the_same(folder: Path) -> None:
    before = snapshot([folder], ALL)
    stamp = (folder / "a.txt").stat()
    (folder / "a.tmp").write_text("The tide turns at five.")
    os.utime(folder / "a.tmp", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    (folder / "a.tmp").replace(folder / "a.txt")
    assert differs(before, folder)[0] == ["a.txt"]


def test_hidden_files_excluded_ones_and_the_index_itself_are_not_watched(folder: Path) -> None:
    globs = Globs(exclude=("drafts",), apart=folder / "ix")
    for name in (".swp/x.txt", "drafts/y.txt", "ix/v000001/documents.jsonl"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text("{}")
    assert sorted(path.name for path in snapshot([folder], globs).files) == ["a.txt", "b.txt"]


def test_a_file_that_no_loader_reads_is_reported_once(folder: Path) -> None:
    before = snapshot([folder], ALL)
    (folder / "c.exe").write_text("MZ")
    after = snapshot([folder], ALL)
    assert [path.name for path in difference(before, after, [folder]).skipped] == ["c.exe"]
    assert not difference(after, snapshot([folder], ALL), [folder])


def test_the_documents_of_a_folder_that_is_not_there_at_all_stay(folder: Path) -> None:
    """A drive that is not mounted takes nothing with it."""
    before = snapshot([folder], ALL)
    folder.rename(folder.with_name("elsewhere"))
    assert differs(before, folder) == ([], [])


def test_a_named_file_that_is_removed_is_removed_from_the_documents(folder: Path) -> None:
    named = [folder / "a.txt", folder / "b.txt"]
    before = snapshot(named, ALL)
    named[0].unlink()
    found = difference(before, snapshot(named, ALL), named)
    assert ([path.name for path in found.gone], list(found.changed)) == (["a.txt"], [])


def test_simultaneous_changes_are_reported_once_and_watching_ends_on_request(folder: Path) -> None:
    stop, told = Event(), []

    def watch() -> None:
        for _ in changes([folder], stop):
            told.append(len(list(folder.iterdir())))

    thread = Thread(target=watch)
    thread.start()
    wait_for(lambda: told)  # it begins with a look
    for n in range(200):
        (folder / f"n{n}.txt").write_text("x")
    wait_for(lambda: told[-1] == 202)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert len(told) < 10  # two, but a busy machine may take a rest between two files


# -- what is served


def answering(folder: Path) -> SwappableAnswerer:
    documents = [Document(path.name, path.read_text(), str(path)) for path in sorted(folder.iterdir())]
    return SwappableAnswerer(Answerer(Index.build(documents, embedder=HashingEmbedder()), reader=WordReader()))


@contextmanager
def served(folder: Path) -> Iterator[SwappableAnswerer]:
    arguments = build_parser().parse_args(["serve", str(folder), "--watch"])
    watch = Watch.of(arguments, [str(folder)])
    living = answering(folder)
    with following(arguments, living, watch):
        yield living


def test_a_server_takes_over_added_changed_and_removed_files(folder: Path) -> None:
    with served(folder) as living:
        assert asked(living, "tide").answered
        (folder / "a.txt").write_text("The current turns at nine.")
        (folder / "c.txt").write_text("The quay was built in 1851.")
        (folder / "b.txt").unlink()
        wait_for(lambda: set(living.documents) == {"a.txt", "c.txt"})
        assert asked(living, "built in 1851").citations[0].document_id == "c.txt"
        assert not asked(living, "tide").answered


def test_a_file_that_cannot_be_read_is_reported_and_the_rest_is_updated(
    folder: Path, capfd: pytest.CaptureFixture
) -> None:
    with served(folder) as living:
        (folder / "a.txt").write_bytes(b"\xff\xff not UTF-8")
        (folder / "blank.txt").write_text("   ")
        (folder / "c.txt").write_text("The quay was built in 1851.")
        wait_for(lambda: "c.txt" in living.documents)
        assert living.documents["a.txt"].text == "The tide turns at nine."
        assert "blank.txt" not in living.documents
    said = capfd.readouterr().err
    assert "'a.txt'" in said
    assert "'blank.txt'" in said


def test_the_last_document_stays_until_there_is_another(folder: Path, capfd: pytest.CaptureFixture) -> None:
    with served(folder) as living:
        for path in list(folder.iterdir()):
            path.unlink()
        wait_for(lambda: "no document would be left" in capfd.readouterr().err)
        assert asked(living, "tide").answered
        (folder / "new.txt").write_text("High water is at noon.")
        wait_for(lambda: list(living.documents) == ["new.txt"])


@pytest.mark.slow
def test_questions_asked_meanwhile_are_all_answered_from_one_state_or_the_next(folder: Path) -> None:
    """Two files change together, ten times: no answer sees one of them changed and the other not."""

    def write(generation: int) -> None:
        for name in ("a", "b"):
            (folder / f"{name}.tmp").write_text(f"Tide table {name}: generation {generation}. The sea is salt.")
        for name in ("a", "b"):
            (folder / f"{name}.tmp").replace(folder / f"{name}.txt")

    write(0)
    failures, states, stop = [], set(), Event()

    def ask(living: SwappableAnswerer) -> None:
        while not stop.is_set():
            answerer = living.current
            try:
                answer = asked(answerer, "sea is salt")
                text = " ".join(answerer.documents[c.document_id].text for c in answer.citations)
                states.add(frozenset(re.findall(r"generation (\d+)", text)))
                assert all(answerer.documents[c.document_id].text[c.start : c.end] == c.quote for c in answer.citations)
                assert len(answer.citations) == 2
            except Exception as error:  # noqa: BLE001 - whatever it is, it is what the test is about
                failures.append(error)

    with served(folder) as living:
        asking = Thread(target=ask, args=(living,))
        asking.start()
        for generation in range(1, 6):
            write(generation)
            wait_for(lambda g=generation: f"generation {g}." in living.documents["a.txt"].text)
        stop.set()
        asking.join(10)
    assert failures == []
    assert {len(state) for state in states} == {1}
    assert frozenset({"5"}) in states


def test_an_index_that_is_served_is_opened_again_when_it_was_updated(tmp_path: Path) -> None:
    index, embedder = tmp_path / "ix", HashingEmbedder()
    Index.update(index, [Document("a", "The tide turns at nine.")], embedder=embedder)
    arguments = build_parser().parse_args(["serve", "--index", str(index), "--watch"])
    living = SwappableAnswerer(Answerer(Index.open(index, embedder=embedder), reader=WordReader()))
    with following(arguments, living, None):
        Index.update(index, [Document("b", "The quay was built in 1851.")], embedder=embedder)
        wait_for(lambda: set(living.documents) == {"a", "b"})
        assert asked(living, "built in 1851").answered


def test_watching_needs_something_on_this_machine(folder: Path) -> None:
    arguments = build_parser().parse_args(["serve", "https://example.org/a.html", "--watch"])
    with pytest.raises(PinciteError, match="--watch needs files or folders"):
        Watch.of(arguments, arguments.paths)


# -- those who are there


def swapped(living: SwappableAnswerer, *documents: Document) -> None:
    living.current = Answerer(Index.build(documents, embedder=HashingEmbedder()), reader=WordReader())


def test_a_visitors_next_question_searches_the_servers_new_documents_and_their_own(folder: Path) -> None:
    living = answering(folder)
    library = Library(living)
    library.add(Document("mine.txt", "My boat is red."))
    swapped(living, Document("a.txt", "The tide turns at five."), Document("c.txt", "The quay is closed."))
    assert asked(library, "quay is closed").answered
    assert asked(library, "My boat").answered
    assert set(library.documents) == {"a.txt", "c.txt", "mine.txt"}
    assert set(library.brought) == {"a.txt", "c.txt"}
    assert library.documents["a.txt"].text == "The tide turns at five."


def test_is_behind_is_known_before_new_documents_are_taken_over(folder: Path) -> None:
    living = answering(folder)
    library = Library(living)
    assert (library.follows, library.is_behind) == (True, False)
    swapped(living, Document("c.txt", "The quay is closed."))
    assert (library.is_behind, set(library.documents)) == (True, {"a.txt", "b.txt"})
    library.follow()
    assert (library.is_behind, set(library.documents)) == (False, {"c.txt"})
    assert not Library(living.current).follows


def test_documents_that_a_visitor_removed_or_deselected_stay_so(folder: Path) -> None:
    (folder / "d.txt").write_text("The crane lifts ten tonnes.")
    living = answering(folder)
    library = Library(living)
    library.remove("b.txt")
    library.search_in(["a.txt"])
    swapped(living, *(Document(f"{n}.txt", f"This is about {n}.") for n in "abde"))
    asked(library, "about")
    assert set(library.documents) == {"a.txt", "d.txt", "e.txt"}
    assert set(library.searched) == {"a.txt", "e.txt"}


def test_programs_are_answered_from_the_current_documents(folder: Path) -> None:
    living = answering(folder)
    service = Service(living, Work())
    assert [one.id for one in service.documents()] == ["a.txt", "b.txt"]
    swapped(living, Document("c.txt", "The quay is closed."))
    assert [one.id for one in service.documents()] == ["c.txt"]


# -- the command


@pytest.mark.slow
def test_the_command_keeps_an_index_up_to_date_and_ends_cleanly_when_interrupted(folder: Path, tmp_path: Path) -> None:
    index = folder / "ix"  # inside of what is watched: it is not read as a source of itself
    command = [sys.executable, "-m", "pincite.cli", "index", str(folder), "--out", str(index), "--watch"]
    out, err = tmp_path / "out", tmp_path / "err"
    with (
        out.open("w") as said,
        err.open("w") as failed,
        subprocess.Popen(command, stdout=said, stderr=failed, preexec_fn=heed_interrupts) as process,
    ):
        try:
            wait_for(lambda: "Watching" in out.read_text())
            (folder / "c.txt").write_text("The quay was built in 1851.")
            (folder / "d.txt").write_bytes(b"\xff\xff")
            (folder / "a.txt").unlink()
            wait_for(lambda: "'d.txt'" in err.read_text())
            wait_for(lambda: set(Index.open(index).documents) == {"b.txt", "c.txt"})
            wait_for(lambda: "1 removed" in out.read_text())
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(WAITED) == 0
    assert "Indexed 2 documents" in out.read_text()
    assert "Stopped watching" in out.read_text()
    assert "Traceback" not in err.read_text()
    assert Index.check(index) == []


def test_watching_cannot_be_combined_with_remove_or_ray(capsys: pytest.CaptureFixture) -> None:
    arguments: argparse.Namespace = build_parser().parse_args(["index", "a", "--out", "ix", "--watch", "--ray", "auto"])
    with pytest.raises(SystemExit):
        arguments.run(arguments)
    assert "--watch goes with neither" in capsys.readouterr().err
    assert json.dumps(arguments.watch) == "true"
