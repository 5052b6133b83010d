"""Of sentences that speak of a question's words, the one of the kind that it wants comes first."""

from __future__ import annotations

import pytest

from index import Document
from index.load.plain import segments
from index.types import Segment, SegmentKind
from qa import Answerer
from qa.compose.sentence_kinds import thing_defined
from qa.types import Form


@pytest.mark.parametrize(
    ("clause", "thing"),
    [
        ("what is meant by a berth holder", {"berth", "holder"}),
        ("what does tarn mean", {"tarn"}),
        ("define tarn", {"tarn"}),
        ("what is a tarn", {"tarn"}),
        ("what is the fee for a berth", set()),
        ("who is the warden", set()),
    ],
)
def test_a_question_for_a_definition_names_a_thing(clause: str, thing: set[str]) -> None:
    assert thing_defined(clause) == thing


def test_the_sentence_that_defines_a_thing_comes_before_others_that_speak_of_it() -> None:
    text = (
        "The winch is oiled in spring. It is a duty that a berth holder may not pass on to others. "
        "Each berth holder has a key.\n\n"
        "A berth holder is anybody who has paid the fee of the year. A guest has no key."
    )
    answerer = Answerer.from_sources(Document("rules.txt", text))
    answer = answerer.ask("What is meant by a berth holder?", min_confidence=0)
    assert answer.citations[0].quote.startswith("A berth holder is anybody")


def test_whether_something_is_still_so_is_told_by_what_has_ended() -> None:
    text = (
        "Members can pay by cheque, in cash or by card at the desk of the club house.\n\n"
        "Payment by cheque was dropped in 2021.\n\n"
        "Cheques were counted by the treasurer."
    )
    answerer = Answerer.from_sources(Document("fees.txt", text))
    answer = answerer.ask("Can I still pay by cheque?", min_confidence=0)
    assert "dropped in 2021" in answer.citations[0].quote


def items(*lines: str) -> Document:
    """A paragraph that announces a list, and its items."""
    text, segments = "", []
    for line in lines:
        kind = SegmentKind.PARAGRAPH if line.endswith(":") else SegmentKind.LIST_ITEM
        segments.append(Segment(kind, len(text), len(text) + len(line)))
        text += line + "\n\n"
    return Document("list.txt", text, segments=tuple(segments))


def test_the_item_with_the_questions_label_is_the_answer() -> None:
    document = items(
        "Each month the fee for a berth is taken from your account:",
        "Berth for a dinghy: 20 crowns",
        "Berth for a yacht: 75 crowns",
        "Berth for a barge: 140 crowns",
    )
    answerer = Answerer.from_sources(document)
    answer = answerer.ask("yacht monthly fee", form=Form.STATEMENT, min_confidence=0)
    assert answer.citations[0].quote == "Berth for a yacht: 75 crowns"


def test_headings_that_name_one_kind_of_thing_are_a_list_of_it() -> None:
    said = {"Life insurance": "Widows get a pension.", "Boat insurance": "Hulls are covered.", "Berths": "They float."}
    said |= {"Fire insurance": "Sheds are covered.", "Parties": "Insurance is talked of at every party."}
    text, segments = "", []
    for heading, sentence in said.items():
        segments.append(Segment(SegmentKind.HEADING, len(text), len(text) + len(heading), level=2))
        text += heading + "\n\n"
        segments.append(Segment(SegmentKind.PARAGRAPH, len(text), len(text) + len(sentence)))
        text += sentence + "\n\n"
    answerer = Answerer.from_sources(Document("club.txt", text, segments=tuple(segments)))
    answer = answerer.ask("list the insurances", min_confidence=0)
    assert [citation.quote for citation in answer.citations] == ["Life insurance", "Boat insurance", "Fire insurance"]


def test_an_answer_that_only_announces_a_list_includes_the_list() -> None:
    document = items("On work days every member brings the following:", "gloves", "a scraper", "old clothes")
    answer = Answerer.from_sources(document).ask("what should I bring on work days?")
    assert answer.answered
    assert all(item in (answer.text or "") for item in ("gloves", "a scraper", "old clothes"))


def test_paragraphs_with_letters_are_the_items_of_a_list() -> None:
    ways = ["a) by post to the clerk", "b) in person at the harbour office", "c) through the slot in the door"]
    text = "\n\n".join(["You may hand in your form in one of these ways:", *ways, "The clerk answers in May."])
    answer = Answerer.from_sources(Document("form.txt", text, segments=tuple(segments(text)))).ask(
        "What are the ways to hand in the form?", min_confidence=0
    )
    assert [citation.quote for citation in answer.citations] == ways


def test_a_line_in_capitals_is_a_heading_and_no_answer() -> None:
    text = "4. UTILITIES\n\nThe club pays for water and sewer.\n\n5. GUESTS\n\nGuests stay for a week at most."
    answerer = Answerer.from_sources(Document("lease.txt", text, segments=tuple(segments(text))))
    answer = answerer.ask("who pays the utilities", form=Form.STATEMENT, min_confidence=0)
    assert [citation.quote for citation in answer.citations] == ["The club pays for water and sewer."]


def test_a_name_in_the_askers_own_circumstances_need_not_stand_in_the_text() -> None:
    text = "If you cancel before 1 April, the whole fee is refunded; after that, half of it is refunded."
    answerer = Answerer.from_sources(Document("terms.txt", text))
    assert answerer.ask("How much of the fee is refunded if I cancel in June?").answered
