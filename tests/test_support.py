"""What hidden states say for a span: learnt, held out, and put into the reader."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from qa.candidates import Candidate
from qa.read import OnnxReader
from qa.read.onnx import MODEL_FOLDER
from training.calibrate import with_support
from training.export import write_card
from training.judging import Judged
from training.support import PLACES, Head, StatesReader, add_head, held_out, hidden_states, learn

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
    found = held_out(states, scores, right, np.ones(len(right), dtype=bool), groups)
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


def test_the_states_are_those_of_the_last_layer_but_one() -> None:
    import onnx

    model = onnx.load(str(MODEL_FOLDER / "model.onnx"))
    (maker,) = [node for node in model.graph.node if hidden_states(model) in node.output]
    assert "layer.4/output/LayerNorm" in maker.name, "of six, counted from 0"


def judged(passage: str, at: int, support: float) -> list[Judged]:
    """Each word of the passage as the answer to a question, of two articles; every second is right."""
    found, end = [], 0
    for number, word in enumerate(PASSAGE.split()):
        start = PASSAGE.index(word, end)
        end = start + len(word)
        candidate = Candidate("document", at + start, at + end, word, 1.0, 0.5, 0, 0.5, 1.0, support)
        f1 = {("document", at + start, at + end): float(number % 2)}
        article = f"article {number // 2 % 2}"
        found.append(Judged(QUESTION, article, [(at, passage)], "paragraph", True, [candidate], f1, True))
    return found


def test_what_is_taught_depends_on_the_passage_as_it_was_read_and_on_no_layer_before(folder: Path) -> None:
    def taught(asked: list[Judged]) -> list[float]:
        return [each.candidates[0].support for each in with_support(asked, folder)]

    found = taught(judged(PASSAGE, at=0, support=0.0))
    assert len(set(found)) == len(found), "each span has its own"
    assert taught(judged(PASSAGE, at=0, support=7.5)) == found
    assert taught(judged(PASSAGE, at=120, support=0.0)) == found, "wherever in its document the passage stands"
    assert taught(judged(f"{PASSAGE} It is old.", at=0, support=0.0)) != found
    window = json.loads((folder / "reader.json").read_text())["window"]
    assert window == json.loads((MODEL_FOLDER / "reader.json").read_text())["window"]


def test_a_mark_that_ends_the_passage_belongs_to_the_span_and_to_no_token(folder: Path) -> None:
    passage = "It was built by Ruth Valé".replace("é", "e\u0301")
    states = StatesReader(folder).states(QUESTION, passage, passage.index("Ruth"), len(passage))
    assert states.shape == (PLACES * 384,)


def test_a_span_that_no_window_holds_has_no_states(folder: Path) -> None:
    with pytest.raises(ValueError, match="no window of the passage holds the whole span"):
        StatesReader(folder).states(QUESTION, PASSAGE, 1000, 1010)
