"""Indexes on a Milvus cluster of two query nodes, behind a token and TLS: a node that is lost costs no answer."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from index import Document, Index
from index.config import SearchConfig
from index.errors import IndexStoreError
from qa import Answerer
from qa.types import Form
from tests.fakes import HashingEmbedder, WordReader
from tests.milvus_cluster import NODES, TOKEN, LocalCluster, certified

pytestmark = [pytest.mark.cluster, pytest.mark.filterwarnings("default")]

MEANING = SearchConfig(dense_weight=1.0)
BRIDGES = [
    Document(f"bridge{n}", f"Bridge number{n} crosses river{n % 7}. It stands on stone{n:02} since {1800 + n}.")
    for n in range(40)
]
QUESTIONS = [f"On which *stone{n:02}* stands bridge number{n}?" for n in range(40)]
ASKERS = 3


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    cluster = LocalCluster(tmp_path_factory.mktemp("cluster"))
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture
def allowed(cluster, monkeypatch) -> LocalCluster:
    """The cluster, with what lets one in said by the environment."""
    monkeypatch.setenv("PINCITE_MILVUS_TOKEN", TOKEN)
    monkeypatch.setenv("PINCITE_MILVUS_CA", str(cluster.certificate))
    return cluster


@pytest.fixture
def place(allowed, monkeypatch) -> str:
    """An index in two shards and two replicas, made once."""
    place = allowed.address("bridges")
    with monkeypatch.context() as making:
        making.setenv("PINCITE_MILVUS_SHARDS", "2")
        making.setenv("PINCITE_MILVUS_REPLICAS", "2")
        Index.update(place, BRIDGES, embedder=HashingEmbedder(), dense_only=True)
    return place


def nodes_of_replicas(cluster: LocalCluster) -> list[set[int]]:
    """For each replica of the chunks the nodes that lead its shards; nothing while they are being moved."""
    from pymilvus import MilvusClient, MilvusException

    client = MilvusClient(
        uri=f"https://127.0.0.1:{cluster.port}", token=TOKEN, secure=True, server_pem_path=str(cluster.certificate)
    )
    try:
        replicas = client.describe_replica("bridges")
        return [{shard.shard_leader for shard in replica.shards} for replica in replicas]
    except MilvusException:
        return []
    finally:
        client.close()


def await_replicas(cluster: LocalCluster) -> None:
    """Return when every replica lies on a node of its own."""
    began = time.monotonic()
    while True:
        found = nodes_of_replicas(cluster)
        if len(found) == NODES and all(len(nodes) == 1 for nodes in found) and len(set.union(*found)) == NODES:
            return
        assert time.monotonic() - began < 180, f"the replicas lie on {found}"
        time.sleep(1)


def test_a_server_with_another_certificate_than_ours_is_not_believed(allowed, monkeypatch, tmp_path) -> None:
    certificate, _ = certified(tmp_path)
    monkeypatch.setenv("PINCITE_MILVUS_CA", str(certificate))
    monkeypatch.setenv("PINCITE_MILVUS_TIMEOUT", "3")
    with pytest.raises(IndexStoreError, match="cannot reach Milvus"):
        Index.open(allowed.address("bridges"), embedder=HashingEmbedder(), search=MEANING)


@pytest.mark.parametrize(
    ("variable", "value"),
    [("TOKEN", ""), ("TOKEN", "root:wrong"), ("CA", "")],
    ids=["no token", "wrong token", "no TLS"],
)
def test_nobody_comes_in_without_token_and_tls(allowed, monkeypatch, variable, value) -> None:
    monkeypatch.setenv(f"PINCITE_MILVUS_{variable}", value)
    monkeypatch.setenv("PINCITE_MILVUS_TIMEOUT", "3")
    with pytest.raises(IndexStoreError) as refused:
        Index.open(allowed.address("bridges"), embedder=HashingEmbedder(), search=MEANING)
    assert "\n" not in str(refused.value)


def test_any_process_opens_what_was_loaded_in_two_replicas(place, allowed) -> None:
    await_replicas(allowed)
    index = Index.open(place, embedder=HashingEmbedder(), search=MEANING)  # whose environment asks for one replica
    assert {d.id: d for d in BRIDGES} == dict(index.documents)
    await_replicas(allowed)


def test_while_either_node_is_lost_no_answer_is_lost_and_none_changes(place, allowed) -> None:
    await_replicas(allowed)
    answerer = Answerer(Index.open(place, embedder=HashingEmbedder(), search=MEANING), reader=WordReader())
    expected = [[c.quote for c in answerer.ask(question, form=Form.SPAN).citations] for question in QUESTIONS]
    assert expected == [[f"stone{n:02}"] for n in range(len(QUESTIONS))]
    done = threading.Event()

    def ask_on(first: int) -> int:
        asked = first
        while not done.is_set():
            question = asked % len(QUESTIONS)
            answer = answerer.ask(QUESTIONS[question], form=Form.SPAN)
            assert [c.quote for c in answer.citations] == expected[question]
            asked += 1
        return asked - first

    with ThreadPoolExecutor(ASKERS) as pool:
        asking = [pool.submit(ask_on, 13 * number) for number in range(ASKERS)]
        try:
            for node in range(NODES):
                allowed.kill(node)
                time.sleep(8)  # longer than until it is missed
                allowed.revive(node)
                await_replicas(allowed)
        finally:
            done.set()
        assert all(each.result() > 0 for each in asking)


def test_after_all_that_nothing_is_missing(place) -> None:
    assert Index.check(place) == []
