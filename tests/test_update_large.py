"""An index with so many vectors that it is searched in parts, through its updates."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import HashingEmbedder

from index import Document, Index
from index.search.vectors import FlatStore, InvertedFileStore, building, inverted_file
from index.store.folder.reading import open_version


def a_document(number: int, version: int = 1) -> Document:
    sentences = [f"Report {number} says in line {i} that subject {number * i + version} was seen." for i in range(20)]
    return Document(f"d{number}", " ".join(sentences))


def kind_of(folder: Path) -> type:
    return type(open_version(folder, HashingEmbedder()).stored().vectors)


def hits(index: Index) -> list:
    return [
        [(h.chunk, pytest.approx(h.score, abs=1e-3)) for h in index.search(f"Report {n} line 7", 3)] for n in (0, 5, 9)
    ]


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "LARGE_FROM", 30)
    monkeypatch.setattr(inverted_file, "PROBED", 10_000)  # every cell: as exact as flat search, so that the two compare


def test_an_updated_index_answers_like_a_new_one(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    documents = [a_document(number) for number in range(10)]
    Index.update(folder, documents, embedder=HashingEmbedder())
    assert kind_of(folder) is InvertedFileStore
    documents[3], documents[5] = a_document(3, version=2), a_document(5, version=2)
    documents.append(a_document(10))
    changes = Index.update(folder, documents, embedder=HashingEmbedder())
    assert (len(changes.added), len(changes.changed), changes.kept) == (1, 2, 8)
    assert kind_of(folder) is InvertedFileStore
    updated = Index.open(folder, embedder=HashingEmbedder())
    assert Index.check(folder) == []
    assert hits(updated) == hits(Index.build(documents, embedder=HashingEmbedder()))


def test_a_large_index_that_becomes_small_is_searched_exactly_again(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    Index.update(folder, [a_document(number) for number in range(10)], embedder=HashingEmbedder())
    Index.remove(folder, [f"d{number}" for number in range(1, 9)])
    assert kind_of(folder) is FlatStore
    assert Index.check(folder) == []
    assert Index.open(folder, embedder=HashingEmbedder()).search("Report 9", 1)[0].chunk.document_id == "d9"


def test_a_small_index_becomes_a_large_one(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    few = [a_document(number) for number in range(3)]
    Index.update(folder, few, embedder=HashingEmbedder())
    assert kind_of(folder) is FlatStore
    Index.update(folder, [a_document(number) for number in range(12)], embedder=HashingEmbedder())
    assert kind_of(folder) is InvertedFileStore
    assert Index.check(folder) == []
