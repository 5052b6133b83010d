"""Rewrites a follow-up question with the turns before it, so that it can be searched for on its own.

In this order: a correction ("No, I mean …"), an ellipsis ("and in 2024?", "when?"), words that stand for something said
before ("it", "that phase", "there", "the second one"), and what a question leaves out ("what are the symptoms?").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from qa.types import Turn
from qa.understand.anaphora import slots_of
from qa.understand.antecedents import OMITTED, Context, features_of_omitted, probability, with_antecedents
from qa.understand.ellipsis import asks, corrected, is_condition, leans_on_subject, names_its_subject, with_earlier
from qa.understand.history import Exchange, mentions_of
from qa.understand.mentions import Mention, content_words, mentions_in
from qa.understand.talk import Act, move_of, without_greeting
from qa.understand.verb_phrases import with_verb_phrase

LOOKED_BACK = 8  # turns
LOOKED_AT = 4_000  # characters of an earlier question and of its answer
ADDED = 0.75  # the probability from which what was left out is added to the question
MAY_BE = 0.2  # the probability from which it is added to the second reading
AT_LENGTH = 3  # words of meaning with which "what about …" stands on its own where it takes nothing's place
_WORD = re.compile(r"[^\W_](?:[\w'’-]*\w)?")


@dataclass(frozen=True, slots=True)
class Readings:
    """`best`: the question on its own. `other`: a second reading where two are likely, or None. `focus`: the words
    that an elliptic question adds ("what about alcohol?"): an answer without any of them speaks of something else.
    """

    best: str
    other: str | None = None
    focus: frozenset[str] = frozenset()

    def __iter__(self) -> Iterator[str]:
        yield self.best
        if self.other is not None:
            yield self.other


def read_follow_up(question: str, history: Sequence[Turn]) -> Readings:
    """Rewrite `question` to stand on its own after the turns of `history`, the latest last."""
    question = question.strip()
    spaced = " ".join(question.split())  # patterns look at each space once
    readings = _read(spaced, exchanges_of(history))
    return replace(readings, best=question) if readings.best == spaced else readings


def carried_words(typed: str, read_as: str) -> frozenset[str]:
    """Return the words, in small letters, that a question has only as it is read: from the turns before it."""
    return frozenset(_WORD.findall(read_as.casefold())) - frozenset(_WORD.findall(typed.casefold()))


def exchanges_of(history: Sequence[Turn]) -> list[Exchange]:
    """Return the turns that asked the document, each as it was read, without talk. A turn that does not say how it was
    read (`read_as`) is read with those before it."""
    exchanges: list[Exchange] = []
    for turn in history[-LOOKED_BACK:]:
        question = str(turn.get("question") or "")[:LOOKED_AT].strip()
        if not question or turn.get("status") == "replied":
            continue
        move = move_of(question, in_conversation=bool(exchanges))
        if move is not None and move.act is not Act.CORRECTION:
            continue
        asked = str(turn.get("read_as") or "")[:LOOKED_AT].strip() or _read(question, exchanges).best
        exchanges.append(Exchange.of(question, asked, _answer_of(turn)))
    return exchanges


def _answer_of(turn: Turn) -> str:
    lines = str(turn.get("text") or turn.get("answer") or "")[:LOOKED_AT].splitlines()
    return "\n".join(" ".join(line.split()) for line in lines if line.strip())


def _read(question: str, earlier: Sequence[Exchange]) -> Readings:
    if not earlier:
        return Readings(without_greeting(question))
    last = next((exchange for exchange in reversed(earlier) if content_words(exchange.question)), earlier[-1])
    move = move_of(question)
    if move is not None and move.act is Act.CORRECTION:
        last = _misread(move.wrong, earlier) or last
        readings = corrected(move.words or "", move.wrong, last.question)
        asked_back = last.answer.rstrip().endswith("?")  # by another program: the correction is of what it asked
        return _readings([question, readings[0]] if asked_back else readings)
    question = with_items(without_greeting(question), [exchange.answer for exchange in earlier])
    mentions = mentions_of(earlier)
    if readings := with_earlier(question, last.question, last.answer):
        if names_its_subject(question):
            added = readings[0].startswith(last.question.rstrip(" ?.!"))
            alone = added and len(content_words(question)) >= AT_LENGTH
            readings = [question, readings[0]] if alone else [readings[0], question]
        elif is_condition(question):
            asked = last.question.strip(" ?.!")
            within = f"{question.rstrip(' ?.!')} ({asked[:1].lower()}{asked[1:]})?"
            readings = [readings[0], within if leans_on_subject(question) else question]
        return replace(_readings(readings), focus=content_words(question))
    question = with_verb_phrase(question, last.question) or question
    if slots := slots_of(question):
        return _readings(with_antecedents(question, slots, mentions, earlier))
    return _with_omitted(question, mentions)


def _misread(wrong: str | None, earlier: Sequence[Exchange]) -> Exchange | None:
    """Return the latest exchange whose question has the words that were not meant."""
    words = content_words(wrong or "")
    return next((e for e in reversed(earlier) if words and words <= content_words(e.question)), None)


def _readings(texts: Sequence[str]) -> Readings:
    return Readings(texts[0], texts[1] if len(texts) > 1 and texts[1] != texts[0] else None)


def _with_omitted(question: str, mentions: Sequence[Mention]) -> Readings:
    """Return the question, with its topic if it does not say it."""
    context = Context(question, mentions)
    own = {mention.head for mention in mentions_in(question)}  # the beta phase is not the alpha phase
    able = [mention for mention in mentions if mention.words - context.words and mention.head not in own]
    scored = [(probability(OMITTED, features_of_omitted(mention, context)), mention) for mention in able]
    likelihood, topic = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    if topic is None or likelihood < MAY_BE:
        return Readings(question)
    added = f"{question.rstrip(' ?.!')} ({topic.with_article})?"
    return Readings(added, question) if likelihood >= ADDED and asks(question) else Readings(question, added)


LONGEST = 6  # words of an item
ANSWERS_BACK = 3  # answers
_PLACES = {"first": 0, "former": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1, "latter": -1}
_NUMBERS = {"two": 2, "three": 3, "four": 4}
_NAMED = re.compile(
    rf"\bthe (?P<place>{'|'.join(_PLACES)})(?: (?P<number>{'|'.join(_NUMBERS)}))?"
    r"(?P<noun> (?:ones?|options?|items?|choices?|suggestions?|things?|approach(?:es)?|types?|technolog(?:y|ies)"
    r"|methods?))?"
    r"(?: (?:that )?you (?:mentioned|named|listed|suggested|said))?(?(noun)\b|(?=\s*(?:[?.!,;]|$)|['’]s\b|"
    r" (?:is|are|was|were|do|does|did|have|has|cost|different|compare|better|and|or|in|for|with|to|of|work|mean)\b))",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)")
_NUMBERED = re.compile(r"(?:^|\s)\d+[.)]\s+([^\s.:;,][^.:;,]*)")
_ITEM = r"(?:an? |the )?[\w’'&/-]+(?: [\w’'&/-]+){0,3}?"
# "popular ones include A, B, and C": what announces it, and its members.
_ENUMERATED = re.compile(
    rf"(?:\binclud(?:e|es|ed|ing)|\bsuch as|\blike|:|\b(?:options|ones|choices|types|kinds) are)\s+"
    rf"(?P<members>{_ITEM}(?:, {_ITEM})*,? (?:and|or) {_ITEM})"
    r"(?=[.,;:!?\n]|$| (?:that|which|who|can|could|may|in|for)\b)",
    re.IGNORECASE,
)
_MEMBER = re.compile(r",\s*(?:and|or)\s+|,\s*|\s+(?:and|or)\s+")


def with_items(question: str, answers: Sequence[str]) -> str:
    """Return `question` with the items of the latest of `answers` that has them in the place of "the second one".

    `answers`: the latest last. The question itself where it names none, or none of the answers has so many.
    """
    if not _NAMED.search(question):
        return question
    for answer in list(reversed(answers))[:ANSWERS_BACK]:
        items = items_of(answer)
        if len(items) > 1:
            return _NAMED.sub(partial(_said, items), question)
    return question


def items_of(answer: str) -> list[str]:
    """Return the items of `answer`, in order; none where it is no list."""
    lines = [line.strip(" -*•\t") for line in answer.splitlines() if line.strip()]
    if len(lines) > 1:
        return lines if all(len(line.split()) <= LONGEST for line in lines) else []
    plain = _IN_BRACKETS.sub("", answer)
    numbered = [item.strip() for item in _NUMBERED.findall(plain)]
    if len(numbered) > 1:
        return numbered if all(len(item.split()) <= LONGEST for item in numbered) else []
    match = _ENUMERATED.search(plain)
    return _MEMBER.split(match["members"]) if match else []


def _said(items: Sequence[str], named: re.Match[str]) -> str:
    place, number = named["place"].casefold(), _NUMBERS.get((named["number"] or "").casefold())
    if number is not None:
        if number > len(items) or place not in {"first", "last"}:
            return named[0]
        return _joined(items[:number] if place == "first" else items[-number:])
    at = _PLACES[place]
    return items[at] if at < len(items) else named[0]


def _joined(items: Sequence[str]) -> str:
    return f"{', '.join(items[:-1])} and {items[-1]}"
