"""Puts what was spoken of in the place of the words that stand for it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.understand.anaphora import Slot, Stands
from qa.understand.antecedents import Context, ranked
from qa.understand.earlier import Exchange
from qa.understand.mentions import Mention
from qa.understand.verbs import PAST

__all__ = ["with_antecedents"]

SURE = 0.2  # the probability from which a word is replaced
NEAR = 0.7  # of the best antecedent's, the share from which the next makes a second reading
_SHORT_FORMS = {"ve": " have", "re": " are", "ll": " will"}
_DID = re.compile(
    r"^(?:how|why|when|where) did (?P<who>[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*) (?P<verb>[a-z]+)(?P<rest>[^?]*)\??$",
    re.IGNORECASE,
)
_AFTER_PREPOSITION = re.compile(r"\b(?:in|from|to|at|near|of|since|by|until|before|after)\s$")
_PLAIN = frozenset(PAST.values())


def with_antecedents(
    question: str, slots: Sequence[Slot], mentions: Sequence[Mention], earlier: Sequence[Exchange]
) -> list[str]:
    """`question` with each slot filled; where the next best antecedent is about as likely, a reading with that too."""
    context = Context(question, mentions)
    best: list[tuple[Slot, str]] = []
    other: list[tuple[Slot, str]] = []
    for slot in _first_of_each(slots):
        if event := _event(slot, earlier):
            best.append((slot, event))
            other.append((slot, event))
            continue
        order = ranked(slot, [m for m in mentions if m.words - context.words], context)
        if not order or order[0][0] < SURE:
            continue
        best.append((slot, order[0][1].with_article))
        near = len(order) > 1 and order[1][0] >= NEAR * order[0][0]
        other.append((slot, order[1 if near else 0][1].with_article))
    return [_filled(question, best), _filled(question, other)]


def _first_of_each(slots: Sequence[Slot]) -> list[Slot]:
    """A second "they" stands for what the first does."""
    seen: set[Stands] = set()
    return [slot for slot in slots if slot.stands not in seen and not seen.add(slot.stands)]  # type: ignore[func-returns-value]


def _event(slot: Slot, earlier: Sequence[Exchange]) -> str | None:
    """ "How did Philip die? - Who was behind it?": not Philip, but that he died."""
    found = _DID.match(earlier[-1].question)
    if (
        slot.stands is not Stands.THING
        or slot.owns
        or not found
        or found["verb"] not in _PLAIN
        or not found["who"][0].isupper()
    ):
        return None
    return f"{found['who']} {_gerund(found['verb'])}{found['rest'].rstrip()}"


def _gerund(verb: str) -> str:
    if verb.endswith("ie"):
        return f"{verb[:-2]}ying"
    return f"{verb[:-1]}ing" if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) else f"{verb}ing"


def _filled(question: str, fillings: Sequence[tuple[Slot, str]]) -> str:
    for slot, words in reversed(fillings):
        before, after = question[: slot.start], question[slot.end :]
        question = before + _as_it_stands(slot, words, before) + after
        question = _without_short_form(question, len(before) + len(_as_it_stands(slot, words, before)))
    return question


def _as_it_stands(slot: Slot, words: str, before: str) -> str:
    if slot.owns:
        return f"{words}’" if words.endswith("s") else re.sub(r"[’']s’s$", "’s", f"{words}’s")
    if slot.stands in {Stands.PLACE, Stands.TIME} and not _AFTER_PREPOSITION.search(before):
        return f"in {words}"
    return words


def _without_short_form(question: str, end: int) -> str:
    """ "they’ve" with a name becomes "… have"."""
    short = re.match(r"['’](ve|re|ll)\b", question[end:])
    return question[:end] + _SHORT_FORMS[short[1]] + question[end + short.end() :] if short else question
