"""The trained reader as the files that ship: model.onnx (8-bit), tokenizer.json, reader.json, training.json."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from index.runtime import load_tokenizer
from qa.read.onnx import MODEL_FOLDER, SCHEMA_VERSION
from training.data import load_json, sha256
from training.features import build_features, pad
from training.heads import Heads, ManyHeads
from training.mixture import Mixture, Source, load_mixture
from training.onnx_export import export, quantise
from training.smoothquant import smooth
from training.temperature import calibration_windows, scale
from training.train import RECORD

# Tokens of question and passage together; the encoder has positions for 512.
WINDOW = 384
# Windows of the training articles that show how large activations grow.
SHOWN = 128
INPUTS = ["input_ids", "attention_mask", "token_type_ids"]
OUTPUTS = list(Heads._fields)


class Outputs(torch.nn.Module):
    """A reader with plain tensors for output, in the order of `OUTPUTS`."""

    def __init__(self, model: ManyHeads) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> tuple[Tensor, ...]:
        """Inputs (batch, length), int64."""
        return tuple(self.model(input_ids, attention_mask, token_type_ids))


def export_reader(data: Path, trained: Path, scratch: Path, target: Path = MODEL_FOLDER) -> None:
    """Write the shipped files of the model in `trained` to `target`; `scratch` keeps the ONNX file in fp32.

    The logits are scaled to be as sure as they are right. What a product takes from a LayerNorm is smoothed, any other
    product with weights is rounded in blocks: either halves what 8 bits take.
    """
    model = ManyHeads.from_pretrained(trained, attn_implementation="eager")
    tokenizer = load_tokenizer(trained / "tokenizer.json")
    factor = scale(model, calibration_windows(data, tokenizer, WINDOW))
    scratch.mkdir(parents=True, exist_ok=True)
    target.mkdir(parents=True, exist_ok=True)
    example = tuple(torch.ones(2, 8, dtype=torch.long) for _ in INPUTS)
    export(Outputs(model), example, INPUTS, OUTPUTS, scratch / "model.onnx")
    smoothed = scratch / "smoothed.onnx"
    in_blocks = smooth(scratch / "model.onnx", smoothed, _windows(data, tokenizer))
    quantise(smoothed, target / "model.onnx", in_blocks)
    record = {**load_json(trained / RECORD), "logit_scale": round(factor, 3)}
    (target / RECORD).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    for folder in (scratch, target):
        shutil.copyfile(trained / "tokenizer.json", folder / "tokenizer.json")
        write_card(folder)


def write_card(folder: Path, window: int = WINDOW) -> None:
    """Write reader.json for the model.onnx in `folder`: its `id`, by its sha256, and its `window` in tokens."""
    reader = f"pincite-reader:{sha256(folder / 'model.onnx')[:12]}"
    card = {"schema_version": SCHEMA_VERSION, "id": reader, "window": window}
    (folder / "reader.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def _windows(data: Path, tokenizer: Tokenizer) -> Iterator[dict[str, NDArray[np.int64]]]:
    examples = load_mixture(data, Mixture((), Source("tune_train")), seed=0)
    rng = random.Random(0)
    shown = rng.sample(examples, min(SHOWN, len(examples)))
    for feature in build_features(shown, tokenizer, window=WINDOW, crop_share=0.0, rng=rng):
        yield dict(zip(INPUTS, pad([feature]), strict=True))
