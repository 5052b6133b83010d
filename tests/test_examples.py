"""Questions that are made of a document: good English, and answered by it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from web_fakes import growing

from index.types import Document, Segment, SegmentKind
from pincite.evaluation.examples import drafts, example_questions
from pincite.service.library import Library
from qa.understand.verbs import PASSIVE, PAST, PRESENT

FERRY = Document("ferry.txt", "The ferry was built in Glasgow in 1998. Captain Moira Lang has commanded it since 2011.")


def made(text: str) -> list[tuple[str, str]]:
    return [(draft.question, draft.answer) for draft in drafts(Document("d", text))]


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        ("The ferry was built in Glasgow in 1998.", "When was the ferry built in Glasgow?", "in 1998"),
        ("The border guards were killed on October 26.", "When were the border guards killed?", "on October 26"),
        ("The mill closed in 1937 after the owner died.", "When did the mill close?", "in 1937"),
        ("The court will hear the case in September.", "When will the court hear the case?", "in September"),
        ("Moira Lang has led the crew since 2011.", "Since when has Moira Lang led the crew?", "since 2011"),
        ("Moira Lang had landed in Oban on Monday.", "When did Moira Lang land in Oban?", "on Monday"),
        ("In 1615 John Bartlett repaired the weir.", "When did John Bartlett repair the weir?", "in 1615"),
        ("Elizabeth Moore became the first warden.", "Who became the first warden?", "Elizabeth Moore"),
        ("The book was written by Gwen Price.", "Who wrote the book?", "Gwen Price"),
        ("John Bartlett, who leased the estate, sold it.", "Who leased the estate?", "John Bartlett"),
        ("Ali Khan, the foreign minister of Iran, spoke.", "Who is the foreign minister of Iran?", "Ali Khan"),
        ("Ruth Vale is the harbour master.", "Who is the harbour master?", "Ruth Vale"),
        ("The mill received 41,200 visitors in 2018.", "How many visitors did the mill receive in 2018?", "41,200"),
        ("Ten guards were killed near the border.", "How many guards were killed near the border?", "Ten"),
        ("The bridge will cost 84 million euros.", "How much will the bridge cost?", "84 million euros"),
        ("The causeway is 152 metres long.", "How long is the causeway?", "152 metres"),
        ("Police said that the ambush occurred in Taftan.", "Where did the ambush occur?", "in Taftan"),
        ("The group, based in Pakistan, admitted it.", "Where is the group based?", "in Pakistan"),
        ("Skerry Point is a headland in the north.", "What is Skerry Point?", "a headland in the north"),
        ("The *talks* covered a range of issues (and more).", "What did the talks cover?", "a range of issues"),
    ],
)
def test_a_question_takes_the_place_of_the_words_that_answer_it(sentence: str, question: str, answer: str) -> None:
    assert (question, answer) in made(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "He was born in 1950.",  # who?
        "This was decided in Geneva.",
        "The boat built by Moreau sank in 1931.",  # which of the verbs is the sentence's?
        "Is it open?",
        "“We agreed,” she said on Monday.",
        "Grain arrived by barge.",
        "Their captain left in 1990.",
        "Ask the harbour master.",
        "See [the report](http://x.test) of 1999.",
    ],
)
def test_a_sentence_that_is_not_plain_makes_no_question(sentence: str) -> None:
    assert made(sentence) == []


def test_a_first_word_is_small_in_a_question_unless_it_is_a_name() -> None:
    text = "Work was begun in 1990. Nobody had seen such work. Oban was bombed in 1941. The ferry left for Oban."
    questions = [question for question, _ in made(text)]
    assert "When was work begun?" in questions
    assert "When was Oban bombed?" in questions


def test_kinds_of_questions_take_turns() -> None:
    text = "The pier was built in 1900. The shed was built in 1910. Ann Gray opened the shop. Jane Gray closed the bar."
    assert [question.partition(" ")[0] for question, _ in made(text)] == ["When", "Who", "What"] * 2


def test_headings_tables_and_lists_make_no_questions() -> None:
    text = "The pier was built in 1900.\nThe shed was built in 1910."
    segments = (Segment(SegmentKind.HEADING, 0, 27), Segment(SegmentKind.PARAGRAPH, 28, 55))
    document = Document("d", text, segments=segments)
    assert [draft.question for draft in drafts(document)] == ["When was the shed built?"]


def test_of_a_long_document_some_of_all_its_parts_is_looked_at() -> None:
    text = "".join(f"The shed {n} was built in {n}.\n" for n in range(1000, 3000))
    starts = [i for i, c in enumerate(text) if c == "T"]
    segments = tuple(Segment(SegmentKind.PARAGRAPH, i, text.index("\n", i)) for i in starts)
    found = drafts(Document("d", text, segments=segments))
    assert 100 <= len(found) <= 120
    assert found[0].start == 0
    assert found[-1].start > 0.9 * len(text)


def test_only_questions_that_are_answered_with_confidence_as_they_were_meant_are_kept() -> None:
    library = Library(growing())
    library.add(FERRY)
    library.search_in(["ferry.txt"])

    def ask(question: str):
        words = {"When was the ferry built in Glasgow?": "*1998*", "Tried first?": "*Glasgow*"}.get(question, "x")
        answer = library.ask(f"{words} ?")
        return replace(answer, confidence=0.9) if answer.answered else answer

    found = example_questions(FERRY, ask, first=["Tried first?", "Not answered?"])
    assert found == ["Tried first?", "When was the ferry built in Glasgow?"]
    # The right sentence, and yet other words than those that it was made for.
    assert example_questions(FERRY, lambda question: ask("Tried first?")) == []


def test_forms_of_verbs() -> None:
    assert [PAST[past] for past in ("kept", "carried", "planned", "agreed", "closed", "wrote", "travelled")] == [
        *("keep", "carry", "plan", "agree", "close", "write", "travel")
    ]
    assert [PRESENT[word] for word in ("carries", "reaches", "keeps")] == ["carry", "reach", "keep"]
    assert [PASSIVE[word] for word in ("written", "built", "opened")] == ["wrote", "built", "opened"]
