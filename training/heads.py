"""The reader with all its heads in one pass: start and end of a span, which sentences answer, and a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

import torch
from torch import Tensor
from transformers import BertConfig, BertForQuestionAnswering

from training.features import UNKNOWN, Feature


class Verdict(IntEnum):
    """What a passage says to a yes/no question or to a statement; the place of each in the head's logits."""

    YES = 0  # of a statement: supported
    NO = 1  # contradicted
    NEITHER = 2


class Heads(NamedTuple):
    """What the reader makes of a batch of windows.

    `start_logits`, `end_logits`: (batch, length). `sentence_logits`: of each token, (batch, length), whose mean over a
    sentence's tokens is the logit that it answers. `verdict_logits`: (batch, 3), in the order of `Verdict`.
    """

    start_logits: Tensor
    end_logits: Tensor
    sentence_logits: Tensor
    verdict_logits: Tensor


class ManyHeads(BertForQuestionAnswering):
    """MiniLM with a linear layer for each head."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__(config)
        self.sentence_outputs = torch.nn.Linear(config.hidden_size, 1)
        self.verdict_outputs = torch.nn.Linear(config.hidden_size, len(Verdict))
        self.post_init()  # type: ignore[no-untyped-call]

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Heads:
        """Inputs (batch, length), int64."""
        states = self.bert(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)[0]
        start, end = self.qa_outputs(states).unbind(-1)
        sentences = self.sentence_outputs(states).squeeze(-1)
        return Heads(start, end, sentences, self.verdict_outputs(states[:, 0]))


def sentence_loss(logits: Tensor, windows: Sequence[Feature]) -> Tensor:
    """The binary cross-entropy of whether each sentence answers: a mean over a window's sentences, summed over windows.

    `logits`: (batch, length). Sentences of which nobody knows do not count.
    """
    sums = torch.cat([torch.zeros_like(logits[:, :1], dtype=torch.float32), logits.float().cumsum(1)], dim=1)
    total = sums.new_zeros(())
    for row, window in enumerate(windows):
        known = [i for i, label in enumerate(window.answering) if label != UNKNOWN]
        if not known:
            continue
        first = torch.tensor([window.sentences[i][0] for i in known], device=logits.device)
        after = torch.tensor([window.sentences[i][1] + 1 for i in known], device=logits.device)
        scores = (sums[row, after] - sums[row, first]) / (after - first)
        labels = torch.tensor([float(window.answering[i]) for i in known], device=logits.device)
        total = total + torch.nn.functional.binary_cross_entropy_with_logits(scores, labels)
    return total


def verdict_loss(logits: Tensor, windows: Sequence[Feature]) -> Tensor:
    """Return the cross-entropy of the verdicts, summed over the windows that have one; `logits`: (batch, 3)."""
    labels = torch.tensor([window.verdict for window in windows], device=logits.device)
    return torch.nn.functional.cross_entropy(logits.float(), labels, ignore_index=UNKNOWN, reduction="sum")
