"""A logistic regression some of whose weights are never negative: what speaks for an answer is not to tell against it.

Beside scores that rise and fall with it, a margin's weight can turn negative; a reader that is surer would be believed
less then.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.base import BaseEstimator, ClassifierMixin

Floats = NDArray[np.float64]


class BoundedRegression(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """`strength`: the inverse of what holds weights small, as scikit-learn's C; `not_negative`: columns of values."""

    def __init__(self, strength: float = 1.0, not_negative: Sequence[int] = ()) -> None:
        self.strength = strength
        self.not_negative = not_negative

    def fit(self, values: Floats, right: NDArray[np.bool_]) -> Self:
        """Learn which rows of `values`, (rows, columns), are `right`, (rows,)."""
        signs = np.where(right, 1.0, -1.0)
        columns = values.shape[1]

        def loss(weights: Floats) -> tuple[float, Floats]:
            reached = signs * (values @ weights[:-1] + weights[-1])
            pull = -signs / (1 + np.exp(np.clip(reached, -500, 500)))
            total = np.logaddexp(0, -reached).sum() + (weights[:-1] ** 2).sum() / (2 * self.strength)
            slope = np.append(values.T @ pull + weights[:-1] / self.strength, pull.sum())
            return float(total), slope

        bounds = [(0.0, None) if column in self.not_negative else (None, None) for column in range(columns)]
        start = np.zeros(columns + 1)
        found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)]).x
        self.coef_, self.intercept_ = found[None, :-1], found[-1:]
        self.classes_ = np.array([False, True])
        return self

    def predict_proba(self, values: Floats) -> Floats:
        """Return the chances that each row is wrong and right, (rows, 2)."""
        chances = 1 / (1 + np.exp(-np.clip(values @ self.coef_[0] + self.intercept_[0], -500, 500)))
        return np.stack([1 - chances, chances], axis=1)

    def predict(self, values: Floats) -> NDArray[np.bool_]:
        """Return whether each row is likelier right than wrong, (rows,)."""
        return np.asarray(self.predict_proba(values)[:, 1] >= 0.5)
