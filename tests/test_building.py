"""Indexes in memory that grow and shrink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from fakes import HashingEmbedder

from index import Document, Index
from index.config import ChunkConfig


class CountingEmbedder(HashingEmbedder):
    """Remembers what it embedded."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]):
        self.texts += texts
        return super().embed(texts)


def a_document(name: str, subject: str) -> Document:
    return Document(name, " ".join(f"Line {i} of {name} tells of {subject} number {i * i}." for i in range(30)))


FERRY, BUS, TRAM = a_document("ferry", "boats"), a_document("bus", "roads"), a_document("tram", "rails")


def found(index: Index) -> list:
    queries = ("boats number 9", "Line 7 of bus", "rails 25")
    return [[(hit.chunk, pytest.approx(hit.score)) for hit in index.search(query, 4)] for query in queries]


@pytest.mark.parametrize("documents", [(FERRY, BUS, TRAM), (BUS, FERRY), (TRAM,), (BUS,), (TRAM, FERRY, BUS)])
def test_an_index_made_from_an_earlier_one_is_the_one_made_anew(documents) -> None:
    before = Index.build([FERRY, BUS], embedder=HashingEmbedder())
    after = Index.build(documents, embedder=HashingEmbedder(), before=before)
    anew = Index.build(documents, embedder=HashingEmbedder())
    assert found(after) == found(anew)
    assert list(after.chunks) == list(anew.chunks)
    assert [after.sentence_at(d.id, 40, 41) for d in documents] == [anew.sentence_at(d.id, 40, 41) for d in documents]


def test_only_what_is_new_is_embedded() -> None:
    embedder = CountingEmbedder()
    before = Index.build([FERRY, BUS], embedder=embedder)
    embedder.texts.clear()
    changed = replace(BUS, text=BUS.text.replace("roads", "lanes"))
    after = Index.build([FERRY, changed, TRAM], embedder=embedder, before=before)
    assert embedder.texts == [after.text(chunk) for chunk in after.chunks if chunk.document_id != "ferry"]


def test_metadata_may_change_without_embedding() -> None:
    embedder = CountingEmbedder()
    before = Index.build([FERRY], embedder=embedder)
    embedder.texts.clear()
    after = Index.build([replace(FERRY, metadata={"title": "Timetable"})], embedder=embedder, before=before)
    assert embedder.texts == []
    assert after.search("timetable", 1, where="title=Timetable")[0].parts.lexical > 0


def test_other_settings_take_nothing_from_an_earlier_index() -> None:
    embedder = CountingEmbedder()
    before = Index.build([FERRY], embedder=embedder)
    embedder.texts.clear()
    after = Index.build([FERRY], embedder=embedder, chunks=ChunkConfig(max_tokens=40), before=before)
    assert len(embedder.texts) == len(after.chunks)
