"""Several answers to one question: when it asks for them, and which they are."""

from __future__ import annotations

import pytest
from fakes import HashingEmbedder
from hypothesis import given
from hypothesis import strategies as st

from index import Document, Index
from qa import Answerer
from qa.candidates import Candidate
from qa.compose.span import items, several
from qa.errors import QuestionError
from qa.read import PassageReading, Reading, SpanScore
from qa.types import Form
from qa.understand.answer_type import asks_for_several


@pytest.mark.parametrize(
    "question",
    [
        "Which countries signed the treaty?",
        "Who were the members of the committee?",
        "Name the rivers that cross the city.",
        "What are the side effects?",
        "What languages do the islanders speak?",
        "What kinds of stone were used?",
    ],
)
def test_a_question_in_the_plural_asks_for_several(question: str) -> None:
    assert asks_for_several(question)


@pytest.mark.parametrize(
    "question",
    [
        "Which country signed first?",
        "Who is the chair?",
        "How many countries signed?",
        "What news does the paper carry?",
    ],
)
def test_a_question_in_the_singular_does_not(question: str) -> None:
    assert not asks_for_several(question)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Iran, Iraq and Oman", ["Iran", "Iraq", "Oman"]),
        ("the red fox, the hare, and the mole", ["the red fox", "the hare", "the mole"]),
        ("salt & pepper", ["salt", "pepper"]),
        ("tea;  milk; sugar", ["tea", "milk", "sugar"]),
        ("- tea\n- milk\n- sugar", ["- tea", "milk", "sugar"]),
        ("lumacaftor/ivacaftor", ["lumacaftor", "ivacaftor"]),
        (
            "the ferry (1998), the pier (old and new) and the lamp",
            ["the ferry (1998)", "the pier (old and new)", "the lamp"],
        ),
        ("the ferry (built and lost", ["the ferry (built and lost"]),
        ("90 km/h", ["90 km/h"]),
        ("Denver, Colorado", ["Denver, Colorado"]),
        ("June 5, 2015", ["June 5, 2015"]),
        ("between May 1, 2015, and June 5, 2016", ["between May 1, 2015, and June 5, 2016"]),
        ("Anderson", ["Anderson"]),
        ("", [""]),
        (" and ", [" and "]),
        ("Iran, \t, and Oman", ["Iran", "Oman"]),
    ],
)
def test_an_enumeration_has_items(text: str, parts: list[str]) -> None:
    assert [text[start:end] for start, end in items(text)] == parts


@given(st.text(alphabet=st.sampled_from("ab ,;and&\n-*•(é\u0301)12")))
def test_items_stand_in_order_within_the_text(text: str) -> None:
    found = items(text)
    assert found
    flat = [place for span in found for place in span]
    assert flat == sorted(flat)
    assert set(flat) <= set(range(len(text) + 1))


def candidate(text: str, words: str, margin: float) -> Candidate:
    start = text.index(words)
    return Candidate("d", start, start + len(words), words.casefold(), margin, 0.5, 0, 0.5, margin)


TEXT = "Ada wrote it. Bea and Cem read it. Dora sold it."


def answers(*found: tuple[str, float], itemised: bool = False) -> list[str]:
    candidates = [candidate(TEXT, words, margin) for words, margin in found]
    return [TEXT[c.start : c.end] for c in several(candidates, lambda c: TEXT[c.start : c.end], itemised=itemised)]


def test_further_answers_are_likely_by_themselves_and_beside_the_best() -> None:
    assert answers(("Ada", 9.0), ("Dora", 7.0)) == ["Ada", "Dora"]
    assert answers(("Ada", 9.0), ("Dora", 2.0)) == ["Ada"]
    assert answers(("Ada", 3.0), ("Dora", -1.0)) == ["Ada"]
    assert answers(("Ada", -3.0), ("Dora", -4.0)) == ["Ada"]


def test_the_same_words_are_one_answer() -> None:
    assert answers(("Ada wrote", 9.0), ("wrote", 8.0)) == ["Ada wrote"]


def test_an_enumeration_is_several_answers_where_they_are_wanted_one_by_one() -> None:
    assert answers(("Bea and Cem", 9.0), ("Dora", 8.0)) == ["Bea and Cem", "Dora"]
    assert answers(("Bea and Cem", 9.0), ("Dora", 8.0), itemised=True) == ["Bea", "Cem", "Dora"]


class ListReader:
    """Finds "Ada, Bea and Cem" and "Dora" wherever they stand."""

    id = "fake:list"
    max_question_tokens = 40

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def read(self, pairs, *, best: int = 5) -> Reading:
        return Reading(tuple(self._one(passage) for _, passage in pairs), 1.0)

    def _one(self, passage: str) -> PassageReading:
        places = [(passage.find(words), words, margin) for words, margin in (("Ada, Bea and Cem", 6.0), ("Dora", 5.0))]
        spans = (SpanScore(at, at + len(words), margin, 0.4) for at, words, margin in places if at >= 0)
        return PassageReading(tuple(spans))


@pytest.fixture(scope="module")
def answerer() -> Answerer:
    document = Document("list", "The winners were Ada, Bea and Cem. Dora won later.")
    return Answerer(Index.build([document], embedder=HashingEmbedder()), reader=ListReader())


@pytest.mark.parametrize(
    ("question", "wanted", "quotes"),
    [
        ("Who won?", None, ["Ada, Bea and Cem"]),
        ("Who were the winners?", None, ["Ada, Bea and Cem", "Dora"]),
        ("Who were the winners?", 1, ["Ada, Bea and Cem"]),
        ("Who won?", 3, ["Ada", "Bea", "Cem"]),
        ("Who won?", 9, ["Ada", "Bea", "Cem", "Dora"]),
    ],
)
def test_as_many_answers_are_cited_as_are_asked_for(answerer, question, wanted, quotes) -> None:
    answer = answerer.ask(question, answers=wanted)
    assert [citation.quote for citation in answer.citations] == quotes
    assert answer.text == (quotes[0] if answer.form is Form.SPAN else "\n".join(quotes))
    text = answerer.documents["list"].text
    assert all(text[c.start : c.end] == c.quote for c in answer.citations)


def test_no_answers_at_all_cannot_be_asked_for(answerer) -> None:
    with pytest.raises(QuestionError, match="answers is 0; ask for at least one"):
        answerer.ask("Who won?", answers=0)
