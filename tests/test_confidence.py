from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from index import Chunk, Hit, ScoreParts
from index.errors import ModelError
from qa.candidates import Candidate, gather
from qa.confidence import FEATURES, SCORES, Calibration, default_calibration, features, is_short
from qa.read import PassageReading, SpanScore

NONE = (0.0,) * len(SCORES)


def hit(start: int, end: int, score: float = 0.5) -> Hit:
    return Hit(Chunk("d", start, end), score, ScoreParts(0.5, 1.0, score))


def test_the_same_words_read_in_two_chunks_are_one_candidate_with_the_better_score() -> None:
    first = PassageReading((SpanScore(90, 95, 2.0, 0.5), SpanScore(0, 5, 1.0, 0.1)))
    second = PassageReading((SpanScore(10, 15, 3.0, 0.6),))
    candidates = gather([hit(0, 100), hit(80, 200)], ["x" * 100, "x" * 120], [first, second])
    assert [(c.start, c.end, c.margin, c.rank) for c in candidates] == [(90, 95, 3.0, 1), (0, 5, 1.0, 0)]


def test_if_the_reader_is_unsure_the_better_passage_decides() -> None:
    readings = [PassageReading((SpanScore(0, 5, 2.0, 0.5),)), PassageReading((SpanScore(0, 5, 3.0, 0.5),))]
    hits = [hit(0, 100, 0.75), hit(200, 300, 0.5)]
    assert [c.rank for c in gather(hits, ["x" * 100] * 2, readings)] == [1, 0]
    ranked = gather(hits, ["x" * 100] * 2, readings, retrieval_weight=8.0)
    assert [(c.rank, c.margin, c.retrieval, c.score) for c in ranked] == [(0, 2.0, 0.75, 8.0), (1, 3.0, 0.5, 7.0)]


def test_the_features_are_those_of_the_best_candidate() -> None:
    best = Candidate(
        "d", 0, 3, "ada", margin=20.0, probability=math.exp(-1), rank=1, retrieval=0.5, score=22.0, support=12.0
    )
    same = Candidate("e", 4, 7, "ada", margin=18.5, probability=0.2, rank=2, retrieval=0.5, score=21.0)
    other = Candidate("d", 9, 12, "bea", margin=math.log(3), probability=0.1, rank=0, retrieval=0.5, score=19.5)
    values = dict(zip(FEATURES, features([best, same, other], short=False), strict=True))
    expected = {
        "margin": 15.0, "gap": 2.5, "log_probability": -1.0, "rank": 1.0, "retrieval": 0.5, "support": 10.0,
        "rivals": 0.75,
    }  # fmt: skip
    assert values == pytest.approx(dict.fromkeys(FEATURES, 0.0) | expected)
    values = dict(zip(FEATURES, features([best, same, other], short=True), strict=True))
    assert values == pytest.approx(expected | {"short": 1.0} | {f"{name}, short": v for name, v in expected.items()})


@pytest.mark.parametrize(
    ("found", "top_k", "passages", "short"),
    [
        (4, 5, 4, True),
        (5, 5, 5, False),
        (1, 1, 4, True),  # one of four is read, but four were searched
        (1, 1, 1000, False),
        (4, 5, 1000, True),  # conditions left no more than four
        (5, 8, 1000, False),
        (0, 5, 1000, True),
    ],
)
def test_a_text_is_short_when_at_most_four_passages_were_searched(
    found: int, top_k: int, passages: int, short: bool
) -> None:
    assert is_short(found, top_k, passages) is short


def test_the_confidence_is_the_logistic_function_of_the_weighted_features() -> None:
    calibration = Calibration((1.0, 0.0, 0.0, -1.0, 2.0, 0.0, 0.0, 1.0, *NONE), -0.5, 0.5, "test", "r")
    assert calibration.probability([0.0, 9.0, 9.0, 0.0, 0.25, 9.0, 9.0, 0.0, *NONE]) == 0.5
    assert calibration.probability([math.log(3) + 0.5, 0, 0, 0, 0, 0, 0, 0, *NONE]) == pytest.approx(0.75)
    assert calibration.probability([math.log(3) - 0.5, 0, 0, 0, 0, 0, 0, 1, *NONE]) == pytest.approx(0.75)


@pytest.mark.parametrize("short", [False, True])
def test_a_larger_margin_never_makes_the_shipped_reader_less_sure(short: bool) -> None:
    calibration = default_calibration()
    candidate = Candidate("d", 0, 3, "ada", margin=0.0, probability=0.4, rank=0, retrieval=0.5, score=0.0)
    chances = [
        calibration.probability(features([replace(candidate, margin=float(margin))], short=short))
        for margin in range(-15, 16)
    ]
    assert chances == sorted(chances)
    assert 0 < calibration.least(short=short) < 1


def test_short_texts_have_a_threshold_of_their_own_where_one_is_given() -> None:
    one = Calibration((0.0,) * len(FEATURES), 0.0, 0.3, "test", "r")
    assert (one.least(short=False), one.least(short=True)) == (0.3, 0.3)
    two = replace(one, short_threshold=0.0)
    assert (two.least(short=False), two.least(short=True)) == (0.3, 0.0)
    with pytest.raises(ModelError, match=r"the calibration's threshold is 1\.5; it must lie between 0 and 1"):
        replace(one, short_threshold=1.5)


def test_a_calibration_of_another_version_or_none_at_all_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    with pytest.raises(ModelError, match="is not a calibration"):
        Calibration.load(path)
    path.write_text(json.dumps({"version": 0, "features": FEATURES}))
    with pytest.raises(ModelError, match="fits another version"):
        Calibration.load(path)
    path.write_text(json.dumps({"version": 8, "features": ["margin", "weather"]}))
    with pytest.raises(ModelError, match="fits another version"):
        Calibration.load(path)
    with pytest.raises(ModelError, match="has 1 weights for 15 features"):
        Calibration((1.0,), 0.0, 0.5, "test", "r")
