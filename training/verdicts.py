"""From which probability on a yes or a no of the reader is right nine times of ten, on titles kept out of training.

A verdict whose probability never gets there is never shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from qa.read import OnnxReader
from training.data import kept_out
from training.evidence import BOOLQ_KEPT, SUPPORT, YES_NO, read_records
from training.heads import Verdict

PRECISION, LEAST_GIVEN, AT_ONCE = 0.9, 100, 8
Labelled = list[tuple[str, str, Verdict]]


def kept_boolq(data: Path) -> Labelled:
    """Yes/no questions on the titles that were kept out of training, some of them asked of another passage."""
    rows = [row for row in read_records(data / "evidence/boolq-val.jsonl.gz") if kept_out(row["title"], BOOLQ_KEPT)]
    asked = [(row["question"], row["passage"], YES_NO[row["label"]]) for row in rows]
    return asked + [(row["question"], rows[i - 5]["passage"], Verdict.NEITHER) for i, row in enumerate(rows[::4])]


def claims(data: Path) -> Labelled:
    """Return the statements of FM2's test part, each on the sentence that decides."""
    rows = read_records(data / "measure/fm2-test.jsonl.gz")
    return [(row["hypothesis"], row["passage"], SUPPORT[row["label"]]) for row in rows]


def probabilities(reader: OnnxReader, asked: Labelled) -> NDArray[np.float64]:
    """Of yes, no and neither for each, (questions, 3). Raises `ValueError` for a reader without verdicts."""
    found = []
    for first in tqdm(range(0, len(asked), AT_ONCE), desc="verdicts"):
        read = reader.read([(question, passage) for question, passage, _ in asked[first : first + AT_ONCE]], best=1)
        for passage in read.passages:
            if passage.verdict is None:
                raise ValueError(f"the reader {reader.id!r} has not learnt verdicts")
            found.append(passage.verdict.probabilities)
    return np.array(found)


def thresholds(chances: NDArray[np.float64], labels: Sequence[Verdict]) -> dict[str, float]:
    """For yes and no the least probability from which on nine of ten are right; none where there is none."""
    right = np.array([int(label) for label in labels])
    found = {}
    for verdict in (Verdict.YES, Verdict.NO):
        own = chances[:, verdict]
        for least in np.arange(0.5, 1.0, 0.01):
            given = own >= least
            if given.sum() < LEAST_GIVEN:
                break
            if (right[given] == verdict).mean() >= PRECISION:
                found[verdict.name.lower()] = round(float(least), 2)
                break
    return found


def quality(chances: NDArray[np.float64], labels: Sequence[Verdict], least: dict[str, float]) -> dict[str, Any]:
    """Accuracy, and what the thresholds `least` give: the share of questions, and how many of those are right."""
    right = np.array([int(label) for label in labels])
    said: dict[str, Any] = {"questions": len(right), "accuracy": round(float((chances.argmax(1) == right).mean()), 3)}
    for name, at in least.items():
        given = chances[:, Verdict[name.upper()]] >= at
        precision = float((right[given] == Verdict[name.upper()]).mean()) if given.any() else 0.0
        said[name] = {"given": round(float(given.mean()), 3), "precision": round(precision, 3)}
    return said


def fit(data: Path, folder: Path) -> dict[str, Any]:
    """Give the thresholds for the reader in `folder`, and their quality on what was kept out and on FM2's test part."""
    reader = OnnxReader(folder)
    kept, tested = kept_boolq(data), claims(data)
    chances = probabilities(reader, kept)
    least = thresholds(chances, [label for _, _, label in kept])
    return {
        "thresholds": least,
        "kept_titles": quality(chances, [label for _, _, label in kept], least),
        "fm2_test": quality(probabilities(reader, tested), [label for _, _, label in tested], least),
    }


if __name__ == "__main__":
    import json
    import sys

    print(json.dumps(fit(Path(sys.argv[1]), Path(sys.argv[2])), indent=1))
