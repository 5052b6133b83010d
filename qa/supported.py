"""Which of two readings of a follow-up the documents support better."""

from __future__ import annotations

from qa.types import Answer
from qa.understand.mentions import content_words

__all__ = ["supported"]


def supported(answer: Answer, focus: frozenset[str]) -> tuple[bool, bool, float]:
    """What is compared: that there is an answer, that it speaks of what was asked, and how likely it is right.

    `focus`: the words that the follow-up brought. "What about alcohol?" after "Can I drive after taking it?" is not
    answered by a sentence about driving that has no word of alcohol, however sure.
    """
    cited = " ".join(f"{place.heading or ''} {place.quote}" for place in answer.citations)
    said = {_stem(word) for word in content_words(cited)}
    speaks = not focus or not said.isdisjoint(_stem(word) for word in focus)
    return answer.answered, speaks, answer.confidence or 0.0


def _stem(word: str) -> str:
    return word.removesuffix("s") if len(word) > 3 else word
