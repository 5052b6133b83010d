"""PyTorch modules into ONNX files a quarter of their size.

Weights have 8 bits, and a product of matrices is rounded in one of two ways. In blocks of 128, weights and activations
alike (ONNX Runtime's `MatMulNBits`): a value far from the rest costs its own block alone. Or with one scale for each
channel of the weights and one for all activations, which is quicker: those weights keep to 7 bits, so that no
processor's 16-bit sums overflow and a result is the same on all processors. But it depends on what shares its batch:
such a model is run on one text at a time. The embedding table has one scale a row.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from onnx import GraphProto

OPSET = 17
BITS = 8
BLOCK = 128
# MatMulNBits' attribute accuracy_level: 4 lets it compute in int8 (1 would keep fp32).
INT8_COMPUTE = 4


def export(
    module: torch.nn.Module, example: tuple[torch.Tensor, ...], inputs: list[str], outputs: list[str], path: Path
) -> None:
    """Write `module` in fp32, with batch (axis 0) and length (axis 1 of the inputs) left open."""
    dynamic = {name: {0: "batch", 1: "length"} for name in inputs} | {name: {0: "batch"} for name in outputs}
    # A wrapper does not hand its mode down to what was put into it: say it once more.
    torch.onnx.export(
        module.eval(),
        example,
        str(path),
        input_names=inputs,
        output_names=outputs,
        dynamic_axes=dynamic,
        opset_version=OPSET,
        dynamo=False,
    )


def quantise(source: Path, target: Path, in_blocks: Collection[str]) -> None:
    """Write the ONNX file `source` with 8-bit weights to `target`; `in_blocks`: the products rounded that way."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer
    from onnxruntime.quantization.quant_utils import QuantFormat

    config = DefaultWeightOnlyQuantConfig(
        block_size=BLOCK,
        is_symmetric=True,
        accuracy_level=INT8_COMPUTE,
        quant_format=QuantFormat.QOperator,
        op_types_to_quantize=("MatMul",),
        bits=BITS,
    )
    model = onnx.load(str(source))
    _quantise_tables(model.graph)
    others = [node.name for node in model.graph.node if node.name not in in_blocks]
    logging.getLogger().setLevel(logging.ERROR)  # it logs every node, and recommends what changes nothing here
    quantiser = MatMulNBitsQuantizer(model, algo_config=config, nodes_to_exclude=others)
    quantiser.process()
    with tempfile.TemporaryDirectory() as scratch:
        half = Path(scratch) / "half.onnx"
        quantiser.model.save_model_to_file(str(half), use_external_data_format=False)
        quantize_dynamic(
            half,
            target,
            per_channel=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul"],
            reduce_range=True,
        )


def wide_products(source: Path, inputs: int) -> set[str]:
    """Return the names of the products in `source` whose weights take `inputs` numbers or more."""
    import onnx

    graph = onnx.load(str(source)).graph
    sizes = {weight.name: weight.dims[0] for weight in graph.initializer if len(weight.dims) == 2}
    return {n.name for n in graph.node if n.op_type == "MatMul" and sizes.get(n.input[1], 0) >= inputs}


def _quantise_tables(graph: GraphProto) -> None:
    """Large tables that are looked up by row: 8-bit integers and one scale a row, multiplied after the look-up."""
    from onnx import helper, numpy_helper

    weights = {initializer.name: initializer for initializer in graph.initializer}
    nodes = []
    for node in graph.node:
        table = weights.get(node.input[0]) if node.op_type == "Gather" else None
        if table is None or len(table.dims) != 2 or table.dims[0] < 1000:
            nodes.append(node)
            continue
        values = numpy_helper.to_array(table)
        scale = np.abs(values).max(axis=1, keepdims=True) / 127
        rounded = np.round(values / np.maximum(scale, 1e-12)).astype(np.int8)
        graph.initializer.remove(table)
        graph.initializer.append(numpy_helper.from_array(rounded, f"{table.name}_int8"))
        graph.initializer.append(numpy_helper.from_array(scale.astype(np.float32), f"{table.name}_scale"))
        rows, scales, real = (f"{node.output[0]}_{part}" for part in ("rows", "scales", "real"))
        nodes += [
            helper.make_node("Gather", [f"{table.name}_int8", node.input[1]], [rows], axis=0),
            helper.make_node("Gather", [f"{table.name}_scale", node.input[1]], [scales], axis=0),
            helper.make_node("Cast", [rows], [real], to=1),
            helper.make_node("Mul", [real, scales], [node.output[0]]),
        ]
    del graph.node[:]
    graph.node.extend(nodes)
