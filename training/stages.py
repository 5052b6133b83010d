"""The stages of training, each from the weights of the one before, the first from those of the encoder."""

from __future__ import annotations

from dataclasses import dataclass

from training.mixture import BROAD, COMPOSED, NARROW, Mixture
from training.train import Settings


@dataclass(frozen=True, slots=True)
class Stage:
    """`name`: of its folder below the run's; `kept`: the share of the weights before that stays in those after."""

    name: str
    mixture: Mixture
    settings: Settings
    kept: float = 0.0


STAGES = (
    Stage("broad", BROAD, Settings()),
    Stage(
        "narrow",
        NARROW,
        Settings(
            seed=29,
            epochs=2,
            window=384,
            crop_share=0.4,
            learning_rate=2.5e-4,
            warmup=0.05,
            freeze_embeddings=False,
            dropout=0.1,
        ),
    ),
    # Gentler, and half of it only: what it brings comes from being averaged with what was before.
    Stage(
        "composed",
        COMPOSED,
        Settings(
            seed=43,
            window=384,
            crop_share=0.4,
            learning_rate=1.5e-4,
            warmup=0.05,
            freeze_embeddings=False,
            dropout=0.1,
        ),
        kept=0.5,
    ),
)
