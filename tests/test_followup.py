from __future__ import annotations

import pytest

from qa.understand.followup import resolve


@pytest.mark.parametrize(
    ("earlier", "answer", "question", "expected"),
    [
        ("Who leads Acme?", "Mary Cole", "When did she join?", "When did Mary Cole join?"),
        ("Who leads Acme?", "Mary Cole", "What is her salary?", "What is Mary Cole’s salary?"),
        ("Who leads Acme?", "Mary Cole", "Who met her?", "Who met Mary Cole?"),
        ("When was Acme founded?", "in 1971", "Who leads it?", "Who leads Acme?"),
        ("Where does Acme sit?", None, "Who are its owners?", "Who are Acme’s owners?"),
        ("What did Mary Cole buy?", "a boat", "When?", "When did Mary Cole buy?"),
        ("Who met Dar?", "Araghchi", "And when exactly?", "When Araghchi met Dar?"),
        ("Did Iran attack Pakistan?", None, "Who opposed them?", "Who opposed Iran?"),
        ("Did Iran attack Pakistan?", None, "When did it happen?", "When did it happen?"),
        ("Who killed the guards?", "gunmen", "Where did it happen?", "Where gunmen killed the guards?"),
        ("When did Cole join Acme?", "1971", "What about Bolt?", "When did Cole join Bolt?"),
    ],
)
def test_a_follow_up_is_read_with_the_turn_before(earlier, answer, question, expected) -> None:
    assert (
        resolve(question, [{"question": "Other?", "answer": "No"}, {"question": earlier, "answer": answer}]) == expected
    )


@pytest.mark.parametrize(
    "question",
    ["Who leads Bolt?", "What did Bolt say about its plans?", "How many people died?", "When was it that Cole left?"],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert resolve(question, []) == question
    if "it that" not in question:
        assert resolve(question, [{"question": "Who leads Acme?", "answer": "Mary Cole"}]) == question


def test_a_pronoun_without_a_name_before_it_is_left_alone() -> None:
    assert resolve("When did he leave?", [{"question": "what is this about?", "answer": None}]) == "When did he leave?"
