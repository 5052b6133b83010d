"""Computes the loss of a step: how unlikely the right spans are, and how far the places are from the teacher's."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from training.features import Feature


def span_loss(start: Tensor, end: Tensor, allowed: Tensor, targets: list[Feature]) -> Tensor:
    """Mean of -log of the probability of all right spans together (marginal likelihood; Clark & Gardner 2018).

    `start` and `end` are logits (batch, length); positions that are not `allowed` cannot be chosen. Windows whose
    targets nobody knows do not count.
    """
    known = [i for i, feature in enumerate(targets) if feature.targets]
    if not known:
        return start.new_zeros((), dtype=torch.float32)
    if len(known) < len(targets):
        which = moved(torch.tensor(known), start.device)
        return span_loss(start[which], end[which], allowed[which], [targets[i] for i in known])
    rows = [torch.tensor(f.targets) for f in targets]
    spans = moved(pad_sequence(rows, batch_first=True), start.device)
    none = pad_sequence([torch.zeros(len(r)) for r in rows], batch_first=True, padding_value=-math.inf)
    weights = moved(none, start.device)
    log_start = start.float().masked_fill(~allowed, -1e4).log_softmax(-1).gather(1, spans[..., 0])
    log_end = end.float().masked_fill(~allowed, -1e4).log_softmax(-1).gather(1, spans[..., 1])
    return -(log_start + log_end + weights).logsumexp(-1).mean()


def distillation_loss(start: Tensor, end: Tensor, allowed: Tensor, taught: Tensor, temperature: float) -> Tensor:
    """Mean cross-entropy of the student's places with the teacher's.

    `start`, `end`: the student's logits (batch, length); `taught`: the teacher's, (batch, length, 2), which are divided
    by `temperature`. Positions that are not `allowed` do not count.
    """
    total = start.new_zeros((), dtype=torch.float32)
    for logits, wanted in ((start, taught[..., 0]), (end, taught[..., 1])):
        aim = (wanted.float() / temperature).masked_fill(~allowed, -1e4).softmax(-1)
        said = logits.float().masked_fill(~allowed, -1e4).log_softmax(-1)
        total = total - (aim * said).sum(-1).mean()
    return total


def allowed_positions(ids: Tensor, types: Tensor) -> Tensor:
    """True for `[CLS]` (the null answer) and for the passage's tokens, without its closing `[SEP]`."""
    allowed = types.bool()
    last = types.cumsum(1).argmax(1)
    allowed[torch.arange(len(ids)), last] = False
    allowed[:, 0] = True
    return allowed


def moved(tensor: Tensor, device: torch.device) -> Tensor:
    """`tensor` on `device`, which goes on with what it was doing."""
    return tensor.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else tensor
