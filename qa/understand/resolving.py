"""Replaces words that stand for something said before with what they stand for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.understand.anaphora import Slot, StandsFor
from qa.understand.antecedents import Context, ranked
from qa.understand.history import Exchange
from qa.understand.mentions import FUNCTION_WORDS, Mention
from qa.understand.verb_phrases import event_of, event_of_answer

__all__ = ["with_antecedents"]

SURE = 0.05  # the probability from which a word is replaced
NEAR = 0.7  # of the best antecedent's, the share from which the next makes a second reading
_SHORT_FORMS = {"ve": " have", "re": " are", "ll": " will"}
_AFTER_PREPOSITION = re.compile(r"\b(?:in|from|to|at|near|of|since|by|until|before|after)\s$")
_ACTS = re.compile(r"\b(?:do|does|did|has|have|had|can|could|will|would|may|must) it$", re.IGNORECASE)  # no event does
_OWNED = re.compile(r"^\s+(?P<owned>(?:[a-z-]+\s+){0,2}?[a-z-]+)(?P<end>\s*[?.!]*)$")


def with_antecedents(
    question: str, slots: Sequence[Slot], mentions: Sequence[Mention], earlier: Sequence[Exchange]
) -> list[str]:
    """Fill each slot of `question`; if the next best antecedent is about as likely, return a reading with it too."""
    context = Context(question, mentions)
    best: list[tuple[Slot, str]] = []
    other: list[tuple[Slot, str]] = []
    for slot in sorted(
        _first_of_each(slots), key=lambda slot: slot.stands is not StandsFor.PLACE
    ):  # "there" is particular
        event = event_of(earlier[-1].question) if slot.stands is StandsFor.THING and not slot.owns else None
        if event and not _ACTS.search(question[: slot.end]):
            best.append((slot, event))
            other.append((slot, event_of_answer(earlier[-1].question, earlier[-1].answer) or event))
            continue
        taken = {words for _, words in best}  # "did they get it?": not themselves
        able = [m for m in mentions if m.words - context.words and m.with_article not in taken]
        order = ranked(slot, able, context)
        if not order or order[0][0] < SURE:
            continue
        best.append((slot, order[0][1].with_article))
        near = len(order) > 1 and order[1][0] >= NEAR * order[0][0]
        other.append((slot, order[1 if near else 0][1].with_article))
    return [_filled(question, sorted(found, key=lambda filling: filling[0].start)) for found in (best, other)]


def _first_of_each(slots: Sequence[Slot]) -> list[Slot]:
    """Let a second "they" stand for what the first one stands for."""
    seen: set[StandsFor] = set()
    return [slot for slot in slots if slot.stands not in seen and not seen.add(slot.stands)]  # type: ignore[func-returns-value]


def _filled(question: str, fillings: Sequence[tuple[Slot, str]]) -> str:
    for slot, words in reversed(fillings):
        before, after = question[: slot.start], question[slot.end :]
        if of := _with_of(slot, words, before, after):
            question = of
            continue
        question = before + _as_it_stands(slot, words, before) + after
        question = _without_short_form(question, len(before) + len(_as_it_stands(slot, words, before)))
    return question


def _with_of(slot: Slot, words: str, before: str, after: str) -> str | None:
    """Turn "What are its uses?" into "What are the uses of …?", if the question ends with what is owned."""
    owned = _OWNED.match(after) if slot.owns and slot.stands is not StandsFor.PERSON else None
    if owned is None or any(word in FUNCTION_WORDS for word in owned["owned"].split()):
        return None
    return f"{before}the {owned['owned']} of {words}{owned['end']}"


def _as_it_stands(slot: Slot, words: str, before: str) -> str:
    if slot.owns:
        return f"{words}’" if words.endswith("s") else re.sub(r"[’']s’s$", "’s", f"{words}’s")
    if slot.stands in {StandsFor.PLACE, StandsFor.TIME} and not _AFTER_PREPOSITION.search(before):
        return f"in {words}"
    return words


def _without_short_form(question: str, end: int) -> str:
    """Turn "they’ve" into "… have" before a name takes its place."""
    short = re.match(r"['’](ve|re|ll)\b", question[end:])
    return question[:end] + _SHORT_FORMS[short[1]] + question[end + short.end() :] if short else question
