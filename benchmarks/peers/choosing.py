"""Chooses from which score on each peer answers, on development questions of the mix that it is measured on.

SQuAD 2.0's own evaluation script tells the F1 of the best threshold too (Rajpurkar et al. 2018), but chooses it on the
questions that it measures; here it is chosen on others.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from tqdm import tqdm

from benchmarks.material import Material
from benchmarks.peers.driver import PeerError, Reply
from benchmarks.peers.protocol import ScoredSpan
from benchmarks.peers.scoring import OURS, ahead_by, f1_of, quality
from index import Document
from pincite.evaluation import Pair

TOLD = ("f1", "has_answer_f1", "refusal_precision", "refusal_recall", "declined")


class Scored(Protocol):
    """What choosing asks of `benchmarks.peers.driver.Driver`."""

    def index(self, texts: list[Document]) -> tuple[int, float]: ...

    def ask_likeliest(self, question: str, top_k: int = 5) -> ScoredSpan | None: ...


def choose_thresholds(drivers: Mapping[str, Scored], material: Material, development: Material) -> dict[str, Any]:
    """Return what each peer reaches on `material` with a threshold chosen on `development`; those without scores not.

    The peers have indexed the texts of `material`, and hold those of `development` afterwards.
    """
    asked = {peer: _ask_all(driver, material.pairs, peer) for peer, driver in drivers.items()}
    replies: dict[str, list[Reply]] = {}
    found: dict[str, dict[str, Any]] = {}
    for peer, spans in asked.items():
        if spans is None:
            continue
        drivers[peer].index(development.texts)
        seen = _ask_all(drivers[peer], development.pairs, f"{peer}, development")
        least = best_threshold(development.pairs, seen or [])
        replies[peer] = decide(spans, least)
        told = quality(material.pairs, replies[peer])
        found[peer] = {"threshold": least, "development_questions": len(development.pairs)}
        found[peer] |= {name: told[name] for name in TOLD}
    for peer in found.keys() - {OURS}:
        if OURS in found:
            found[peer]["f1_ahead_by"] = ahead_by(material.pairs, replies[peer], replies[OURS])
    return found


def best_threshold(pairs: Sequence[Pair], spans: Sequence[ScoredSpan]) -> float:
    """Return the score from which on `spans` are to be given, so that the F1 of all `pairs` is highest.

    It is one of the scores, or, where it is best to give none, one above them all. Of several the highest.
    """
    answered = np.array(f1_of(pairs, decide(spans, -math.inf)))
    declined = np.array([0.0 if pair.answerable else 100.0 for pair in pairs])
    scores = np.array([span.score for span in spans])
    every = sorted({*scores.tolist(), math.nextafter(scores.max(), math.inf)}, reverse=True)
    return float(max(every, key=lambda least: np.where(scores >= least, answered, declined).sum()))


def decide(spans: Sequence[ScoredSpan], least: float) -> list[Reply]:
    """Return the replies of a peer that gives an answer whose score is at least `least`, and declines else."""
    return [Reply(span.answer if span.score >= least else None, (), None, 0.0) for span in spans]


def _ask_all(driver: Scored, pairs: Sequence[Pair], name: str) -> list[ScoredSpan] | None:
    """Return the likeliest answers; None where the peer gives no scores. An error counts as no answer."""
    spans: list[ScoredSpan] = []
    for pair in tqdm(pairs, desc=name, unit=" questions"):
        try:
            span = driver.ask_likeliest(pair.question)
        except PeerError:
            span = ScoredSpan(None, 0.0)
        if span is None:
            return None
        spans.append(span)
    return spans
