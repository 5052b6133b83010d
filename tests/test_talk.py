from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from index import Document
from qa import Answerer
from qa.types import Answer, Form, Status
from qa.understand.talk import Act, move_of, without_greeting

LIGHTHOUSE = (
    "Ann Gray kept the light at Cape Dunn for thirty years. She came there in 1851. The lamp was lit by hand. "
    "It burned whale oil until 1880. After that it burned paraffin."
)
HARBOUR = "Tom Vale built the harbour at Cape Dunn. It was opened in 1902 by the queen."


@pytest.fixture(scope="module")
def keeper() -> Answerer:
    documents = [Document("light.txt", LIGHTHOUSE, "light.txt"), Document("harbour.txt", HARBOUR, "harbour.txt")]
    return Answerer.from_sources(documents)


@pytest.fixture(scope="module")
def kept(keeper: Answerer) -> Answer:
    answer = keeper.ask("Who kept the light at Cape Dunn?")
    assert answer.text == "Ann Gray"
    return answer


@pytest.mark.parametrize(
    ("said", "act"),
    [
        ("hello", Act.GREETING),
        ("Hiii there!", Act.GREETING),
        ("good morning", Act.GREETING),
        ("hey 👋 how are you?", Act.GREETING),
        ("thanks", Act.THANKS),
        ("ok, great", Act.ACKNOWLEDGEMENT),
        ("That was very helpful!", Act.THANKS),
        ("hmm ok", Act.ACKNOWLEDGEMENT),
        ("ok thanks", Act.THANKS),
        ("can you repeat that?", Act.WHOLE_SENTENCE),
        ("ok thank you, that's all", Act.FAREWELL),
        ("bye!", Act.FAREWELL),
        ("who are you?", Act.WHO_ARE_YOU),
        ("Are you a robot?", Act.WHO_ARE_YOU),
        ("hi, what can you do?", Act.WHAT_CAN_YOU_DO),
        ("What can I ask?", Act.WHAT_CAN_YOU_DO),
        ("help", Act.WHAT_CAN_YOU_DO),
        ("where does it say that?", Act.WHERE),
        ("Which page is that on?", Act.WHERE),
        ("source?", Act.WHERE),
        ("are you sure?", Act.SURE),
        ("Thanks, but is that right?", Act.SURE),
        ("why do you think that?", Act.WHY_THAT),
        ("tell me more", Act.MORE),
        ("Could you elaborate on that?", Act.MORE),
        ("anything else?", Act.ELSE),
        ("Is that all?", Act.ELSE),
        ("shorter please", Act.SHORTER),
        ("show me the whole sentence", Act.WHOLE_SENTENCE),
        ("what about the second one?", Act.NTH),
        ("list them", Act.LIST_THEM),
        ("and what about the other document?", Act.OTHER_DOCUMENT),
        ("No, I mean the harbour", Act.CORRECTION),
        ("sorry, I meant 1902", Act.CORRECTION),
    ],
)
def test_talk_is_known_for_what_it_does(said: str, act: Act) -> None:
    move = move_of(said)
    assert move is not None
    assert move.act is act


@pytest.mark.parametrize(
    "asked",
    [
        "Who kept the light?",
        "hello, who kept the light?",
        "where does it say that oil was burned?",
        "What did the keeper do after the lamp was lit?",
        "How does the lamp work?",
        "Where can I get it?",
        "Where did it come from?",
        "who was the second keeper?",
        "what is a source?",
        "help desk opening hours",
        "What happens in the second one if nobody pays?",
        "more than ten years?",
        "Why not?",
        "When?",
        "greetings in Japanese",
        "thanks to whom was it built?",
    ],
)
def test_what_asks_the_document_is_not_talk(asked: str) -> None:
    assert move_of(asked) is None


@pytest.mark.parametrize("asked", ["sources", "the last one", "No, I mean the harbour", "details"])
def test_without_a_conversation_before_it_words_are_looked_for(asked: str) -> None:
    assert move_of(asked, in_conversation=False) is None


def test_a_greeting_before_a_question_is_left_off() -> None:
    assert without_greeting("Hello there, who kept the light?") == "who kept the light?"
    assert without_greeting("Hello") == "Hello"


def test_which_one_is_meant_is_read_as_a_number() -> None:
    assert [move_of(f"the {which} one").number for which in ("first", "2nd", "last")] == [1, 2, -1]  # type: ignore[union-attr]


def test_talk_is_replied_to_without_a_citation_and_at_first_with_two_questions_worth_asking(keeper: Answerer) -> None:
    answer = keeper.ask("hello")
    assert (answer.status, answer.form, answer.citations, answer.nearest, answer.confidence) == (
        Status.REPLIED,
        Form.REPLY,
        (),
        None,
        None,
    )
    assert answer.text is not None
    assert answer.text.count("?”") == 2
    later = keeper.ask("hello", [{"question": "Who kept the light?", "answer": "Ann Gray"}])
    assert later.text is not None
    assert "?”" not in later.text


def texts(answer: Answer, keeper: Answerer) -> list[str]:
    """The quotations of a reply, each seen to stand where it says."""
    assert answer.status is Status.REPLIED
    for place in answer.citations:
        assert keeper.documents[place.document_id].text[place.start : place.end] == place.quote
    return [place.quote for place in answer.citations]


def test_where_it_says_that_shows_the_place_of_the_answer_before(keeper: Answerer, kept: Answer) -> None:
    assert texts(keeper.ask("where does it say that?", [kept.to_dict()]), keeper)[0] == "Ann Gray"


def test_with_question_and_text_alone_the_last_question_is_asked_again(keeper: Answerer) -> None:
    history = [{"question": "Who kept the light at Cape Dunn?", "answer": "Ann Gray"}]
    assert texts(keeper.ask("where does it say that?", history), keeper)[0] == "Ann Gray"


def test_the_whole_sentence_and_more_are_shown_around_the_answer(keeper: Answerer, kept: Answer) -> None:
    sentence = "Ann Gray kept the light at Cape Dunn for thirty years."
    whole = keeper.ask("show me the whole sentence", [kept.to_dict()])
    assert texts(whole, keeper)[0] == sentence
    more = keeper.ask("tell me more", [kept.to_dict(), whole.to_dict()])
    assert texts(more, keeper)[0].startswith(f"{sentence} She came there in 1851.")
    further = keeper.ask("go on", [kept.to_dict(), whole.to_dict(), more.to_dict()])
    assert not set(texts(further, keeper)) & {*texts(more, keeper), sentence}


def test_being_asked_whether_it_is_sure_it_says_how_likely(keeper: Answerer, kept: Answer) -> None:
    answer = keeper.ask("are you sure?", [kept.to_dict()])
    assert kept.confidence is not None
    assert answer.text is not None
    assert f"{min(99, round(100 * kept.confidence))}%" in answer.text
    assert texts(answer, keeper) == ["Ann Gray kept the light at Cape Dunn for thirty years."]


def test_anything_else_shows_no_place_that_was_shown(keeper: Answerer, kept: Answer) -> None:
    for quote in texts(keeper.ask("anything else?", [kept.to_dict()]), keeper):
        assert "Ann Gray" not in quote


def test_a_single_answer_has_no_second_one(keeper: Answerer, kept: Answer) -> None:
    assert texts(keeper.ask("the second one", [kept.to_dict()]), keeper) == ["Ann Gray"]


def test_the_other_document_is_asked_the_same_question(keeper: Answerer, kept: Answer) -> None:
    other = keeper.ask("and what about the other document?", [kept.to_dict()])
    assert {place.document_id for place in other.citations} <= {"harbour.txt"}


def test_with_one_document_there_is_no_other() -> None:
    alone = Answerer.from_sources(Document("light.txt", LIGHTHOUSE, "light.txt"))
    answer = alone.ask("what about the other document?", [alone.ask("Who kept the light?").to_dict()])
    assert answer.text == "There is no other document here to look in."


def test_a_correction_asks_again(keeper: Answerer, kept: Answer) -> None:
    answer = keeper.ask("No, I mean the harbour", [kept.to_dict()])
    assert "harbour" in answer.read_as
    assert answer.status is not Status.REPLIED


def test_before_anything_was_asked_there_is_no_answer_to_talk_about(keeper: Answerer) -> None:
    answer = keeper.ask("where does it say that?")
    assert answer.status is Status.REPLIED
    assert answer.text is not None
    assert answer.text.startswith("You have not asked")


def test_a_turn_whose_citation_does_not_stand_in_the_document_is_asked_again(keeper: Answerer, kept: Answer) -> None:
    turn = kept.to_dict()
    turn["citations"] = [{**turn["citations"][0], "start": 3, "end": 9}, {"document_id": 7}]
    assert texts(keeper.ask("where does it say that?", [turn]), keeper)[0] == "Ann Gray"


@pytest.mark.parametrize("asked", ["Where are they from?", "Where is it located?", "Where was she found?"])
def test_where_somebody_is_asks_the_document(asked: str) -> None:
    assert move_of(asked) is None


@pytest.mark.shared_data
def test_of_500_real_questions_hardly_any_is_taken_for_talk(shared_data: Path) -> None:
    train = shared_data / "data" / "train"
    names = ("nq-qed-train", "tydiqa-en-goldp-train", "policyqa-dev", "squadshifts-reddit", "fairytaleqa-val")
    asked = [question for name in names for question in _some(train / f"{name}.json.gz", 100)]
    taken = [question for question in asked if move_of(question) is not None]
    assert len(asked) == 500
    assert len(taken) <= 5, taken


def _some(path: Path, count: int) -> list[str]:
    """Questions of a file in SQuAD's format, from its beginning to its end."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    every = [each["question"] for one in articles for passage in one["paragraphs"] for each in passage["qas"]]
    return every[:: len(every) // count][:count]
