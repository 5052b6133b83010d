"""What was said before: the exchanges, and what they speak of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from qa.understand.mentions import Mention, content_words, mentions_in

__all__ = ["Exchange", "mentions_of"]

ANSWER = 240  # characters of an earlier answer that are looked at


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question as it was read, and the words of its answer, empty if there was none.

    `carried`: the words of meaning that it had not of itself, but from the turns before it.
    """

    question: str
    answer: str
    carried: frozenset[str] = frozenset()

    @classmethod
    def of(cls, asked: str, read_as: str, answer: str) -> Self:
        """Of a question as it was `asked` and as it was read."""
        return cls(read_as, answer, content_words(read_as) - content_words(asked))


def mentions_of(earlier: Sequence[Exchange]) -> list[Mention]:
    """What was spoken of, the latest exchange first, each phrase once."""
    found: dict[str, Mention] = {}
    for back, exchange in enumerate(reversed(earlier)):
        said = [_carried(mention, exchange) for mention in mentions_in(exchange.question, back=back)]
        said += mentions_in(exchange.answer[:ANSWER], back=back, of_answer=True, asked=exchange.question)
        for mention in said:
            found.setdefault(mention.text.casefold(), mention)
    return list(found.values())


def _carried(mention: Mention, exchange: Exchange) -> Mention:
    return replace(mention, carried=bool(mention.words) and mention.words <= exchange.carried)
