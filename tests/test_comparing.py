"""Comparison of two runs, a threshold applied afterwards, and gates."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy.stats
from eval_fakes import DECLINED, SETTINGS, SILENT, UNANSWERABLE, WRONG, passage, row

from pincite.cli.numbers import parse_sweep
from pincite.evaluation import Pair
from pincite.evaluation.comparing import check_comparable, compare, permutation, sign_test
from pincite.evaluation.definitions import check_gates
from pincite.evaluation.judging import EvalRow
from pincite.evaluation.measuring import with_threshold
from pincite.evaluation.metrics import ListScore
from pincite.evaluation.results import Result, summarise
from pincite.evaluation.workshop import best_of, check_goal
from qa.errors import PairsError


def result(rows: list[EvalRow], **settings: Any) -> Result:
    return summarise(rows, SETTINGS | settings)


def test_a_comparison_lists_changed_answers_and_changed_settings() -> None:
    old = result([row("1"), row("2"), row("3", **WRONG), row("9")])
    rows = [row("1"), row("2", **WRONG), row("3"), row("4"), row("9", question="Who sang?")]
    comparison = compare(old, result(rows, threshold=0.1), "old.json")
    assert (comparison["questions"], comparison["only_old"], comparison["only_new"]) == (3, 1, 2)
    assert (comparison["better"], comparison["worse"], comparison["changed"]) == (1, 1, 2)
    assert comparison["settings_changed"] == {"threshold": [0.5, 0.1]}
    assert comparison["changes"][0] == {
        "id": "2",
        "question": "Who sings?",
        "old": {"verdict": "right", "answer": "Anna", "f1": 100.0},
        "new": {"verdict": "wrong_span", "answer": "Anna", "f1": 0.0},
    }
    assert comparison["figures"]["f1"]["difference"] == 0.0
    assert not comparison["figures"]["f1"]["real"]


def test_a_difference_on_many_questions_is_real_and_one_on_few_is_not() -> None:
    old = result([row(str(i), **(WRONG if i < 20 else {})) for i in range(60)])
    better = compare(old, result([row(str(i)) for i in range(60)]), "old.json")["figures"]["exact"]
    assert (better["old"], better["new"], better["real"]) == (pytest.approx(200 / 3), 100.0, True)
    assert better["difference"] == pytest.approx(100 / 3)
    assert better["low"] < 100 / 3 < better["high"]
    assert better["p"] == pytest.approx(2 / 2**20)
    slightly = result([row(str(i), **(WRONG if i < 18 else {})) for i in range(60)])
    assert compare(old, slightly, "old.json")["figures"]["exact"]["p"] == pytest.approx(0.5)


def test_changes_of_one_size_are_tested_by_mcnemars_test() -> None:
    # 3 gained, 9 lost: twice the chance of at most 3 heads in 12 throws, 2 * 299 / 4096
    assert sign_test(np.array([1.0] * 3 + [-1.0] * 9)) == pytest.approx(2 * 299 / 4096)


def test_changes_of_several_sizes_are_permuted() -> None:
    # all 16 ways to sign 1, 2, 3 and 4: a sum as far from 0 as 10 or -10 comes twice
    assert permutation(np.array([1.0, 2.0, 3.0, 4.0])) == pytest.approx(2 / 16)
    generator = np.random.default_rng(0)
    gained = generator.normal(0.3, 1.0, 300)
    assert permutation(gained) == pytest.approx(scipy.stats.ttest_1samp(gained, 0).pvalue, abs=0.01)


@pytest.mark.parametrize(("better", "worse"), [(1, 0), (4, 4), (0, 9), (30, 12), (700, 500), (1500, 1600)])
def test_the_sign_test_is_scipys(better: int, worse: int) -> None:
    gained = np.array([1.0] * better + [-1.0] * worse)
    assert sign_test(gained) == pytest.approx(scipy.stats.binomtest(better, better + worse).pvalue, rel=1e-9)


@pytest.mark.parametrize(("count", "within"), [(2, 1e-12), (13, 1e-12), (14, 0.015), (400, 0.015)])
def test_the_permutation_test_is_scipys(count: int, within: float) -> None:
    # All ways to sign up to 13; of more, each draws 9999 of its own: p differs by its draws, at most 3 * 0.005
    gained = np.random.default_rng(count).normal(1.5 / count**0.5, 1.0, count)
    theirs = scipy.stats.permutation_test(
        (gained,), lambda values, axis: values.sum(axis=axis), permutation_type="samples", vectorized=True, rng=7
    )
    assert permutation(gained) == pytest.approx(theirs.pvalue, abs=within)


def test_runs_on_different_questions_cannot_be_compared() -> None:
    with pytest.raises(PairsError, match=r"old\.json has none of these questions"):
        check_comparable(result([row("1")]), ["2", "3"], "old.json")
    check_comparable(result([row("1")]), ["2", "1"], "old.json")


ANSWERABLE, NOT = Pair("1", "Who sings?", ("Anna",)), Pair("1", "Who sings?", ())


def test_a_threshold_declines_less_confident_answers_and_keeps_the_rest() -> None:
    sure = row("1", confidence=0.6)
    assert with_threshold(sure, ANSWERABLE, 0.6) is sure
    declined = with_threshold(sure, ANSWERABLE, 0.61)
    assert declined == row("1", confidence=0.6, **DECLINED, best_f1=100.0, verdict="wrongly_declined")
    assert declined.best_f1 == 100.0
    unfound = row("1", confidence=0.6, retrieved=[passage(20, 40)])
    assert with_threshold(unfound, ANSWERABLE, 0.61).verdict == "not_retrieved"
    refused = with_threshold(row("1", confidence=0.6, **UNANSWERABLE), NOT, 0.61)
    assert (refused.f1, refused.official.f1, refused.verdict) == (100.0, 1.0, "rightly_declined")
    listed = with_threshold(replace(sure, list_score=ListScore(1, 1, 1, 1.0, 1.0)), ANSWERABLE, 0.61)
    assert listed.list_score == ListScore(gold=1, given=1, hits=0, precision=0.0, recall=0.0)


def test_a_gate_passes_or_fails_and_fails_on_a_figure_without_a_value() -> None:
    rows = [row("1"), row("2", **WRONG)]
    gates = check_gates(result(rows), {"min-f1": 50.0, "min-recall": 101.0, "max-ece": 0.1, "min-refusal-recall": 0.0})
    assert [(g["gate"], g["figure"], g["value"], g["passed"]) for g in gates] == [
        ("--min-f1", "f1", 50.0, True),
        ("--min-recall", "recall@2", 100.0, False),
        ("--max-ece", "ece", pytest.approx(0.4), False),
        ("--min-refusal-recall", "refusal_recall", None, False),
    ]


def test_a_sweep_is_every_combination() -> None:
    assert parse_sweep(["top_k=1,3", "min_confidence=0.5"]) == [
        {"top_k": 1, "min_confidence": 0.5},
        {"top_k": 3, "min_confidence": 0.5},
    ]
    assert [s["top_k"] for s in parse_sweep(["min_confidence=0,1", "top_k=1,3"])] == [1, 1, 3, 3]
    assert parse_sweep(["reader=some/model, other"]) == [{"reader": "some/model"}, {"reader": "other"}]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["top_k"], "'top_k' is not a setting to sweep; write NAME=VALUE,VALUE with top_k, min_confidence"),
        (["colour=red"], "'colour=red' is not a setting to sweep"),
        (["top_k=3,x"], "--sweep top_k: 'x' is not a value of top_k"),
        (["top_k=0"], "'0' is not a value of top_k"),
        (["min_confidence=1.5"], "'1.5' is not a value of min_confidence"),
        (["reader=a,"], "--sweep reader: '' is not a value of reader"),
        (["overlap=0,1,0"], "--sweep overlap: '0,1,0' has a value twice; give each once"),
        (["top_k=3", "top_k=5"], "names top_k twice"),
    ],
)
def test_an_invalid_sweep_is_an_error_that_names_it(texts: list[str], message: str) -> None:
    with pytest.raises(PairsError, match=message):
        parse_sweep(texts)


def test_the_best_run_has_the_highest_figure_or_the_lowest_error() -> None:
    runs = [result([row("1"), row("2", **WRONG)]), result([row("1"), row("2")]), result([row("1", **SILENT)])]
    assert best_of(runs, "HasAns_f1") == 1
    assert best_of(runs, "aurc") == 1
    assert best_of(runs[::-1], "HasAns_f1") == 1
    with pytest.raises(PairsError, match="'total' is not a goal; choose one of exact, f1"):
        check_goal("total", [3], several=False)
    with pytest.raises(PairsError, match="'recall@10' is not a goal"):
        check_goal("recall@10", [5, 10], several=False)
    check_goal("coverage@95", [5, 10], several=False)


def test_runs_without_common_questions_have_no_differences() -> None:
    comparison = compare(result([row("1")]), result([row("2")]), "old.json")
    assert (comparison["questions"], comparison["only_old"], comparison["only_new"]) == (0, 1, 1)
    assert comparison["figures"] == {}
