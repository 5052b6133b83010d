"""Scales the logits by one number (temperature), so that they are as sure as they are right.

Guo et al. 2017, "On Calibration of Modern Neural Networks", of which the temperature is the inverse. Who learns from a
teacher whose logits were divided sounds as doubtful as those; which span is the best stays as it is.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from scipy.optimize import minimize_scalar
from tokenizers import Tokenizer
from torch import Tensor

from training.data import load_json, read_squad
from training.features import Feature, batches, build_features, pad
from training.heads import ManyHeads
from training.losses import allowed_positions, span_loss
from training.mixture import SPLIT, TUNE

QUESTIONS = 500
BOUNDS = (0.3, 3.0)
BATCH_TOKENS = 4608


def calibration_windows(data: Path, tokenizer: Tokenizer, window: int) -> list[Feature]:
    """Windows of up to `QUESTIONS` questions of the calibration articles, with an answer and without."""
    found = read_squad(data / TUNE[0], titles=load_json(data / SPLIT)["tune_calibrate"], every_occurrence=True)
    chosen = random.Random(0).sample(found, min(QUESTIONS, len(found)))
    return build_features(chosen, tokenizer, window=window, crop_share=0.0, rng=random.Random(0))


def scale(model: ManyHeads, windows: Sequence[Feature]) -> float:
    """Multiply the model's logits, by its last layer, so that the right spans of `windows` are likeliest.

    Returns the factor, from 0.3 to 3.
    """
    torch.nn.Module.eval(model)
    seen = list(_logits(model, windows))

    def loss(factor: float) -> float:
        return sum(
            len(chosen) * span_loss(factor * start, factor * end, allowed, chosen).item()
            for start, end, allowed, chosen in seen
        )

    factor = float(minimize_scalar(loss, bounds=BOUNDS, method="bounded", options={"xatol": 0.01}).x)
    with torch.no_grad():
        for parameter in model.qa_outputs.parameters():
            parameter.mul_(factor)
    return factor


def _logits(model: ManyHeads, windows: Sequence[Feature]) -> Iterator[tuple[Tensor, Tensor, Tensor, list[Feature]]]:
    for which in batches(windows, tokens=BATCH_TOKENS, rng=random.Random(0)):
        chosen = [windows[i] for i in which]
        ids, mask, types = (torch.from_numpy(a) for a in pad(chosen))
        with torch.inference_mode():
            out = model(input_ids=ids, attention_mask=mask, token_type_ids=types)
        yield out.start_logits.clone(), out.end_logits.clone(), allowed_positions(ids, types), chosen
