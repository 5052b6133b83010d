"""What a thing is, is asked of the passage that says so, however many others speak of it."""

from __future__ import annotations

import pytest

from index import Document
from qa import Answerer
from qa.compose.sentence_kinds import defines
from qa.passage_selection import asks_for_definition

FILLER = "The winch of Skerry is oiled. Skerry has berths. Nets of Skerry dry on the wall. Skerry sails on Mondays."


@pytest.mark.parametrize(
    ("said", "share"),
    [
        ("A **path operation** is a function that a request calls.", 1.0),
        ("“Path operation” means what a request calls.", 1.0),
        ("Requests call a function, also called a path operation.", 1.0),
        ("“Operation” here refers to a method.", 0.5),  # a part of its name
        ("Because path operations are evaluated in order, take care.", 0.0),
        ("The path operation is slow.", 0.0),
        ("It is a function.", 0.0),
    ],
)
def test_how_far_a_sentence_says_what_a_thing_is(said: str, share: float) -> None:
    assert defines(said, frozenset({"path", "oper"})) == share


def test_only_questions_for_a_meaning_are_such() -> None:
    assert asks_for_definition("What is a tarn?") == {"tarn"}
    assert not asks_for_definition("What is the fee for a tarn?")


def test_the_page_that_defines_is_read_though_every_page_speaks_of_the_thing() -> None:
    pages = [Document(f"notes/{n}.md", f"{FILLER} Skerry, as {n} knows, is old.") for n in range(12)]
    front = Document("index.md", "Welcome to the north. Skerry is a ferry that carries people and carts over the lake.")
    answerer = Answerer.from_sources([*pages, front])
    answer = answerer.ask("what is skerry", min_confidence=0)
    assert answer.citations[0].quote == "Skerry is a ferry that carries people and carts over the lake."
