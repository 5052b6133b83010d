"""Measures an Answerer on question/answer pairs: pairs are read, asked, judged, and summed up in a result."""

from pincite.evaluation.metrics import Score, exact_match, normalise, score, token_f1
from pincite.evaluation.pairs import keep_articles, read_pairs, read_titles
from pincite.evaluation.types import Pair, Rules, Scope, Verdict, Withheld

__all__ = [
    "Pair",
    "Rules",
    "Scope",
    "Score",
    "Verdict",
    "Withheld",
    "exact_match",
    "keep_articles",
    "normalise",
    "read_pairs",
    "read_titles",
    "score",
    "token_f1",
]
