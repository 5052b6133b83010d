"""An evaluation asks every question once, of the right text, and names what went wrong first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from eval_fakes import PAIRS, SONG, TIDE
from fakes import HashingEmbedder, WordReader
from hypothesis import assume, given
from hypothesis import strategies as st

from index import Document, Index
from pincite.evaluation import EvalVerdict, Pair, Rules, Scope, Withheld
from pincite.evaluation.gold import locate
from pincite.evaluation.judging import EvalRow
from pincite.evaluation.metrics import ListScore
from pincite.evaluation.plan import evaluate
from pincite.evaluation.protocol import Conditions, Protocol, chosen
from qa import Answerer
from qa.config import AskOptions
from qa.errors import PairsError
from qa.types import Form


def over(*documents: Document) -> Answerer:
    return Answerer(Index.build(documents, embedder=HashingEmbedder()), reader=WordReader())


def ask(
    pairs: Sequence[Pair], documents: Sequence[Document], protocol: Protocol | None = None, **settings: Any
) -> list[EvalRow]:
    conditions = Conditions.of(protocol or Protocol(Scope.COLLECTION), pairs)
    everything = over(*documents)
    asked = locate(pairs, everything.documents)
    options = AskOptions(**{"form": Form.SPAN, **settings})
    return list(evaluate(asked, lambda _: everything, conditions, options))


def test_every_question_gets_its_score_and_its_verdict() -> None:
    rows = ask(PAIRS, [SONG, TIDE])
    assert [(row.id, row.exact, row.f1, row.verdict) for row in rows] == [
        ("1", 100.0, 100.0, EvalVerdict.RIGHT),
        ("2", 0.0, pytest.approx(200 / 3), EvalVerdict.RIGHT),  # "Rome" for "in Rome"
        ("3", 100.0, 100.0, EvalVerdict.RIGHTLY_DECLINED),
        ("4", 0.0, 0.0, EvalVerdict.WRONGLY_DECLINED),  # "joy" stands nowhere
        ("5", 0.0, 0.0, EvalVerdict.WRONGLY_ANSWERED),
        ("6", 100.0, 100.0, EvalVerdict.RIGHT),
    ]


def test_the_first_thing_that_went_wrong_is_named() -> None:
    # A question whose words are those of one document finds that one; two passages of it, the gold in the second.
    first = Document("first", "Cats sleep all day long.")
    second = Document("second", "Dogs bark at night, says Bo, who is no cat.")

    def verdict(question: str, answer: str, top_k: int) -> str:
        (row,) = ask([Pair("1", question, (answer,), source="second")], [first, second], top_k=top_k)
        return row.verdict

    assert verdict("cats sleep day long? *Cats*", "Bo", 1) == EvalVerdict.NOT_RETRIEVED
    assert verdict("cats sleep day long?", "Bo", 1) == EvalVerdict.NOT_RETRIEVED
    assert verdict("cats sleep day long? *Cats*", "Bo", 2) == EvalVerdict.NOT_READ
    assert verdict("dogs bark night? *Dogs bark*", "Bo", 2) == EvalVerdict.WRONG_SPAN
    assert verdict("dogs bark night?", "Bo", 2) == EvalVerdict.WRONGLY_DECLINED
    assert verdict("dogs bark night? *Bo*", "Bo", 2) == EvalVerdict.RIGHT


def test_a_row_shows_answer_and_gold_where_they_stand() -> None:
    (row,) = ask([PAIRS[1]], [SONG, TIDE], top_k=1)
    plain = row.to_dict()
    assert plain["gold"] == [
        {"text": "in Rome", "places": [{"document_id": "Song#1", "start": 11, "end": 18}]},
        {"text": "Milan", "places": []},
    ]
    (answer,) = plain["answers"]
    assert answer["text"] == "Rome"
    assert answer["places"] == [
        {"document_id": "Song#1", "start": 14, "end": 18, "sentence_start": 0, "sentence_end": 19}
    ]
    assert plain["best"] == {"text": "Rome", "document_id": "Song#1", "start": 14, "end": 18}
    assert plain["passages"] == [{"document_id": "Song#1", "start": 0, "end": 19, "text": SONG.text}]
    assert [(p["document_id"], p["gold"], p["holds"]) for p in plain["retrieved"]] == [("Song#1", True, [0])]
    assert (row.relevant, row.type, row.answer_length, row.document) == (1, "where", "1 word", "Song")
    assert set(plain["timings"]) == {"retrieve", "read", "cite", "total"}
    assert EvalRow.from_dict(json.loads(json.dumps(plain))) == row


def test_the_best_candidate_of_a_declined_question_is_still_judged() -> None:
    (row,) = ask([PAIRS[3]], [SONG])
    assert (row.answers, row.status, row.best_f1) == ([], "abstained", 0.0)
    assert row.best is not None
    assert row.best.text == "Anna"


def test_a_paragraph_is_asked_alone_once_built_and_let_go_before_the_next() -> None:
    built: list[str] = []
    alive: list[str] = []

    class Counted(Answerer):
        def __del__(self) -> None:
            alive.remove(next(iter(self.documents)))

    def answerer_for(pair: Pair) -> Answerer:
        assert pair.document is not None
        assert alive == [], "the one before is gone"
        alive.append(pair.document.id)
        built.append(pair.document.id)
        return Counted(Index.build([pair.document], embedder=HashingEmbedder()), reader=WordReader())

    conditions = Conditions.of(Protocol(Scope.PARAGRAPH), PAIRS)
    rows = list(evaluate(locate(PAIRS, {}), answerer_for, conditions, AskOptions(form=Form.SPAN)))
    assert built == ["Song#1", "Tide#2"]
    assert [row.id for row in rows] == ["1", "2", "3", "4", "5", "6"]
    assert {p.document_id for row in rows[:5] for p in row.retrieved} == {"Song#1"}


def test_rows_in_the_scope_of_paragraphs_are_asked_of_their_own_source() -> None:
    pairs = [Pair("1", "Who? *Bo*", ("Bo",), source="Tide#2"), Pair("2", "Who? *Bo*", ("Anna",), source="Song#1")]
    rows = ask(pairs, [SONG, TIDE], Protocol(Scope.PARAGRAPH))
    assert [{p.document_id for p in row.retrieved} for row in rows] == [{"Tide#2"}, {"Song#1"}]
    with pytest.raises(PairsError, match=r"p.csv, line 2, field 'source': missing; --scope paragraph"):
        Conditions.of(Protocol(Scope.PARAGRAPH), [Pair("1", "Who?", (), place="p.csv, line 2")])


def songs(count: int = 30) -> list[Pair]:
    """Questions on two paragraphs an article, of which the second names the singer too."""
    pairs = []
    for i in range(count):
        title = f"Song_{i}"
        own = Document(f"{title}#1", f"Anna{i:02} sings.", metadata={"title": f"Song {i}"})
        other = Document(f"{title}#2", f"Anna{i:02} left.", metadata={"title": f"Song {i}"})
        third = Document(f"{title}#3", f"Nobody came in {1900 + i}.", metadata={"title": f"Song {i}"})
        pairs.append(Pair(f"a{i}", f"Who sings? *Anna{i:02}*", (f"Anna{i:02}",), own, title, source=own.id))
        pairs.append(Pair(f"b{i}", "Who left?", (), other, title, source=other.id))
        pairs.append(Pair(f"c{i}", "Who came?", (), third, title, source=third.id))
    return pairs


@pytest.mark.parametrize("without", list(Withheld))
def test_without_its_source_a_third_of_the_answerable_questions_is_to_be_refused(without: Withheld) -> None:
    pairs = songs()
    documents = [pair.document for pair in pairs if pair.document]
    rows = ask(pairs, documents, Protocol(Scope.COLLECTION, without), top_k=90)
    withheld = [row for row in rows if row.withheld]
    assert {row.id for row in withheld} == {f"a{i}" for i in range(30) if chosen(f"a{i}")}
    assert 5 <= len(withheld) <= 15
    for row in withheld:
        number = row.id[1:]
        assert (row.answerable, row.verdict, row.answer_length) == (False, EvalVerdict.RIGHTLY_DECLINED, "no answer")
        gone = {d.id for d in documents} - {p.document_id for p in row.retrieved}
        both = {f"Song_{number}#1", f"Song_{number}#2"}  # the singer's name stands in both
        assert gone == (both if without is Withheld.PARAGRAPH else both | {f"Song_{number}#3"})
    assert all(row.verdict == EvalVerdict.RIGHT for row in rows if row.id.startswith("a") and not row.withheld)


def test_what_is_withheld_does_not_depend_on_the_other_questions() -> None:
    pairs = [Pair(str(i), "Who? *Anna*", ("Anna",), SONG, "Song", source="Song#1") for i in range(30)]
    few = ask(pairs[:5], [SONG, TIDE], Protocol(Scope.COLLECTION, Withheld.ARTICLE))
    many = ask(pairs, [SONG, TIDE], Protocol(Scope.COLLECTION, Withheld.ARTICLE))
    assert [row.withheld for row in few] == [row.withheld for row in many[:5]]
    assert 900 < sum(chosen(str(i)) for i in range(3000)) < 1100


@pytest.mark.parametrize(
    ("pair", "protocol", "message"),
    [
        (
            Pair("1", "Who?", ("Bo",), place="row 1"),
            (Scope.COLLECTION, Withheld.ARTICLE),
            "row 1, field 'source': missing",
        ),
        (
            Pair("1", "Who?", ("Bo",), TIDE, place="row 1"),
            (Scope.COLLECTION, Withheld.ARTICLE),
            "field 'title': missing",
        ),
        (
            Pair("1", "Who?", ("Bo",), place="row 1", source="a.md"),
            (Scope.COLLECTION, Withheld.PARAGRAPH),
            "row 1: --without paragraph needs pairs that bring their paragraphs",
        ),
        (
            Pair("1", "Who?", ("Bo",), source="a.md"),
            (Scope.PARAGRAPH, None, ("id=b.md",)),
            "--filter id=b.md and --scope paragraph both choose the document; drop one",
        ),
        (
            PAIRS[0],
            (Scope.PARAGRAPH, Withheld.ARTICLE),
            "takes sources out of a collection; leave out --scope paragraph",
        ),
    ],
)
def test_a_source_that_cannot_be_withheld_is_refused(pair: Pair, protocol: Any, message: str) -> None:
    with pytest.raises(PairsError, match=message):
        Conditions.of(Protocol(*protocol), [pair])


def test_squad_1_knows_no_refusals_so_those_without_their_source_are_scored_as_in_squad_2() -> None:
    old = [replace(pair, rules=Rules.V1_1) for pair in songs() if pair.answerable]
    documents = [pair.document for pair in songs() if pair.document]
    rows = ask(old, documents, Protocol(Scope.COLLECTION, Withheld.ARTICLE))
    assert {(row.withheld, row.f1) for row in rows} == {(None, 100.0), ("article", 100.0)}


@given(st.lists(st.text("aB1 .\n\u0301\u00df\u2028\U0001f600", min_size=3), min_size=1, max_size=4), st.data())
def test_every_place_of_a_row_says_its_words(texts: list[str], data: st.DataObject) -> None:
    documents = [Document(str(i), f"Anna {text} Bo.") for i, text in enumerate(texts)]
    home = data.draw(st.sampled_from(documents))
    start = data.draw(st.integers(0, len(home.text) - 1))
    end = data.draw(st.integers(start + 1, len(home.text)))
    assume(home.text[start:end].strip())
    word = data.draw(st.sampled_from(home.text.split()))
    pair = Pair("1", f"Who? *{word}*", ("",), source=home.id, spans=((start, end),))
    (row,) = ask([pair], documents, top_k=9)
    known = {document.id: document.text for document in documents}
    (gold,) = row.gold
    said = [(gold, gold.places[0]), *((answer, place) for answer in row.answers for place in answer.places)]
    said += [(excerpt, excerpt) for excerpt in row.passages] + ([(row.best, row.best)] if row.best else [])
    for words, place in said:
        assert known[place.document_id][place.start : place.end].casefold() == words.text.casefold()
    shown = [(p.document_id, p.start, p.end) for p in row.passages]
    for _, place in said:
        inside = [s for s in shown if s[0] == place.document_id and s[1] <= place.start and place.end <= s[2]]
        assert len(inside) == 1, "in one excerpt, whole"


def test_turns_before_a_question_are_asked_with_it() -> None:
    turn = {"question": "Who is Anna?", "answer": "Anna"}
    (row,) = ask([Pair("1", "Where does she sing? *Rome*", ("Rome",), SONG, history=(turn,))], [SONG])
    assert row.read_as == "Where does Anna sing? *Rome*"
    assert row.history == [turn]


def test_a_question_that_cannot_be_asked_is_a_bad_row_with_a_place() -> None:
    pair = Pair("1", "why " * 60, (), place="p.csv, line 2")
    with pytest.raises(PairsError, match=r"p\.csv, line 2, field 'question': the question is 60 tokens long"):
        ask([pair], [SONG])


def test_a_list_is_scored_by_all_its_answers() -> None:
    text = Document("d", "Anna, Bo and Cy sing. Dee listens.")
    (row,) = ask([Pair("1", "Who sing? *Bo*", ("Anna", "Bo", "Cy"), text)], [text], answers=5)
    assert row.list_score == ListScore(gold=3, given=1, hits=1, precision=1.0, recall=1.0)
