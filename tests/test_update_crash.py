"""Updates killed at any moment, by SIGKILL, in processes of their own."""

from __future__ import annotations

import gc
import os
import random
import signal
import time
from collections.abc import Iterator
from multiprocessing import forkserver, get_context
from pathlib import Path

import pytest
from update_child import EMBEDDER, documents, update, update_and_die

from index import Chunk, Document, Index

CONTEXT = get_context("forkserver")
KILLS = 50
QUESTIONS = ("Which state has the heron 2?", "stone 7", "text 4 in state 1")

Snapshot = tuple[dict[str, Document], list[Chunk], list[set[tuple[Chunk, float]]]]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]  # seconds; a busy machine may need many


def snapshot(folder: Path) -> Snapshot:
    """All documents, all chunks, and answers with their scores, whatever the order of the documents."""
    index = Index.open(folder, embedder=EMBEDDER)
    answers = [{(hit.chunk, round(hit.score, 5)) for hit in index.search(q, len(index.chunks))} for q in QUESTIONS]
    return dict(index.documents), sorted(index.chunks), answers


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> list[Snapshot]:
    folder = tmp_path_factory.mktemp("whole") / "index"
    found = []
    for state in (0, 1):
        update(folder, state)
        found.append(snapshot(folder))
        assert found[-1][0] == {d.id: d for d in documents(state)}
    assert found[0] != found[1]
    return found


@pytest.fixture(scope="module", autouse=True)
def light_collections() -> Iterator[None]:
    """What the tests before left in memory is not looked through at each of the many collections here."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(scope="module", autouse=True)
def server() -> None:
    """What forks the processes, with all that they need loaded.

    It has to find `update_child` by PYTHONPATH: Python 3.11 does not hand it `sys.path`, and goes on without a word
    where what it is to load ahead is not found.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PYTHONPATH", str(Path(__file__).parent), prepend=os.pathsep)
        CONTEXT.set_forkserver_preload(["update_child"])
        forkserver.ensure_running()


def run(folder: Path, state: int, *, kill_after: float | None = None, events: int | None = None) -> float | None:
    """How long the update took; None if it was killed, after so many seconds or before so many file system events."""
    ours, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=update_and_die, args=(folder, state, theirs, events))
    process.start()
    theirs.close()
    assert ours.recv() == "begun"
    began = time.monotonic()
    if kill_after is not None:
        time.sleep(kill_after)
        process.kill()
    process.join()
    ended = time.monotonic()
    ours.close()
    assert process.exitcode in (0, -signal.SIGKILL)
    return ended - began if process.exitcode == 0 else None


def check_and_mend(folder: Path, before: int, snapshots: list[Snapshot]) -> int:
    """The state it is in after a kill: one of the two; the next update works and leaves nothing behind."""
    found = snapshot(folder)
    assert found in snapshots
    gc.collect()
    assert Index.check(folder) == []
    update(folder, before)
    assert snapshot(folder) == snapshots[before]
    gc.collect()
    update(folder, before)
    assert Index.check(folder) == []
    kinds = sorted(path.name[0] for path in folder.iterdir())
    assert kinds == ["C", "L", "v"], sorted(path.name for path in folder.iterdir())
    return snapshots.index(found)


def test_killed_at_random_moments_the_index_is_as_before_or_as_after(tmp_path: Path, snapshots) -> None:
    folder = tmp_path / "index"
    update(folder, 0)
    whole = run(folder, 1)
    assert whole is not None
    update(folder, 0)
    chance = random.Random(4)
    killed = 0
    while killed < KILLS:
        took = run(folder, 1, kill_after=chance.uniform(0, whole))
        killed += took is None
        whole = whole if took is None else took  # a busy machine is slow now and then
        check_and_mend(folder, 0, snapshots)


def test_killed_before_any_touch_of_the_file_system_the_index_is_as_before_or_as_after(tmp_path, snapshots) -> None:
    folder = tmp_path / "index"
    update(folder, 0)
    outcomes = []
    events = 0
    while run(folder, 1, events=events) is None:
        outcomes.append(check_and_mend(folder, 0, snapshots))
        events += 3
    assert len(outcomes) > 20
    assert {0, 1} == set(outcomes)
    assert outcomes == sorted(outcomes), "once it is as after, it stays so"


def test_killed_while_the_first_version_is_written_there_is_no_index_and_the_next_update_makes_one(
    tmp_path: Path, snapshots
) -> None:
    folder = tmp_path / "index"
    for events in (3, 20, 40):
        assert run(folder, 1, events=events) is None
        assert not (folder / "CURRENT").exists()
    update(folder, 1)
    assert snapshot(folder) == snapshots[1]
