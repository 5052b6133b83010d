"""What the reader's hidden states say for a span: a linear layer that is learnt after all others.

The margin is learnt on the articles that the reader was trained on, on which it is surer than elsewhere. The support is
learnt on others, as the confidence is: a logistic regression over the confidence's scores and the states at four places
(`[CLS]`, the mean of the question, the span's first and last token), of which the states' part is the support. They are
those of the last layer but one: the last one's serve the margin, and are as sure as it is of what was seen in training.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from index.runtime import load_session
from qa.read import OnnxReader
from qa.read.windows import pad_windows

if TYPE_CHECKING:
    from onnx import ModelProto

Floats = NDArray[np.float64]

OUTPUT = "support"
PLACES = 4
NORMS_A_LAYER = 2
# Of the regression: the inverse strength of what holds the states' weights small, and how much less the scores' are.
STRENGTH, SCORES_FREER = 0.002, 10.0


@dataclass(frozen=True, slots=True)
class Head:
    """The layer: `weights` (hidden size, PLACES), and `bias`, which the first place has."""

    weights: NDArray[np.float32]
    bias: float

    def of(self, states: Floats) -> Floats:
        """Return the support of spans, (spans,), from their states, (spans, PLACES times hidden size)."""
        return states @ self.weights.T.reshape(-1).astype(np.float64) + self.bias


def learn(states: Floats, scores: Floats, right: NDArray[np.bool_]) -> Head:
    """Learn which spans are `right` (spans,), from `states` (spans, PLACES times hidden size) beside `scores`."""
    scale = StandardScaler().fit(states)
    beside = SCORES_FREER * StandardScaler().fit_transform(scores)
    values = np.hstack([scale.transform(states), beside])
    model = LogisticRegression(C=STRENGTH, max_iter=5000).fit(values, right)
    weights = model.coef_[0][: states.shape[1]] / scale.scale_
    return Head(weights.reshape(PLACES, -1).T.astype(np.float32), -float(weights @ scale.mean_))


def held_out(
    states: Floats, scores: Floats, right: NDArray[np.bool_], taught: NDArray[np.bool_], groups: Sequence[str]
) -> Floats:
    """The support of each span, (spans,), from a layer that was learnt on those `taught`, without its own group's."""
    found, group = np.zeros(len(states)), np.array(groups)
    for name in np.unique(group):
        own = group == name
        others = taught & ~own
        found[own] = learn(states[others], scores[others], right[others]).of(states[own])
    return found


def hidden_states(model: ModelProto) -> str:
    """Return the name of the last layer's but one hidden states, (batch, length, hidden size), in a reader's graph."""
    norms = [str(node.output[0]) for node in model.graph.node if node.op_type == "LayerNormalization"]
    return norms[-1 - NORMS_A_LAYER]


class StatesReader(OnnxReader):
    """The reader in `folder`, whose hidden states can be seen."""

    def __init__(self, folder: Path) -> None:
        import onnx
        from onnx import helper

        super().__init__(folder)
        model = onnx.load(str(folder / "model.onnx"))
        self._hidden = hidden_states(model)
        model.graph.output.append(helper.make_tensor_value_info(self._hidden, onnx.TensorProto.FLOAT, None))
        with tempfile.TemporaryDirectory() as scratch:
            onnx.save(model, f"{scratch}/model.onnx")
            self._session = load_session(Path(scratch) / "model.onnx")

    def states(self, question: str, passage: str, start: int, end: int) -> NDArray[np.float32]:
        """Return those at the PLACES of the span `passage[start:end]`, (PLACES times hidden size,)."""
        windows = self._windows([(question, passage)])
        for window in windows:
            inside = [i for i, (low, high) in enumerate(window.offsets, window.first) if low < end and start < high]
            # A combining mark at the end of the passage belongs to the span and to no token.
            if inside and (window is windows[-1] or window.offsets[-1][1] >= end):
                ids, mask, types = pad_windows([window], self._special)
                inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
                hidden = self._session.run([self._hidden], inputs)[0][0]
                asked = hidden[1 : window.first - 1].mean(axis=0)
                return np.concatenate([hidden[0], asked, hidden[inside[0]], hidden[inside[-1]]])
        raise ValueError(f"no window of the passage holds the whole span {start} to {end}")


def add_head(path: Path, head: Head) -> None:
    """Give the reader in the ONNX file `path` an output `support`, (batch, length, PLACES), in place of one it has."""
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.load(str(path))
    graph = model.graph
    for part in (graph.node, graph.initializer, graph.output):
        for old in [each for each in part if each.name.startswith(OUTPUT)]:
            part.remove(old)
    bias = np.zeros(PLACES, dtype=np.float32)
    bias[0] = head.bias
    graph.initializer.append(numpy_helper.from_array(head.weights, f"{OUTPUT}_weights"))
    graph.initializer.append(numpy_helper.from_array(bias, f"{OUTPUT}_bias"))
    product = f"{OUTPUT}_product"
    graph.node.append(helper.make_node("MatMul", [hidden_states(model), f"{OUTPUT}_weights"], [product], name=product))
    graph.node.append(helper.make_node("Add", [product, f"{OUTPUT}_bias"], [OUTPUT], name=OUTPUT))
    graph.output.append(helper.make_tensor_value_info(OUTPUT, onnx.TensorProto.FLOAT, ["batch", "length", PLACES]))
    onnx.save(model, str(path))
