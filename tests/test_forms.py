"""How sentences are scored, and how sure each form of answer is, is learnt from questions that people marked."""

from __future__ import annotations

import random

import numpy as np

from training.bounded_regression import BoundedRegression
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
        form = ("statement", "passage", "list")[i // 3 % 3]
        order = sorted(range(3), key=lambda place: rows[place], reverse=True)
        rows, right = [rows[place] for place in order], [right[place] for place in order]
        answers, margin, _, _, meaning, _ = rows[0]
        whole = [answers, 0.0, answers, margin, meaning, 0.5, 0.6, 0.3 * (not answerable), 0.0]
        found.append(Judged(f"source {i % 4}", form, answerable, rows, right, whole, right[0]))
    return found


def test_what_tells_the_right_sentence_of_a_question_gets_weight() -> None:
    fusion = fit_fusion(judged(120, seed=1))
    answers, margin, _, _, meaning, _ = fusion.weights
    assert min(answers, margin, meaning) > 0
    assert fusion.bias == 0.0


def test_each_form_has_a_fit_that_is_surer_of_what_is_right() -> None:
    fits = fit_forms(judged(900, seed=3))
    assert set(fits) == {"statement", "passage", "list"}
    for fit in fits.values():
        assert fit["held_out_by_source"]["auroc"] > 0.8
        assert fit["held_out_by_source"]["declined_of_answerable"] <= 0.15
        assert 0 < fit["threshold"] < 1


def test_a_list_is_right_by_what_it_cites_and_has_a_fit_of_its_own() -> None:
    asked = judged(900, seed=4)
    fits = fit_forms(asked)
    assert fits["list"]["held_out_by_source"]["questions"] == sum(j.form == "list" for j in asked) == 300
    for one in asked:
        one.cited = not one.cited
    assert fit_forms(asked)["list"]["weights"] != fits["list"]["weights"]
    assert fit_forms(asked)["statement"]["weights"] == fits["statement"]["weights"]


def test_a_weight_that_may_not_be_negative_is_none_where_it_would_be() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(400, 2))
    right = values[:, 0] - values[:, 1] > 0
    free = BoundedRegression().fit(values, right)
    bound = BoundedRegression(not_negative=[1]).fit(values, right)
    assert free.coef_[0][1] < -1
    assert bound.coef_[0][1] == 0
    assert bound.coef_[0][0] > 0
