"""What every store of vectors must do, whatever is behind it; and what the stores that ship do besides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from index.errors import IndexCorruptError
from index.milvus.address import Address
from index.milvus.engine import Server
from index.milvus.settings import IndexType
from index.milvus.vectors import MilvusStore
from index.search.vectors import (
    LARGE_FROM,
    FlatStore,
    InvertedFileStore,
    VectorStore,
    build_store,
    building,
    inverted_file,
    open_vectors,
    refit,
)

DIMENSION = 16
COUNT = 200


def unit(vectors) -> np.ndarray:
    vectors = np.asarray(vectors, dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def some(count: int, seed: int = 0) -> np.ndarray:
    return unit(np.random.default_rng(seed).standard_normal((count, DIMENSION)))


VECTORS = some(COUNT)
IDS = np.arange(COUNT, dtype=np.int64) * 3 + 5  # neither rows nor from 0


def build_flat(ids: np.ndarray, vectors: np.ndarray) -> VectorStore:
    return build_store(DIMENSION, [(ids, vectors)], len(ids))


def build_large(ids: np.ndarray, vectors: np.ndarray) -> VectorStore:
    return InvertedFileStore.build(DIMENSION, [(ids[:70], vectors[:70]), (ids[70:], vectors[70:])])


_names = count()


@pytest.fixture(scope="module")
def lite(tmp_path_factory) -> Iterator[Server]:
    server = Server.connect(Address.parse(f"milvus+file:{tmp_path_factory.mktemp('milvus') / 'vectors.db'}"), new=True)
    yield server
    server.close()


def reopened_from_disk(store: VectorStore, folder: Path) -> VectorStore:
    store.save(folder)
    return open_vectors(folder)


def reopened_in_milvus(store: MilvusStore, folder: Path) -> VectorStore:
    server = Server.connect(store.server.address)
    server.load(store.name)
    return MilvusStore(server, store.name, DIMENSION, IndexType.FLAT)


def build_in_milvus(server: Server, ids: np.ndarray, vectors: np.ndarray) -> MilvusStore:
    store = MilvusStore.create(server, f"vectors_{next(_names)}", DIMENSION)
    store.upsert(ids, vectors)
    return store


def best(query: np.ndarray, ids: np.ndarray, vectors: np.ndarray, k: int) -> list[int]:
    return [int(i) for i in ids[np.argsort(-(vectors @ query), kind="stable")][:k]]


def search_all(store: VectorStore, queries: np.ndarray) -> list[list[tuple[int, float]]]:
    return [store.search(query, 10) for query in queries]


@pytest.fixture(params=["flat", "large", "milvus"])
def kind(request) -> str:
    return request.param


@pytest.fixture
def build(kind, request, monkeypatch) -> Callable[[np.ndarray, np.ndarray], VectorStore]:
    # With every cell probed the large store is exact, so that all stores can be held to the same answers.
    monkeypatch.setattr(inverted_file, "PROBED", 10_000)
    if kind == "milvus":
        return lambda ids, vectors: build_in_milvus(request.getfixturevalue("lite"), ids, vectors)
    return {"flat": build_flat, "large": build_large}[kind]


@pytest.fixture
def reopened(kind) -> Callable[[VectorStore, Path], VectorStore]:
    return reopened_in_milvus if kind == "milvus" else reopened_from_disk


class TestContract:
    """A new store joins by a parameter of `kind`: how it is built of (ids, vectors), and how it is opened again."""

    @pytest.fixture
    def store(self, build) -> VectorStore:
        return build(IDS, VECTORS)

    def test_a_store_reports_its_size_and_dimension(self, store) -> None:
        assert (len(store), store.dimension) == (COUNT, DIMENSION)

    def test_a_vector_is_nearest_to_itself(self, store) -> None:
        for row in (0, 99, COUNT - 1):
            ((nearest, cosine),) = store.search(VECTORS[row], 1)
            assert nearest == IDS[row]
            assert cosine == pytest.approx(1, abs=1e-3)

    def test_what_it_finds_is_what_comparing_with_all_finds(self, store) -> None:
        (query,) = some(1, seed=1)
        found = store.search(query, 10)
        assert [i for i, _ in found] == best(query, IDS, VECTORS, 10)
        assert [s for _, s in found] == sorted((s for _, s in found), reverse=True)
        expected = np.sort(VECTORS @ query)[::-1][:10]
        assert [s for _, s in found] == pytest.approx(expected, abs=2e-3)

    def test_a_store_finds_no_more_vectors_than_it_has(self, store) -> None:
        found = store.search(some(1)[0], COUNT + 50)
        assert sorted(i for i, _ in found) == sorted(IDS)

    def test_allowed_ids_are_searched_alone_and_all_of_them(self, store) -> None:
        (query,), allowed = some(1, seed=3), IDS[::20]
        found = store.search(query, 50, allowed)
        assert [i for i, _ in found] == best(query, allowed, VECTORS[::20], 50)
        few = store.search(query, 3, allowed)
        assert few == found[:3]

    def test_allowed_ids_may_be_strange_or_none(self, store) -> None:
        (query,) = some(1)
        assert store.search(query, 5, np.zeros(0, np.int64)) == []
        assert store.search(query, 5, np.array([1, -1, 10**15])) == []
        assert [i for i, _ in store.search(query, 5, np.array([5, 5, 1]))] == [5]

    def test_vectors_come_back_in_the_order_asked_for(self, store) -> None:
        assert store.vectors(IDS[[9, 2, 2]]) == pytest.approx(VECTORS[[9, 2, 2]], abs=1e-3)
        assert store.vectors(IDS[:0]).shape == (0, DIMENSION)
        with pytest.raises(KeyError, match="no vector has the id 6"):
            store.vectors(np.array([5, 6]))

    def test_a_new_vector_is_found(self, store) -> None:
        new = some(1, seed=4)
        store.upsert(np.array([1000]), new)
        assert len(store) == COUNT + 1
        assert store.search(new[0], 1)[0][0] == 1000

    def test_a_vector_with_a_known_id_takes_the_others_place(self, store) -> None:
        new = some(2, seed=5)
        store.upsert(IDS[:2], new)
        assert len(store) == COUNT
        assert store.search(new[0], 1)[0][0] == IDS[0]
        assert store.vectors(IDS[:2]) == pytest.approx(new, abs=1e-3)
        assert store.search(VECTORS[0], 1)[0][1] < 0.99

    def test_a_deleted_vector_is_gone_and_the_others_stay(self, store) -> None:
        store.delete(np.concatenate([IDS[:100], [999_999]]))
        assert len(store) == COUNT - 100
        found = store.search(VECTORS[0], COUNT)
        assert sorted(i for i, _ in found) == sorted(IDS[100:])
        assert store.vectors(IDS[150:151]) == pytest.approx(VECTORS[150:151], abs=1e-3)
        with pytest.raises(KeyError):
            store.vectors(IDS[:1])

    def test_ids_are_whole_numbers_from_0_each_given_once(self, store) -> None:
        for ids in ([-1, 2], [7, 7]):
            with pytest.raises(ValueError, match="each given once"):
                store.upsert(np.array(ids), some(2))
        assert len(store) == COUNT

    def test_opened_again_it_is_what_it_was_and_can_be_changed(self, store, reopened, tmp_path) -> None:
        queries = some(5, seed=6)
        before = search_all(store, queries)
        opened = reopened(store, tmp_path / "first")
        assert search_all(opened, queries) == before
        opened.delete(IDS[10:20])
        opened.upsert(np.array([5, 2000]), some(2, seed=7))
        changed = search_all(opened, queries)
        again = reopened(opened, tmp_path / "second")
        assert search_all(again, queries) == changed != before
        assert len(again) == COUNT - 9

    def test_building_it_twice_gives_the_same(self, build) -> None:
        queries = some(5, seed=8)
        assert search_all(build(IDS, VECTORS), queries) == search_all(build(IDS, VECTORS), queries)


@pytest.mark.parametrize("build", [build_flat, build_large])
def test_a_saved_store_stays_as_it_was_when_what_was_opened_of_it_changes(build, tmp_path) -> None:
    store, queries = build(IDS, VECTORS), some(5, seed=6)
    store.save(tmp_path / "first")
    opened = open_vectors(tmp_path / "first")
    for one in (store, opened):
        one.delete(IDS[10:20])
        one.upsert(np.array([5, 2000]), some(2, seed=7))
    opened.save(tmp_path / "second")
    assert search_all(open_vectors(tmp_path / "second"), queries) == search_all(store, queries)
    assert len(open_vectors(tmp_path / "first")) == COUNT


def clusters(number: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((100, DIMENSION))
    return unit(centres[rng.integers(0, 100, number)] + 0.3 * rng.standard_normal((number, DIMENSION)))


def test_the_large_store_looks_into_few_cells_and_finds_most() -> None:
    vectors, ids = clusters(5000), np.arange(5000)
    store = InvertedFileStore.build(DIMENSION, [(ids, vectors)])
    queries = clusters(50, seed=9)
    found = search_all(store, queries)
    exact = [set(best(q, ids, vectors, 10)) for q in queries]
    assert np.mean([len(e & {i for i, _ in f}) / 10 for e, f in zip(exact, found, strict=True)]) > 0.9


def test_a_narrow_filter_in_a_large_store_still_finds_as_many_as_are_asked_for(monkeypatch) -> None:
    monkeypatch.setattr(inverted_file, "COMPARED", 0)
    monkeypatch.setattr(inverted_file, "PROBED", 1)
    vectors, ids = clusters(2000), np.arange(2000)
    store = InvertedFileStore.build(DIMENSION, [(ids, vectors)])
    allowed = ids[::50]
    found = store.search(clusters(1, seed=10)[0], 40, allowed)
    assert sorted(i for i, _ in found) == sorted(allowed)


def test_the_kind_of_store_goes_by_the_number_of_vectors(monkeypatch) -> None:
    assert LARGE_FROM == 100_000
    monkeypatch.setattr(building, "LARGE_FROM", 150)
    store = build_store(DIMENSION, [(IDS, VECTORS)], COUNT)
    assert isinstance(store, InvertedFileStore)
    assert refit(store) is store
    store.delete(IDS[:61])
    again = refit(store)
    assert isinstance(again, InvertedFileStore)
    assert again is not store, "30% of its rows are waste"
    assert sorted(again.ids) == sorted(IDS[61:])
    again.delete(IDS[:120])
    small = refit(again)
    assert isinstance(small, FlatStore)
    assert small.vectors(IDS[120:]) == pytest.approx(VECTORS[120:], abs=1e-3)
    small.upsert(IDS, VECTORS)
    assert isinstance(refit(small), InvertedFileStore)


@pytest.mark.parametrize("name", ["flat.faiss", "ids.npy", "cells.faiss", "vectors.f16"])
def test_a_broken_file_is_an_error_that_names_it(tmp_path, name: str) -> None:
    build = build_large if name in {"cells.faiss", "vectors.f16"} else build_flat
    build(IDS, VECTORS).save(tmp_path)
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:-3])
    with pytest.raises(IndexCorruptError, match=name):
        open_vectors(tmp_path)


def test_a_folder_without_vectors_is_an_error(tmp_path) -> None:
    with pytest.raises(IndexCorruptError, match="holds no vectors"):
        open_vectors(tmp_path)


def test_a_large_store_that_is_open_does_not_see_what_is_saved_elsewhere(tmp_path) -> None:
    build_large(IDS, VECTORS).save(tmp_path / "v1")
    reader, writer = open_vectors(tmp_path / "v1"), open_vectors(tmp_path / "v1")
    before = search_all(reader, VECTORS[:3])
    writer.delete(IDS[:3])
    writer.save(tmp_path / "v2")
    assert search_all(reader, VECTORS[:3]) == before
