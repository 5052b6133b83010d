"""What seems to answer is held to the question: its names, its words, and what it takes for granted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index import Document
from qa import Answerer
from qa.compose.draft import Material
from qa.compose.presuppositions import unstated_presupposition, unstated_words
from qa.compose.sentence_kinds import names_of
from qa.types import Form, Reason, Status
from qa.understand.parsed_question import ParsedQuestion

CHRONICLE = """The two brothers

Anselm and Bertram kept the mill together until the flood. Anselm was elected mayor in 1841, and the town paid him
forty crowns a year. He died of a fever in the hard winter of 1849.

Bertram never held an office. He was crushed by a falling beam while the new bridge was built, and died the same night.

The bridge was opened in 1852. The council never rented the bridge to anybody, because its tolls paid for the school.
"""

TERMS = """Terms of the boat shed

You may cancel your berth at any time, and the rest of the fee is paid back within ten days.

We answer letters on weekdays. If a letter is lost, write to us again.

We never sell the addresses of our members. Members may bring wine to the summer party.
"""


@pytest.fixture(scope="module")
def chronicle() -> Answerer:
    return Answerer.from_sources(Document("chronicle.txt", CHRONICLE))


@pytest.fixture(scope="module")
def terms() -> Answerer:
    return Answerer.from_sources(Document("terms.txt", TERMS))


def test_a_name_is_a_word_that_the_text_always_writes_with_a_capital() -> None:
    texts = ["In spring Anselm came. The mill stood still, and the Mill was sold by Anselm."]
    assert names_of("did anselm sell the mill in spring", texts) == {"anselm"}


def test_a_word_that_stands_only_where_sentences_begin_is_no_name() -> None:
    assert names_of("what did fishermen catch", ["Fishermen came. Fishermen left."]) == frozenset()


def test_a_sentence_about_somebody_else_does_not_answer(chronicle: Answerer) -> None:
    answer = chronicle.ask("how did bertram die", form=Form.PASSAGE, min_confidence=0)
    assert "crushed by a falling beam" in answer.citations[0].quote


def test_he_is_who_the_sentence_before_names(chronicle: Answerer) -> None:
    answer = chronicle.ask("how did anselm die", form=Form.PASSAGE, min_confidence=0)
    assert "died of a fever" in answer.citations[0].quote


def test_a_question_about_something_that_the_text_does_not_mention_is_declined(terms: Answerer) -> None:
    answer = terms.ask("Is there a discount for pensioners?")
    assert answer.status is Status.ABSTAINED
    assert answer.reason in {Reason.NOT_SAID, Reason.NOT_DISCUSSED, Reason.LOW_CONFIDENCE}


def test_a_question_in_other_words_than_the_texts_is_answered(terms: Answerer) -> None:
    answer = terms.ask("Can I take alcohol to the summer party?", min_confidence=None)
    assert answer.status is Status.ANSWERED
    assert "wine" in answer.citations[0].quote


def test_words_of_the_turns_before_are_not_doubted(terms: Answerer) -> None:
    question = "Why do you take alpacas?"
    considered = terms.consider([question])
    material = Material(
        ParsedQuestion(question, Form.PASSAGE), terms.index, considered.hits[0], considered.readings[0],
        considered.candidates[0], True, terms.config,
    )  # fmt: skip
    assert unstated_words(material) == ["alpacas"]
    assert unstated_words(replace(material, carried=frozenset({"alpacas"}))) == []


def test_a_premise_that_the_text_denies_is_shown_to_differ(terms: Answerer) -> None:
    answer = terms.ask("To which companies do you sell the addresses of members?")
    assert answer.status is Status.ABSTAINED
    assert answer.reason is Reason.PREMISE_DIFFERS
    assert answer.nearest is not None
    assert "never sell the addresses" in answer.nearest.quote


def test_a_denial_answers_whether_something_is_done(terms: Answerer) -> None:
    answer = terms.ask("Do you sell the addresses of your members?")
    assert answer.status is Status.ANSWERED
    assert "never sell" in answer.citations[0].quote


def test_a_doubt_divides_the_odds() -> None:
    assert unstated_presupposition(0.8, 4.0) == pytest.approx(0.5)  # 4 to 1 becomes 1 to 1
    assert unstated_presupposition(0.5, 3.0) == pytest.approx(0.25)
