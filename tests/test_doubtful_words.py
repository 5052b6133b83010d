"""Words that are right less often than one time in three are given only beside a sentence that is believed."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from qa import Answerer, bundled_article
from qa.confidence import FEATURES, SENTENCE_FEATURES, Calibration, FormCalibration, default_calibration
from qa.types import Answer, Form

QUESTION = "How long did the visit to Islamabad last?"


def calibration(words: float, sentence: float) -> Calibration:
    """All that is found has the confidence `words` as words and `sentence` as a sentence; both are given from 0.2."""
    fit = FormCalibration((0.0,) * len(SENTENCE_FEATURES), math.log(sentence / (1 - sentence)), 0.2)
    return replace(
        default_calibration(),
        weights=(0.0,) * len(FEATURES),
        bias=math.log(words / (1 - words)),
        threshold=0.2,
        short_threshold=0.2,
        forms={Form.STATEMENT: fit},
    )


def ask(words: float, sentence: float, form: Form | None = None) -> Answer:
    answerer = Answerer.from_sources([bundled_article()])
    return Answerer(answerer.index, calibration=calibration(words, sentence)).ask(QUESTION, form=form)


@pytest.mark.parametrize(("words", "sentence"), [(0.6, 0.01), (0.3, 0.9)], ids=["likely", "in a sentence believed"])
def test_words_are_given_where_they_are_likely_or_their_sentence_is_believed(words: float, sentence: float) -> None:
    answer = ask(words, sentence)
    assert (answer.answered, answer.form) == (True, Form.SPAN)
    assert answer.confidence == pytest.approx(words)


def test_doubtful_words_whose_sentence_is_not_believed_are_declined() -> None:
    answer = ask(0.3, 0.1)
    assert not answer.answered
    assert answer.nearest is not None


def test_who_asks_for_words_gets_them_from_the_threshold_on() -> None:
    assert ask(0.3, 0.1, Form.SPAN).answered
