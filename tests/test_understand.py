"""What a question asks for: its form, its parts, and what an overview is asked of."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.types import Form
from qa.understand.form import understand

FORMS = Path(__file__).parents[1] / "training" / "forms.tsv"

# The forms that serve a question of each kind. Follow-ups, misspellings and other languages may be of any.
OF_KIND = {
    "overview": {Form.OVERVIEW},
    "yesno": {Form.STATEMENT},
    "compare": {Form.STATEMENT},
    "said": {Form.STATEMENT, Form.PASSAGE, Form.LIST},
    "negation": {Form.STATEMENT, Form.PASSAGE, Form.LIST},
    "why": {Form.PASSAGE, Form.STATEMENT},
    "how": {Form.PASSAGE, Form.STATEMENT},
    "procedure": {Form.PASSAGE, Form.STATEMENT},
    "condition": {Form.PASSAGE, Form.STATEMENT},
    "definition": {Form.PASSAGE, Form.STATEMENT},
    "longq": {Form.PASSAGE, Form.STATEMENT},
    "list": {Form.LIST},
    "multi": {Form.LIST},
    "quantity": {Form.SPAN},
    "date": {Form.SPAN},
    "count": {Form.SPAN},
    "fact": {Form.SPAN, Form.PASSAGE, Form.STATEMENT},
    "keyword": {Form.SPAN, Form.STATEMENT, Form.PASSAGE},
}


class Labelled(NamedTuple):
    question: str
    form: Form
    parts: tuple[str, ...]


def labelled() -> list[list[Labelled]]:
    """The two halves of training/forms.tsv; a line that begins with # opens each."""
    halves: list[list[Labelled]] = []
    for line in FORMS.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            halves.append([])
            continue
        question, form, *parts = line.split("\t")
        halves[-1].append(Labelled(question, Form(form), tuple(parts[0].split(" | ")) if parts else ()))
    return halves


@pytest.mark.parametrize("half", labelled(), ids=lambda half: half[0].question)
def test_nine_of_ten_labelled_questions_get_their_form(half: list[Labelled]) -> None:
    wrong = [(q.question, understand(q.question).form) for q in half if understand(q.question).form is not q.form]
    assert len(wrong) <= len(half) / 10, wrong


@pytest.mark.parametrize("half", labelled(), ids=lambda half: half[0].question)
def test_questions_in_parts_are_taken_apart_and_no_others(half: list[Labelled]) -> None:
    wrong = [(q, understand(q.question).parts) for q in half if len(understand(q.question).parts) != len(q.parts)]
    assert len(wrong) <= len(half) / 50, wrong


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("Who is the harbour master?", Form.SPAN),
        ("What is the name of the harbour master?", Form.SPAN),
        ("what is the height of the tower", Form.SPAN),
        ("What is a sextant?", Form.PASSAGE),
        ("What is meant by demurrage?", Form.PASSAGE),
        ("Why did the tower fall?", Form.PASSAGE),
        ("how do i renew my card", Form.PASSAGE),
        ("What happens if I lose my card?", Form.PASSAGE),
        ("When should I renew my card?", Form.PASSAGE),
        ("Which bridge is the oldest?", Form.SPAN),
        ("Which bridges are closed?", Form.LIST),
        ("What are Anna’s duties?", Form.LIST),
        ("What causes the fog?", Form.PASSAGE),
        ("Is the bridge closed?", Form.STATEMENT),
        ("The bridge is closed, isn't it?", Form.STATEMENT),
        ("What does the notice say about bicycles?", Form.STATEMENT),
        ("How does a ketch differ from a yawl?", Form.STATEMENT),
        ("opening hours library", Form.STATEMENT),
        ("tl;dr please", Form.OVERVIEW),
    ],
)
def test_a_question_has_the_form_of_what_it_asks(question: str, form: Form) -> None:
    assert understand(question).form is form


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("waht is a sextant", Form.PASSAGE),
        ("wich bridges are closed", Form.LIST),
        ("sumarize the report", Form.OVERVIEW),
        ("dose the ferry run on sundays", Form.STATEMENT),
        ("hwo owns the ferry", Form.SPAN),
        ("hwo do i renew my card", Form.PASSAGE),
        ("HOW MANY SHIPS SANK", Form.SPAN),
        ("wen did the tower fall", Form.SPAN),
        ("whats the differnce between a ketch and a yawl", Form.STATEMENT),
    ],
)
def test_misspelt_and_unmarked_questions_are_understood(question: str, form: Form) -> None:
    assert understand(question).form is form


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("Hi! Could you please tell me who owns the ferry?", Form.SPAN),
        ("I was wondering how the lock gates are opened.", Form.PASSAGE),
        ("If I cancel on the day, do I get my money back?", Form.STATEMENT),
        ("When I cancel on the day, what happens to my deposit?", Form.PASSAGE),
        (
            "We sailed in May. Why it leaks nobody knows. How many pumps does the law ask for? Thanks for any help!",
            Form.SPAN,
        ),
        ("I have read that Dr. Who was filmed here.\n\nWhich scenes were shot in the harbour", Form.LIST),
        ("How much did the console sell for with the Smith Bros. game?", Form.SPAN),
        ("help my pump leaks what do i do", Form.PASSAGE),
        ("Our insurer wants to know whether the mooring was checked in the last two years.", Form.STATEMENT),
    ],
)
def test_the_clause_that_asks_decides_and_not_the_story_before_it(question: str, form: Form) -> None:
    assert understand(question).form is form


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "Which bridge was closed, and how long is it?",
            ("Which bridge was closed?", "how long is the bridge?"),
        ),
        (
            "Where do I get the key and how do I return it?",
            ("Where do I get the key?", "how do I return the key?"),
        ),
        (
            "How many sailors and how many guns did the ship carry?",
            ("How many sailors did the ship carry?", "how many guns did the ship carry?"),
        ),
        ("When and where was Nansen born?", ("When was Nansen born?", "where was Nansen born?")),
        ("In 1911, who won and who lost?", ("In 1911, who won?", "In 1911, who lost?")),
        (
            "Who is Ann Lee and what happens to her in the end?",
            ("Who is Ann Lee?", "what happens to Ann Lee in the end?"),
        ),
        ("Who is Ann Lee and what is her role?", ("Who is Ann Lee?", "what is Ann Lee’s role?")),
        ("Can I cancel, and if so how?", ("Can I cancel?", "how can I cancel?")),
        ("Who wrote this and when?", ("Who wrote this?", "when was this written?")),
        ("How many people came and who were they?", ("How many people came?", "who were they?")),
        ("Who owns the ferry? What does a ticket cost?", ("Who owns the ferry?", "What does a ticket cost?")),
    ],
)
def test_each_part_is_a_question_of_its_own(question: str, parts: tuple[str, ...]) -> None:
    asked = understand(question)
    assert asked.form is Form.LIST
    assert asked.parts == parts


@pytest.mark.parametrize(
    "question",
    [
        "What was signed between Sweden and Denmark?",
        "Who wrote Romeo and Juliet?",
        "Who was the man who built the tower and who later burned it?",
        "Who chairs the board and is the only member with a vote?",
        "How and why did the tower fall?",
        "Does the ferry take cars and is dogs' food sold aboard",
    ],
)
def test_a_question_that_asks_one_thing_stays_whole(question: str) -> None:
    assert understand(question).parts == ()


@pytest.mark.parametrize(
    ("question", "scope"),
    [
        ("What is this about?", None),
        ("Summarise the whole report in two sentences, please.", None),
        ("What should I know before I sign this?", None),
        ("whats this", None),
        ("explain like I'm five", None),
        ("Summarise the differences between the two drafts", "the differences between the two drafts"),
        ("Summarise the war between Athens and Sparta", "the war between Athens and Sparta"),
        ("give me a short summary of the section on refunds", "the section on refunds"),
        ("Give me an overview of how locks and bridges are run", "how locks and bridges are run"),
        ("What is the author's main point about tolls?", "tolls"),
        ("what do I need to know about mooring fees?", "mooring fees"),
        ("What happened in the third trial?", "the third trial"),
    ],
)
def test_an_overview_is_asked_of_the_text_or_of_a_part_that_is_named(question: str, scope: str | None) -> None:
    asked = understand(question)
    assert asked.form is Form.OVERVIEW
    assert asked.scope == scope


@given(
    st.text() | st.lists(st.sampled_from("what how is the a and , ? when . it summarise of\n".split(" "))).map(" ".join)
)
def test_any_words_are_understood(question: str) -> None:
    asked = understand(question)
    assert asked.question == question
    assert (asked.form is Form.LIST) or not asked.parts


def test_a_long_paste_takes_no_longer_than_its_length_allows() -> None:
    for words in ("how what when ", "a, ", "the short ", "1", "and what ", "summarise "):
        began = time.process_time()
        understand(words * 20_000)
        assert time.process_time() - began < 1


def asked_by_people(folder: Path) -> Iterator[tuple[str, str]]:
    for name in ("questions.jsonl", "collection/questions-A.jsonl"):
        for line in (folder / "people" / name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield row["question"], row["kind"]


@pytest.mark.shared_data
def test_most_questions_that_people_asked_get_a_form_that_serves_them(shared_data: Path) -> None:
    counted = [(question, kind) for question, kind in asked_by_people(shared_data) if kind in OF_KIND]
    wrong = [
        (kind, question)
        for question, kind in counted
        if (asked := understand(question)).form not in OF_KIND[kind] or (kind == "multi" and len(asked.parts) != 2)
    ]
    assert len(wrong) <= 0.15 * len(counted), wrong
