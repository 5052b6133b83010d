from __future__ import annotations

import numpy as np
import pytest
from fakes import HashingEmbedder

from index import Document, Index
from index.errors import EmptyDocumentError, LoadError
from index.fusion import reciprocal_rank_fusion
from index.lexical import Bm25
from index.vectors import FaissStore


def test_fusion_adds_one_over_sixty_plus_rank() -> None:
    fused = dict(reciprocal_rank_fusion([[7, 8], [8, 9]]))
    assert fused == pytest.approx({7: 1 / 61, 8: 1 / 62 + 1 / 61, 9: 1 / 62})


def test_fusion_of_one_hit_of_ties_and_of_nothing() -> None:
    assert reciprocal_rank_fusion([[3]]) == [(3, 1 / 61)]
    assert [item for item, _ in reciprocal_rank_fusion([[1, 2], [2, 1]])] == [1, 2]
    assert reciprocal_rank_fusion([[], []]) == []


def test_dense_search_finds_no_more_than_there_is() -> None:
    store = FaissStore.build(np.eye(3, 4, dtype=np.float32))
    (found,) = store.search(np.array([[0, 1, 0, 0]], dtype=np.float32), k=10)
    assert found[0] == (1, 1.0)
    assert sorted(position for position, _ in found) == [0, 1, 2]


def test_lexical_search_leaves_out_texts_that_share_no_word() -> None:
    bm25 = Bm25.build(["the cat sat", "a dog ran", "the cat and the dog"])
    assert {position for position, _ in bm25.search("Cat?", 5)} == {0, 2}
    assert bm25.search("the of and", 5) == []
    assert bm25.search("zebra", 5) == []


def test_lexical_search_knows_single_digits() -> None:
    assert Bm25.build(["on page 5", "on page 6"]).search("5", 2)[0][0] == 0


def test_lexical_search_works_where_no_text_has_a_word() -> None:
    assert Bm25.build(["!!!", "???"]).search("word", 2) == []


def test_a_hit_carries_the_parts_of_its_score() -> None:
    index = Index.build([Document("d", "The cat sat down.")], embedder=HashingEmbedder())
    (hit,) = index.search("cat")
    assert hit.score == hit.parts.fused == pytest.approx(2 / 61)
    assert hit.parts.dense is not None
    assert 0 < hit.parts.dense <= 1
    assert hit.parts.lexical is not None


def test_hits_come_best_first_and_from_all_documents() -> None:
    texts = {"a": "Apples grow on trees.", "b": "Ships sail the sea.", "c": "Trees bear apples."}
    hits = Index.build([Document(name, text) for name, text in texts.items()]).search("Where do apples grow?", k=3)
    assert {hit.chunk.document_id for hit in hits[:2]} == {"a", "c"}
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_searching_many_is_searching_each(answerer) -> None:
    questions = ["When did he land?", "What happened in Taftan County?"]
    assert answerer.index.search_many(questions, 4) == [answerer.index.search(q, 4) for q in questions]


def test_documents_must_differ_in_id_and_hold_words() -> None:
    with pytest.raises(LoadError, match="two documents have the id 'a'"):
        Index.build([Document("a", "One."), Document("a", "Two.")], embedder=HashingEmbedder())
    with pytest.raises(LoadError, match="no document to index"):
        Index.build([], embedder=HashingEmbedder())
    with pytest.raises(EmptyDocumentError, match="holds no text"):
        Document("a", "\n \n")


def test_asking_for_no_chunk_is_an_error() -> None:
    with pytest.raises(ValueError, match="k is 0"):
        Index.build([Document("a", "One.")], embedder=HashingEmbedder()).search("one", 0)
