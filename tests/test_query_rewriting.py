"""A question is read in the documents' words: misspelt subjects, "this device", documents named by their date."""

from __future__ import annotations

import pytest

from index import Document, Index
from qa import Answerer
from qa.compose.evidence import stems
from qa.dated_documents import DatedDocuments, Times, documents_named
from qa.query_rewriting import correct_spelling, subject_named, with_subject
from qa.types import Status

VOCABULARY = {"battl": 3, "salami": 2, "won": 4, "breast": 2, "feed": 2, "committe": 5, "govern": 1}
KNOWN = {"carer", "metal"}


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("battel of Salamis who won", "battle of Salamis who won"),  # two letters swapped
        ("who led the comittee?", "who led the committee?"),  # one left out
        ("who led the commmittee?", "who led the committee?"),  # one too many
        ("is breastfeading safe", "is breast feeding safe"),  # one changed, of a word that the text writes as two
        ("Batttle plans", "Battle plans"),
        ("the metal", "the metal"),  # a word of its own, which the documents do not use
        ("Kubernetes", "Kubernetes"),  # near to nothing
        ("batle", "battle"),
        ("BATLE", "BATLE"),  # an abbreviation, as far as can be told
        ("see battel.txt or batle_two", "see battel.txt or batle_two"),  # names of files, code
        ("won wen", "won wen"),  # too short
    ],
)
def test_a_word_one_slip_from_the_index_is_read_as_the_index_spells_it(question: str, read: str) -> None:
    assert correct_spelling(question, VOCABULARY, stems, KNOWN.__contains__) == read


def test_an_ending_is_no_slip() -> None:
    assert correct_spelling("who are the batters", {"batter": 1}, stems, KNOWN.__contains__) == "who are the batters"
    assert correct_spelling("a carers card", {"cared": 2}, stems, KNOWN.__contains__) == "a carers card"


def test_without_a_vocabulary_nothing_is_mended() -> None:
    assert correct_spelling("battel", {}, stems, KNOWN.__contains__) == "battel"


def test_the_vocabulary_of_an_index_counts_passages() -> None:
    index = Index.build([Document("a", "The heron waits. The heron flies."), Document("b", "A heron nests.")])
    assert index.vocabulary["heron"] == 2
    assert "otter" not in index.vocabulary


def test_a_misspelt_question_finds_its_answer() -> None:
    text = "The regatta of Velmora was won by the crew of Ostergard. The harbour was dredged in 1931."
    answer = Answerer.from_sources(Document("a", text)).ask("who won the regata of velmora?", min_confidence=0)
    assert answer.read_as == "who won the regatta of velmora?"
    assert answer.status is Status.ANSWERED
    assert "Ostergard" in answer.citations[0].quote


LEAFLET = "Nordalin is a tablet. " * 6 + "Fludoxan is another."


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("What is this medicine for?", "What is Nordalin for?"),
        ("can i cut the tablets in half", "can i cut Nordalin in half"),
        ("Is Fludoxan like this medicine?", "Is Fludoxan like this medicine?"),  # it says what it means
        ("What is the medicine called Fludoxan for?", "What is the medicine called Fludoxan for?"),
        ("What is it for?", "What is it for?"),
    ],
)
def test_this_medicine_is_the_one_that_the_title_names(question: str, read: str) -> None:
    assert with_subject(question, "Nordalin 2 mg: information for the user", LEAFLET) == read


def test_a_title_whose_words_the_text_does_not_repeat_names_nothing() -> None:
    assert subject_named("Information for Users", LEAFLET) is None
    assert with_subject("What is this medicine for?", "Information", LEAFLET) == "What is this medicine for?"


@pytest.mark.parametrize(
    ("words", "years", "months"),
    [
        ("the January 2025 minutes", {"2025"}, {1}),
        ("minutes/2025-01-14.md", {"2025"}, {1}),
        ("report_2024.pdf", {"2024"}, set()),
        ("Sept. 2023", {"2023"}, {9}),
        ("what may I do", set(), set()),
        ("room 20245", set(), set()),
    ],
)
def test_times_are_read_from_questions_and_names(words: str, years: set[str], months: set[int]) -> None:
    assert Times.of(words) == Times(frozenset(years), frozenset(months))


NAMES = {"2025-01.md": "2025-01.md Minutes", "2025-02.md": "2025-02.md Minutes", "rules.md": "rules.md Rules"}


def test_a_document_is_named_by_month_and_year() -> None:
    january, february = frozenset({"2025-01.md"}), frozenset({"2025-02.md"})
    assert documents_named("what do the January 2025 minutes say of fees", NAMES) == DatedDocuments(january, february)
    assert documents_named("what was decided in 2025", NAMES) == DatedDocuments(january | february, frozenset())
    assert documents_named("what was decided in 1999", NAMES) is None
    assert documents_named("what are the rules", NAMES) is None


def test_what_a_question_names_by_its_date_is_read_first() -> None:
    def minutes(month: str, treasurer: str) -> Document:
        return Document(f"minutes/2025-{month}.md", f"The board met. {treasurer} was elected treasurer of the club.")

    filler = [Document(f"notes/{i}.md", f"The treasurer of club {i} was elected by the board.") for i in range(8)]
    answerer = Answerer.from_sources([*filler, minutes("01", "Ada Brandt"), minutes("02", "Ulf Lindqvist")])
    for month, who in (("January", "Ada Brandt"), ("February", "Ulf Lindqvist")):
        answer = answerer.ask(f"Who was elected treasurer in the {month} 2025 minutes?", min_confidence=0)
        assert answer.citations[0].quote == who
