"""Makes activations easier to round before an ONNX file is quantised (SmoothQuant; Xiao et al. 2023).

A few channels of what leaves a LayerNorm are many times as large as the rest, and one scale for all of them rounds the
rest away. Such a channel is divided by a factor, and the weights that it is multiplied with are multiplied by it: the
products are what they were, and 8 bits take half as much from them, for one multiplication a LayerNorm.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.runtime import load_session

if TYPE_CHECKING:
    from onnx import GraphProto, NodeProto

# How much of the difference between channels goes from activations to weights, 0 to 1.
SHARE = 0.65
FACTORS, SMOOTHED = "_smoothing", "_smoothed"  # what is added to a tensor's name
LEAST = 1e-6  # so that a channel that is always 0 has a logarithm

Inputs = Mapping[str, NDArray[Any]]


def smooth(source: Path, target: Path, windows: Iterable[Inputs]) -> set[str]:
    """Write the ONNX file `source` to `target`, smoothed for what `windows` (the model's inputs) bring about.

    Returns the names of the products with weights that follow no LayerNorm, and stay as they are. Raises `ValueError`
    if none follows one, or if such weights are used elsewhere too.
    """
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.load(str(source))
    graph = model.graph
    weights = {i.name: i for i in graph.initializer}
    products = [n for n in graph.node if n.op_type == "MatMul" and n.input[1] in weights]
    largest = _largest(source, [n.output[0] for n in graph.node if n.op_type == "LayerNormalization"], windows)
    smoothed = set()
    for name, reached in largest.items():
        fed = [n for n in products if n.input[0] == name]
        if not fed:
            continue
        each = {n.input[1]: numpy_helper.to_array(weights[n.input[1]]) for n in fed}  # (in, out)
        if shared := each.keys() & {i for n in graph.node if n not in fed for i in n.input}:
            raise ValueError(f"the weights {sorted(shared)} are used by other products too: they cannot be smoothed")
        factors = _factors(reached, np.max([np.abs(w).max(axis=1) for w in each.values()], axis=0))
        for weight, values in each.items():
            weights[weight].CopyFrom(numpy_helper.from_array(values * factors[:, None], weight))
        graph.initializer.append(numpy_helper.from_array(1 / factors, name + FACTORS))
        _insert_after(graph, name, helper.make_node("Mul", [name, name + FACTORS], [name + SMOOTHED]))
        for node in fed:
            node.input[0] = name + SMOOTHED
            smoothed.add(node.name)
    if not smoothed:
        raise ValueError(f"{str(source)!r} has no product of a LayerNorm's output and weights to smooth")
    onnx.save(model, str(target))
    return {n.name for n in products} - smoothed


def _largest(source: Path, names: list[str], windows: Iterable[Inputs]) -> dict[str, NDArray[np.float32]]:
    """Of each tensor (batch, length, channels) the largest absolute value that each channel reaches."""
    import onnx
    from onnx import helper

    model = onnx.load(str(source))
    model.graph.output.extend(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in names)
    found: dict[str, NDArray[np.float32]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        open_model = Path(scratch) / "open.onnx"
        onnx.save(model, str(open_model))
        session = load_session(open_model)
        for window in windows:
            for name, values in zip(names, session.run(names, dict(window)), strict=True):
                reached = np.abs(values).max(axis=(0, 1))
                found[name] = np.maximum(found.get(name, reached), reached)
    return found


def _factors(reached: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """What each channel is divided by, from the largest values of activations and weights there; their product is 1."""
    logs = SHARE * np.log(np.maximum(reached, LEAST)) - (1 - SHARE) * np.log(np.maximum(weights, LEAST))
    return np.asarray(np.exp(logs - logs.mean()), dtype=np.float32)


def _insert_after(graph: GraphProto, name: str, node: NodeProto) -> None:
    at = next(i for i, other in enumerate(graph.node) if name in other.output)
    graph.node.insert(at + 1, node)
