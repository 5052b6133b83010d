"""The stages of training, each from the weights of the one before, the first from those of the encoder.

`TEACHER`: those of the larger reader, from whose logits the last of `STAGES` learn. Stages with steps of 32,768 word
pieces are for a GPU: two cores take days over them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from training.mixture import (
    BROAD,
    BROADENING,
    COMPOSED,
    DECLINING,
    EVIDENCE,
    NARROW,
    PEOPLE,
    SPANS,
    TAUGHT,
    TEACHING,
    WHOLE,
    Mixture,
)
from training.settings import Settings


@dataclass(frozen=True, slots=True)
class Stage:
    """`name`: of its folder below the run's; `kept`: the share of the weights before that stays in those after.

    `blended`: an earlier stage and the share of its weights in what leaves this one, averaged once more.
    `taught_by`: the name of the teacher's stage after which it teaches. `afresh`, of a teacher's: it begins from the
    encoder all the same.
    """

    name: str
    mixture: Mixture
    settings: Settings
    kept: float = 0.0
    blended: tuple[str, float] | None = None
    taught_by: str | None = None
    afresh: bool = False

    def __post_init__(self) -> None:
        if (self.taught_by is None) != (self.settings.taught == 0):
            raise ValueError(f"the stage {self.name!r} is taught by {self.taught_by}, {self.settings.taught:.0%} of it")


# Steps of as many word pieces as a GPU reads at once.
_LARGE = Settings(window=384, batch_tokens=32768, warmup=0.04, freeze_embeddings=False)
_TEACHER = Settings(window=320, crop_share=0.7, learning_rate=4e-5)
TEACHER = (
    Stage(
        "teaching",
        TEACHING,
        replace(_TEACHER, seed=61, learning_rate=5e-5, warmup=0.08, checkpoint_seconds=300.0),
    ),
    Stage("declining", DECLINING, replace(_TEACHER, seed=67)),
    Stage("broadening", BROADENING, replace(_TEACHER, seed=83)),
    Stage(
        "thorough",
        WHOLE,
        replace(_LARGE, seed=201, epochs=4, learning_rate=8e-5, warmup=0.06, dropout=0.1),
        afresh=True,
    ),
    Stage(
        "anew",
        WHOLE,
        replace(_LARGE, seed=301, epochs=4, learning_rate=8e-5, warmup=0.06, dropout=0.1),
        afresh=True,
    ),
)
_WIDE = Settings(window=384, crop_share=0.4, warmup=0.05, freeze_embeddings=False)
# A teacher of a few hundred small steps is too modest: of temperatures of 0.3 to 1.2 the right places of its own
# windows were likeliest at 0.7 to 0.8. One that has seen all questions four times is too sure of them.
_LESSON = replace(_WIDE, crop_share=0.6, learning_rate=2e-4, taught=0.7, temperature=0.7)
_PEOPLE = replace(
    _WIDE,
    window=320,
    crop_share=0.5,
    freeze_embeddings=True,
    learning_rate=2e-4,
    dropout=0.1,
    sentences=1.0,
    verdicts=0.5,
)
# From the third on what each brings comes from being averaged with what was before.
STAGES = (
    Stage("broad", BROAD, Settings()),
    Stage("narrow", NARROW, replace(_WIDE, seed=29, epochs=2, learning_rate=2.5e-4, dropout=0.1)),
    Stage("composed", COMPOSED, replace(_WIDE, seed=43, learning_rate=1.5e-4, dropout=0.1), kept=0.5),
    Stage("taught", TAUGHT, replace(_LESSON, seed=71), kept=0.5, taught_by="declining"),
    Stage("evidence", EVIDENCE, replace(_LESSON, seed=97), kept=0.5, taught_by="broadening"),
    Stage(
        "thoroughly",
        WHOLE,
        replace(_LARGE, seed=201, epochs=8, passes=2, learning_rate=4e-4, taught=0.8, temperature=1.5),
        kept=0.4,
        taught_by="thorough",
    ),
    Stage(
        "again",
        WHOLE,
        replace(_LARGE, seed=201, epochs=8, learning_rate=2.5e-4, dropout=0.1, taught=0.9, temperature=2.0),
        kept=0.3,
        taught_by="thorough",
    ),
    Stage(
        "varied",
        WHOLE,
        replace(_LARGE, seed=305, epochs=4, varied=1.0, learning_rate=4e-4, dropout=0.1, taught=0.9, temperature=2.0),
        kept=0.4,
        taught_by="anew",
    ),
    Stage("people", PEOPLE, replace(_PEOPLE, seed=401, steps=1900)),
    Stage("further", PEOPLE, replace(_PEOPLE, seed=402, steps=1800), kept=0.4),
    Stage("spans", SPANS, replace(_PEOPLE, seed=403, steps=2400)),
    Stage("finishing", SPANS, replace(_PEOPLE, seed=404, steps=1600), kept=0.5, blended=("further", 0.5)),
)
