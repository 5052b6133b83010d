"""The stages of training, each from the weights of the one before, the first from those of the encoder.

`TEACHER`: those of the larger reader, from whose logits the last of `STAGES` learns.
"""

from __future__ import annotations

from dataclasses import dataclass

from training.mixture import BROAD, COMPOSED, DECLINING, NARROW, TAUGHT, TEACHING, Mixture
from training.train import Settings


@dataclass(frozen=True, slots=True)
class Stage:
    """`name`: of its folder below the run's; `kept`: the share of the weights before that stays in those after."""

    name: str
    mixture: Mixture
    settings: Settings
    kept: float = 0.0


TEACHER = (
    Stage(
        "teaching",
        TEACHING,
        Settings(seed=61, window=320, crop_share=0.7, learning_rate=5e-5, warmup=0.08, checkpoint_seconds=300.0),
    ),
    Stage("declining", DECLINING, Settings(seed=67, window=320, crop_share=0.7, learning_rate=4e-5)),
)
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
    Stage(
        "taught",
        TAUGHT,
        Settings(
            seed=71,
            window=384,
            crop_share=0.6,
            learning_rate=2e-4,
            warmup=0.05,
            freeze_embeddings=False,
            taught=0.7,
        ),
        kept=0.5,
    ),
)
