"""What was said before: the exchanges, and what they speak of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.understand.mentions import Mention, mentions_in

__all__ = ["Exchange", "mentions_of"]

ANSWER = 240  # characters of an earlier answer that are looked at


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question as it was read, and the words of its answer, empty if there was none."""

    question: str
    answer: str


def mentions_of(earlier: Sequence[Exchange]) -> list[Mention]:
    """What was spoken of, the latest exchange first, each phrase once."""
    found: dict[str, Mention] = {}
    for back, exchange in enumerate(reversed(earlier)):
        said = mentions_in(exchange.question, back=back)
        said += mentions_in(exchange.answer[:ANSWER], back=back, of_answer=True, asked=exchange.question)
        for mention in said:
            found.setdefault(mention.text.casefold(), mention)
    return list(found.values())
