"""Scores questions that have several answers, all of which are wanted.

Li et al. 2022, "MultiSpanQA: A Dataset for Multi-Span Question Answering": precision, recall and F1 over the answers of
all questions together, by exact match and by overlap ("partial").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pincite.evaluation.metrics import normalise


@dataclass(frozen=True, slots=True)
class ListScore:
    """What one question adds to the sums: its distinct answers, `hits` that match exactly, and the partial scores.

    `precision`: for each answer given, the largest share of it that is found in one run in a gold answer, summed.
    `recall`: for each gold answer the same against those given. A question without answers, gold or given, counts as
    one: right if there are none on either side.
    """

    gold: int
    given: int
    hits: int
    precision: float
    recall: float


def score_list(given: Sequence[str], gold: Sequence[str]) -> ListScore:
    """Return the sums for one question; answers that normalise to the same text (see `metrics.normalise`) are one."""
    items, expected = _distinct(given), _distinct(gold)
    sizes = max(len(expected), 1), max(len(items), 1)
    hits = len(set(items) & set(expected)) if items or expected else 1
    if items in ([], [""]) or not expected:
        partial = float(not expected and items in ([], [""]))
        return ListScore(*sizes, hits, partial, partial)
    runs = {(s, e): _longest_run(e, s) for s in items for e in expected}
    precision = sum(max(runs[s, e] for e in expected) / len(s) for s in items if s)
    recall = sum(max(runs[s, e] for s in items) / len(e) for e in expected if e)
    return ListScore(*sizes, hits, precision, recall)


def _distinct(answers: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(normalise(answer) for answer in answers))


def _longest_run(expected: str, given: str) -> int:
    """Characters of the longest run that both texts share."""
    matcher = SequenceMatcher(None, expected, given)
    return matcher.find_longest_match(0, len(expected), 0, len(given)).size
