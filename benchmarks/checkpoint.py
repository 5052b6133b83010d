"""The shipped reader as a torch checkpoint for other software: `python -m benchmarks.checkpoint FOLDER`.

The 8-bit weights are multiplied out again, so that all readers have the same ones. What a torch reader does not have is
the rounding of activations: `--check` counts how often its best span is the shipped reader's nevertheless.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qa.read.onnx import MODEL_FOLDER
from training.minilm import encoder_folder
from training.smoothing import SMOOTHED

if TYPE_CHECKING:
    from onnx import NodeProto

Weights = NDArray[np.float32]
PREFIX = "model."  # training.export's wrapper holds the model under this name


def dequantised(path: Path) -> dict[str, Weights]:
    """The weights of the ONNX file `path`, as training.onnx_export wrote it, by their names in torch.

    Raises `ValueError` for a product of weights that it would leave out.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(path)).graph
    stored = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    found = {name: values for name, values in stored.items() if name.startswith(PREFIX) and values.dtype == np.float32}
    for name in [name for name in found if name.endswith("_scale")]:  # of a table that is looked up by row
        table = name.removesuffix("_scale")
        found[table] = stored[f"{table}_int8"].astype(np.float32) * found.pop(name)
    divided = _divided(graph.node, stored)
    for weight, node, activations in _products(graph.node):
        found[weight] = _product(node, stored) * divided.get(activations, np.float32(1))
    return {name.removeprefix(PREFIX): np.array(values, order="C") for name, values in found.items()}


def _products(nodes: Any) -> Iterator[tuple[str, NodeProto, str]]:
    """The name of each product's weights in torch, the product, and the name of the activations that it takes."""
    rounded = {n.output[0]: n.input[0] for n in nodes if n.op_type == "DynamicQuantizeLinear"}
    for node in nodes:
        if node.op_type in ("MatMulInteger", "MatMulNBits"):
            name = node.name.strip("/").rpartition("/")[0].replace("/", ".") + ".weight"
            yield name, node, rounded.get(node.input[0], node.input[0])
        elif node.op_type in ("MatMul", "Gemm") and any("onnx::MatMul" in name for name in node.input):
            raise ValueError(f"the product {node.name!r} keeps its weights in a form that is not known here")


def _divided(nodes: Any, stored: dict[str, NDArray[Any]]) -> dict[str, Weights]:
    """What smoothed activations were multiplied by (see training.smoothing), (in,), by their names."""
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


def write_checkpoint(target: Path, source: Path = MODEL_FOLDER) -> None:
    """Write to `target` what `transformers` loads as a `BertForQuestionAnswering` and its tokenizer.

    Raises `ValueError` where the weights are not exactly those that the model has.
    """
    import torch
    from transformers import BertConfig, BertForQuestionAnswering

    config = BertConfig.from_pretrained(encoder_folder(), architectures=["BertForQuestionAnswering"])
    model = BertForQuestionAnswering(config)
    weights = {name: torch.from_numpy(values) for name, values in dequantised(source / "model.onnx").items()}
    missing, unexpected = model.load_state_dict(weights, strict=False)
    left = [name for name in missing if not name.endswith("position_ids")]
    if left or unexpected:
        raise ValueError(f"not the reader's weights: {left} are missing, {unexpected} are too many")
    model.save_pretrained(target)
    shutil.copyfile(source / "tokenizer.json", target / "tokenizer.json")
    shutil.copyfile(encoder_folder() / "tokenizer_config.json", target / "tokenizer_config.json")
    shutil.copyfile(encoder_folder() / "vocab.txt", target / "vocab.txt")
    shutil.copyfile(source / "reader.json", target / "reader.json")  # which reader it was made from


def is_current(target: Path, source: Path = MODEL_FOLDER) -> bool:
    """Whether `target` holds a checkpoint of the reader in `source`."""
    made, wanted = target / "reader.json", source / "reader.json"
    return made.is_file() and made.read_bytes() == wanted.read_bytes()


def agreement(checkpoint: Path, pairs: list[tuple[str, str]]) -> dict[str, float]:
    """How often, in percent, both readers' best spans of a (question, passage) are one, and how far margins differ."""
    from qa.read import load_reader

    ours, theirs = (load_reader(name).read(pairs, best=1).passages for name in (None, str(checkpoint)))
    spans = [(a.spans[0], b.spans[0]) for a, b in zip(ours, theirs, strict=True)]
    same = [(a.start, a.end) == (b.start, b.end) for a, b in spans]
    verdict = [(a.margin > 0) == (b.margin > 0) for a, b in spans]
    return {
        "pairs": len(pairs),
        "same_span": 100 * float(np.mean(same)),
        "same_preference_of_span_over_none": 100 * float(np.mean(verdict)),
        "median_margin_difference": float(np.median([abs(a.margin - b.margin) for a, b in spans])),
    }


def main() -> None:
    """Write the checkpoint; with `--check` also say how it agrees on the questions of the bundled article."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.checkpoint", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    write_checkpoint(arguments.folder)
    if arguments.check:
        from benchmarks.material import bundled

        material = bundled()
        passages = [text for text in material.texts[0].text.split("\n\n") if len(text) > 200]
        pairs = [(pair.question, passage) for pair in material.pairs for passage in passages]
        print(json.dumps(agreement(arguments.folder, pairs), indent=2))


if __name__ == "__main__":
    main()
