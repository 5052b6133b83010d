"""PyTorch modules into ONNX files a quarter of their size.

8-bit weights with one scale a channel, activations rounded over the whole tensor, but for the widest products of each
layer, whose activations hold a few values far from the rest: there, weights and activations are rounded in blocks of
128 (ONNX Runtime's `MatMulNBits`), which halves the error for a twelfth of the speed. Weights of the others keep to
7 bits, so that no processor's 16-bit sums overflow and a result is the same on all. The embedding table has one scale
a row. A result depends on what shares its batch: such a model is run on one text at a time.
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from onnx import GraphProto, TensorProto

OPSET = 17
BITS = 8
BLOCK = 128
WIDE = 1024
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


def quantise(source: Path, target: Path) -> None:
    """Write the ONNX file `source` with 8-bit weights to `target`; products of `WIDE` inputs are rounded in blocks."""
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
    weights = {initializer.name: initializer for initializer in model.graph.initializer}
    narrow = [n.name for n in model.graph.node if n.input and not _is_wide(weights.get(n.input[-1]))]
    logging.getLogger().setLevel(logging.ERROR)  # it logs every node, and recommends what changes nothing here
    quantiser = MatMulNBitsQuantizer(model, algo_config=config, nodes_to_exclude=narrow)
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


def _is_wide(weight: TensorProto | None) -> bool:
    return weight is not None and len(weight.dims) == 2 and weight.dims[0] >= WIDE


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
