"""Puts in the earlier phrase that a question speaks of, chosen by a logistic regression over signs of salience.

Mention ranking with the factors of Lappin and Leass (1994: recency, subject, frequency, agreement) and, after Brennan,
Friedman and Pollard, A Centering Approach to Pronouns (1987), what the turn before spoke of by a pronoun (`carried`: as
a rule it is what is spoken of next), weighted by a fit on questions that people rewrote (`benchmarks.followups --fit`),
not by hand. Two sets of weights: for words that stand for something ("its"), and for questions that leave it out ("what
are the symptoms?").
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from qa.understand.anaphora import Slot, StandsFor, can_stand_for
from qa.understand.history import Exchange, gender_of
from qa.understand.mentions import FUNCTION_WORDS, Mention, MentionKind, content_words
from qa.understand.verb_phrases import event_of, event_of_answer

PRONOUN, OMITTED = "pronoun", "omitted"
_NAMES = frozenset({MentionKind.NAME, MentionKind.PERSON, MentionKind.PLACE})

HEADLINE = 4  # words of a phrase of an answer, from which more it is a title or a run of names

Features = Mapping[str, float]


def ranked(slot: Slot, mentions: Sequence[Mention], context: Context) -> list[tuple[float, Mention]]:
    """Return what `slot` can stand for, the likeliest first, each with its probability."""
    able = [mention for mention in mentions if can_stand_for(mention, slot)]
    if not able and slot.stands is StandsFor.THING:  # "angel rounds … how does it work?"
        able = [mention for mention in mentions if mention.kind is MentionKind.THING]
    able = _agreeing(slot, able)
    gender = gender_of(context.question[slot.start : slot.end])
    if gender:
        able = [mention for mention in able if mention.gender in {"", gender}] or able
    scored = [(probability(PRONOUN, features_of_slot(slot, mention, context)), mention) for mention in able]
    return sorted(scored, key=lambda pair: -pair[0])


def _agreeing(slot: Slot, able: list[Mention]) -> list[Mention]:
    """Return those that agree fully, where there are such: "she" with a person.

    "That phase" is a phase, or has a name.
    """
    if slot.stands is StandsFor.NOUN:
        fully = [mention for mention in able if slot.noun.rstrip("s") == mention.head.rstrip("s")]
        return fully or [mention for mention in able if mention.kind in _NAMES]
    if slot.stands is StandsFor.PERSON:
        return [mention for mention in able if mention.kind is MentionKind.PERSON and mention.back <= 2] or able
    if slot.stands is StandsFor.THING:  # "Where is the shop? - In Oslo. - When does it open?": not Oslo
        return [mention for mention in able if not (mention.is_answer and mention.kind is MentionKind.PLACE)] or able
    return able


class Context:
    """The context of the features: the question, and all mentions before it."""

    def __init__(self, question: str, mentions: Sequence[Mention]) -> None:
        self.question = question
        self.words = content_words(question)
        self.names = bool(re.search(r"(?<!^)(?<![.?!] )\b[A-Z][a-z]", question))
        self.definite = bool(re.search(r"\bthe \w+\b(?! of\b)", question, re.IGNORECASE))
        self.first = max((mention.back for mention in mentions), default=0)
        self._said: dict[str, set[int]] = {}
        for mention in mentions:
            for word in mention.words:
                self._said.setdefault(word, set()).add(mention.back)

    def turns(self, mention: Mention) -> int:
        """Return the number of turns that have all words of the phrase."""
        return len(set.intersection(*(self._said[word] for word in mention.words))) if mention.words else 0


def _salience(mention: Mention, context: Context) -> dict[str, float]:
    turns = context.turns(mention)
    return {
        "bias": 1.0,
        "last": float(mention.back == 0),
        "before_last": float(mention.back == 1),
        "first_turn": float(mention.back == context.first),
        "of_answer": float(mention.of_answer and not mention.is_answer),
        "answer_opens": float(mention.of_answer and mention.order == 0 and not mention.is_answer),
        "is_answer": float(mention.is_answer),
        "turns_twice": float(turns == 2),
        "turns_often": float(turns > 2),
        "opens": float(mention.order == 0 and not mention.of_answer),
        "late": float(min(mention.order, 4)) / 4,
        "name": float(mention.kind in {MentionKind.NAME, MentionKind.PERSON, MentionKind.PLACE}),
        "time_or_number": float(mention.kind in {MentionKind.TIME, MentionKind.NUMBER}),
        "long": float(min(4, len(mention.words))) / 4,
        "shares": float(bool(mention.words & context.words)),
        "several": float(mention.several),
        "relational": float(mention.relational),
        "attribute": float(mention.attribute),
        "headline": float(mention.of_answer and not mention.is_answer and len(mention.text.split()) > HEADLINE),
        "carried": float(mention.carried and mention.back == 0),
    }


def features_of_slot(slot: Slot, mention: Mention, context: Context) -> dict[str, float]:
    """Return the features of `mention` as what `slot` stands for."""
    features = _salience(mention, context)
    stands = slot.stands
    features |= {
        "person_agrees": float(stands is StandsFor.PERSON and mention.kind is MentionKind.PERSON),
        "number_agrees": float(stands is StandsFor.SEVERAL and mention.several),
        "place_agrees": float(stands is StandsFor.PLACE and mention.kind is MentionKind.PLACE),
        "noun_agrees": float(bool(slot.noun) and slot.noun.rstrip("s") == mention.head.rstrip("s")),
        "noun_within": float(bool(slot.noun) and slot.noun.rstrip("s") in {w.rstrip("s") for w in mention.words}),
        "they_of_person": float(stands is StandsFor.SEVERAL and mention.kind is MentionKind.PERSON),
        "this_last": float(stands is StandsFor.THIS and mention.back == 0),
        "owns_name": float(slot.owns and mention.kind is MentionKind.NAME),
    }
    return features


def features_of_omitted(mention: Mention, context: Context) -> dict[str, float]:
    """Return the features of `mention` as what the question is about without saying so."""
    features = _salience(mention, context)
    words = len(context.words)
    features |= {
        "no_words": float(words == 0),
        "one_word": float(words == 1),
        "two_words": float(words == 2),
        "many_words": float(words > 4),
        "has_name": float(context.names),
        "definite": float(context.definite),
        "definite_first": float(context.definite and mention.back == context.first),
        "definite_last": float(context.definite and mention.back == 0),
        "words_after": float(bool(re.match(r"(?:what|how) about\b", context.question, re.IGNORECASE))),
    }
    return features


def probability(kind: str, features: Features) -> float:
    """Return the probability, from 0 to 1, by the weights of `kind`."""
    weights = _weights()[kind]
    return 1 / (1 + math.exp(-sum(weights.get(name, 0.0) * value for name, value in features.items())))


@cache
def _weights() -> dict[str, dict[str, float]]:
    read = json.loads((files("qa.understand") / "antecedents.json").read_text(encoding="utf-8"))
    weights: dict[str, dict[str, float]] = read["weights"]
    return weights


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
    return [_filled(question, sorted(chosen, key=lambda filling: filling[0].start)) for chosen in (best, other)]


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
