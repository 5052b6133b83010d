"""Measures what each kind of negative brings: `python -m benchmarks.ablation --data DIR --out FOLDER --json OUT`.

Small readers are trained on the same questions: on all kinds of negatives, without each kind (see training.negatives),
and with nothing frozen. They are measured on the calibration articles, in 8 bits, before any calibration: what a margin
is worth depends on what it was taught to refuse. What is in OUT already is not measured again, and a training that was
stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks.squad import write_result
from qa.read import OnnxReader
from training.calibrate import choose_weight
from training.data import load_json
from training.export import export_reader
from training.judging import COLLECTION, PARAGRAPH, RIGHT, WITHOUT, Judged, judge
from training.minilm import encoder_folder
from training.mixture import Mixture, Source, fingerprint
from training.settings import Settings
from training.train import is_finished, train

KINDS = ("mined", "altered", "silenced", "renamed")
ALL = Mixture(
    (Source("train/squadshifts-new-wiki.json.gz", take=3000, mined=0.25, altered=0.25, silenced=0.15, renamed=0.25),),
    Source("tune_train", mined=0.25, altered=0.25, silenced=0.15, renamed=0.25),
)
SETTINGS = Settings(window=320)


def without(*kinds: str) -> Mixture:
    """Return all questions, and of the negatives all but these."""
    none: dict[str, Any] = dict.fromkeys(kinds, 0.0)
    return Mixture(tuple(replace(source, **none) for source in ALL.sources), replace(ALL.tune, **none))


ARMS = {
    "all kinds": (ALL, SETTINGS),
    **{f"without {kind}": (without(kind), SETTINGS) for kind in KINDS},
    "none but those that people wrote": (without(*KINDS), SETTINGS),
    "all kinds, embedding table learnt too": (ALL, replace(SETTINGS, freeze_embeddings=False)),
}


def measured(judged: list[Judged]) -> dict[str, float]:
    """F1 in percent, AUROC of the margin for whether there is an answer; see the docstrings of training.judging."""
    weight = choose_weight(judged)
    margin = np.array([each.best(weight).margin for each in judged])
    f1 = np.array([each.best_f1(weight) for each in judged])
    answerable = np.array([each.answerable for each in judged])
    way = np.array([each.way for each in judged])
    own, searched = way == PARAGRAPH, way == COLLECTION
    withheld = searched | np.isin(way, WITHOUT)
    tried = np.unique(margin[own])
    return {
        "f1, answerable, own paragraph": 100 * float(f1[own & answerable].mean()),
        "f1, all, own paragraph, best margin": 100
        * max(float(np.where(margin[own] >= least, f1[own], ~answerable[own]).mean()) for least in tried),
        "auroc right, own paragraph": float(roc_auc_score(f1[own] >= RIGHT, margin[own])),
        "auroc answerable, own paragraph": float(roc_auc_score(answerable[own], margin[own])),
        "f1, answerable, collection": 100 * float(f1[searched].mean()),
        "auroc answerable, collection": float(roc_auc_score(answerable[withheld], margin[withheld])),
    }


def arm(data: Path, mixture: Mixture, settings: Settings, out: Path) -> dict[str, Any]:
    """Train and measure one reader."""
    run = (data, mixture, encoder_folder(), out, settings)
    model = out / "model" if is_finished(*run) else train(*run)
    export_reader(data, model, out / "fp32", out / "shipped")
    return measured(judge(data, OnnxReader(out / "shipped")))


def main() -> None:
    """Measure every arm."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ablation", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="checkpoints and models")
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--arms", nargs="*", choices=ARMS, default=list(ARMS), metavar="ARM", help="only these")
    arguments = parser.parse_args()
    run = {"settings": asdict(SETTINGS), "mixture": asdict(ALL), "data_sha256": fingerprint(arguments.data, ALL)}
    run = json.loads(json.dumps(run))
    found = load_json(arguments.json) if arguments.json.exists() else {**run, "arms": {}}
    if {name: found.get(name) for name in run} != run:
        parser.error(f"{arguments.json} is of other settings or data; name another file")
    for name in arguments.arms:
        if name not in found["arms"]:
            found["arms"][name] = arm(arguments.data, *ARMS[name], arguments.out / name.replace(" ", "-"))
            write_result(arguments.json, found)


if __name__ == "__main__":
    main()
