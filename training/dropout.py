"""Dropout whose masks are cut from a pool: drawing fresh ones takes 40% of a step on two cores."""

from __future__ import annotations

import torch
from torch import Tensor, nn

POOL = 1 << 23
# The names of BERT's and MPNet's layers.
_HIDDEN = ("output.dropout", "embeddings.dropout", "attention.dropout")


class PooledDropout(nn.Module):
    """Like `torch.nn.Dropout` (Srivastava et al. 2014), with masks that are runs of one random row of `POOL`.

    The runs begin at random, so that a mask hardly ever comes twice. A tensor of more values than `POOL` has a mask of
    its own.
    """

    pool: Tensor

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p
        kept = (torch.rand(POOL) >= p).to(torch.bfloat16) / (1.0 - p)
        self.register_buffer("pool", kept, persistent=False)

    def forward(self, values: Tensor) -> Tensor:
        """`values` with a share `p` of them 0 and the others larger by as much; unchanged outside training."""
        if not self.training:
            return values
        if values.numel() > POOL:
            return nn.functional.dropout(values, self.p)
        start = int(torch.randint(POOL - values.numel() + 1, ()))
        return values * self.pool[start : start + values.numel()].view_as(values)


def drop_hidden(model: nn.Module, p: float) -> None:
    """Put one `PooledDropout` in place of every dropout on hidden states; those on attention stay as they are."""
    shared = PooledDropout(p)
    for name, module in list(model.named_modules()):
        if isinstance(module, nn.Dropout) and name.endswith(_HIDDEN):
            parent, _, last = name.rpartition(".")
            setattr(model.get_submodule(parent), last, shared)
