from __future__ import annotations

import pytest

from qa.understand.anaphora import StandsFor, slots_of
from qa.understand.followup import Readings, carried_words, exchanges_of, read_follow_up
from qa.understand.mentions import MentionKind, mentions_in


def read(question: str, *turns: tuple[str, str | None]) -> str:
    return read_follow_up(question, [{"question": asked, "answer": answer} for asked, answer in turns]).best


@pytest.mark.parametrize(
    ("earlier", "answer", "question", "expected"),
    [
        ("Who leads Acme?", "Mary Cole", "When did she join?", "When did Mary Cole join?"),
        ("Who leads Acme?", "Mary Cole", "What is her salary?", "What is Mary Cole’s salary?"),
        ("Who leads Acme?", "Mary Cole", "Who met her?", "Who met Mary Cole?"),
        ("Who leads Acme?", "Mary Cole", "what else has she led?", "what else has Mary Cole led?"),
        ("When was Acme founded?", "in 1971", "Who leads it?", "Who leads Acme?"),
        ("When was Acme founded?", "in 1971", "Who led it then?", "Who led Acme in 1971?"),
        ("Where does Acme sit?", "Oslo", "How many people live there?", "How many people live in Oslo?"),
        ("What did Mary Cole buy?", "a boat", "When?", "When did Mary Cole buy?"),
        ("Is the pool open on Sunday?", "no", "Why?", "Why is the pool open on Sunday?"),
        ("Who met Dar?", "Araghchi", "And when exactly?", "When Araghchi met Dar?"),
        ("Who killed the guards?", "gunmen", "Where did it happen?", "Where gunmen killed the guards?"),
        ("How did Philip die?", "He was killed", "who was behind it?", "who was behind Philip’s death?"),
        ("who killed the guards?", "Mary Cole", "why did she do it?", "why did Mary Cole kill the guards?"),
        ("Who was behind the attack?", "Mary Cole", "Why did she do that?", "Why was Mary Cole behind the attack?"),
        ("Can I drive after dark?", "no", "When can I do that?", "When can I drive after dark?"),
        ("What is solar energy?", "power of the sun", "What are its uses?", "What are the uses of solar energy?"),
        ("What is a 529 plan?", "savings", "How does it work?", "How does 529 plan work?"),
        ("What is the origin of the funny car?", None, "How fast did it go?", "How fast did the funny car go?"),
        ("How long is the first phase?", "a year", "Who plans that phase?", "Who plans the first phase?"),
        ("When did Cole join Acme?", "1971", "What about Bolt?", "When did Cole join Bolt?"),
        ("How long is the alpha phase?", "a month", "and beta?", "How long is the beta phase?"),
        ("How much for a family?", "$2", "and for an employee only?", "How much for an employee only?"),
        ("How long is leave for an ill child?", None, "and for a parent?", "How long is leave for a parent?"),
        ("Who buys an immediate family ticket?", None, "and a late one?", "Who buys a late family ticket?"),
        ("What do I get after less than one year?", "$2", "and over one year?", "What do I get over one year?"),
        ("What was sold in 2023?", "boats", "And in 2024?", "What was sold in 2024?"),
        ("What is the dose?", "one tablet", "how about children?", "What is the dose for children?"),
        ("Where is my data kept?", "Oslo", "what if I live in Rome?", "Where is my data kept if I live in Rome?"),
        ("Can dogs come in?", "yes", "Is it the same for cats?", "Can dogs come in for cats?"),
        ("Who leads Acme?", "Mary Cole", "No, I mean Bolt", "Who leads Bolt?"),
        ("Who leads Acme?", "Mary Cole", "I meant who owns Acme", "who owns Acme?"),
    ],
)
def test_a_follow_up_is_read_with_the_turn_before(earlier, answer, question, expected) -> None:
    assert read(question, ("Is the sea cold?", "No"), (earlier, answer)) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Who leads Bolt?",
        "What did Bolt say about its plans?",
        "How many people died?",
        "Is it possible to swim in winter?",
        "Are there any other lakes?",
        "When was it that Cole left?",
        "What else does it say about sick leave?",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert read(question) == question
    assert read(question, ("Who leads Acme?", "Mary Cole")) == question


def test_a_pronoun_without_a_name_before_it_is_left_alone() -> None:
    assert read("When did he leave?", ("what is this about?", None)) == "When did he leave?"


def test_a_person_is_not_a_thing_and_one_is_not_many() -> None:
    turns = [("Who founded Acme?", "Mary Cole")]
    assert read("Where is it?", *turns) == "Where is Acme?"
    assert read("Where is she?", *turns) == "Where is Mary Cole?"


def test_a_conversation_is_followed_over_several_turns() -> None:
    turns = [("How did Philip die?", "He was killed"), ("who was behind it?", "his queen Olympias")]
    assert read("why did she want that?", *turns).startswith("why did queen Olympias want")
    turns = [("When was Acme founded?", "1971"), ("and Bolt?", "1980"), ("thanks!", None)]
    assert read("Who owns it?", *turns) == "Who owns Bolt?"


def test_how_an_earlier_turn_was_read_is_taken_from_it() -> None:
    history = [{"question": "and it?", "read_as": "When was Bolt founded?", "status": "answered", "text": "1980"}]
    assert read_follow_up("Who owns it?", history).best == "Who owns Bolt?"


def test_talk_is_no_part_of_what_was_asked() -> None:
    history = [
        {"question": "Who leads Acme?", "answer": "Mary Cole"},
        {"question": "are you sure?", "status": "replied", "text": "By my estimate."},
        {"question": "thank you", "answer": None},
    ]
    assert [exchange.question for exchange in exchanges_of(history)] == ["Who leads Acme?"]


def test_where_two_readings_are_likely_both_are_given() -> None:
    history = [{"question": "Can I drive after taking it?", "answer": "no"}]
    assert read_follow_up("what about alcohol?", history) == Readings(
        "Can I drive after taking alcohol?", "what about alcohol?", frozenset({"alcohol"})
    )
    assert list(Readings("a?")) == ["a?"]


def test_an_event_is_named_as_the_question_and_as_the_answer_has_it() -> None:
    history = [{"question": "How did Philip die?", "answer": "He was assassinated"}]
    assert list(read_follow_up("who was behind it?", history)) == [
        "who was behind Philip’s death?",
        "who was behind Philip being assassinated?",
    ]


def test_a_condition_is_added_or_asked_of_what_was_spoken_of() -> None:
    history = [{"question": "How do I run tasks later?", "answer": "background workers"}]
    assert list(read_follow_up("what if I am offline?", history)) == [
        "How do I run tasks later if I am offline?",
        "what if I am offline (how do I run tasks later)?",
    ]


def test_a_noun_after_that_is_replaced_by_what_has_it_or_a_name_alone() -> None:
    assert read("Who plans that phase?", ("What are the costs?", None)) == "Who plans that phase?"
    assert read("Who owns that company?", ("When did Acme open?", None)) == "Who owns Acme?"


def test_what_a_turn_spoke_of_by_a_pronoun_is_spoken_of_next() -> None:
    turns = [("Where do turkeys come from?", None), ("What was their role in native cultures?", None)]
    assert read("Can they fly?", *turns) == "Can turkeys fly?"


def test_it_may_be_several_where_nothing_else_was_spoken_of() -> None:
    assert read("How does it compare to debt?", ("Who pays angel rounds?", None)) == (
        "How does angel rounds compare to debt?"
    )


def test_a_correction_of_what_was_asked_back_stands_as_it_is() -> None:
    history = [{"question": "Tell me more about the second one", "answer": "Do you mean cardio?"}]
    assert read_follow_up("No, I mean HIIT.", history).best == "No, I mean HIIT."


def test_words_that_stand_for_nothing_are_no_slots() -> None:
    assert slots_of("Is it possible to leave early?") == []
    assert slots_of("Are there any lakes?") == []
    assert slots_of("What is the river that runs through Rome?") == []
    assert [slot.stands for slot in slots_of("Who plans that phase?")] == [StandsFor.NOUN]


def test_what_was_spoken_of_is_known_by_kind_and_number() -> None:
    found = mentions_in("Who met the Queen in Oslo in 1902 about the fishing rights?")
    assert [(one.text, one.kind, one.several) for one in found] == [
        ("Queen", MentionKind.PERSON, False),
        ("Oslo", MentionKind.PLACE, False),
        ("1902", MentionKind.TIME, False),
        ("fishing rights", MentionKind.THING, True),
    ]


def test_a_name_stays_a_person_and_he_or_she_over_turns() -> None:
    turns = [("Who runs Acme?", "Mary Cole"), ("Where does she live?", "Oslo"), ("Who is her deputy?", "Tom Reed")]
    assert read("When was he born?", *turns) == "When was Tom Reed born?"
    assert read("When was he born?", *turns[:2]) == "When was Mary Cole born?"  # nobody else was spoken of


def test_a_thing_of_a_person_is_no_person() -> None:
    assert [(m.text, m.kind) for m in mentions_in("Where is the director’s workshop?")] == [
        ("director’s workshop", MentionKind.THING)
    ]
    assert read("No, I mean the hall", ("Where is the director’s workshop?", "Bath")) == "Where is the hall?"


def test_a_condition_that_has_a_subject_of_its_own_may_stand_alone() -> None:
    history = [{"question": "How long is the pass valid?", "answer": "two years"}]
    assert list(read_follow_up("what if the alarm rings?", history)) == [
        "How long is the pass valid if the alarm rings?",
        "what if the alarm rings?",
    ]


def test_then_is_a_time_of_the_past_alone() -> None:
    turn = ("When must I hand it in?", "30 days")
    assert read("Can I take the lift then?", turn) == "Can I take the lift then?"
    assert read("Who led Acme then?", ("When was Acme founded?", "1971")) == "Who led Acme in 1971?"


def test_a_correction_is_of_the_question_that_has_what_was_not_meant() -> None:
    turns = [("How long is the pass valid?", "a year"), ("Who is the director?", "Ann")]
    assert read("not the pass, but the card", *turns) == "How long is the card valid?"


def test_this_before_a_name_stands_for_nothing() -> None:
    assert slots_of("Who leads this Deep Sea mission?") == []
    assert slots_of("What does it mean to be free?") == []


def test_carried_words_are_those_of_the_turns_before() -> None:
    assert carried_words("why did she do it?", "why was Mary behind it?") == {"was", "mary", "behind"}
