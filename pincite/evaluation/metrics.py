"""Computes exact match and F1 of an answer against people's answers, as SQuAD's official scripts do.

Rajpurkar et al. 2016, "SQuAD: 100,000+ Questions for Machine Comprehension of Text" (evaluate-v1.1.py), and
Rajpurkar, Jia and Liang 2018, "Know What You Don't Know" (evaluate-v2.0.py). Scores here run from 0 to 1.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pincite.evaluation.types import Rules

_NO_PUNCTUATION = str.maketrans(
    "", "", string.punctuation
)  # ASCII only: curly quotes and long dashes stay, as in the scripts
_ARTICLE = re.compile(r"\b(?:a|an|the)\b")


@dataclass(frozen=True, slots=True)
class Score:
    """The exact match (0 or 1) and F1 (0 to 1) of one answer."""

    exact: float
    f1: float


def normalise(text: str) -> str:
    """Lower-case `text`, remove ASCII punctuation, then English articles, and leave single spaces between words."""
    bare = text.lower().translate(_NO_PUNCTUATION)
    return " ".join(_ARTICLE.sub(" ", bare).split())


def exact_match(answer: str, reference: str) -> float:
    """Return 1 if both texts normalise to the same one, else 0."""
    return float(normalise(answer) == normalise(reference))


def token_f1(answer: str, reference: str, rules: Rules = Rules.V2_0) -> float:
    """Return the harmonic mean of precision and recall over normalised words, repeated ones counted.

    Where a text has no words left: 1 if both have none, else 0; by the rules of SQuAD 1.1, 0 even then.
    """
    given, expected = normalise(answer).split(), normalise(reference).split()
    if not given or not expected:
        return float(given == expected and rules is Rules.V2_0)
    shared = (Counter(given) & Counter(expected)).total()
    if not shared:
        return 0.0
    precision, recall = shared / len(given), shared / len(expected)
    return 2 * precision * recall / (precision + recall)


def score(answer: str | None, references: Sequence[str], rules: Rules = Rules.V2_0) -> Score:
    """Return the best exact match and the best F1 of `answer` over `references`; None is a declined question.

    By the rules of SQuAD 2.0, declining is the empty answer, references that normalise to nothing are dropped,
    and where none is left the empty text is the one reference. By those of 1.1, declining scores 0.
    """
    if rules is Rules.V1_1:
        if answer is None:
            return Score(0.0, 0.0)
        kept = list(references)
    else:
        kept = [reference for reference in references if normalise(reference)] or [""]
    text = answer or ""
    return Score(max(exact_match(text, r) for r in kept), max(token_f1(text, r, rules) for r in kept))
