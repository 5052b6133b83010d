"""Scores one answer against gold answers: its words as SQuAD's official scripts do, lists, and cited sentences.

Rajpurkar et al. 2016, "SQuAD: 100,000+ Questions for Machine Comprehension of Text" (evaluate-v1.1.py), and
Rajpurkar, Jia and Liang 2018, "Know What You Don't Know" (evaluate-v2.0.py). Scores of words run
from 0 to 1. Lists of answers: Li et al. 2022, "MultiSpanQA: A Dataset for Multi-Span Question Answering": precision,
recall and F1 over the answers of all questions together, exact and by overlap ("partial"). For forms wider than a
span, the cited sentences are compared with the sentences that contain a gold answer.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pincite.evaluation.gold import GoldSpan, LocatedPair
from pincite.evaluation.types import Rules
from qa.types import Answer, Citation, Form

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
    """Return 1 if both texts are equal after normalisation, else 0."""
    return float(normalise(answer) == normalise(reference))


def token_f1(answer: str, reference: str, rules: Rules = Rules.V2_0) -> float:
    """Return the harmonic mean of precision and recall over normalised words, counting repetitions.

    If a text has no words left: 1 if neither has any, else 0; by the rules of SQuAD 1.1 always 0.
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
    """Return the best exact match and the best F1 of `answer` over `references`; None means that it was declined.

    By the rules of SQuAD 2.0, a declined question counts as the empty answer, references that normalise to nothing
    are dropped, and if none is left the empty text is the only reference. By those of 1.1, declining scores 0.
    """
    if rules is Rules.V1_1:
        if answer is None:
            return Score(0.0, 0.0)
        kept = list(references)
    else:
        kept = [reference for reference in references if normalise(reference)] or [""]
    text = answer or ""
    return Score(max(exact_match(text, r) for r in kept), max(token_f1(text, r, rules) for r in kept))


@dataclass(frozen=True, slots=True)
class ListScore:
    """The contribution of one question to the sums: its distinct answers, exact `hits`, and partial scores.

    `precision`: the sum, over the answers given, of the largest share that is one run of a gold answer's text.
    `recall`: the same sum over the gold answers, against those given. No answers, gold or given, count as one empty
    answer, which is right if there are none on either side.
    """

    gold: int
    given: int
    hits: int
    precision: float
    recall: float


def score_list(given: Sequence[str], gold: Sequence[str]) -> ListScore:
    """Return the sums for one question; answers with the same normalised text (see `normalise`) count once."""
    items, expected = _distinct(given), _distinct(gold)
    sizes = max(len(expected), 1), max(len(items), 1)
    hits = len(set(items) & set(expected)) if items or expected else 1
    if items in ([], [""]) or not expected:
        partial = float(not expected and items in ([], [""]))
        return ListScore(*sizes, hits, partial, partial)
    runs = {(s, e): SequenceMatcher(None, e, s).find_longest_match().size for s in items for e in expected}
    precision = sum(max(runs[s, e] for e in expected) / len(s) for s in items if s)
    recall = sum(max(runs[s, e] for s in items) / len(e) for e in expected if e)
    return ListScore(*sizes, hits, precision, recall)


def _distinct(answers: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(normalise(answer) for answer in answers))


SentencesOf = Callable[[str], Sequence[tuple[int, int]]]
"""Returns the sentences of a document, given by its id, as half-open spans in order."""


@dataclass(frozen=True, slots=True)
class SentenceScore:
    """`cited`: the number of cited sentences. `good`: how many of them contain a gold answer or part of one.

    `recall`: the share (0 to 1) of a gold answer's sentences that were cited: for the gold answer covered best, or the
    mean if all are wanted. `right`: whether a gold sentence was cited or, in an abstention, is the nearest statement;
    None for a span, which is judged by its words.
    """

    cited: int
    good: int
    recall: float
    right: bool | None


def score_sentences(answer: Answer, asked: LocatedPair, sentences_of: SentencesOf, *, several: bool) -> SentenceScore:
    """Return the score of `answer` to the question `asked`."""
    cited = _sentences(map(_place, answer.citations), sentences_of)
    golden = _sentences(asked.places, sentences_of)
    good = len(cited & golden)
    covered = [_covered(gold.places, cited, sentences_of) for gold in asked.gold if gold.places]
    best = sum(covered) / len(covered) if several and covered else max(covered, default=0.0)
    right = None
    if answer.form is not Form.SPAN:
        near = cited if answer.nearest is None else _sentences([_place(answer.nearest)], sentences_of)
        right = bool(near & golden)
    return SentenceScore(len(cited), good, best, right)


def _covered(places: Sequence[GoldSpan], cited: set[GoldSpan], sentences_of: SentencesOf) -> float:
    """Return the share of a gold answer's sentences that were cited, for the best of its `places`."""
    sentences = [_sentences([place], sentences_of) for place in places]
    return max((len(wanted & cited) / len(wanted) for wanted in sentences if wanted), default=0.0)


def _place(citation: Citation) -> GoldSpan:
    return GoldSpan(citation.document_id, citation.start, citation.end)


def _sentences(places: Iterable[GoldSpan], sentences_of: SentencesOf) -> set[GoldSpan]:
    """Return the sentences that share a character with one of `places`."""
    return {
        GoldSpan(place.document_id, start, end)
        for place in places
        for start, end in sentences_of(place.document_id)
        if place.overlaps(place.document_id, start, end)
    }
