"""Loading, splitting and embedding on two nodes of a Ray cluster, one of which goes half-way."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest
from test_sealed import SECONDS, outside

from index import Index
from index.config import ChunkConfig
from index.errors import ClusterError
from index.load import Failure, load_each
from index.offline import SETTINGS
from index.store.building import Prepared
from index.store.folder.reading import open_version
from index.store.ray_ingest import SOURCES, Distributed, IngestTask, connected_cluster

pytestmark = [pytest.mark.cluster, pytest.mark.filterwarnings("default")]

FILES = 6 * SOURCES


class HalfwayError(Exception):
    pass


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    for number in range(FILES):
        sentences = (f"Ship {number} left port {line} in 18{line + 10}." for line in range(1 + number % 20))
        (folder / f"{number:03d}.txt").write_text(" ".join(sentences), encoding="utf-8")
    (folder / "empty.txt").write_text(" ", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def head(home):
    """A cluster that was started elsewhere: its processes have none of this one's settings."""
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        for name in SETTINGS:
            patch.delenv(name, raising=False)
        cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    yield cluster
    cluster.shutdown()


@pytest.fixture
def cluster(head):
    head.add_node(num_cpus=1)
    return head


def distributed(sources: Path, cluster, *, place: str | None = None) -> Distributed:
    known = Index.known(place).documents if place is not None else {}
    return Distributed(load_each([sources]), cluster.address, IngestTask(None, ChunkConfig(), known))


def without_failures(items) -> Iterator:
    return (item for item in items if not isinstance(item, Failure))


def losing_a_node(items, cluster) -> Iterator:
    for taken, item in enumerate(items):
        if taken == SOURCES + 1:
            cluster.remove_node(next(iter(cluster.worker_nodes)))
        yield item


def breaking_off(items, after: int) -> Iterator:
    for taken, item in enumerate(items):
        if taken == after:
            raise HalfwayError
        yield item


def test_the_index_is_that_of_one_machine_though_a_node_is_lost_half_way(sources, cluster, tmp_path) -> None:
    alone, together = tmp_path / "alone", tmp_path / "together"
    Index.update(alone, without_failures(load_each([sources])))
    changes = Index.update(together, without_failures(losing_a_node(distributed(sources, cluster), cluster)))
    assert len(changes.added) == len(set(changes.added)) == FILES
    one, other = open_version(alone, None), open_version(together, None)
    assert [entry.id for entry in one.tables.catalogue] == [entry.id for entry in other.tables.catalogue]
    assert np.array_equal(one.tables.chunks, other.tables.chunks), "offsets and ids of vectors"
    ids = np.ascontiguousarray(one.tables.chunks[:, 2])
    assert np.abs(one.vectors().vectors(ids) - other.vectors().vectors(ids)).max() < 1e-5
    assert Index.check(together) == []


def test_broken_off_and_run_again_it_adds_to_milvus_what_is_missing_and_nothing_twice(
    sources, cluster, tmp_path
) -> None:
    place, alone = f"milvus+file:{tmp_path / 'archive'}", tmp_path / "alone"
    Index.update(alone, without_failures(load_each([sources])))
    stream = iter(distributed(sources, cluster))
    with closing(stream), pytest.raises(HalfwayError):
        Index.update(place, breaking_off(without_failures(stream), 4 * SOURCES + 3))
    before = set(Index.open(place).documents)
    assert 0 < len(before) < FILES
    again = without_failures(distributed(sources, cluster, place=place))
    changes = Index.update(place, losing_a_node(again, cluster))
    assert set(changes.added).isdisjoint(before)
    assert len(changes.added) + len(before) == FILES
    index, expected = Index.open(place), Index.open(alone)
    assert sorted(index.chunks) == sorted(expected.chunks)
    assert changes.embedded == sum(chunk.document_id in changes.added for chunk in expected.chunks)
    assert Index.check(place) == []


def test_a_cluster_that_does_not_answer_is_one_line(sources) -> None:
    with pytest.raises(ClusterError, match=r"no Ray cluster answers at '127.0.0.1:1'.*ray start --head"):
        list(Distributed(load_each([sources]), "127.0.0.1:1", IngestTask(None, ChunkConfig())))


@contextmanager
def traced(process: int, trace: Path) -> Iterator[None]:
    """The network calls of a process and of all its threads, written to `trace`."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("needs strace, which sees what compiled code sends (apt-get install strace)")
    calls = ["-f", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", str(trace), "-p", str(process)]
    watching = subprocess.Popen([strace, *calls], stderr=subprocess.PIPE, text=True)
    try:
        assert watching.stderr is not None
        said = watching.stderr.readline()
        if "attached" not in said:
            pytest.skip(f"strace may not look at another process here: {said.strip()}")
        yield
    finally:
        watching.terminate()
        watching.communicate()


def test_a_worker_turns_the_reports_of_libraries_off_and_sends_nothing(sources, cluster, home, tmp_path) -> None:
    def before() -> tuple[int, dict[str, str | None]]:
        return os.getpid(), {name: os.environ.get(name) for name in settings}

    def after(loading, task) -> tuple[int, dict[str, str | None], list]:
        from index.store.ray_ingest import prepare

        prepared = prepare(loading, task)
        time.sleep(SECONDS)
        return os.getpid(), {name: os.environ.get(name) for name in settings}, prepared

    settings = dict(SETTINGS)
    task = IngestTask(None, ChunkConfig())
    with connected_cluster(cluster.address) as ray:
        process, unset = ray.get(ray.remote(before).remote())
        with traced(process, tmp_path / "trace"):
            part = next(iter(load_each([sources]).parts(1)))
            same, kept, prepared = ray.get(ray.remote(after).remote(part, task))
        own = {node["NodeManagerAddress"] for node in ray.nodes()}
    assert unset == dict.fromkeys(settings), "the cluster was started without them"
    assert (same, kept) == (process, settings)
    assert isinstance(prepared[0], Prepared)
    assert set(outside((tmp_path / "trace").read_text(errors="replace"))) <= own
    assert [path for path in home.rglob("*") if path.is_file()] == []
