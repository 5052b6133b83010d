"""Scores are those of SQuAD's official scripts; the expected values are worked out by hand."""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Sequence
from dataclasses import asdict
from functools import reduce
from operator import add
from pathlib import Path

import pytest
from eval_fakes import row
from hypothesis import given
from hypothesis import strategies as st

from pincite.evaluation.figures import Sample
from pincite.evaluation.metrics import Score, exact_match, normalise, score, token_f1
from pincite.evaluation.pairs import read_pairs
from pincite.evaluation.resampling import Resamples
from pincite.evaluation.types import Pair, Rules


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The  Apollo\tProgram\n", "apollo program"),
        ("an apple, a pear and the plum", "apple pear and plum"),
        ("U.S.A.", "usa"),
        ("don't", "dont"),
        ("$1,000.50", "100050"),
        ("Theatre of Athens", "theatre of athens"),  # articles are whole words
        ("the-end", "theend"),  # punctuation goes before articles do
        ("24\u201310", "24\u201310"),  # an en dash is not ASCII punctuation
        ("a\u2013b", "\u2013b"),  # but it ends a word, so that the article before it goes
        ("“The” end", "“ ” end"),
        ("50\u00a0km", "50 km"),  # a no-break space separates words
        ("İ", "i̇"),
        ("The.", ""),
        ("", ""),
    ],
)
def test_normalising_drops_case_ascii_punctuation_articles_and_extra_space(text: str, expected: str) -> None:
    assert normalise(text) == expected


def test_texts_match_exactly_when_they_normalise_to_the_same() -> None:
    assert exact_match("the Normans.", "Normans") == 1
    assert exact_match("Norman", "Normans") == 0
    assert exact_match("", "the") == 1


@pytest.mark.parametrize(
    ("answer", "reference", "expected"),
    [
        ("the quick brown fox", "a quick brown dog", 2 / 3),  # 2 of 3 words shared, either way
        ("October 1973", "1973", 2 / 3),  # precision 1/2, recall 1
        ("1973", "in early October 1973", 0.4),  # precision 1, recall 1/4
        ("yes yes no", "yes no no", 2 / 3),  # yes once, no once
        ("Paris Paris", "Paris", 2 / 3),  # the second Paris is a wrong word
        ("fox quick", "quick fox", 1.0),  # order does not count
        ("Rome", "Paris", 0.0),
        ("Rome", "", 0.0),
        ("", "Rome", 0.0),
        ("", "", 1.0),
        ("the", "", 1.0),
    ],
)
def test_f1_is_the_harmonic_mean_of_word_precision_and_recall(answer: str, reference: str, expected: float) -> None:
    assert token_f1(answer, reference) == pytest.approx(expected, abs=1e-15)


def test_the_best_reference_counts_for_each_measure_by_itself() -> None:
    # "brown fox" in full: exact 0, F1 4/5; "dog" exact 0, F1 0; the best of each
    assert score("quick brown fox", ["dog", "brown fox"]) == Score(0.0, pytest.approx(0.8))
    assert score("brown fox", ["quick brown fox", "the brown fox"]) == Score(1.0, 1.0)


@pytest.mark.parametrize(("answer", "expected"), [(None, 1.0), ("", 1.0), ("the", 1.0), ("Rome", 0.0)])
def test_a_question_without_answers_is_right_when_it_is_declined(answer: str | None, expected: float) -> None:
    assert score(answer, []) == Score(expected, expected)


def test_declining_an_answerable_question_scores_nothing() -> None:
    assert score(None, ["Rome"]) == Score(0.0, 0.0)
    assert score(None, ["Rome"], Rules.V1_1) == Score(0.0, 0.0)


def test_squad_2_drops_references_that_normalise_to_nothing() -> None:
    assert score(None, ["interventionism", "."]) == Score(0.0, 0.0)
    assert score("the", ["interventionism", "."]) == Score(0.0, 0.0)
    assert score(None, ["the"]) == Score(1.0, 1.0)  # none is left: the empty text is the reference


def test_squad_1_keeps_them_for_exact_match_and_gives_them_no_f1() -> None:
    assert score("the", ["interventionism", "."], Rules.V1_1) == Score(1.0, 0.0)
    assert score(None, ["interventionism", "."], Rules.V1_1) == Score(0.0, 0.0)


@given(st.text(), st.text())
def test_f1_is_symmetric_lies_in_0_to_1_and_is_1_for_an_exact_match(one: str, other: str) -> None:
    f1 = token_f1(one, other)
    assert f1 == pytest.approx(token_f1(other, one))
    assert exact_match(one, other) <= f1 <= 1 + 1e-15


@given(st.text())
def test_a_text_matches_itself_by_both_rules_unless_it_normalises_to_nothing(text: str) -> None:
    assert score(text, [text]) == Score(1.0, 1.0)
    assert score(text, [text], Rules.V1_1).f1 == float(bool(normalise(text)))


def as_published(answer: str | None, references: Sequence[str], version: str) -> tuple[float, float]:
    """Exact match and F1 of one question by the words of the two papers, written down a second time for this test."""

    def words(text: str) -> list[str]:
        kept = "".join(" " if c.isspace() else c for c in text.lower() if c not in string.punctuation)
        return [word for word in re.split(r"\b(?:a|an|the)\b|\s", kept) if word.strip()]

    def overlap(said: list[str], wanted: list[str]) -> float:
        if not said or not wanted:
            return float(said == wanted) if version == "2.0" else 0.0
        rest, shared = list(wanted), 0
        for word in said:
            if word in rest:
                rest.remove(word)
                shared += 1
        precision, found = shared / len(said), shared / len(wanted)
        return 0.0 if shared == 0 else 2 * precision * found / (precision + found)

    if answer is None and version == "1.1":
        return 0.0, 0.0
    wanted = [words(reference) for reference in references]
    if version == "2.0":
        wanted = [one for one in wanted if one] or [[]]
    said = words(answer or "")
    return max(float(" ".join(said) == " ".join(one)) for one in wanted), max(overlap(said, one) for one in wanted)


def made_up_answer(pair: Pair) -> str | None:
    """A gold answer as it stands, with words too many, too few, other words, or nothing; by the question's id."""
    assert pair.document is not None
    start = pair.document.text.split()
    gold = pair.answers[-1] if pair.answers else " ".join(start[:3])
    choice = hashlib.sha256(pair.id.encode()).digest()[0] % 6
    return [gold, f"the {gold}!", " ".join(gold.split()[1:]), f"{start[0]} {gold} {gold}", " ".join(start[:8]), None][
        choice
    ]


@pytest.mark.shared_data
@pytest.mark.parametrize("version", ["1.1", "2.0"])
def test_on_the_whole_development_sets_the_scores_are_those_of_the_published_definition(
    shared_data: Path, version: str
) -> None:
    pairs = read_pairs(shared_data / "data" / "dev" / f"squad-dev-v{version}.json.gz")
    scores = [score(made_up_answer(pair), pair.answers, pair.rules) for pair in pairs]
    expected = [as_published(made_up_answer(pair), pair.answers, version) for pair in pairs]
    assert [s.exact for s in scores] == [exact for exact, _ in expected]
    assert [s.f1 for s in scores] == [f1 for _, f1 in expected]
    rows = [
        row(
            pair.id,
            exact=100 * one.exact,
            f1=100 * one.f1,
            official=asdict(one),
            answerable=pair.answerable,
            gold=[],
            answers=[],
        )
        for pair, one in zip(pairs, scores, strict=True)
    ]
    found = Sample.of(rows, 1).estimates(Resamples.draw([pair.source for pair in pairs], resamples=2))
    for prefix, chosen in {"": (True, False), "HasAns_": (True,), "NoAns_": (False,)}.items():
        own = [e for e, pair in zip(expected, pairs, strict=True) if pair.answerable in chosen]
        for name, part in (("exact", 0), ("f1", 1)):
            if own and f"{prefix}{name}" in found:  # to the last digit: no tolerance
                assert found[f"{prefix}{name}"][0] == 100.0 * reduce(add, (one[part] for one in own)) / len(own)
    assert 0.2 < sum(s.exact for s in scores) / len(scores) < 0.7, "the answers are of all kinds"
