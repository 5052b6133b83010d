"""What the reader is trained on: the files, how often each is shown, and how many negatives are made from it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from training.data import Example, load_json, read_squad, sha256, without_overlap
from training.negatives import altered, mined


@dataclass(frozen=True, slots=True)
class Source:
    """A file below the data folder.

    `repeat`: times an epoch shows it; `take`: at most so many questions; `mined` and `altered`: negatives
    made from this share of its answerable questions.
    """

    path: str
    repeat: int = 1
    take: int | None = None
    mined: float = 0.0
    altered: float = 0.0


SOURCES = (
    Source("train/squadshifts-new-wiki.json.gz", repeat=2, mined=0.30, altered=0.25),
    Source("train/squadshifts-reddit.json.gz", mined=0.08, altered=0.12),
    Source("train/squadshifts-amazon-reviews.json.gz", take=7000, mined=0.05, altered=0.12),
    Source("train/qamr.json.gz", mined=0.08, altered=0.08),
    Source("train/fairytaleqa-train.json.gz", mined=0.10, altered=0.05),
    Source("train/policyqa-dev.json.gz", take=1500, mined=0.10),
)
# The tune_train articles of SQuAD dev: the only unanswerable questions written by people.
TUNE = ("dev/squad-dev-v2.0.json.gz", "dev/squad-dev-v1.1.json.gz")
TUNE_REPEAT = 3
TUNE_MINED = 0.3
TUNE_ALTERED = 0.1
SPLIT = "dev/split.json"


def load_mixture(data: Path, seed: int) -> list[Example]:
    """Every training example, repeats included, none of whose contexts stands near a guarded article."""
    rng = random.Random(seed)
    split = load_json(data / SPLIT)
    guarded = [
        example.context
        for path in TUNE
        for key in ("tune_calibrate", "test_v2.0", "test_v1.1")
        for example in read_squad(data / path, titles=split[key])
    ]
    examples: list[Example] = []
    for source in SOURCES:
        found = without_overlap(read_squad(data / source.path), guarded)
        if source.take is not None and source.take < len(found):
            found = rng.sample(found, source.take)
        for _ in range(source.repeat):
            examples += found
            examples += mined(found, source.mined, rng) + altered(found, source.altered, rng)
    tune = {
        e.id: e
        for path in reversed(TUNE)
        for e in read_squad(data / path, titles=split["tune_train"], every_occurrence=True)
    }
    pool = without_overlap([_one_origin(e) for e in tune.values()], guarded)
    for _ in range(TUNE_REPEAT):
        examples += pool + mined(pool, TUNE_MINED, rng) + altered(pool, TUNE_ALTERED, rng)
    return examples


def _one_origin(example: Example) -> Example:
    return Example(example.id, example.title, example.question, example.context, example.spans, "squad-tune-train")


def fingerprint(data: Path) -> dict[str, str]:
    """The sha256 of every file that the mixture reads, by its path below the data folder."""
    return {path: sha256(data / path) for path in (*(s.path for s in SOURCES), *TUNE, SPLIT)}
