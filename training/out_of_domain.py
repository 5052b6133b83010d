"""Asks questions of other kinds of text than SQuAD's, kept out of training by title, for the confidence."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

from pincite.evaluation import Pair, read_pairs
from training.data import kept_out

# By file: the share of its titles that was kept out of training, and how many of their questions are asked at most.
KINDS = {
    "nq": ("train/nq-qed-train.json.gz", 0.1, 700),
    "tydi": ("train/tydiqa-en-goldp-train.json.gz", 0.11, 400),
    "stories": ("train/fairytaleqa-val.json.gz", 1.0, 400),
    "policies": ("train/policyqa-dev.json.gz", 1.0, 400),
}
# What people ask without the text before them: what is kept from them by silence counts most.
WANTED = ("nq", "tydi", "stories")


def questions(data: Path) -> dict[str, list[Pair]]:
    """By kind the questions to calibrate with, each with the passage that it is asked of."""
    found = {}
    for kind, (path, share, most) in KINDS.items():
        pairs = [pair for pair in read_pairs(data / path) if kept_out(pair.title, share)]
        chosen = random.Random(kind).sample(pairs, min(most, len(pairs)))
        found[kind] = [replace(pair, title=kind) for pair in chosen]
    return found
