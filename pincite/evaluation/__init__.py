"""Measures an `Answerer` on question/answer pairs: reads, asks and judges them, and computes the figures."""

from pincite.evaluation.metrics import Score, exact_match, normalise, score, token_f1
from pincite.evaluation.pairs import keep_articles, read_pairs, read_titles
from pincite.evaluation.types import EvalVerdict, Pair, Rules, Scope, Withheld

__all__ = [
    "EvalVerdict",
    "Pair",
    "Rules",
    "Scope",
    "Score",
    "Withheld",
    "exact_match",
    "keep_articles",
    "normalise",
    "read_pairs",
    "read_titles",
    "score",
    "token_f1",
]
