"""Each figure against a value worked out by hand, or against the reference library for it."""

from __future__ import annotations

import math
import random
from dataclasses import asdict
from pathlib import Path
from typing import Any

import ir_measures
import numpy as np
import pytest
import scipy.stats
from eval_fakes import DECLINED, SETTINGS, SILENT, UNANSWERABLE, WRONG, passage, row
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, Qrel, ScoredDoc, Success, nDCG
from sklearn.metrics import brier_score_loss, roc_auc_score

from pincite.evaluation.calibration import (
    aurc,
    auroc,
    brier,
    coverage_at,
    expected_calibration_error,
    reliability,
    risk_coverage,
)
from pincite.evaluation.definitions import cutoffs
from pincite.evaluation.evidence import ndcg, recall, reciprocal_rank
from pincite.evaluation.judging import EvalRow
from pincite.evaluation.metrics import ListScore, normalise, score_list
from pincite.evaluation.pairs import read_pairs
from pincite.evaluation.resampling import interval
from pincite.evaluation.results import summarise, threshold_in_use

ONCE = np.ones((1, 4))
SURE = np.array([0.9, 0.8, 0.8, 0.3])
GOOD = np.array([True, False, True, False])


def values(rows: list[EvalRow], **settings: Any) -> dict[str, float | None]:
    result = summarise(rows, SETTINGS | settings)
    return {name: figure["value"] for name, figure in result["figures"].items()}


def test_means_are_over_the_questions_they_name() -> None:
    rows = [
        row("1"),
        row("2", exact=0.0, f1=60.0, best_f1=60.0),
        row("3", **{**DECLINED, "verdict": "wrongly_declined"}),
        row("4", **SILENT),
        row("5", **{**UNANSWERABLE, "exact": 0.0, "f1": 0.0, "verdict": "wrongly_answered"}),
    ]
    measured = values(rows)
    assert (measured["total"], measured["answerable"], measured["unanswerable"]) == (5, 3, 2)
    assert (measured["declined"], measured["wrongly_declined"]) == (2, 1)
    assert measured["exact"] == pytest.approx(200 / 5)
    assert measured["f1"] == pytest.approx(260 / 5)
    assert measured["HasAns_exact"] == pytest.approx(100 / 3)
    assert measured["HasAns_f1"] == pytest.approx(160 / 3)
    assert measured["NoAns_f1"] == 50.0
    assert measured["right"] == 60.0  # two right, one rightly declined
    assert measured["refusal_precision"] == 50.0  # of two declined, one has no answer
    assert measured["refusal_recall"] == 50.0  # of two without an answer, one declined


def test_means_of_scores_have_the_last_digits_of_the_official_scripts() -> None:
    # 0.1 + 0.2 + 0.3 is 0.6000000000000001 from left to right, and its percentage over 3 no round 20
    rows = [
        row(str(i), f1=100 * f1, exact=0.0, official={"exact": 0.0, "f1": f1}) for i, f1 in enumerate((0.1, 0.2, 0.3))
    ]
    measured = values(rows)
    assert (measured["f1"], measured["HasAns_f1"], measured["exact"]) == (20.000000000000004, 20.000000000000004, 0.0)


def test_a_figure_over_no_questions_is_none_not_zero() -> None:
    measured = values([row("1")])
    assert (measured["NoAns_f1"], measured["refusal_precision"], measured["auroc"]) == (None, None, None)
    assert (measured["HasAns_f1"], measured["refusal_recall"]) == (100.0, None)


def test_citations_are_judged_by_sentence() -> None:
    def cited(*starts: int) -> list[dict[str, Any]]:
        where = {"document_id": "Song#1", "start": 0, "end": 4}
        return [{"text": "Anna", "places": [{**where, "sentence_start": s, "sentence_end": s + 10} for s in starts]}]

    rows = [row("1", answers=cited(0, 50)), row("2", answers=cited(60)), row("3", **DECLINED)]
    measured = values([*rows, row("4", **{**UNANSWERABLE, "answers": cited(0)})])
    assert measured["citation_precision"] == 25.0  # of four sentences cited, the first
    assert measured["citation_recall"] == pytest.approx(100 / 3)  # of three answerable questions, the first


def test_questions_whose_answers_have_no_place_do_not_count_for_search_and_citation() -> None:
    lost = row("2", gold=[{"text": "Eve", "places": []}], retrieved=[passage(0, 19)], relevant=None)
    result = summarise([row("1"), lost], SETTINGS)
    for name in ("recall@1", "mrr", "ndcg@2", "citation_precision", "citation_recall"):
        assert (result["figures"][name]["value"], result["figures"][name]["n"]) in {(100.0, 1), (1.0, 1)}


def test_recall_counts_the_first_passages() -> None:
    second = row("2", retrieved=[passage(0, 19), passage(20, 40, 0)])
    measured = values([row("1"), second])
    assert (measured["recall@1"], measured["recall@2"], measured["mrr"]) == (50.0, 100.0, 0.75)
    assert measured["ndcg@2"] == pytest.approx((1 + 1 / math.log2(3)) / 2)
    assert cutoffs(2) == [1, 2]
    assert cutoffs(5) == [1, 3, 5]
    assert recall([[0], [], [2]], [0, 1, 2, 3], 3, several=True) == 0.5


@given(st.lists(st.booleans(), min_size=1, max_size=12), st.integers(0, 5), st.integers(1, 12))
def test_retrieval_figures_equal_those_of_ir_measures(holds: list[bool], unseen: int, k: int) -> None:
    relevant = sum(holds) + unseen
    if not relevant:
        return
    names = [f"d{i}" for i, relevant in enumerate(holds) if relevant] + [f"x{i}" for i in range(unseen)]
    qrels = [Qrel("q", name, 1) for name in names]
    run = [ScoredDoc("q", f"d{i}", float(-i)) for i in range(len(holds))]
    theirs = ir_measures.calc_aggregate([RR, nDCG @ k, Success @ k], qrels, run)
    ours = [[0] if relevant else [] for relevant in holds]
    assert reciprocal_rank(ours) == pytest.approx(theirs[RR])
    assert ndcg(ours, relevant, k) == pytest.approx(theirs[nDCG @ k])
    assert recall(ours, [0], k) == theirs[Success @ k]


@given(st.lists(st.tuples(st.integers(0, 10), st.booleans(), st.integers(0, 3)), min_size=2, max_size=30))
def test_auroc_and_brier_equal_those_of_scikit_learn(rows: list[tuple[int, bool, int]]) -> None:
    confidence = np.array([tenths / 10 for tenths, _, _ in rows])
    right = np.array([good for _, good, _ in rows])
    counted = np.array([[float(times) for _, _, times in rows]])
    drawn = np.repeat(np.arange(len(rows)), counted[0].astype(int))
    if len(set(right[drawn].tolist())) < 2:
        assert np.isnan(auroc(counted, confidence, right)[0])
        return
    assert auroc(counted, confidence, right)[0] == pytest.approx(roc_auc_score(right[drawn], confidence[drawn]))
    assert brier(counted, confidence, right)[0] == pytest.approx(brier_score_loss(right[drawn], confidence[drawn]))


def test_calibration_error_is_the_mean_distance_in_each_bin() -> None:
    # bins 0.9: |0.9 - 1| once; 0.8: |0.8 - 0.5| twice; 0.3: |0.3 - 0| once
    assert expected_calibration_error(ONCE, SURE, GOOD)[0] == pytest.approx((0.1 + 2 * 0.3 + 0.3) / 4)
    bins = reliability(SURE, GOOD)
    assert [b["count"] for b in bins] == [0, 0, 0, 1, 0, 0, 0, 0, 2, 1]
    assert (bins[8]["confidence"], bins[8]["right"], bins[0]["right"]) == (pytest.approx(0.8), 0.5, None)


def test_risk_falls_with_coverage_where_confidence_is_good() -> None:
    # surest first: 1 right; then two of one confidence, one of them right; then a wrong one
    curve = risk_coverage(SURE, GOOD)
    assert [(p["coverage"], pytest.approx(p["risk"]), p["confidence"]) for p in curve] == [
        (0.25, 0.0, 0.9),
        (0.75, 1 / 3, 0.8),
        (1.0, 0.5, 0.3),
    ]
    assert aurc(ONCE, SURE, GOOD)[0] == pytest.approx((0 + 2 / 3 + 0.5) / 4)
    assert coverage_at(1.0, ONCE, SURE, GOOD)[0] == 0.25
    assert coverage_at(0.6, ONCE, SURE, GOOD)[0] == 0.75
    assert coverage_at(0.5, ONCE, SURE, GOOD)[0] == 1.0
    assert coverage_at(1.0, ONCE, 1 - SURE, GOOD)[0] == 0.0


def test_without_a_confidence_its_figures_are_undefined() -> None:
    result = summarise([row("1", confidence=None), row("2", confidence=None, **WRONG)], SETTINGS | {"threshold": None})
    assert {result["figures"][name]["value"] for name in ("auroc", "ece", "brier", "aurc", "coverage@95")} == {None}
    assert (result["curves"]["risk_coverage"], result["curves"]["operating_point"]) == ([], None)


def test_lists_are_scored_as_multispanqa_does() -> None:
    # given "Anna" and "Bo Lee"; gold "Anna", "Bo" and "Cy": one exact hit.
    # Partial precision: 4/4 + 2/6; recall: 4/4 + 2/2 + 0 ("cy" shares the run "y" with none of them)
    first = score_list(["Anna", "Bo Lee"], ["Anna", "Bo", "Cy"])
    assert first == ListScore(3, 2, 1, pytest.approx(1 + 2 / 6), pytest.approx(2.0))
    assert score_list([], []) == ListScore(1, 1, 1, 1.0, 1.0)
    assert score_list(["Anna"], []) == ListScore(1, 1, 0, 0.0, 0.0)
    assert score_list([], ["Anna", "the Anna"]) == ListScore(1, 1, 0, 0.0, 0.0)


@pytest.mark.shared_data
def test_on_multispanqa_the_list_scores_are_those_of_the_published_definition(shared_data: Path) -> None:
    def run(a: str, b: str) -> int:
        return max((n for n in range(len(b) + 1) for i in range(len(b) - n + 1) if b[i : i + n] in a), default=0)

    pairs = read_pairs(shared_data / "data" / "dev" / "multispanqa-valid.json.gz")
    sums = [0.0] * 5
    rows = []
    for i, pair in enumerate(pairs):
        assert pair.document is not None
        words = pair.document.text.split()
        # Some of the gold answers, one of them with a word too many, and every third time some other words.
        given = [*pair.answers[:-1], f"{pair.answers[0]} {words[0]}", *([" ".join(words[:4])] if i % 3 == 0 else [])]
        gold, predicted = {normalise(a) for a in pair.answers}, {normalise(a) for a in given}
        sums[0] += len(gold & predicted)
        sums[1] += len(predicted)
        sums[2] += len(gold)
        sums[3] += sum(max(run(g, s) for g in gold) / len(s) for s in predicted if s)
        sums[4] += sum(max(run(g, s) for s in predicted) / len(g) for g in gold if g)
        rows.append(row(pair.id, list_score=asdict(score_list(given, pair.answers))))
    measured = values(rows, answers="all")
    hits, given_all, gold_all, precision, share = sums
    assert measured["list_exact_precision"] == pytest.approx(100 * hits / given_all)
    assert measured["list_exact_recall"] == pytest.approx(100 * hits / gold_all)
    assert measured["list_exact_f1"] == pytest.approx(200 * hits / (given_all + gold_all))
    p, r = precision / given_all, share / gold_all
    assert measured["list_partial_f1"] == pytest.approx(100 * 2 * p * r / (p + r))


def test_list_figures_are_over_all_answers_of_all_questions() -> None:
    first = {"gold": 3, "given": 2, "hits": 1, "precision": 1.5, "recall": 2.0}
    second = {"gold": 1, "given": 2, "hits": 1, "precision": 1.0, "recall": 1.0}
    measured = values([row("1", list_score=first), row("2", list_score=second)], answers="all")
    assert (measured["list_exact_precision"], measured["list_exact_recall"]) == (50.0, 50.0)
    assert measured["list_exact_f1"] == 50.0
    assert (measured["list_partial_precision"], measured["list_partial_recall"]) == (62.5, 75.0)
    assert measured["list_partial_f1"] == pytest.approx(2 * 62.5 * 75 / 137.5)


def test_latency_is_reported_by_stage_and_interpolated_linearly() -> None:
    times = [3.0, 100.0, 7.0, 20.0]
    rows = [row(str(i), timings={"retrieve": t, "read": 1.0, "cite": 0.0, "total": 2 * t}) for i, t in enumerate(times)]
    stages = summarise(rows, SETTINGS)["curves"]["latency_by_stage"]
    for percentile in (50, 95, 99):
        assert stages["retrieve"][f"p{percentile}"]["value"] == pytest.approx(np.percentile(times, percentile))
        assert stages["read"][f"p{percentile}"]["value"] == 1.0
    assert values(rows)["latency_p50"] == 27.0


def test_intervals_are_those_of_the_bootstrap() -> None:
    generator = random.Random(0)
    rows = [row(str(i)) if generator.random() < 0.7 else row(str(i), **WRONG) for i in range(200)]
    f1 = summarise(rows, SETTINGS)["figures"]["f1"]
    theirs = scipy.stats.bootstrap(([r.f1 for r in rows],), np.mean, method="percentile", n_resamples=2000, rng=0)
    assert f1["low"] == pytest.approx(theirs.confidence_interval.low, abs=1)
    assert f1["high"] == pytest.approx(theirs.confidence_interval.high, abs=1)
    assert f1["low"] < f1["value"] < f1["high"]


def test_whole_documents_are_resampled_if_there_are_enough() -> None:
    # Five questions a document, all right or all wrong: as good as 40 questions, so the interval is wider.
    rows = [row(f"{d}.{q}", source=f"d{d}", **(WRONG if d % 2 else {})) for d in range(40) for q in range(5)]
    apart = [row(f"{d}.{q}", source="one", **(WRONG if d % 2 else {})) for d in range(40) for q in range(5)]
    wide, narrow = summarise(rows, SETTINGS), summarise(apart, SETTINGS)
    assert (wide["intervals"]["resampled"], narrow["intervals"]["resampled"]) == ("documents", "questions")

    def width(result: dict[str, Any]) -> float:
        return result["figures"]["f1"]["high"] - result["figures"]["f1"]["low"]

    assert width(wide) == pytest.approx(math.sqrt(5) * width(narrow), rel=0.2)
    assert summarise(rows, SETTINGS)["figures"] == wide["figures"], "the same in every run"


def test_an_interval_needs_enough_resamples_that_define_the_figure() -> None:
    assert interval(np.array([1.0, *[np.nan] * 9, 1.0])) is None
    assert interval(np.array([1.0, *[0.5] * 9, 1.0])) == (0.5, pytest.approx(0.8875))


def test_figures_are_grouped_and_verdicts_counted() -> None:
    rows = [row("1"), row("2", type="when", document="Tide#2", **WRONG), row("3", **SILENT)]
    result = summarise(rows, SETTINGS)
    assert [(g["name"], g["figures"]["total"]["value"]) for g in result["groups"]["type"]] == [("who", 2), ("when", 1)]
    lengths = [(g["name"], g["figures"]["f1"]["value"]) for g in result["groups"]["answer_length"]]
    assert lengths == [("no answer", 100.0), ("1 word", 50.0)]
    assert [g["name"] for g in result["groups"]["document"]] == ["Song#1", "Tide#2"]
    assert "withheld" not in result["groups"]
    taken = summarise([row("1"), row("2", **SILENT, withheld="article")], SETTINGS)["groups"]["withheld"]
    assert [(g["name"], g["figures"]["refusal_recall"]["value"]) for g in taken] == [
        ("nothing", None),
        ("article", 100.0),
    ]
    assert {name: count for name, count in result["verdicts"].items() if count} == {
        "right": 1,
        "wrong_span": 1,
        "rightly_declined": 1,
    }


def test_the_histogram_of_confidence_separates_right_from_wrong() -> None:
    rows = [row("1", confidence=0.99), row("2", confidence=0.52, **WRONG), row("3", confidence=0.48, **SILENT)]
    curves = summarise(rows, SETTINGS)["curves"]
    scores = curves["scores"]
    assert (scores["right"][19], scores["wrong"][10], scores["unanswerable"][9]) == (1, 1, 1)
    assert sum(map(sum, (scores["right"], scores["wrong"], scores["unanswerable"]))) == 3
    assert curves["operating_point"] == {"coverage": 2 / 3, "risk": 0.5, "confidence": 0.5}


def test_the_threshold_of_a_run_is_the_one_that_explains_all_its_answers() -> None:
    settings = SETTINGS | {"threshold": 0.3, "short_threshold": 0.6}
    long, short = [row("1", confidence=0.4)], [row("2", confidence=0.5, **SILENT), row("3", confidence=0.7)]
    assert threshold_in_use(long, settings) == 0.3
    assert threshold_in_use(short, settings) == 0.6
    assert threshold_in_use([*long, *short], settings) is None
    assert summarise([*long, *short], settings)["curves"]["operating_point"]["confidence"] is None
