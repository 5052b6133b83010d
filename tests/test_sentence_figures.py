"""Sentence precision and recall of the wider forms, on answers made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from eval_fakes import row

from index.types import Document
from pincite.evaluation.definitions import define
from pincite.evaluation.figures import Sample, measure
from pincite.evaluation.gold import locate
from pincite.evaluation.measuring import with_threshold
from pincite.evaluation.metrics import SentenceScore, score_sentences
from pincite.evaluation.resampling import Resamples
from pincite.evaluation.types import Pair
from qa.types import Answer, Citation, Form, Reason, Status, Timings

#                0     6      13           26     33
TEXT = Document("t", "It rained. The dam held. Nobody left. The mill stood.")
SENTENCES = [(0, 10), (11, 24), (25, 37), (38, 53)]


def cited(start: int, end: int) -> Citation:
    return Citation("t", "t", start, end, TEXT.text[start:end], start, end, None, "", "", TEXT.sha256)


def passage(*places: tuple[int, int]) -> Answer:
    quotes = tuple(cited(*place) for place in places)
    return Answer(
        "Why?", "Why?", Status.ANSWERED, quotes[0].quote, 0.6, quotes, None, None, Timings(), form=Form.PASSAGE
    )


def declined(nearest: tuple[int, int]) -> Answer:
    near = cited(*nearest)
    return Answer("Why?", "Why?", Status.ABSTAINED, None, 0.1, (), near, Reason.NOT_SAID, Timings(), form=Form.PASSAGE)


def scored(answer: Answer, *gold: str, several: bool = False) -> SentenceScore:
    (asked,) = locate([Pair("1", "Why?", gold, TEXT, source="t")], {"t": TEXT})
    return score_sentences(answer, asked, {"t": SENTENCES}.__getitem__, several=several)


def test_each_sentence_of_a_passage_counts_by_itself() -> None:
    # Two sentences in one quotation, one of which holds the answer.
    assert scored(passage((11, 37)), "dam held") == SentenceScore(2, 1, 1.0, right=True)


def test_a_sentence_cited_twice_counts_once() -> None:
    assert scored(passage((11, 24), (15, 24)), "dam held") == SentenceScore(1, 1, 1.0, right=True)


def test_the_cited_share_of_an_answer_of_two_sentences_counts() -> None:
    assert scored(passage((11, 24)), "The dam held. Nobody left.").recall == 0.5


def test_of_several_answers_any_will_do_unless_all_are_wanted() -> None:
    answer = passage((0, 10))
    assert scored(answer, "rained", "mill").recall == 1.0
    assert scored(answer, "rained", "mill", several=True).recall == 0.5


def test_what_is_declined_cites_nothing_and_is_judged_by_what_came_nearest() -> None:
    assert scored(declined((11, 24)), "dam held") == SentenceScore(0, 0, 0.0, right=True)
    assert scored(declined((0, 10)), "dam held") == SentenceScore(0, 0, 0.0, right=False)


def test_a_span_is_judged_by_its_words() -> None:
    assert scored(replace(passage((15, 18)), form=Form.SPAN), "mill").right is None


def test_the_figures_are_shares_of_sentences_and_of_questions() -> None:
    rows = [
        row("1", form="passage", sentences={"cited": 3, "good": 1, "recall": 0.5, "right": True}),
        row("2", form="passage", sentences={"cited": 1, "good": 1, "recall": 1.0, "right": True}),
        row("3", sentences={"cited": 0, "good": 0, "recall": 0.0, "right": None}),
    ]
    names = ["sentence_precision", "sentence_recall"]
    found = measure(Sample.of(rows, 2), Resamples.draw([one.id for one in rows]), names)
    assert [found[name]["value"] for name in names] == [pytest.approx(50.0), pytest.approx(50.0)]


def test_figures_of_sentences_are_reported_for_runs_of_wider_forms() -> None:
    assert {"sentence_precision", "sentence_recall"} <= set(define(5, wider=True))
    assert not {"sentence_precision", "sentence_recall"} & set(define(5))


def test_a_row_of_a_wider_form_is_right_where_it_cites_a_gold_sentence() -> None:
    good = {"cited": 1, "good": 1, "recall": 1.0, "right": True}
    assert row(form="passage", best_f1=0.0, sentences=good).right
    assert not row(form="passage", best_f1=100.0, sentences={**good, "right": False}).right


def test_with_a_threshold_a_declined_row_cites_no_sentence() -> None:
    given = row(confidence=0.2, sentences={"cited": 1, "good": 1, "recall": 1.0, "right": True})
    changed = with_threshold(given, Pair("1", "Who sings?", ("Anna",), source="Song#1"), 0.5)
    assert changed.sentences == SentenceScore(cited=0, good=0, recall=0.0, right=True)
