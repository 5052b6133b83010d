"""Indexes on a real Milvus server, 2.3.5: what it can do it does as a folder does, what it cannot is refused."""

from __future__ import annotations

import threading
from itertools import count

import pytest

from index import Document, Index
from index.config import SearchConfig
from index.errors import IndexStoreError
from pincite.cli import main
from qa import Answerer
from qa.types import Form
from tests.fakes import HashingEmbedder, WordReader
from tests.index_contract import DOCUMENTS, IndexContract
from tests.milvus_server import LocalServer

pytestmark = [pytest.mark.cluster, pytest.mark.filterwarnings("default")]

_names = count()
MEANING = SearchConfig(dense_weight=1.0)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    server = LocalServer(tmp_path_factory.mktemp("milvus"))
    server.start()
    yield server
    server.kill()


class TestServer(IndexContract):
    dense_only = True

    @pytest.fixture
    def place(self, server) -> str:
        return server.address(f"archive_{next(_names)}")

    @pytest.fixture(scope="class")
    @classmethod
    def place_of_shared(cls, server) -> str:
        place = server.address("shared")
        cls.updated(place, DOCUMENTS)
        return place

    @pytest.fixture(scope="class")
    @classmethod
    def shared(cls, place_of_shared) -> Index:
        return cls.opened(place_of_shared)


def test_words_are_refused_where_the_server_has_no_bm25(server, capsys) -> None:
    place = server.address("words")
    refusal = r"has no BM25 search, which came with 2\.5; use a later server, or --dense-only"
    with pytest.raises(IndexStoreError, match=refusal):
        Index.update(place, DOCUMENTS, embedder=HashingEmbedder())
    Index.update(place, DOCUMENTS[:1], embedder=HashingEmbedder(), dense_only=True)
    with pytest.raises(IndexStoreError, match="has no words to search; ask it with --dense-only"):
        Index.open(place, embedder=HashingEmbedder())
    assert main(["ask", "Which bridge?", "--index", place]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_killed_and_started_again_it_holds_what_was_written_and_open_indexes_go_on(server) -> None:
    place = server.address("killed")
    Index.update(place, DOCUMENTS, embedder=HashingEmbedder(), dense_only=True)
    index = Index.open(place, embedder=HashingEmbedder(), search=MEANING)
    before = index.search("bridge over the Inn", 5)
    server.kill()
    with pytest.raises(IndexStoreError, match=r"Milvus at|cannot reach Milvus"):
        index.search("bridge over the Inn", 5)
    server.start()
    again = Index.open(place, embedder=HashingEmbedder(), search=MEANING)
    assert [hit.chunk for hit in again.search("bridge over the Inn", 5)] == [hit.chunk for hit in before]
    assert [hit.chunk for hit in index.search("bridge over the Inn", 5)] == [hit.chunk for hit in before]
    assert dict(again.documents) == {document.id: document for document in DOCUMENTS}
    assert Index.check(place) == []


def test_while_a_document_is_replaced_every_answer_is_quoted_from_one_version(server) -> None:
    place = server.address("replaced")

    def version(number: int) -> Document:
        return Document("d", f"{'Some words before. ' * number}The *granite{number}* bridge stands here.")

    Index.update(place, [version(0)], embedder=HashingEmbedder(), dense_only=True)
    index = Index.open(place, embedder=HashingEmbedder(), search=MEANING)
    answerer = Answerer(index, reader=WordReader())
    done = threading.Event()
    wrong, asked = [], 0

    def replace() -> None:
        for number in range(1, 8):
            Index.update(place, [version(number)], embedder=HashingEmbedder(), dense_only=True)
        done.set()

    writer = threading.Thread(target=replace)
    writer.start()
    while not done.is_set():
        answer = answerer.ask("Which bridge is *granite*?", form=Form.SPAN)
        asked += 1
        wrong += [c for c in answer.citations if c.quote != "granite"]
    writer.join()
    assert asked
    assert wrong == []
