"""How sure the logits sound, on a model whose best factor can be worked out by hand."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from training.features import CLS, NULL, SEP, Feature
from training.temperature import scale

MARKED = 7
# [CLS] and four tokens of the passage can be chosen.
PLACES = 5


class Sure(torch.nn.Module):
    """A reader that holds the marked token for the answer, with a logit of 1 where all others have 0."""

    def __init__(self, sure: float = 1.0) -> None:
        super().__init__()
        self.marks = torch.nn.Embedding(1000, 1)
        self.qa_outputs = torch.nn.Linear(1, 2)
        with torch.no_grad():
            self.marks.weight.zero_()[MARKED] = 1.0
            self.qa_outputs.weight.fill_(sure)
            self.qa_outputs.bias.zero_()

    def forward(self, input_ids: torch.Tensor, **_: torch.Tensor) -> SimpleNamespace:
        start, end = self.qa_outputs(self.marks(input_ids)).unbind(-1)
        return SimpleNamespace(start_logits=start, end_logits=end)


def windows(right: int, wrong: int) -> list[Feature]:
    """In which the marked token is the answer, and in which none is."""
    ids = np.array([CLS, 500, SEP, 600, 601, MARKED, 602, SEP], dtype=np.int32)
    return [Feature(ids, 3, ((5, 5),))] * right + [Feature(ids, 3, (NULL,))] * wrong


@pytest.mark.parametrize(("right", "wrong"), [(3, 1), (1, 1), (9, 6)])
def test_the_reader_sounds_as_sure_as_it_is_right(right: int, wrong: int) -> None:
    model = Sure()
    factor = scale(model, windows(right, wrong))
    # Its probability of the marked token, f / (f + 4), is to be the share of windows in which that is right.
    assert factor == pytest.approx(math.log((PLACES - 1) * right / wrong), abs=0.02)
    assert model.qa_outputs.weight.tolist() == [[pytest.approx(factor)], [pytest.approx(factor)]]


def test_logits_that_are_twice_too_large_are_scaled_by_half() -> None:
    assert scale(Sure(2.0), windows(3, 1)) == pytest.approx(scale(Sure(), windows(3, 1)) / 2, abs=0.02)
