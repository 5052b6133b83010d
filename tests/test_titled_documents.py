"""A document that a question names by words of its path or title is asked first, or alone."""

from __future__ import annotations

import pytest

from index import Document
from qa import Answerer
from qa.titled_documents import documents_titled

TEXTS = {
    "leases/rodriguez.md": "The tenant pays 900 dollars a month. The deposit is 1,800 dollars. Pets are not allowed.",
    "leases/chen.md": "The tenant pays 1,100 dollars a month. The deposit is 2,200 dollars. One cat is allowed.",
    "policies/security-policy.md": "Passwords have at least 14 characters and are changed each year.",
    "policies/travel-policy.md": "Flights are booked by the office. Passwords of the booking site are shared.",
    "notes/it.md": "Passwords: the one of the network is on the wall. The portal sets passwords anew.",
    "guide/response-headers.md": "Headers are set by the server before the body is sent.",
    "guide/cors.md": "Browsers ask before they send a request to another origin.",
}


@pytest.fixture(scope="module")
def answerer() -> Answerer:
    return Answerer.from_sources([Document(path, text) for path, text in TEXTS.items()])


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("How much is the deposit in the Rodriguez lease?", "leases/rodriguez.md"),
        ("are pets allowed in the rodriguez lease", "leases/rodriguez.md"),  # as people type
        ("What is the rent in the lease of the Chen family?", "leases/chen.md"),
        ("what does the security policy say about passwords", "policies/security-policy.md"),
        ("What does the cors page say?", "guide/cors.md"),
        ("How are response headers set?", "guide/response-headers.md"),  # all words of its name
        ("What did Chen pay?", "leases/chen.md"),  # a name that no other document holds
    ],
)
def test_a_question_names_a_document_by_its_path(answerer: Answerer, question: str, named: str) -> None:
    found = documents_titled(question, answerer.index)
    assert found is not None
    assert found.asked == {named}


@pytest.mark.parametrize(
    "question",
    [
        "How often are passwords changed?",
        "Is there a policy on guests?",  # no document's name holds both
        "What does the booking page cost?",
        "which headers are there",  # a part of a name
    ],
)
def test_other_questions_name_none(answerer: Answerer, question: str) -> None:
    assert documents_titled(question, answerer.index) is None


def test_a_document_named_by_its_kind_is_asked_alone(answerer: Answerer) -> None:
    found = documents_titled("what does the security policy say", answerer.index)
    assert found is not None
    assert found.others == set(TEXTS) - {"policies/security-policy.md"}
    whole = documents_titled("How are response headers set?", answerer.index)
    assert whole is not None
    assert not whole.others


@pytest.mark.parametrize(("whose", "deposit"), [("Rodriguez", "1,800 dollars"), ("chen", "2,200 dollars")])
def test_what_is_said_of_the_same_thing_elsewhere_is_no_answer(answerer: Answerer, whose: str, deposit: str) -> None:
    answer = answerer.ask(f"How much is the deposit in the {whose} lease?", min_confidence=0)
    assert answer.citations[0].quote == deposit


def test_a_title_that_the_document_states_counts_as_its_path_does() -> None:
    documents = [
        Document("a1.md", "Rooms are let by the week.", metadata={"title": "Harbour handbook"}),
        Document("b2.md", "Rooms are let by the night.", metadata={"title": "Lighthouse handbook"}),
        Document("c3.md", "Rooms are swept on Mondays."),
    ]
    answerer = Answerer.from_sources(documents)
    found = documents_titled("how are rooms let in the lighthouse handbook", answerer.index)
    assert found is not None
    assert found.asked == {"b2.md"}
