"""The stages of training, each from the weights of the one before, the first from those of the encoder."""

from __future__ import annotations

from dataclasses import dataclass, replace

from training.mixture import BROAD, COMPOSED, NARROW, OTHERS, Mixture
from training.train import Settings


@dataclass(frozen=True, slots=True)
class Stage:
    """`name`: of its folder below the run's; `kept`: the share of the weights before that stays in those after."""

    name: str
    mixture: Mixture
    settings: Settings
    kept: float = 0.0


# Later stages are short and gentle: what they bring comes from being averaged with what was before.
GENTLE = Settings(
    seed=43,
    window=384,
    crop_share=0.4,
    learning_rate=1.5e-4,
    warmup=0.05,
    freeze_embeddings=False,
    dropout=0.1,
)
STAGES = (
    Stage("broad", BROAD, Settings()),
    Stage(
        "narrow",
        NARROW,
        replace(GENTLE, seed=29, epochs=2, learning_rate=2.5e-4),
    ),
    Stage("composed", COMPOSED, GENTLE, kept=0.5),
    Stage("others", OTHERS, replace(GENTLE, seed=71), kept=0.5),
)
