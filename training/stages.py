"""The stages of training, each from the weights of the one before, the first from those of the encoder.

`TEACHER`: those of the larger reader, from whose logits the last of `STAGES` learn.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from training.mixture import BROAD, BROADENING, COMPOSED, DECLINING, EVIDENCE, NARROW, TAUGHT, TEACHING, Mixture
from training.train import Settings


@dataclass(frozen=True, slots=True)
class Stage:
    """`name`: of its folder below the run's; `kept`: the share of the weights before that stays in those after.

    `taught_by`: the name of the teacher's stage after which it teaches.
    """

    name: str
    mixture: Mixture
    settings: Settings
    kept: float = 0.0
    taught_by: str | None = None

    def __post_init__(self) -> None:
        if (self.taught_by is None) != (self.settings.taught == 0):
            raise ValueError(f"the stage {self.name!r} is taught by {self.taught_by}, {self.settings.taught:.0%} of it")


_TEACHER = Settings(window=320, crop_share=0.7, learning_rate=4e-5)
TEACHER = (
    Stage(
        "teaching",
        TEACHING,
        replace(_TEACHER, seed=61, learning_rate=5e-5, warmup=0.08, checkpoint_seconds=300.0),
    ),
    Stage("declining", DECLINING, replace(_TEACHER, seed=67)),
    Stage("broadening", BROADENING, replace(_TEACHER, seed=83)),
)
_WHOLE = Settings(window=384, crop_share=0.4, warmup=0.05, freeze_embeddings=False)
_LESSON = replace(_WHOLE, crop_share=0.6, learning_rate=2e-4, taught=0.7)
# From the third on they are gentle, and half of what each changes is kept: what they bring comes from being averaged
# with what was before.
STAGES = (
    Stage("broad", BROAD, Settings()),
    Stage("narrow", NARROW, replace(_WHOLE, seed=29, epochs=2, learning_rate=2.5e-4, dropout=0.1)),
    Stage("composed", COMPOSED, replace(_WHOLE, seed=43, learning_rate=1.5e-4, dropout=0.1), kept=0.5),
    Stage("taught", TAUGHT, replace(_LESSON, seed=71), kept=0.5, taught_by="declining"),
    Stage("evidence", EVIDENCE, replace(_LESSON, seed=97), kept=0.5, taught_by="broadening"),
)
