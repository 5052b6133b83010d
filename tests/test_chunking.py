from __future__ import annotations

import pytest

from index import Document, Index
from index.config import ChunkConfig
from index.embed import default_embedder
from index.split.chunking import Budget, count_tokens, pack
from index.split.sentences import split_sentences

WORDS = Budget(lambda text: len(text.split()), 6)


def chunk_texts(text: str, sentences: list[tuple[int, int]], **options: object) -> list[str]:
    return [text[c.start : c.end] for c in pack("d", text, sentences, budgets=[WORDS], **options)]  # type: ignore[arg-type]


def spans(text: str, *parts: str) -> list[tuple[int, int]]:
    return [(text.index(part), text.index(part) + len(part)) for part in parts]


def test_tokens_are_those_of_cl100k_base() -> None:
    # The ids of "hello world" are 15339 and 1917, as tiktoken's README shows.
    assert count_tokens("hello world") == 2
    assert count_tokens("<|endoftext|>") > 1


def test_a_chunk_repeats_the_last_sentence_of_the_one_before() -> None:
    text = "a b. c d e. f g. h i."
    assert chunk_texts(text, spans(text, "a b.", "c d e.", "f g.", "h i.")) == [
        "a b. c d e.",
        "c d e. f g.",
        "f g. h i.",
    ]


def test_the_overlap_is_given_up_where_it_leaves_no_room() -> None:
    text = "a b c d. e f g h. i."
    assert chunk_texts(text, spans(text, "a b c d.", "e f g h.", "i.")) == ["a b c d.", "e f g h. i."]


def test_without_overlap_no_sentence_is_in_two_chunks() -> None:
    text = "a b. c d e. f g. h i."
    found = chunk_texts(text, spans(text, "a b.", "c d e.", "f g.", "h i."), overlap=0)
    assert found == ["a b. c d e.", "f g. h i."]


def test_a_sentence_over_the_budget_is_split_at_white_space_and_nothing_is_lost() -> None:
    text = "a b c d e f g h i j k l m"
    assert chunk_texts(text, [(0, len(text))], overlap=0) == ["a b c d e f", "g h i j k l", "m"]


def test_a_word_over_the_budget_is_split_between_characters() -> None:
    text = "x" * 10
    chunks = pack("d", text, [(0, 10)], budgets=[Budget(len, 4)], overlap=0)
    assert [(c.start, c.end) for c in chunks] == [(0, 4), (4, 8), (8, 10)]


@pytest.mark.parametrize("text", ["Überraschung! " * 200, "これは長い文章です。" * 100, "0x3fA9 " * 300, "a" * 5000])
def test_no_chunk_is_longer_than_the_embedder_reads(text: str) -> None:
    index = Index.build([Document("d", text)])
    embedder = default_embedder()
    for chunk in index.chunks:
        assert embedder.count_tokens(index.text(chunk)) <= 256
        assert count_tokens(index.text(chunk)) <= 160


def test_the_default_is_160_tokens_and_one_sentence_of_overlap() -> None:
    assert ChunkConfig() == ChunkConfig(max_tokens=160, overlap=1)
    with pytest.raises(ValueError, match="max_tokens is 3"):
        ChunkConfig(max_tokens=3)


def test_chunks_begin_and_end_with_sentences() -> None:
    document = Document("d", "One sentence stands here. " * 60)
    index = Index.build([document])
    sentences = split_sentences(document)
    assert {c.start for c in index.chunks} <= {a for a, _ in sentences}
    assert {c.end for c in index.chunks} <= {b for _, b in sentences}
    assert len(index.chunks) > 1


def test_a_very_long_sentence_is_split_without_counting_it_over_and_over() -> None:
    text = "| 12 | 34 | x " * 20_000
    counted = 0

    def count(part: str) -> int:
        nonlocal counted
        counted += len(part)
        return len(part.split())

    chunks = pack("d", text, [(0, len(text) - 1)], budgets=[Budget(count, 160)])
    assert chunks[-1].end == len(text.rstrip())
    assert counted < 200 * len(text)
