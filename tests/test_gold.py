"""The places of gold answers: by offset or by words, in the source that a row names."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Document
from pincite.evaluation import Pair
from pincite.evaluation.gold import find_words, locate
from pincite.evaluation.types import answer_length, question_type
from qa.errors import PairsError

A = Document("a.md", "Rome, old Rome, and Romeo.")
B = Document("b.md", "All roads lead\nto ROME in 2019.")
BOTH = {"a.md": A, "b.md": B}


def places(pair: Pair, documents: dict[str, Document] = BOTH, **how: Any) -> list[list[tuple[str, int, int]]]:
    (asked,) = locate([pair], documents, **how)
    return [[(p.document_id, p.start, p.end) for p in answer.places] for answer in asked.gold]


def test_whole_words_are_found_everywhere() -> None:
    assert find_words(A.text, "Rome") == [(0, 4), (10, 14)]
    assert find_words("20 of 2019", "20") == [(0, 2)]
    assert find_words("C++ and C", "C") == [(0, 1), (8, 9)]
    assert find_words("(yes)", "(yes)") == [(0, 5)]


def test_white_space_is_ignored_and_case_only_if_there_is_no_exact_match() -> None:
    assert find_words(B.text, "lead  to") == [(10, 17)]
    assert find_words(B.text, "Rome") == [(18, 22)]
    assert find_words("Rome ROME", "Rome") == [(0, 4)]


@given(st.text("xyz .,\n"), st.text("abAB'ß é\u0301", min_size=1).filter(str.strip), st.text("xyz .,\n"))
def test_words_are_found_only_as_whole_words(before: str, words: str, after: str) -> None:
    start = len(before) + 1
    assert find_words(f"{before} {words.strip()} {after}", words) == [(start, start + len(words.strip()))]


def test_an_answer_is_located_in_its_source_or_without_one_in_any_document() -> None:
    assert places(Pair("1", "?", ("Rome",))) == [[("a.md", 0, 4), ("a.md", 10, 14), ("b.md", 18, 22)]]
    assert places(Pair("1", "?", ("Rome", "Oslo"), source="b.md")) == [[("b.md", 18, 22)], []]


def test_an_answer_with_a_span_has_one_place_unless_located_by_text() -> None:
    pair = Pair("1", "?", ("Rome",), source="a.md", spans=((10, 14),))
    assert places(pair) == [[("a.md", 10, 14)]]
    assert places(pair, by_text=True) == [[("a.md", 0, 4), ("a.md", 10, 14)]]


def test_an_answer_given_by_its_span_gets_its_words() -> None:
    (asked,) = locate([Pair("1", "?", ("",), source="b.md", spans=((26, 30),))], BOTH)
    assert asked.pair.answers == ("2019",)
    assert [answer.text for answer in asked.gold] == ["2019"]
    assert places(Pair("1", "?", ("",), spans=((0, 4),)), {"a.md": A}) == [[("a.md", 0, 4)]]  # the only document


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"source": "c.md"}, r"row 3, field 'source': no document 'c.md' among 2; there are 'a.md', 'b.md'"),
        ({"spans": ((0, 4),)}, "row 3, field 'answers': a span needs a document; add the field"),
        ({"source": "a.md", "spans": ((0, 99),)}, r"the span \[0, 99\) ends after the 26 characters of 'a.md'"),
        ({"source": "a.md", "spans": ((1, 5),)}, r"\[1, 5\) of 'a.md' is 'ome,', not 'Rome'"),
        ({"source": "a.md", "spans": ((5, 6),), "answers": ("",)}, r"\[5, 6\) of 'a.md' is only white space"),
    ],
)
def test_an_invalid_span_is_an_error_with_row_and_field(changed: dict[str, Any], message: str) -> None:
    pair = {"id": "1", "question": "?", "answers": ("Rome",), "place": "row 3"} | changed
    with pytest.raises(PairsError, match=message):
        locate([Pair(**pair)], BOTH)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who sang it?", "who"),
        ("To whom was it given?", "who"),
        ("In what year did it end?", "when"),
        ("When was it?", "when"),
        ("Where is Oslo?", "where"),
        ("Why not?", "why"),
        ("How many came?", "how many"),
        ("How much is it?", "how many"),
        ("How did they come?", "how"),
        ("The Normans gave their name to which region?", "what"),
        ("Is it known who came?", "yes/no"),
        ("Didn't he come?", "yes/no"),
        ("Somehow, name the whole team.", "other"),
    ],
)
def test_the_first_question_word_gives_the_type_of_a_question(question: str, expected: str) -> None:
    assert question_type(question) == expected


def test_the_shortest_gold_answer_gives_the_answer_length() -> None:
    assert answer_length([]) == "no answer"
    assert answer_length(["in the year 1999", "1999"]) == "1 word"
    assert answer_length(["one two three"]) == "2-3 words"
    assert answer_length(["one two three four"]) == "4-7 words"
    assert answer_length(["one two three four five six seven eight"]) == "8 or more words"
