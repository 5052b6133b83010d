"""An evaluation asks every question once, in order, of the right source, and adds up what came back."""

from __future__ import annotations

import pytest
from eval_fakes import PAIRS, TIDE, Script, declined

from index.errors import PinciteError
from qa.errors import EmptyQuestionError, PairsError
from qa.evaluation import Pair, Report, evaluate, format_table
from qa.evaluation.metrics import Score
from qa.evaluation.report import Item


def test_the_figures_are_means_over_the_questions_they_name() -> None:
    # exact: Anna 1, Rome 0, declined 1 (no answer), declined 0, "sings" 0; F1 of Rome to "in Rome": 2/3
    script = Script({"Who sings?": "Anna", "Where?": "Rome", "What?": "sings"})
    metrics = evaluate(PAIRS, lambda _: script).metrics()
    latency = metrics.pop("latency_ms")
    assert metrics == {
        "total": 5,
        "answerable": 3,
        "unanswerable": 2,
        "exact": 40.0,
        "f1": pytest.approx(100 * (1 + 2 / 3 + 1) / 5),
        "HasAns_exact": pytest.approx(100 / 3),
        "HasAns_f1": pytest.approx(100 * (1 + 2 / 3) / 3),
        "NoAns_f1": 50.0,
        "declined": 2,
        "wrongly_declined": 1,
    }
    assert list(latency) == ["p50", "p95", "p99"]
    assert 0 < latency["p50"] <= latency["p95"] <= latency["p99"] < 1000


def test_latency_percentiles_are_interpolated_linearly() -> None:
    items = tuple(Item(PAIRS[0], declined("Who sings?"), Score(0, 0), float(ms)) for ms in range(101))
    assert Report(items).metrics()["latency_ms"] == {"p50": 50.0, "p95": 95.0, "p99": 99.0}
    two = (items[10], items[20])
    assert Report(two).metrics()["latency_ms"] == {"p50": 15.0, "p95": 19.5, "p99": pytest.approx(19.9)}


def test_a_figure_over_no_questions_is_none_not_zero() -> None:
    answerable = evaluate(PAIRS[:2], lambda _: Script({})).metrics()
    assert (answerable["NoAns_f1"], answerable["HasAns_f1"], answerable["wrongly_declined"]) == (None, 0.0, 2)
    nothing = Report(()).metrics()
    assert (nothing["total"], nothing["exact"], nothing["latency_ms"]["p50"]) == (0, None, None)


def test_each_document_gets_one_asker_and_is_let_go_before_the_next() -> None:
    alive: list[str] = []

    class Counted(Script):
        def __del__(self) -> None:
            alive.remove(self.document.id)

    def asker_for(pair: Pair) -> Script:
        assert pair.document is not None
        assert alive == [], "the one before is gone"
        alive.append(pair.document.id)
        built.append(pair.document.id)
        return Counted({}, pair.document)

    built: list[str] = []
    again = Pair("7", "Who swims?", ("Bo",), TIDE)
    report = evaluate([*PAIRS, Pair("6", "Who swims?", ("Bo",), TIDE), again], asker_for)
    assert built == ["Song#1", "Tide#2"]
    assert [item.pair.id for item in report.items] == ["1", "2", "3", "4", "5", "6", "7"]


def test_top_k_and_the_threshold_reach_every_question() -> None:
    script = Script({})
    evaluate([Pair("1", "Who?", ()), Pair("2", "Why?", ())], lambda _: script, top_k=3, min_confidence=0.0)
    assert script.asked == [("Who?", 3, 0.0), ("Why?", 3, 0.0)]


def test_an_item_holds_what_was_asked_expected_and_found() -> None:
    (item,) = evaluate([PAIRS[1]], lambda _: Script({"Where?": "Rome"})).items
    found = item.to_dict()
    assert found.pop("latency_ms") > 0
    assert found == {
        "id": "2",
        "question": "Where?",
        "gold": ["in Rome", "Milan"],
        "answer": "Rome",
        "status": "answered",
        "reason": None,
        "confidence": 0.9,
        "exact": 0.0,
        "f1": pytest.approx(200 / 3),
        "citation": {"document_id": "Song#1", "start": 14, "end": 18},
        "timings": {"retrieve": 1.0, "read": 2.0, "cite": 0.5, "total": 4.0},
    }


def test_a_declined_item_has_no_answer_and_no_place() -> None:
    (item,) = evaluate([PAIRS[2]], lambda _: Script({})).items
    found = item.to_dict()
    kept = [found[name] for name in ("answer", "status", "reason", "citation", "confidence", "exact", "f1")]
    assert kept == [None, "abstained", "low_confidence", None, 0.1, 100.0, 100.0]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), PinciteError("the model is gone")])
def test_what_was_asked_before_a_stop_is_kept_and_the_reason_too(error: BaseException) -> None:
    report = evaluate(PAIRS, lambda _: Script({"Who sings?": "Anna", "When?": error}))
    assert [item.pair.id for item in report.items] == ["1", "2"]
    assert report.stopped_by is error
    assert not report.complete
    assert report.to_dict({})["complete"] is False
    assert "not complete" in format_table(report)


def test_a_question_that_cannot_be_asked_is_a_bad_row_with_a_place() -> None:
    pair = Pair("1", "?", (), place="p.csv, line 2")
    report = evaluate([pair], lambda _: Script({"?": EmptyQuestionError("no words in '?'")}))
    assert isinstance(report.stopped_by, PairsError)
    assert str(report.stopped_by) == "p.csv, line 2, field 'question': no words in '?'"


def test_a_fault_in_our_own_code_is_not_taken_for_an_early_stop() -> None:
    with pytest.raises(ZeroDivisionError):
        evaluate(PAIRS, lambda _: Script({"Who sings?": ZeroDivisionError()}))


def test_the_table_shows_each_figure_to_two_decimals() -> None:
    report = evaluate(PAIRS, lambda _: Script({"Who sings?": "Anna", "Where?": "Rome", "What?": "sings"}))
    cells = {line.split()[0]: line.split()[1] for line in format_table(report).splitlines()[:10]}
    assert cells == {
        "total": "5",
        "answerable": "3",
        "unanswerable": "2",
        "exact": "40.00",
        "f1": "53.33",
        "HasAns_exact": "33.33",
        "HasAns_f1": "55.56",
        "NoAns_f1": "50.00",
        "declined": "2",
        "wrongly_declined": "1",
    }
    assert "NoAns_f1                -" in format_table(evaluate(PAIRS[:1], lambda _: Script({})))
