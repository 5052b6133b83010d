"""How sentences are scored, and how sure each form of answer is, is learnt from questions that people marked."""

from __future__ import annotations

import random

import numpy as np

from training.bounded import BoundedRegression
from training.forms import Judged, fit_forms, fit_fusion


def judged(count: int, *, seed: int) -> list[Judged]:
    """Questions on three sentences each, of which the right one, if any, has the highest logit and cosine."""
    rng = random.Random(seed)
    found = []
    for i in range(count):
        answerable = i % 3 != 0
        right = [answerable and place == i % 3 for place in range(3)]
        rows: list[tuple[float, ...]] = [
            (2.0 * r + rng.gauss(0, 1), 3.0 * r + rng.gauss(0, 2), 0.5, 0.0, 0.4 * r + rng.random() / 4, 0.6)
            for r in right
        ]
        form = ("statement", "passage", "list")[i % 2]
        found.append(
            Judged(f"source {i % 4}", f"text {i}", form, answerable, rows, right, False, 0.3 * (not answerable))
        )
    return found


def test_what_tells_the_right_sentence_of_a_question_gets_weight() -> None:
    fusion = fit_fusion(judged(120, seed=1))
    answers, margin, _, _, meaning, _ = fusion.weights
    assert min(answers, margin, meaning) > 0
    assert fusion.bias == 0.0


def test_each_form_has_a_fit_that_is_surer_of_what_is_right() -> None:
    learnt = judged(150, seed=2)
    fits = fit_forms(judged(300, seed=3), fit_fusion(learnt))
    assert set(fits) == {"statement", "passage", "list"}
    for fit in fits.values():
        assert fit["held_out_by_source"]["auroc"] > 0.8
        assert fit["held_out_by_source"]["declined_of_answerable"] <= 0.15
        assert 0 < fit["threshold"] < 1


def test_a_weight_that_may_not_be_negative_is_none_where_it_would_be() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(400, 2))
    right = values[:, 0] - values[:, 1] > 0
    free = BoundedRegression().fit(values, right)
    bound = BoundedRegression(not_negative=[1]).fit(values, right)
    assert free.coef_[0][1] < -1
    assert bound.coef_[0][1] == 0
    assert bound.coef_[0][0] > 0
