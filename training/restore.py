"""The shipped 8-bit reader as PyTorch weights, so that a later stage can begin where the last one ended.

A weight comes back as its 8 bits say, not as it was before: of the shipped reader's logits that is the nearest form.
Of a smoothed product (see training.smoothing) the factor goes back into the weights.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import BertConfig, BertForQuestionAnswering

from training.minilm import encoder_folder
from training.smoothing import FACTORS, SMOOTHED
from training.train import RECORD

if TYPE_CHECKING:
    from onnx import GraphProto, NodeProto

Floats = NDArray[np.float32]


def restore(shipped: Path, out: Path) -> Path:
    """Write the reader in `shipped` (model.onnx, tokenizer.json, training.json) to `out` as a model; returns `out`.

    Raises `ValueError` if a weight of the model stands in none of the graph's products.
    """
    import onnx

    graph = onnx.load(str(shipped / "model.onnx")).graph
    config = BertConfig.from_pretrained(encoder_folder())
    model = BertForQuestionAnswering(config)
    weights = _by_name(graph)
    state = model.state_dict()
    for name in state:
        if name not in weights and not name.endswith(("position_ids", "token_type_ids")):
            raise ValueError(f"{str(shipped / 'model.onnx')!r} holds no weight {name!r}; is it a reader of training/?")
    model.load_state_dict({name: torch.from_numpy(weights[name].copy()) for name in state if name in weights})
    out.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(out)
    shutil.copyfile(shipped / "tokenizer.json", out / "tokenizer.json")
    record = json.loads((shipped / RECORD).read_text(encoding="utf-8"))
    (out / RECORD).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return out


def _by_name(graph: GraphProto) -> dict[str, Floats]:
    """Each parameter of the model, by its name there."""
    from onnx import numpy_helper

    held = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    found = {name.removeprefix("model."): values for name, values in held.items() if name.startswith("model.")}
    for table in [name for name in found if name.endswith("_int8")]:
        name = table.removesuffix("_int8")
        found[name] = found[table].astype(np.float32) * found[f"{name}_scale"]
    for node in graph.node:
        weight = _rounded_in_blocks(node, held) or _rounded_by_channel(node, held)
        if weight is not None:
            name, read = weight
            found[name] = read()
    return found


def _rounded_in_blocks(
    node: NodeProto, held: dict[str, NDArray[np.generic]]
) -> tuple[str, Callable[[], Floats]] | None:
    if node.op_type != "MatMulNBits":
        return None
    codes, scales = held[node.input[1]], held[node.input[2]].astype(np.float32)  # (out, blocks, size), (out, blocks)

    def read() -> Floats:
        centred = codes.astype(np.float32) - 128.0
        return (centred * scales.reshape(len(codes), -1, 1)).reshape(len(codes), -1)

    return _parameter(node.name), read


def _rounded_by_channel(
    node: NodeProto, held: dict[str, NDArray[np.generic]]
) -> tuple[str, Callable[[], Floats]] | None:
    if node.op_type != "MatMulInteger":
        return None
    base = node.input[1].removesuffix("_quantized")
    taken = node.input[0].removesuffix("_quantized")

    def read() -> Floats:
        codes = held[node.input[1]].astype(np.float32) - held[f"{base}_zero_point"].astype(np.float32)
        values = (codes * held[f"{base}_scale"].astype(np.float32)).T  # (out, in)
        factors = held.get(taken.removesuffix(SMOOTHED) + FACTORS)
        return values if factors is None else values * factors.astype(np.float32)

    return _parameter(node.name), read


def _parameter(product: str) -> str:
    """The parameter behind a product: "/model/bert/encoder/layer.0/…/query/MatMul_quant" is that of `query`."""
    inside = product.removeprefix("/model/").rpartition("/")[0]
    return inside.replace("/", ".") + ".weight"
