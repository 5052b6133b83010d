"""Measures an Answerer on question/answer pairs: pairs are read, asked, scored, and summed up in a report."""

from qa.evaluation.metrics import Score, exact_match, normalise, score, token_f1
from qa.evaluation.pairs import keep_articles, read_pairs, read_titles
from qa.evaluation.report import Item, Report
from qa.evaluation.run import Asker, evaluate
from qa.evaluation.table import format_table
from qa.evaluation.types import Pair, Rules

__all__ = [
    "Asker",
    "Item",
    "Pair",
    "Report",
    "Rules",
    "Score",
    "evaluate",
    "exact_match",
    "format_table",
    "keep_articles",
    "normalise",
    "read_pairs",
    "read_titles",
    "score",
    "token_f1",
]
