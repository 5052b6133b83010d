"""Averages the weights that a stage began with and those that it ended with.

The average of two such models is often better than either, as what one of them learned by chance weighs half as much
(Wortsman et al. 2022, "Robust fine-tuning of zero-shot models" and "Model soups").
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import load_file, save_file

from training.data import load_json
from training.train import RECORD

WEIGHTS = "model.safetensors"


def average(before: Path, after: Path, kept: float, out: Path) -> Path:
    """Write to `out` the model in `after` with `kept` (0 to 1) of each weight taken from `before`; returns `out`.

    Weights that `before` does not have, as an encoder has no head, stay as they are after.
    """
    return _averaged(before, after, kept, out, {"kept_of_weights_before": kept})


def blend(stage: str, earlier: Path, after: Path, share: float, out: Path) -> Path:
    """Write to `out` the model in `after` with `share` (0 to 1) of each weight taken from what `stage` left."""
    return _averaged(earlier, after, share, out, {"blended": {stage: share}})


def _averaged(before: Path, after: Path, kept: float, out: Path, recorded: Mapping[str, object]) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    old, new = load_file(before / WEIGHTS), load_file(after / WEIGHTS)
    mixed = {name: kept * old[name] + (1 - kept) * value if name in old else value for name, value in new.items()}
    save_file(mixed, out / WEIGHTS, metadata={"format": "pt"})
    for path in after.iterdir():
        if path.name not in (WEIGHTS, RECORD):
            shutil.copyfile(path, out / path.name)
    (out / RECORD).write_text(json.dumps(load_json(after / RECORD) | recorded, indent=2) + "\n", encoding="utf-8")
    return out
