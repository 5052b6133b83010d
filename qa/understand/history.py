"""Holds the conversation so far: the exchanges, and what they speak of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from qa.understand.mentions import Mention, MentionKind, content_words, mentions_in

_ADDED = re.compile(r" \([^()]+\)\?$")
_TOLD = (MentionKind.PERSON, MentionKind.PLACE)
ANSWER = 240  # characters of an earlier answer that are looked at


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question as it was read, and the words of its answer, empty if there was none.

    `carried`: content words that it took from the turns before it. `gender`: "he" or "she",
    where it spoke so of one person.
    """

    question: str
    answer: str
    carried: frozenset[str] = frozenset()
    gender: str = ""

    @classmethod
    def of(cls, asked: str, read_as: str, answer: str) -> Self:
        """Return it of a question as it was `asked` and as it was read, without a topic added in brackets."""
        added = _ADDED.search(read_as)
        if added and not asked.rstrip(" ?").endswith(")"):
            read_as = read_as[: added.start()] + "?"
        return cls(read_as, answer, content_words(read_as) - content_words(asked), gender_of(asked))


_GENDERS = {
    "he": re.compile(
        r"\b(?:he|him|his|himself|king|prince|mr|sir|husband|father|son|brother|man|boy|pope)\b", re.IGNORECASE
    ),
    "she": re.compile(
        r"\b(?:she|her|hers|herself|queen|princess|mrs|ms|wife|mother|daughter|sister|woman|girl|actress)\b",
        re.IGNORECASE,
    ),
}


def gender_of(words: str) -> str:
    """Return "he" or "she", by the pronouns and titles in `words`; empty where they tell none, or both."""
    genders = [gender for gender, pattern in _GENDERS.items() if pattern.search(words)]
    return genders[0] if len(genders) == 1 else ""


def mentions_of(earlier: Sequence[Exchange]) -> list[Mention]:
    """Return the mentions of the conversation, the latest exchange first, each phrase once.

    What one turn tells of it holds in all: that a name is a person's or a place's, and whether a person is he or she.
    """
    by_text: dict[str, Mention] = {}
    kinds: dict[str, MentionKind] = {}
    for back, exchange in enumerate(reversed(earlier)):
        mentions = [_carried(mention, exchange) for mention in mentions_in(exchange.question, back=back)]
        mentions += mentions_in(exchange.answer[:ANSWER], back=back, of_answer=True, asked=exchange.question)
        for mention in mentions:
            by_text.setdefault(mention.text.casefold(), mention)
            if mention.kind in _TOLD:
                kinds.setdefault(mention.text.casefold(), mention.kind)
    named = [
        replace(m, kind=kinds.get(text, m.kind)) if m.kind is MentionKind.NAME else m for text, m in by_text.items()
    ]
    return [replace(mention, gender=_gender(mention, earlier)) for mention in named]


def _gender(mention: Mention, earlier: Sequence[Exchange]) -> str:
    """Return its gender by its own words, or by the pronoun that the latest turn used for it."""
    taken_up = (e.gender for e in reversed(earlier) if e.gender and mention.words and mention.words <= e.carried)
    return gender_of(mention.text) or next(taken_up, "")


def _carried(mention: Mention, exchange: Exchange) -> Mention:
    return replace(mention, carried=bool(mention.words) and mention.words <= exchange.carried)
