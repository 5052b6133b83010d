"""PyTorch modules into ONNX files a quarter of their size, in two ways.

`quantise_blocks`, for the embedder: 8-bit weights, in products with one scale for each block of 128 (ONNX
Runtime's `MatMulNBits`), in the embedding table with one a row. Activations stay fp32 between operators and are
rounded to 8 bits inside a product in blocks of 128 *of one token*: a text's vector hardly depends on its batch.

`quantise_dynamic`, for the reader: 8-bit weights with one scale a channel, activations rounded over the whole
tensor. It is nearly twice as fast, but a result depends on what shares its batch: such a model is run on one
window at a time.
"""

from __future__ import annotations

import logging
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


def quantise_blocks(source: Path, target: Path) -> None:
    """Write the ONNX file `source` with 8-bit weights to `target`."""
    import onnx
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
    logging.getLogger("onnxruntime.quantization").setLevel(logging.WARNING)  # it logs every node
    quantiser = MatMulNBitsQuantizer(model, algo_config=config)
    quantiser.process()
    quantiser.model.save_model_to_file(str(target), use_external_data_format=False)


def quantise_dynamic(source: Path, target: Path) -> None:
    """Write the ONNX file `source` with 8-bit weights to `target`; activations are rounded as they come."""
    from onnxruntime.quantization import QuantType
    from onnxruntime.quantization import quantize_dynamic as quantise

    logging.getLogger().setLevel(logging.ERROR)  # it recommends a preprocessing that changes nothing here
    quantise(source, target, per_channel=True, weight_type=QuantType.QInt8)


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
