"""Items of an answer that a follow-up names by their place."""

from __future__ import annotations

import pytest

from qa.understand.followup import items_of, read_follow_up, with_items


@pytest.mark.parametrize(
    ("answer", "items"),
    [
        ("oak\nelm\nash tree", ["oak", "elm", "ash tree"]),
        ("- oak\n- elm", ["oak", "elm"]),
        ("Good ones are: 1) Oak wood. 2) Elm wood.", ["Oak wood", "Elm wood"]),
        ("Popular trees include the oak, the elm (a tall one), and ash.", ["the oak", "the elm", "ash"]),
        ("There are trees such as oak and elm.", ["oak", "elm"]),
        ("He met Ann, who was ill, and went home.", []),
        ("Oak grows here.", []),
        ("This is one long sentence of many words.\nAnd this is another sentence of many words.", []),
    ],
)
def test_an_answer_has_items_where_it_is_a_list(answer: str, items: list[str]) -> None:
    assert items_of(answer) == items


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How tall is the second one?", "How tall is elm?"),
        ("How are the first two different?", "How are oak and elm different?"),
        ("What is the last one called?", "What is ash called?"),
        ("Tell me about the latter.", "Tell me about ash."),
        ("What is the fifth one?", "What is the fifth one?"),
        ("When was the first meeting?", "When was the first meeting?"),
    ],
)
def test_an_item_takes_the_place_of_its_ordinal(question: str, expected: str) -> None:
    assert with_items(question, ["oak\nelm\nash"]) == expected


def test_the_latest_list_is_meant_though_another_answer_came_after_it() -> None:
    assert with_items("And the second one?", ["red\nblue", "oak\nelm", "Yes."]) == "And elm?"


def test_a_follow_up_is_read_with_the_items_of_the_answer_before() -> None:
    history = [{"question": "Which trees grow here?", "text": "oak\nelm", "status": "answered"}]
    assert read_follow_up("How old is the first one?", history).best == "How old is oak?"
