"""How a model of PyTorch gets its 8 bits: what is smoothed, what is rounded in blocks, and what that leaves of it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from numpy.typing import NDArray

from benchmarks.checkpoint import dequantised
from index.runtime import load_session
from training.onnx_export import export, quantise, wide_products
from training.smoothquant import smooth

WIDTH, INNER, LOUD = 128, 256, 7
NARROW = {f"/model/{name}/MatMul" for name in ("narrow", "gate", "head")}
WIDE = {"/model/wide/MatMul"}


class Layer(torch.nn.Module):
    """A LayerNorm with a channel far louder than the rest, two products of it, a wider one, and a LayerNorm again."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.norm = torch.nn.LayerNorm(WIDTH)
        self.narrow = torch.nn.Linear(WIDTH, INNER)
        self.gate = torch.nn.Linear(WIDTH, INNER)
        self.wide = torch.nn.Linear(INNER, WIDTH)
        self.last_norm = torch.nn.LayerNorm(WIDTH)
        self.head = torch.nn.Linear(WIDTH, INNER)
        with torch.no_grad():
            self.norm.weight[LOUD] = 150.0
            self.last_norm.weight.uniform_(0.5, 1.5)
            self.last_norm.bias.uniform_(-0.5, 0.5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        normal = self.norm(x)
        inner = torch.relu(self.narrow(normal)) * torch.sigmoid(self.gate(normal))
        return self.head(self.last_norm(normal + self.wide(inner)))


class Wrapper(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.model = Layer()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.model(x)


def inputs(count: int, seed: int) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(size=(count, 5, WIDTH)).astype(np.float32)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exported") / "model.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # torch would rather be asked for its newer exporter
        export(Wrapper(), (torch.zeros(2, 5, WIDTH),), ["x"], ["y"], path)
    return path


def shown() -> Iterator[dict[str, NDArray[np.float32]]]:
    return ({"x": inputs(1, seed)} for seed in range(8))


def run(path: Path, x: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(load_session(path).run(None, {"x": x})[0])


def error(path: Path, exported: Path) -> float:
    x = inputs(1, seed=99)
    return float(np.sqrt(np.mean((run(path, x) - run(exported, x)) ** 2)))


def operations(path: Path) -> set[str]:
    return {node.op_type for node in onnx.load(str(path)).graph.node}


def test_a_smoothed_model_says_what_it_said(exported: Path, tmp_path: Path) -> None:
    left = smooth(exported, tmp_path / "smoothed.onnx", shown())
    assert left == WIDE, "which follows no LayerNorm"
    x = inputs(3, seed=99)
    np.testing.assert_allclose(run(tmp_path / "smoothed.onnx", x), run(exported, x), rtol=1e-4, atol=1e-4)


def test_what_cannot_be_smoothed_is_refused(exported: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no product of a LayerNorm's output"):
        smooth(exported, tmp_path / "smoothed.onnx", [])
    model = onnx.load(str(exported))
    norms = [node.output[0] for node in model.graph.node if node.op_type == "LayerNormalization"]
    first, second = ([n for n in model.graph.node if n.op_type == "MatMul" and n.input[0] == name] for name in norms)
    second[0].input[1] = first[0].input[1]
    onnx.save(model, str(tmp_path / "shared.onnx"))
    with pytest.raises(ValueError, match="are used by other products too"):
        smooth(tmp_path / "shared.onnx", tmp_path / "smoothed.onnx", shown())


def test_smoothing_halves_at_least_what_8_bits_take_where_a_channel_is_loud(exported: Path, tmp_path: Path) -> None:
    plain, better = tmp_path / "plain.onnx", tmp_path / "better.onnx"
    quantise(exported, plain, WIDE)
    left = smooth(exported, tmp_path / "smoothed.onnx", shown())
    quantise(tmp_path / "smoothed.onnx", better, left)
    assert operations(plain) >= {"MatMulInteger", "MatMulNBits"} <= operations(better)
    assert error(better, exported) < error(plain, exported) / 2


def test_what_is_rounded_in_blocks_does_not_depend_on_its_batch(exported: Path, tmp_path: Path) -> None:
    blocks, whole = tmp_path / "blocks.onnx", tmp_path / "whole.onnx"
    quantise(exported, blocks, NARROW | WIDE)
    quantise(exported, whole, set())
    assert "MatMulInteger" not in operations(blocks)
    alone, beside = inputs(1, seed=1), inputs(3, seed=2)

    def moved(path: Path) -> float:
        return float(np.abs(run(path, np.concatenate([alone, beside]))[:1] - run(path, alone)).max())

    assert moved(blocks) < 1e-5 < 1e-3 < moved(whole)


def test_products_are_told_by_the_numbers_they_take(exported: Path) -> None:
    assert wide_products(exported, WIDTH) == NARROW | WIDE
    assert wide_products(exported, INNER) == WIDE
    assert wide_products(exported, INNER + 1) == set()


def test_the_weights_are_found_again_but_for_their_rounding(exported: Path, tmp_path: Path) -> None:
    left = smooth(exported, tmp_path / "smoothed.onnx", shown())
    quantise(tmp_path / "smoothed.onnx", tmp_path / "small.onnx", left)
    layer, x = Layer(), inputs(1, seed=99)
    layer.load_state_dict({k: torch.from_numpy(v) for k, v in dequantised(tmp_path / "small.onnx").items()})
    found = layer(torch.from_numpy(x)).detach().numpy()
    off = float(np.sqrt(np.mean((found - run(exported, x)) ** 2)))
    assert 0 < off < error(tmp_path / "small.onnx", exported), "whose activations are rounded too"
