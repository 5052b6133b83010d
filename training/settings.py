"""Defines the settings of a stage of training."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """`window` in word pieces; `batch_tokens` padded word pieces a step; `checkpoint_seconds` between saves.

    `steps`: at most so many, drawn at random of all. Every epoch draws its negatives and windows anew; all epochs
    together are gone through `passes` times. `dropout` is of hidden states; attention has none. `taught`: the share
    of the loss that comes from a teacher's logits, which are divided by `temperature`. `varied`: of this share of
    each epoch's windows a variation is shown too, whose answer the teacher alone says (see training.varied).
    `sentences`, `verdicts`: what the losses of these heads count beside that of the spans; where both are 0 the
    reader has no such heads.
    """

    seed: int = 13
    epochs: int = 1
    steps: int | None = None
    passes: int = 1
    window: int = 232
    crop_share: float = 0.5
    batch_tokens: int = 4608
    learning_rate: float = 3e-4
    warmup: float = 0.06
    weight_decay: float = 0.01
    freeze_embeddings: bool = True
    dropout: float = 0.0
    taught: float = 0.0
    temperature: float = 1.0
    varied: float = 0.0
    sentences: float = 0.0
    verdicts: float = 0.0
    checkpoint_seconds: float = 240.0

    @property
    def many_heads(self) -> bool:
        """Whether more than spans is learnt."""
        return self.sentences > 0 or self.verdicts > 0

    def __post_init__(self) -> None:
        if self.varied and not self.taught:
            raise ValueError(f"variations of {self.varied:.0%} of the windows are shown, and no teacher answers them")
