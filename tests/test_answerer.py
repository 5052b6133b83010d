"""The whole path with the real models, on the bundled article."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakes import HashingEmbedder, WordReader

from index import Document, Index, load
from index.errors import ModelError, PinciteError
from pincite.evaluation import token_f1
from qa import Answerer, bundled_article
from qa.errors import EmptyQuestionError, QuestionError, QuestionTooLongError
from qa.types import Form, Reason, Status

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "islamabad-talks.jsonl").read_text(encoding="utf-8").splitlines()
]
QUESTIONS = [row["question"] for row in ROWS]


@pytest.fixture(scope="module")
def answers(answerer: Answerer) -> list:
    return [answerer.ask(question, form=Form.SPAN) for question in QUESTIONS]


def test_at_least_25_questions_are_asked_and_a_third_of_them_have_no_answer() -> None:
    assert len(ROWS) >= 25
    assert 3 * sum(not row["answers"] for row in ROWS) >= len(ROWS)


def test_most_questions_on_the_article_are_answered_rightly(answers) -> None:
    answerable = [(row, a) for row, a in zip(ROWS, answers, strict=True) if row["answers"]]
    f1 = [max(token_f1(a.text or "", gold) for gold in row["answers"]) for row, a in answerable]
    assert sum(f1) / len(f1) >= 0.8


def test_most_questions_that_the_article_does_not_answer_are_declined(answers) -> None:
    unanswerable = [a for row, a in zip(ROWS, answers, strict=True) if not row["answers"]]
    assert sum(not a.answered for a in unanswerable) >= len(unanswerable) * 0.6


def test_every_quote_stands_in_the_document_at_its_offsets(answerer: Answerer, answers) -> None:
    for answer in answers:
        for citation in [*answer.citations, *([answer.nearest] if answer.nearest else [])]:
            text = answerer.documents[citation.document_id].text
            assert text[citation.start : citation.end] == citation.quote
            assert citation.quote in text[citation.sentence_start : citation.sentence_end]


def test_an_answer_is_its_first_quote_and_an_abstention_has_a_nearest_sentence(answerer: Answerer, answers) -> None:
    assert {a.status for a in answers} == {Status.ANSWERED, Status.ABSTAINED}
    for answer in answers:
        if answer.answered:
            assert answer.text == answer.citations[0].quote
            assert answer.nearest is None
            assert answer.reason is None
        else:
            assert answer.text is None
            assert answer.citations == ()
            place = (answer.nearest.start, answer.nearest.end)
            assert place == answerer.index.sentence_at(answer.nearest.document_id, *place)
            assert answer.reason in Reason


def test_what_is_as_sure_as_the_threshold_is_answered_and_all_else_declined(answerer: Answerer, answers) -> None:
    threshold = answerer.calibration.threshold
    assert {answer.answered for answer in answers} == {True, False}
    assert all(answer.answered == (answer.confidence >= threshold) for answer in answers)


def test_a_question_asked_again_by_itself_gets_the_same_answer(answers) -> None:
    again = Answerer.from_sources([bundled_article()])  # which keeps nothing of the questions before
    for question, before in list(zip(QUESTIONS, answers, strict=True))[::4]:
        answer = again.ask(question, form=Form.SPAN)
        assert (answer.text, answer.citations, answer.nearest) == (before.text, before.citations, before.nearest)
        assert answer.confidence == pytest.approx(before.confidence, abs=1e-3)


def test_the_risk_that_is_taken_decides_what_is_answered(answerer: Answerer) -> None:
    assert answerer.ask("Who is the president of Iran?", min_confidence=0.0, form=Form.SPAN).answered
    assert not answerer.ask("Who is the president of Iran?", min_confidence=1.0, form=Form.SPAN).answered


def test_a_follow_up_is_read_with_the_question_before_it(answerer: Answerer) -> None:
    first = answerer.ask("Who is the foreign minister of Iran?")
    second = answerer.ask("When did he land in Islamabad?", [{"question": first.read_as, "answer": first.text}])
    assert second.read_as == "When did Abbas Araghchi land in Islamabad?"
    assert second.question == "When did he land in Islamabad?"
    assert second.text == "Monday"


def test_timings_are_milliseconds_whose_parts_fit_into_the_total(answerer: Answerer) -> None:
    timings = answerer.ask("Where is Jaish al-Adl based?").timings
    assert min(timings.retrieve, timings.read, timings.cite) > 0
    assert timings.retrieve + timings.read + timings.cite <= timings.total < 60_000


def test_an_answer_becomes_json_with_every_field_of_its_schema(answerer: Answerer) -> None:
    plain = json.loads(json.dumps(answerer.ask("Where is Jaish al-Adl based?").to_dict()))
    assert plain["schema_version"] == 2
    assert list(plain) == ["schema_version", "question", "read_as", "status", "text", "confidence", "citations",
                           "nearest", "reason", "timings", "warnings", "unread", "form", "parts",
                           "missing", "verdict"]  # fmt: skip
    assert list(plain["citations"][0]) == ["document_id", "source", "start", "end", "quote", "sentence_start",
                                           "sentence_end", "page", "prefix", "suffix", "document_sha256",
                                           "heading", "added", "file_sha256", "part", "focus_start",
                                           "focus_end", "where", "boxes"]  # fmt: skip
    assert set(plain["timings"]) == {"retrieve", "read", "cite", "total"}


@pytest.mark.parametrize("question", ["", "  \n\t "])
def test_an_empty_question_is_an_error(answerer: Answerer, question: str) -> None:
    with pytest.raises(EmptyQuestionError, match="the question is empty"):
        answerer.ask(question)


@pytest.mark.parametrize("minimum", [-0.1, 1.5, float("nan")])
def test_a_threshold_that_is_no_probability_is_an_error(answerer: Answerer, minimum: float) -> None:
    with pytest.raises(QuestionError, match="give a probability from 0 to 1"):
        answerer.ask("Who?", min_confidence=minimum)


def test_half_a_character_in_a_question_is_an_error(answerer: Answerer) -> None:
    with pytest.raises(QuestionError, match=r"lone surrogate\) at position 4"):
        answerer.ask("Who \ud800?")


def test_a_question_that_leaves_no_room_for_a_passage_is_an_error_of_one_line(answerer: Answerer) -> None:
    with pytest.raises(QuestionTooLongError, match=r"is \d+ tokens long, the reader takes \d+") as caught:
        answerer.ask("Why " + "and why " * 400 + "?")
    assert "\n" not in str(caught.value)


def test_a_follow_up_that_grows_too_long_is_read_as_it_stands(answerer: Answerer) -> None:
    long = "What did " + "Araghchi " * 250 + "say?"
    answer = answerer.ask("When?", [{"question": long, "answer": None}])
    assert answer.read_as == "When?"


def test_a_saved_index_answers_as_the_one_in_memory(answerer: Answerer, tmp_path: Path) -> None:
    answerer.index.save(tmp_path / "saved")
    opened = Answerer.open(tmp_path / "saved")
    for question in QUESTIONS[:3]:
        assert opened.ask(question).citations == answerer.ask(question).citations


def test_sources_may_be_paths_and_documents_together(tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text("The ferry to Skye leaves at noon.")
    both = Answerer.from_sources([tmp_path / "ferry.txt", Document("bus", "The bus to Oban leaves at nine.")])
    assert both.ask("When does the ferry to Skye leave?", min_confidence=0.0).citations[0].document_id == "ferry.txt"
    assert both.ask("When does the bus to Oban leave?", min_confidence=0.0).citations[0].document_id == "bus"


def test_words_that_stand_in_several_places_are_cited_from_each() -> None:
    documents = [Document("a", "Mary Cole opened the bridge."), Document("b", "The opener was Mary Cole.")]
    answerer = Answerer(Index.build(documents, embedder=HashingEmbedder()), reader=WordReader())
    answer = answerer.ask("Who? *Mary Cole*", form=Form.SPAN)
    assert {(c.document_id, c.start, c.end) for c in answer.citations} == {("a", 0, 9), ("b", 15, 24)}


def test_a_reader_without_calibration_shows_no_confidence_and_takes_no_threshold() -> None:
    answerer = Answerer(Index.build([load(bundled_article())], embedder=HashingEmbedder()), reader=WordReader())
    assert answerer.ask("Which month? *October*", form=Form.SPAN).confidence is None
    assert not answerer.ask("Which month?").answered
    assert answerer.ask("Which month?", min_confidence=0.0).answered
    with pytest.raises(PinciteError, match="has no calibration"):
        answerer.ask("Which month? *October*", form=Form.SPAN, min_confidence=0.5)


def test_a_model_that_is_not_there_is_an_error_of_one_line() -> None:
    for option in ("reader", "embedder"):
        with pytest.raises(ModelError, match=r"cannot load the .* 'no/such-model'") as caught:
            Answerer.from_sources([bundled_article()], **{option: "no/such-model"})
        assert "\n" not in str(caught.value)
