"""Of what was found, the right words are chosen: a statement, the kind that is asked for, the list of that thing."""

from __future__ import annotations

import pytest

from index import Document
from index.load.plain import outlined, segments
from index.types import Segment, SegmentKind
from qa import Answerer
from qa.candidates import Candidate
from qa.compose.blocks import Blocks
from qa.compose.draft import Material
from qa.compose.evidence import Sentence, says_something
from qa.compose.span import span
from qa.compose.statement import passage
from qa.types import Answer, Form
from qa.understand.answer_type import asks_for_several
from qa.understand.parsed_question import ParsedQuestion
from qa.understand.verbs import has_finite_verb


def _document(text: str) -> Document:
    return Document("text.txt", text, segments=outlined(text, segments(text)))


PERMIT = "A mooring permit has a lifetime. It is renewed by letter after 14 months, in the office by the lock."


@pytest.mark.parametrize(
    ("words", "finite"),
    [
        ("Quiet moorings, deep water, honest prices", False),
        ("A harbour for small boats", False),
        ("The harbour is deep", True),
        ("The crew repaired the quay", True),
        ("Boats they lend to members", True),
        ("Move the boat before noon", True),
        ("It's open all year", True),
    ],
)
def test_a_finite_verb_is_recognised_by_its_form(words: str, finite: bool) -> None:
    assert has_finite_verb(words) is finite


def test_a_line_without_a_verb_gives_way_to_a_sentence_that_says_why() -> None:
    tagline = "Marstrand harbour, so calm, so quiet, ready for all boats"
    statement = "Marstrand harbour is a calm (very quiet) harbour for boats behind two islands."
    text = f"{tagline}\n\n{statement}\n\nA berth costs 31 crowns."
    answer = Answerer.from_sources(_document(text)).ask("Why is Marstrand harbour so calm?", min_confidence=0)
    assert [citation.quote for citation in answer.citations] == [statement]


@pytest.mark.parametrize(
    "line", ["{* ../code/first.py hl[6] *}", "{% include 'fees.html' %}", "/// note | Fees", "::: tip"]
)
def test_a_line_for_the_program_that_makes_the_page_is_no_answer(line: str) -> None:
    text = f"{line}\n\nA berth costs 31 crowns."
    blocks = Blocks(_document(text))
    assert not says_something(blocks, 0, len(line))
    assert says_something(blocks, text.index("A berth"), len(text))


def test_the_code_that_a_sentence_announces_is_cited_with_it() -> None:
    heading, announcing = "# Boats", "To keep the lamp lit through the night, run:"
    code, further = "```\nlamp --keep\n```", "The lamp was made in 1932."
    text = f"{heading}\n\n{announcing}\n\n{code}\n\n{further}\n"
    kinds = {heading: SegmentKind.HEADING, code: SegmentKind.CODE}
    blocks = [
        Segment(kinds.get(words, SegmentKind.PARAGRAPH), text.index(words), text.index(words) + len(words))
        for words in (heading, announcing, code, further)
    ]
    answerer = Answerer.from_sources(Document("lamp.md", text, segments=tuple(blocks)))
    answer = answerer.ask("How do I keep the lamp lit through the night?", min_confidence=0)
    assert answer.form is Form.PASSAGE
    assert f"{announcing}\n\n{code}" in [citation.quote for citation in answer.citations]


def test_what_a_passage_announces_leaves_room_for_what_else_is_cited() -> None:
    announcing, last = "To moor a boat for the night, do this:", "Whoever comes late moors at the buoy."
    items = [f"- tie the rope of the boat, and not of the dinghy, to the ring number {i} of the quay" for i in range(9)]
    text = "\n\n".join([announcing, "\n".join(items), last])
    answerer = Answerer.from_sources(_document(text))
    scored = [
        Sentence("text.txt", text.index(w), text.index(w) + len(w), 0.0, 0.0, 0.0, 0.0, 0, 0.0, score=score)
        for w, score in ((announcing, 3.0), (last, 2.5))
    ]

    class Scored(Material):
        sentences = scored

    material = Scored(ParsedQuestion("", Form.PASSAGE), answerer.index, [], [], [], True, answerer.config)
    places = passage(material, None, 0.0).places
    cited = [text[place.start : place.end] for place in places]
    # 650 less 37 leave 613: 38 characters, two line ends, and six items of 83 with a line end between each.
    assert cited == [f"{announcing}\n\n" + "\n".join(items[:6]), last]
    assert sum(map(len, cited)) <= 650


def _cited(question: str, *margins: tuple[str, float]) -> list[str]:
    """What is cited of `PERMIT` where the reader gives these words these margins, best first."""
    answerer = Answerer.from_sources(Document("permit.txt", PERMIT))
    candidates = [
        Candidate("permit.txt", PERMIT.index(w), PERMIT.index(w) + len(w), w.casefold(), m, 0.5, 0, 0.5, m)
        for w, m in margins
    ]
    material = Material(ParsedQuestion(question, Form.SPAN), answerer.index, [], [], candidates, True, answerer.config)
    draft = span(material, None, None, most=1, itemised=False, reader="any")
    return [PERMIT[place.start : place.end] for place in draft.places]


def test_among_equally_likely_words_those_of_the_asked_type_are_chosen() -> None:
    assert _cited("How long is it good for?", ("a lifetime", 5.0), ("14 months", 4.0)) == ["14 months"]
    assert _cited("What has a permit?", ("a lifetime", 5.0), ("14 months", 4.0)) == ["a lifetime"]
    assert _cited("How long is it good for?", ("a lifetime", 5.0), ("14 months", 1.0)) == ["a lifetime"]
    assert _cited("How long is it good for?", ("a lifetime", 0.5), ("14 months", -0.5)) == ["a lifetime"]


def _of_skerrymoor(question: str) -> Answer:
    """The answer of a page with one list, below its subject's name alone."""
    text = (
        "Skerrymoor\n==========\n\n"
        "Skerrymoor is a program for harbours,\nbuilt on the libraries Ropework and Tidebook.\n\n"
        "It is good at:\n\n- lending boats by the hour\n- counting the guests of a night\n- writing bills\n\n"
        "Skerrymoor was built by two libraries of the coast.\nSkerrymoor was first shown in 1932.\n"
        "Skerrymoor is built anew every year.\nSkerrymoor is a library's gift to sailors.\n"
    )
    return Answerer.from_sources(_document(text)).ask(question, min_confidence=0)


def test_a_list_below_the_subject_alone_is_not_the_list_of_another_thing() -> None:
    cited = " ".join(citation.quote for citation in _of_skerrymoor("What libraries is Skerrymoor built on?").citations)
    assert "Ropework" in cited
    assert "bills" not in cited


@pytest.mark.parametrize("question", ["How many members were admitted?", "How many parts does it have?"])
def test_a_number_of_things_is_one_answer(question: str) -> None:
    assert not asks_for_several(question)
