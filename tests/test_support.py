"""What hidden states say for a span: learnt, held out, and put into the reader."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from qa.reading import OnnxReader
from qa.reading.onnx import MODEL_FOLDER
from training.export import write_card
from training.support import PLACES, Head, StatesReader, add_head, held_out, learn

WIDTH = 6
QUESTION = "Who built the ferry?"
PASSAGE = "The ferry was built in Glasgow by Ruth Vale, a master of the trade. It is painted green."


def spans(count: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """States, of which the third number tells right from wrong; scores, which tell nothing; and what is right."""
    rng = np.random.default_rng(seed)
    states, scores = rng.normal(3.0, 2.0, size=(count, PLACES * WIDTH)), rng.normal(size=(count, 2))
    return states, scores, states[:, 2] > 3.0


def test_what_tells_right_from_wrong_is_learnt() -> None:
    head = learn(*spans(2000, seed=0))
    states, _, right = spans(500, seed=1)
    support = head.of(states)
    assert support[right].min() > support[~right].max() - 0.5
    assert np.corrcoef(support, states[:, 2])[0, 1] > 0.98
    assert abs(float(head.of(states).mean())) < 0.2, "it takes no side by itself"


def test_a_layer_that_has_not_seen_a_group_does_not_know_what_is_right_there() -> None:
    states, scores, right = spans(600, seed=2)
    groups = ["odd" if i % 3 == 0 else "even" for i in range(600)]
    odd = np.array(groups) == "odd"
    right[odd] = ~right[odd]
    found = held_out(states, scores, right, groups)
    assert np.corrcoef(found[odd], states[odd, 2])[0, 1] > 0.9, "as the others taught"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MODEL_FOLDER, tmp_path / "reader"))


@pytest.mark.parametrize("passage", [PASSAGE, " ".join([PASSAGE] * 30)], ids=["a window", "several"])
def test_the_reader_says_of_a_span_what_its_states_say(folder: Path, passage: str) -> None:
    rng = np.random.default_rng(0)
    head = Head(rng.normal(size=(384, PLACES)).astype(np.float32), bias=0.75)
    before = OnnxReader(folder).read([(QUESTION, passage)], best=1).passages[0].spans[0]
    add_head(folder / "model.onnx", Head(np.zeros((384, PLACES), dtype=np.float32), bias=9.0))
    add_head(folder / "model.onnx", head)  # in place of the one before
    write_card(folder)
    reader = OnnxReader(folder)
    assert reader.id != OnnxReader().id
    span = reader.read([(QUESTION, passage)], best=1).passages[0].spans[0]
    assert (span.start, span.end, span.margin) == (before.start, before.end, before.margin)
    if passage == PASSAGE:  # of several windows the best is not always the first that holds the span
        states = StatesReader(folder).states(QUESTION, passage, span.start, span.end)
        assert span.support == pytest.approx(float(head.of(states[None].astype(np.float64))[0]), abs=1e-3)


def test_a_span_that_no_window_holds_has_no_states(folder: Path) -> None:
    with pytest.raises(ValueError, match="no window of the passage holds the whole span"):
        StatesReader(folder).states(QUESTION, PASSAGE, 1000, 1010)
