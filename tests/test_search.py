from __future__ import annotations

import math

import pytest
from fakes import HashingEmbedder
from hypothesis import given
from hypothesis import strategies as st

from index import Chunk, Document, Index, Segment, SegmentKind
from index.config import SearchConfig
from index.errors import EmptyDocumentError, FilterError, IndexCorruptError, LoadError
from index.search.filters import Condition, matching
from index.search.lexical import Bm25
from index.search.searching import fuse
from index.split.passages import document_title, embedded_text, lexical_text


def test_fusion_weighs_the_cosine_against_the_share_of_the_highest_bm25_score() -> None:
    assert fuse(0.6, 0.2, 0.5) == pytest.approx(0.4)
    assert fuse(0.6, 0.2, 1.0) == 0.6
    assert fuse(0.6, 0.2, 0.0) == 0.2
    assert fuse(-1.0, 0.0, 0.5) == -0.5


def test_bm25_is_what_its_formula_says() -> None:
    # Two texts of two words each, so b has no effect; k1 = 0.4; a word in one of two texts.
    bm25 = Bm25.build(["apples apples", "ships pears"])
    scores = bm25.scores("apples")
    assert scores.values == pytest.approx([math.log(1 + 1.5 / 1.5) * 2 / (2 + 0.4), 0.0])
    assert scores.bound == pytest.approx(math.log(2))
    assert scores.share(0) == pytest.approx(2 / 2.4)


def test_lexical_search_leaves_out_texts_that_share_no_word() -> None:
    bm25 = Bm25.build(["the cat sat", "a dog ran", "the cat and the dog"])
    assert {position for position, _ in bm25.search("Cat?", 5)} == {0, 2}
    assert bm25.search("the of and", 5) == []
    assert bm25.search("zebra", 5) == []


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("running", "They run."),
        ("republics", "The republic fell."),
        ("cafe", "A Café in Paris"),
        ("CAFÉ", "a cafe in Paris"),
        ("5", "on page 5"),
        ("Strasse", "Die STRASSE"),
    ],
)
def test_lexical_search_sees_past_endings_case_and_accents(query: str, text: str) -> None:
    assert [position for position, _ in Bm25.build(["nothing of it", text]).search(query, 2)] == [1]


def test_lexical_search_works_where_no_text_has_a_word() -> None:
    assert Bm25.build(["!!!", "???"]).search("word", 2) == []


def test_equal_texts_come_in_their_order_however_few_are_asked_for() -> None:
    bm25 = Bm25.build(["a ship"] * 5 + ["a ship, a ship"])
    assert [position for position, _ in bm25.search("ship", 3)] == [5, 0, 1]


def test_a_saved_bm25_gives_the_same_scores(tmp_path) -> None:
    texts = ["the cat sat", "a dog ran", "the cat and the dog"]
    Bm25.build(iter(texts)).save(tmp_path / "bm25")
    loaded = Bm25.load(tmp_path / "bm25", 3)
    assert loaded.search("cats and dogs", 3) == Bm25.build(texts).search("cats and dogs", 3)
    with pytest.raises(IndexCorruptError, match="holds 3 texts, not 4"):
        Bm25.load(tmp_path / "bm25", 4)


def test_a_hit_carries_the_parts_of_its_score() -> None:
    index = Index.build([Document("d", "The cat sat down.")], embedder=HashingEmbedder())
    (hit,) = index.search("cat")
    words = Bm25.build(["The cat sat down."]).scores("cat")
    assert hit.parts.lexical == pytest.approx(float(words.values[0]))
    assert hit.parts.dense == pytest.approx(0.5, abs=0.02)  # the cosine: one of four words is that of the question
    assert hit.score == hit.parts.fused == pytest.approx(0.5 * hit.parts.dense + 0.5 * words.share(0))


def test_a_passage_that_only_the_search_by_words_finds_has_its_cosine_too() -> None:
    ships = [Document(f"b{i}", f"Ship number {i} sails.") for i in range(20)]
    documents = [Document("a", "Zebras graze on the wide and dry plain."), *ships]
    index = Index.build(documents, embedder=HashingEmbedder(), search=SearchConfig(depth=1))
    query = "ship zebra graze"
    # By meaning a ship is nearest, which shares one word of four, 1 / √(3 · 4) = 0.29; "a" shares one of eight. Words
    # are stemmed, so that "a" has the two rarest of them.
    (hit,) = index.search(query, k=1)
    assert hit.chunk.document_id == "a"
    assert hit.parts.dense == pytest.approx(1 / math.sqrt(3 * 8), abs=0.02)


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


LIBRARY = [
    Document("a.md", "A ship sails.", metadata={"source": "Reuters", "date": "2024-05-01", "tags": ("sea", "trade")}),
    Document("b.md", "A ship sinks.", metadata={"source": "AP", "date": "2023-12-31", "tags": ("sea",), "pages": "12"}),
    Document("c.md", "A ship burns.", source="/tmp/c.md", metadata={"date": "2024", "pages": "9"}),
]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (["source=Reuters"], "a"),
        (["source=/tmp/c.md"], "c"),
        (["id=b.md"], "b"),
        (["tags=sea"], "ab"),
        (["tags=sea", "tags=trade"], "ab"),
        (["source=AP", "source=Reuters", "tags=trade"], "a"),
        (["date>=2024-01-01"], "a"),
        (["date>=2024"], "ac"),
        (["date<=2023"], "b"),
        (["date>2023", "date<2024-06"], "ac"),
        (["pages>=10"], "b"),
        (["pages<10"], "c"),
        (["source=nobody"], ""),
        ("source = AP", "b"),
    ],
)
def test_a_filter_keeps_the_documents_that_meet_it(where, expected: str) -> None:
    kept = matching(LIBRARY, where)
    assert "".join(d.id[0] for d, keep in zip(LIBRARY, kept, strict=True) if keep) == expected


def test_a_value_may_hold_an_equals_sign() -> None:
    assert Condition.parse("url=https://x.org/?a=b") == Condition("url", "=", "https://x.org/?a=b")


def test_a_filter_that_cannot_be_meant_is_an_error_that_helps() -> None:
    with pytest.raises(FilterError, match=r"'Reuters' is not a filter; write KEY=VALUE"):
        matching(LIBRARY, ["Reuters"])
    with pytest.raises(
        FilterError, match=r"no document has 'autor'; filter by date, id, media_type, pages, source, tags"
    ):
        matching(LIBRARY, ["autor=Smith"])


@given(st.integers(0, 39), st.integers(1, 5))
def test_a_filter_holds_in_the_search_and_not_after_it(wanted: int, k: int) -> None:
    hits = HAYSTACK.search("ship sails to harbour", k=k, where=[f"id={wanted}"])
    assert {hit.chunk.document_id for hit in hits} == {str(wanted)}
    assert len(hits) == min(k, sum(chunk.document_id == str(wanted) for chunk in HAYSTACK.chunks))


HAYSTACK = Index.build(
    [
        Document(str(i), f"Ship {i} sails to the harbour. " + "A word on the sea. " * 40 + f"Then {i} more.")
        for i in range(40)
    ],
    embedder=HashingEmbedder(),
    search=SearchConfig(depth=1),
)


def test_filtering_finds_what_comes_first_among_those_that_are_left() -> None:
    everything = HAYSTACK.search("ship 17 sails", k=1000)
    left = [hit for hit in everything if int(hit.chunk.document_id) >= 20]
    assert HAYSTACK.search("ship 17 sails", k=1000, where=["id>=20"]) == left


def test_a_filter_that_nothing_meets_finds_nothing() -> None:
    assert HAYSTACK.search("ship", where="source=nobody") == []


def test_impossible_settings_raise() -> None:
    with pytest.raises(ValueError, match="depth is 0"):
        SearchConfig(depth=0)
    with pytest.raises(ValueError, match="dense_weight is 2"):
        SearchConfig(dense_weight=2)


def test_a_chunk_is_found_by_its_title_and_by_the_heading_above_it() -> None:
    text = "# Annual report\n\n## Staff\n\n" + "Some words about people. " * 30 + "\n\n## Money\n\nIt went well."
    segments = [SegmentKind.HEADING] * 2 + [SegmentKind.PARAGRAPH] + [SegmentKind.HEADING, SegmentKind.PARAGRAPH]
    pieces = [
        "Annual report",
        "Staff",
        "Some words" + " about people. Some words" * 29 + " about people.",
        "Money",
        "It",
    ]
    spans = [(text.index(piece), text.index(piece) + len(piece)) for piece in pieces]
    blocks = tuple(Segment(kind, *span, level=1) for kind, span in zip(segments, spans, strict=True))
    document = Document("files/q3_numbers.md", text, segments=blocks)
    chunk = Chunk(document.id, spans[2][0] + 25, spans[2][0] + 49)
    assert lexical_text(document, chunk) == "Annual report\nStaff\nSome words about people."
    assert embedded_text(document, chunk) == text[chunk.start : chunk.end] == "Some words about people."
    assert document_title(document) == "Annual report"
    assert document_title(Document("files/q3_numbers.md", "Text.")) == "q3 numbers"
    assert document_title(Document("a.md", text, segments=blocks, metadata={"title": "The year"})) == "The year"
    untitled = Document("a.md", "Zebra.", metadata={"title": "Zebra"})
    assert lexical_text(untitled, Chunk("a.md", 0, 6)) == "Zebra.", "what a chunk says itself is not said twice"
