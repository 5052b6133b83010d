"""Questions that are made of a document: good English, and answered by it."""

from __future__ import annotations

import pytest

from index.load.plain import outlined, segments
from index.types import Document, Segment, SegmentKind
from qa.compose.examples import example_questions
from qa.compose.generation.drafting import drafts, statement_drafts
from qa.compose.generation.headings import heading_questions, list_drafts
from qa.compose.generation.instructions import addressed_questions
from qa.compose.generation.statements import definition_questions
from qa.types import Answer, Citation, Form, Status, Timings
from qa.understand.clauses import Vocabulary
from qa.understand.verbs import PASSIVE, PAST, PRESENT


def made(text: str) -> list[tuple[str, str]]:
    return [(draft.question, draft.answer) for draft in statement_drafts(Document("d", text))]


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
        (
            "The first death was reported on 4 May in Norway [3, 4] .",
            "When was the first death reported in Norway?",
            "on 4 May",
        ),
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
        "And asphalt was delivered in 1931.",
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
    text = (
        "The pier was built in 1900. The shed was built in 1910. "
        "Ann Gray opened the old shop. Jane Gray closed the low bar."
    )
    assert [question.partition(" ")[0] for question, _ in made(text)] == ["When", "Who", "What"] * 2


def test_headings_tables_and_lists_make_no_questions() -> None:
    text = "The pier was built in 1900.\nThe shed was built in 1910."
    segments = (Segment(SegmentKind.HEADING, 0, 27), Segment(SegmentKind.PARAGRAPH, 28, 55))
    document = Document("d", text, segments=segments)
    assert [draft.question for draft in statement_drafts(document)] == ["When was the shed built?"]


def test_of_a_long_document_some_of_all_its_parts_is_looked_at() -> None:
    text = "".join(f"The shed {n} was built in {n}.\n" for n in range(1000, 3000))
    starts = [i for i, c in enumerate(text) if c == "T"]
    segments = tuple(Segment(SegmentKind.PARAGRAPH, i, text.index("\n", i)) for i in starts)
    found = statement_drafts(Document("d", text, segments=segments))
    assert 100 <= len(found) <= 120
    assert found[0].start == 0
    assert found[-1].start > 0.9 * len(text)


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("If you lose the key of your locker, call the harbour.", "What should I do if I lose the key of my locker?"),
        ("If you leave the club, your berth goes to another.", "What happens if I leave the club?"),
        ("When you enter the harbour, we write down your name.", "What happens when I enter the harbour?"),
        (
            "If you lose the key of your locker, then call the harbour.",
            "What should I do if I lose the key of my locker?",
        ),
        ("If your berth is sold, you may ask for another.", "What happens if my berth is sold?"),
        ("If you leave your boat on the slip, you will pay a fine.", "What happens if I leave my boat on the slip?"),
        ("To reset the lamp of the pier, press the red button.", "How do I reset the lamp of the pier?"),
        ("You can pay your fee by sending a cheque to the clerk.", "How can I pay my fee?"),
    ],
)
def test_a_sentence_that_addresses_its_reader_makes_a_question_of_the_readers(sentence: str, question: str) -> None:
    assert list(addressed_questions(sentence)) == [question]


@pytest.mark.parametrize(
    "sentence",
    [
        "If you do this, call the harbour.",  # what?
        "If we call you, you have to come at once.",
        "If you agree, you may stay for the night.",  # says nothing of what happens
        "If the lamp fails, it is dark on the pier.",
        "To this day, nobody knows.",
        "You can stay.",
    ],
)
def test_a_sentence_that_leans_on_others_makes_none_of_these(sentence: str) -> None:
    assert list(addressed_questions(sentence)) == []


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("A tarn is a small lake that lies in the mountains.", "What is a tarn?"),
        ("Moonlighting means working other jobs for money at night.", "What is moonlighting?"),
        ("Skerry is a service that carries people and carts.", "What is Skerry?"),
        ("**Berth** refers to the place in which a boat is tied up.", "What is berth?"),
    ],
)
def test_a_sentence_that_defines_a_thing_is_asked_what_that_is(sentence: str, question: str) -> None:
    vocabulary = Vocabulary.of("The ferry Skerry and a tarn, moonlighting at a berth.")
    assert list(definition_questions(sentence, vocabulary)) == [question]


@pytest.mark.parametrize(
    "sentence",
    [
        "It is a small lake that lies in the mountains.",
        "The idea is a plan that nobody had before.",
        "The lamp is lit.",
        "Our harbour is a place that everybody knows.",
    ],
)
def test_a_sentence_that_defines_nothing_is_not(sentence: str) -> None:
    assert list(definition_questions(sentence, Vocabulary.of("a lake"))) == []


def test_a_question_whose_subject_another_sentence_explains_is_not_drafted() -> None:
    text = "The remaining guards were killed near Oban in 1951. The harbour guards were killed near Oban in 1941."
    questions = [draft.question for draft in drafts(Document("d", text * 3))]
    assert not any("remaining" in question for question in questions)
    assert any("harbour guards" in question for question in questions)


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("3. How to clean the lamp", "How do I clean the lamp?"),
        ("How we keep your boat dry", "How do you keep my boat dry?"),
        ("What happens when you leave the club", "What happens when I leave the club?"),
        ("Who may use the slipway?", "Who may use the slipway?"),
        ("1. What the slipway is and what it is used for", "What is the slipway used for?"),
        ("Night Fishing Rules", "What is said about night fishing rules?"),
        ("Lanterns and nets", "What is said about lanterns and nets?"),  # in sentence case
        ("Repair of the Pier", "What is said about the repair of the pier?"),
    ],
)
def test_a_heading_asks_what_its_section_answers(heading: str, question: str) -> None:
    text = "The rules of night fishing: fishing the pier at night, and the repair of boats."
    assert [asked for _, asked in heading_questions(heading, text)] == [question]


@pytest.mark.parametrize(
    "heading", ["Introduction", "Other business", "Boats may not leave", "Conclusion", "Grants approved"]
)
def test_a_heading_that_names_no_subject_asks_nothing(heading: str) -> None:
    assert list(heading_questions(heading, "Boats.")) == []


def test_a_list_that_a_sentence_announces_is_asked_for() -> None:
    text = "Members in attendance were:\n\n- Ann Gray\n- Moira Lang\n\nThe meeting began at ten."
    document = Document("d", text, segments=outlined(text, segments(text)))
    (draft,) = list_drafts(document)
    assert draft.question == "Who were the members in attendance?"
    assert text[draft.start : draft.end].startswith("- Ann Gray") or text[draft.start : draft.end].startswith(
        "Ann Gray"
    )
    assert text[draft.start : draft.end].endswith("Moira Lang")


@pytest.mark.parametrize("sentence", ["Somebody soon died in 1950.", "It cost him a lot.", "The end came in 1951."])
def test_a_question_that_names_no_subject_is_not_drafted(sentence: str) -> None:
    assert drafts(Document("d", sentence)) == []


HARBOUR = Document(
    "harbour.txt",
    "The ferry Skerry was built in Glasgow in 1998. Herons nest on the shore. The lamp of Oban was lit in 1851.",
)


def asked_of(document: Document, answers: dict[str, tuple[Form, str]], asked: list[str]):
    """An `ask` that cites the words given for a question, where they stand in `document`."""

    def ask(question: str) -> Answer:
        asked.append(question)
        form, words = answers.get(question, (Form.SPAN, ""))
        cited = []
        for quote in filter(None, words.split("|")):
            start = document.text.index(quote)
            end = start + len(quote)
            cited.append(Citation(document.id, "", start, end, quote, start, end, None, "", "", document.sha256))
        status = Status.ANSWERED if cited else Status.ABSTAINED
        confidence = None if form is Form.OVERVIEW else 0.9
        return Answer(
            question, question, status, words or None, confidence, tuple(cited), None, None, Timings(), form=form
        )

    return ask


ABOUT = "What is this document about?"
BUILT, LIT = "When was the ferry Skerry built in Glasgow?", "When was the lamp of Oban lit?"
OVERVIEW = (Form.OVERVIEW, "The ferry Skerry was built in Glasgow in 1998.|Herons nest on the shore.")


def test_one_question_asks_for_an_overview_and_the_others_follow_the_document() -> None:
    answers = {ABOUT: OVERVIEW, LIT: (Form.SPAN, "1851"), BUILT: (Form.SPAN, "1998")}
    assert example_questions(HARBOUR, asked_of(HARBOUR, answers, [])) == [ABOUT, BUILT, LIT]


def test_a_question_is_kept_only_if_the_words_that_it_was_made_for_are_its_answer() -> None:
    # The right sentence, and yet other words; and words of another sentence.
    answers = {ABOUT: OVERVIEW, BUILT: (Form.SPAN, "ferry"), LIT: (Form.SPAN, "1998")}
    assert example_questions(HARBOUR, asked_of(HARBOUR, answers, [])) == [ABOUT]


def test_questions_that_are_given_come_first_if_they_are_answered() -> None:
    answers = {"Which birds nest here?": (Form.SPAN, "Herons"), BUILT: (Form.SPAN, "1998")}
    ask = asked_of(HARBOUR, answers, [])
    first = ["Which birds nest here?", "Not answered?"]
    assert example_questions(HARBOUR, ask, first=first, most=2) == ["Which birds nest here?", BUILT]


def test_no_more_are_asked_than_anybody_waits_for() -> None:
    text = " ".join(f"The ferry Skerry {n} was built in Glasgow in {n}." for n in range(1900, 1960))
    asked: list[str] = []
    assert example_questions(Document("d", text), asked_of(Document("d", text), {}, asked), tried=5) == []
    assert len(asked) == 7  # for an overview by the name of Glasgow and without, and five more


def test_an_overview_is_asked_of_a_document_by_its_title() -> None:
    document = Document("x.html", HARBOUR.text, metadata={"title": "Harbours of the north"})
    asked: list[str] = []
    example_questions(document, asked_of(document, {}, asked))
    assert asked[0] == "What is “Harbours of the north” about?"


def test_a_title_too_long_for_one_question_form_is_summarised() -> None:
    document = Document("x.html", HARBOUR.text, metadata={"title": "Harbours of the north"})
    long = "Summarise “Harbours of the north”."
    assert example_questions(document, asked_of(document, {long: OVERVIEW}, []), most=1) == [long]


def test_an_overview_of_a_text_without_a_title_is_asked_by_what_it_names_most() -> None:
    text = "We sailed to Oban on a boat. We saw the lamp of Oban, and then Oban in the fog. " + HARBOUR.text
    document = Document("d", text)
    question = "What are the main points about Oban?"
    asked: list[str] = []
    assert example_questions(document, asked_of(document, {question: OVERVIEW}, asked), most=1) == [question]
    assert asked == [question]


NIGHTS = """# Rules

Boats are tied up.

## Night fishing

Lamps are lit at six, as everybody knows. {} Nets for the night are dry."""


@pytest.mark.parametrize(
    ("quote", "kept"),
    [
        ("Fishing at night is free for all members of the club.", True),
        ("Lamps are lit at six, as everybody knows.", False),  # in its section, and of something else
    ],
)
def test_a_question_that_a_heading_asks_is_kept_if_its_answer_speaks_of_it(quote: str, kept: bool) -> None:
    text = NIGHTS.format("Fishing at night is free for all members of the club.")
    marks = [(text.index("# Rules") + 2, 5, 1), (text.index("## Night") + 3, 13, 2)]
    headings = tuple(Segment(SegmentKind.HEADING, start, start + size, level) for start, size, level in marks)
    document = Document("d", text, segments=headings)
    question = "What is said about night fishing?"
    answers = {question: (Form.STATEMENT, quote)}
    assert (question in example_questions(document, asked_of(document, answers, []))) is kept


def test_forms_of_verbs() -> None:
    assert [PAST[past] for past in ("kept", "carried", "planned", "agreed", "closed", "wrote", "travelled")] == [
        *("keep", "carry", "plan", "agree", "close", "write", "travel")
    ]
    assert [PRESENT[word] for word in ("carries", "reaches", "keeps")] == ["carry", "reach", "keep"]
    assert [PASSIVE[word] for word in ("written", "built", "opened")] == ["wrote", "built", "opened"]
