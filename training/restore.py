"""The shipped 8-bit reader as PyTorch weights, so that a later stage, or other software, can begin with it.

A weight comes back as its 8 bits say, not as it was before: of the shipped reader's logits that is the nearest form.
What a product of smoothed activations was multiplied with (see training.smoothquant) goes back into its weights.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import BertConfig, BertForQuestionAnswering

from training.heads import ManyHeads
from training.minilm import encoder_folder
from training.smoothquant import SMOOTHED
from training.train import RECORD

if TYPE_CHECKING:
    from onnx import NodeProto

Weights = NDArray[np.float32]
PREFIX = "model."  # training.export's wrapper holds the model under this name


def restore(shipped: Path, out: Path) -> Path:
    """Write the reader in `shipped` (model.onnx, tokenizer.json, training.json) to `out` as a model; returns `out`.

    Raises `ValueError` where the weights are not exactly those that the model has.
    """
    weights = {name: torch.from_numpy(values) for name, values in dequantised(shipped / "model.onnx").items()}
    kind = ManyHeads if "sentence_outputs.weight" in weights else BertForQuestionAnswering
    model = kind(BertConfig.from_pretrained(encoder_folder()))
    missing, unexpected = model.load_state_dict(weights, strict=False)
    left = [name for name in missing if not name.endswith("position_ids")]
    if left or unexpected:
        raise ValueError(f"not the reader's weights: {left} are missing, {unexpected} are too many")
    out.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(out)
    shutil.copyfile(shipped / "tokenizer.json", out / "tokenizer.json")
    record = json.loads((shipped / RECORD).read_text(encoding="utf-8"))
    (out / RECORD).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return out


def dequantised(path: Path) -> dict[str, Weights]:
    """Return the weights of the ONNX file `path`, as training.onnx_export wrote it, by their names in torch.

    Raises `ValueError` for a product of weights that it would leave out.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(path)).graph
    stored = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    found = {name: values for name, values in stored.items() if name.startswith(PREFIX) and values.dtype == np.float32}
    for name in [name for name in found if name.endswith(("_scale", "_zero_point"))]:
        scale, table = found.pop(name), name.removesuffix("_scale")
        if f"{table}_int8" in stored:  # that is looked up by row
            found[table] = stored[f"{table}_int8"].astype(np.float32) * scale
    divided = _divided(graph.node, stored)
    for weight, node, activations in _products(graph.node):
        found[weight] = _product(node, stored) * divided.get(activations, np.float32(1))
    return {name.removeprefix(PREFIX): np.array(values, order="C") for name, values in found.items()}


def _products(nodes: Any) -> Iterator[tuple[str, NodeProto, str]]:
    """Yield the name of each product's weights in torch, the product, and the name of the activations that it takes."""
    rounded = {n.output[0]: n.input[0] for n in nodes if n.op_type == "DynamicQuantizeLinear"}
    for node in nodes:
        if node.op_type in ("MatMulInteger", "MatMulNBits"):
            name = node.name.strip("/").rpartition("/")[0].replace("/", ".") + ".weight"
            yield name, node, rounded.get(node.input[0], node.input[0])
        elif node.op_type in ("MatMul", "Gemm") and any("onnx::MatMul" in name for name in node.input):
            raise ValueError(f"the product {node.name!r} keeps its weights in a form that is not known here")


def _divided(nodes: Any, stored: dict[str, NDArray[Any]]) -> dict[str, Weights]:
    """Return what smoothed activations were multiplied by (see training.smoothquant), (in,), by their names."""
    return {n.output[0]: stored[n.input[1]] for n in nodes if n.output[0].endswith(SMOOTHED)}


def _product(node: NodeProto, stored: dict[str, NDArray[Any]]) -> Weights:
    """(out, in), as torch has it."""
    if node.op_type == "MatMulInteger":
        name = node.input[1].removesuffix("_quantized")
        zero = stored[f"{name}_zero_point"].astype(np.int32)
        levels = stored[node.input[1]].astype(np.int32) - zero  # (in, out), a scale for each of out
        return np.asarray((levels * stored[f"{name}_scale"]).T, dtype=np.float32)
    levels = stored[node.input[1]].astype(np.int32) - 128  # (out, blocks, 128), a scale for each block
    scaled = levels * stored[node.input[2]][:, :, None]
    return np.asarray(scaled.reshape(len(scaled), -1), dtype=np.float32)
