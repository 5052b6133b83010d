"""Each form of answer cites what its question asks for, and what is cited is always the document's own words."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document, Hit
from index.load.plain import outlined, segments
from index.types import Chunk, ScoreParts, SegmentKind
from qa import Answerer
from qa.compose.blocks import Blocks, lists_of
from qa.compose.draft import Material, Place
from qa.compose.evidence import says_something
from qa.compose.span import says_enough
from qa.passage_selection import teaching_first
from qa.types import Answer, Form, Reason, Status
from qa.understand.answer_type import holds_answer_type, names_in
from qa.understand.parsed_question import ParsedQuestion

RULES = """Rules of the boat club
======================

The club lends boats to its members from April to October. It was founded in 1932 by nine fishermen.

What a member must bring
------------------------

A member must bring:

- a life jacket
- a lamp
- the key of the locker

Fees
----

A berth costs 31 crowns a night. Members under sixteen pay nothing, unless they keep a boat of their own.
Guests may not sail at night, because the harbour has no lights.
"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    path: Path = tmp_path_factory.mktemp("rules") / "rules.txt"
    path.write_text(RULES, encoding="utf-8")
    return Answerer.from_sources([path])


def _holds(answer: Answer, answerer: Answerer) -> None:
    cited = [*answer.citations, *([answer.nearest] if answer.nearest else [])]
    for citation in cited:
        text = answerer.documents[citation.document_id].text
        assert text[citation.start : citation.end] == citation.quote
        if citation.focus_start is not None and citation.focus_end is not None:
            assert citation.start <= citation.focus_start < citation.focus_end <= citation.end


def test_a_list_is_cited_item_by_item(rules: Answerer) -> None:
    answer = rules.ask("What must a member bring?", form=Form.LIST, min_confidence=0)
    assert [c.quote.lstrip("- ") for c in answer.citations] == ["a life jacket", "a lamp", "the key of the locker"]
    _holds(answer, rules)


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("Which tasks are finished?", ["Mend the gate", "Oil the hinges"]),
        ("Which tasks are open?", ["Paint the shed", "Saw the logs"]),
    ],
)
def test_the_list_whose_label_the_question_names_is_cited(tmp_path: Path, question: str, items: list[str]) -> None:
    text = "# Garden\n\nOpen:\n\n- Paint the shed\n- Saw the logs\n\nFinished:\n\n- Mend the gate\n- Oil the hinges\n"
    (tmp_path / "garden.md").write_text(text)
    answer = Answerer.from_sources([tmp_path / "garden.md"]).ask(question, form=Form.LIST, min_confidence=0)
    assert [c.quote.lstrip("- ") for c in answer.citations] == items


@pytest.mark.parametrize(
    "announced", ["Bring to a work day:", "A work day begins at nine on a Saturday. Members should bring:"]
)
def test_words_in_a_list_that_the_question_announces_are_given_with_the_whole_list(
    tmp_path: Path, announced: str
) -> None:
    text = f"# Garden\n\n{announced}\n\n- gloves and boots\n- a water bottle\n- lunch\n\nAll meet at nine.\n"
    (tmp_path / "garden.md").write_text(text)
    answer = Answerer.from_sources([tmp_path / "garden.md"]).ask("What should I bring to a work day?", min_confidence=0)
    assert answer.form is Form.LIST
    assert [c.quote.lstrip("- ") for c in answer.citations] == ["gloves and boots", "a water bottle", "lunch"]


def test_a_question_why_is_answered_by_the_sentence_that_explains(rules: Answerer) -> None:
    answer = rules.ask("Why may guests not sail at night?", min_confidence=0)
    assert answer.form is Form.PASSAGE
    assert "because the harbour has no lights" in answer.citations[0].quote
    _holds(answer, rules)


def test_a_yes_or_no_question_is_answered_by_the_sentence_with_its_condition(rules: Answerer) -> None:
    answer = rules.ask("Do members under sixteen pay for a berth?", min_confidence=0)
    assert answer.form is Form.STATEMENT
    assert any("unless they keep a boat of their own" in c.quote for c in answer.citations)
    _holds(answer, rules)


def test_an_overview_cites_sentences_in_the_order_of_the_document(rules: Answerer) -> None:
    answer = rules.ask("What is this text about?")
    assert answer.form is Form.OVERVIEW
    assert answer.status is Status.ANSWERED
    starts = [c.start for c in answer.citations]
    assert starts == sorted(starts)
    assert answer.confidence is None
    assert any("lends boats to its members" in c.quote for c in answer.citations)
    _holds(answer, rules)


def test_for_an_overview_passages_are_found_and_not_read(rules: Answerer) -> None:
    given, considered = rules.examine("What is this text about?")
    assert given.form is Form.OVERVIEW
    assert considered.hits
    assert (considered.readings, considered.candidates) == ([], [])


def test_an_overview_of_what_no_document_touches_is_read_for_after_all(rules: Answerer) -> None:
    answer = rules.ask("Summarise the section on volcanic ash")
    assert answer.form is not Form.OVERVIEW


def test_each_part_of_a_question_in_two_parts_is_answered_or_named_as_missing(rules: Answerer) -> None:
    answer = rules.ask("How much does a berth cost, and who founded the club?", min_confidence=0)
    assert len(answer.parts) == 2
    assert {c.part for c in answer.citations} | set(answer.missing) == set(answer.parts)
    _holds(answer, rules)


def test_a_passage_takes_in_the_sentence_beside_it_that_explains_too() -> None:
    text = (
        "The ferry does not run in January. Ice closes the northern harbour then, and the crew is on leave. "
        "Because of the ice the ferry cannot land at all.\n\nThe town has two bakers and a school."
    )
    answer = Answerer.from_sources(Document("ferry.txt", text)).ask(
        "Why does the ferry not run in January?", min_confidence=0
    )
    assert answer.form is Form.PASSAGE
    first = answer.citations[0]
    assert "ice" in first.quote.lower()
    assert "bakers" not in first.quote
    assert len(first.quote) <= 420


def test_what_two_documents_say_alike_is_one_answer_with_two_citations() -> None:
    same = "Guests may not sail at night, because the harbour has no lights."
    documents = [Document("a.txt", f"{same} Boats are lent."), Document("b.txt", f"Rules.\n\n{same}")]
    answer = Answerer.from_sources(documents).ask("Why may guests not sail at night?", min_confidence=0)
    assert {c.document_id for c in answer.citations if c.quote == same} == {"a.txt", "b.txt"}
    spans = Answerer.from_sources(
        [Document("a.txt", "The fee is “31 crowns”."), Document("b.txt", "The fee: 31 crowns.")]
    )
    answer = spans.ask("How much is the fee?", form=Form.SPAN, min_confidence=0)
    assert len({c.document_id for c in answer.citations}) == 2


def test_a_table_of_contents_is_no_answer() -> None:
    text = "Rules\n\n- [When we lend boats](#lend)\n- [When we close](#close)\n\nWe lend boats from April on.\n"
    document = Document("rules.md", text, segments=segments(text))
    blocks = Blocks(document)
    at = text.index("[When we lend")
    assert not says_something(blocks, at, text.index("\n", at))
    at = text.index("We lend")
    assert says_something(blocks, at, len(text) - 1)


def test_a_name_on_a_list_does_not_settle_whether_something_is_so() -> None:
    text = "Members admitted:\n\n- Ole Berg\n- Mia Falk\n\nThe board needs more time before it admits the rowing club."
    answerer = Answerer.from_sources(Document("minutes.txt", text, segments=segments(text)))
    answer = answerer.ask("Did they admit the rowing club?", min_confidence=0)
    assert all(c.quote.lstrip("- ") not in {"Ole Berg", "Mia Falk"} for c in answer.citations)


@pytest.mark.parametrize(
    ("question", "enough"),
    [("Where does Nora Dahl work?", False), ("What is her e-mail address?", True), ("Which web site is hers?", True)],
)
def test_an_address_answers_only_a_question_for_one(question: str, enough: bool) -> None:
    text = "Nora Dahl (nora@example.org) wrote this guide."
    answerer = Answerer.from_sources(Document("guide.txt", text))
    asked = ParsedQuestion(question, Form.SPAN)
    material = Material(asked, answerer.index, [], [], [], True, answerer.config)
    start = text.index("example.org")
    assert says_enough(material, Place("guide.txt", start, start + len("example.org"))) is enough


def test_a_form_asked_for_by_name_is_given(rules: Answerer) -> None:
    answer = rules.ask("Why may guests not sail at night?", form=Form.SPAN, min_confidence=0)
    assert answer.form is Form.SPAN


def test_a_name_that_no_document_has_is_not_answered(rules: Answerer) -> None:
    answer = rules.ask("What does the club charge in Rotterdam?")
    assert answer.status is Status.ABSTAINED
    assert answer.reason in {Reason.NOT_SAID, Reason.NOT_DISCUSSED, Reason.LOW_CONFIDENCE}
    assert answer.nearest is None or len(answer.nearest.quote) <= 400


@pytest.mark.parametrize(
    ("question", "words", "holds"),
    [
        ("How many minutes does it take?", "thirteen weeks", False),
        ("How many minutes does it take?", "half an hour", True),
        ("When was it opened?", "in the town hall", False),
        ("When was it opened?", "in the spring", True),
        ("When does it open?", "nine o'clock", True),
        ("What time did it start?", "on 9 January 2025", False),
        ("What time did it start?", "at 7:30", True),
        ("How many boats are there?", "the boats of the club", False),
        ("Who opened it?", "the mayor", True),
    ],
)
def test_words_of_another_type_than_asked_for_are_recognised(question: str, words: str, holds: bool) -> None:
    assert holds_answer_type(question, words) is holds


def test_names_are_the_capitalised_words_behind_the_first() -> None:
    assert names_in("Why did Alexander spare Tyre?") == ["Alexander", "Tyre"]
    assert names_in("why did he spare it?") == []
    assert names_in("Why Did Alexander Spare Tyre?") == []


def test_underlined_titles_and_marked_lines_of_plain_text_are_headings_and_items() -> None:
    found = outlined(RULES, segments(RULES))
    headings = [(RULES[s.start : s.end], s.level) for s in found if s.kind is SegmentKind.HEADING]
    assert headings == [("Rules of the boat club", 1), ("What a member must bring", 2), ("Fees", 2)]
    items = [RULES[s.start : s.end] for s in found if s.kind is SegmentKind.LIST_ITEM]
    assert items == ["- a life jacket", "- a lamp", "- the key of the locker"]


def test_a_table_of_contents_is_no_list_of_answers() -> None:
    text = "Title\n=====\n\n- Fees\n- Boats\n\nFees\n----\n\nNone.\n\nBoats\n-----\n\nThree.\n"
    document = Document("t", text, segments=outlined(text, segments(text)))
    assert [block for block in lists_of(Blocks(document)) if block.heading == "Title" and block.announced] == []


@given(st.text(alphabet="ab .:\n-=*1)", max_size=120).filter(lambda text: text.strip()))
def test_segments_of_plain_text_stand_in_order_and_do_not_overlap(text: str) -> None:
    found = outlined(text, segments(text))
    assert all(0 <= s.start < s.end <= len(text) for s in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


def test_a_changelog_stands_behind_the_page_that_teaches_unless_versions_are_asked_for() -> None:
    def hit(name: str) -> Hit:
        return Hit(Chunk(name, 0, 1), 0.5, ScoreParts(0.5, 1.0, 0.5))

    hits = [hit("docs/release-notes.md"), hit("docs/uploads.md"), hit("docs/history-of-the-club.md")]
    names = [found.chunk.document_id for found in teaching_first("How do I upload a file?", hits, 2)]
    assert names == ["docs/uploads.md", "docs/history-of-the-club.md"]
    assert teaching_first("In which version were uploads added?", hits, 2) == hits[:2]
