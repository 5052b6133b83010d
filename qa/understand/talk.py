"""Tells talk from questions to the document, by closed lists of the ways people say each thing (talk.toml).

Two kinds of dialogue act, after ISO 24617-2 (Bunt et al. 2010): social ones (a greeting, thanks, a farewell, what one
may ask), and feedback on the answer before ("where does it say that?"). A turn is talk only if *all* of it is: each of
its parts, between full stops and commas, is matched whole. What has any other word asks the document.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Act(StrEnum):
    """The act of a turn that asks nothing new of the document."""

    GREETING = "greeting"
    THANKS = "thanks"
    ACKNOWLEDGEMENT = "acknowledgement"  # ok, I see
    FAREWELL = "farewell"
    WHO_ARE_YOU = "who_are_you"
    WHAT_CAN_YOU_DO = "what_can_you_do"
    WHERE = "where"  # where does it say that
    SURE = "sure"
    WHY_THAT = "why_that"
    MORE = "more"
    ELSE = "else"
    SHORTER = "shorter"
    WHOLE_SENTENCE = "whole_sentence"
    NTH = "nth"  # the second one
    LIST_THEM = "list_them"
    OTHER_DOCUMENT = "other_document"
    CORRECTION = "correction"  # no, I mean …

    @property
    def is_social(self) -> bool:
        """Whether the act needs no previous answer."""
        return self in _BY_WEIGHT


# Of several in one turn ("hi, what can you do? thanks!") the one that is answered, the weightiest first.
_BY_WEIGHT = (Act.WHAT_CAN_YOU_DO, Act.WHO_ARE_YOU, Act.FAREWELL, Act.GREETING, Act.THANKS, Act.ACKNOWLEDGEMENT)

_ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5,
    "sixth": 6, "6th": 6, "seventh": 7, "7th": 7, "eighth": 8, "8th": 8, "one": 1, "two": 2, "three": 3, "four": 4,
    "five": 5, "last": -1, "other": 2, "next": 2,
}  # fmt: skip
_PARTS = re.compile(
    r"[.,!?;:…\n]+|\s+[-–—]+\s+|\s+(?:and|but|so)\s+(?=what can|who are|thank|bye|good ?bye|that['’]?s)"
)
_SHORTEST = 3  # words of what is said about an answer that was never given
_DRAWN_OUT = re.compile(r"(\w)\1{2,}")
_PICTURES = re.compile(r"[^\w\s.,!?;:'’#/-]|(?<!\w)[:;]-?[)(DP](?!\w)")
_CORRECTION = re.compile(
    r"^(?:no+|nope|sorry|wait|oops|not that|actually)\b[\s,.;:!–—-]*(?:(?:no|sorry|wait|but)\b[\s,]*)*"
    r"(?:i (?:mean|meant|was asking about|am asking about|asked about|want(?:ed)?)|i['’]m asking about|rather"
    r"|make that)\s+"
    r"(?P<words>.+)$"
    r"|^(?:i (?:mean|meant))\s*[:,]?\s+(?P<words2>.+)$"
    r"|^not (?P<wrong>[\w’'-]+(?: [\w’'-]+){0,4}?),? but (?P<words3>[^,]+)$",
    re.IGNORECASE | re.DOTALL,
)
_GREETED = re.compile(
    r"^(?:(?:hi|hello|hey|hiya|greetings|good (?:morning|afternoon|evening))(?: there| again| pincite)?"
    r"\s*[,.!;:–—-]+\s*)+(?=\S+\s+\S)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Move:
    """What a turn does. `number`: of NTH, which one, -1 the last. `words`: of a correction, what is meant instead;
    `wrong`: what was not meant, where that is said."""

    act: Act
    number: int | None = None
    words: str | None = None
    wrong: str | None = None


def move_of(question: str, *, in_conversation: bool = True) -> Move | None:
    """Return what `question` does if it is talk, None if it asks the document.

    `in_conversation`: whether something was asked before; without it nothing is corrected, and only what can be about
    nothing else is about an answer.
    """
    question = _spaced(question)
    if in_conversation and (corrected := _CORRECTION.match(question)):
        words = corrected["words"] or corrected["words2"] or corrected["words3"]
        return Move(Act.CORRECTION, words=words.strip(), wrong=corrected["wrong"])
    parts = _parts(question)
    moves = [_move(part, in_conversation) for part in parts]
    if not moves or None in moves:
        return None
    return _weightiest([move for move in moves if move is not None])


def without_greeting(question: str) -> str:
    """Remove the politeness at the start of `question`: "Hi, who led the meeting?" asks who led it."""
    rest = _GREETED.sub("", question.strip(), count=1)
    return rest or question


def _spaced(question: str) -> str:
    """Replace each run of spaces or line ends in `question` with one: regular expressions try every part of a run."""
    lines = (" ".join(line.split()) for line in question.split("\n"))
    return "\n".join(line for line in lines if line)


def _parts(question: str) -> list[str]:
    words = _PICTURES.sub(",", question.casefold().replace("’", "'"))
    words = _DRAWN_OUT.sub(r"\1", words)
    parts = (" ".join(part.split()) for part in _PARTS.split(words))
    cut = (FILLER.sub("", part).strip() for part in parts)
    kept = [part for part in cut if part]
    nothing_else = "thanks" if "thank" in words else "ok"  # "ok then", "thanks again"
    return kept or ([nothing_else] if words.strip(" .,!?") else [])


def _move(part: str, in_conversation: bool) -> Move | None:
    for act, pattern in _patterns()["social"].items():
        if pattern.fullmatch(part):
            return Move(Act(act))
    if not in_conversation and (len(part.split()) < _SHORTEST or part.startswith("the ")):
        return None  # "sources", "the last one": words to look for
    for act, pattern in _patterns()["about_the_answer"].items():
        if match := pattern.fullmatch(part):
            which = match.groupdict().get("which")
            return Move(Act(act), number=_number(which) if which else None)
    return None


def _number(which: str) -> int:
    return _ORDINALS[which] if which in _ORDINALS else int(which)


def _weightiest(moves: list[Move]) -> Move:
    for move in moves:  # "thanks, but are you sure?" wants to know whether it is sure
        if not move.act.is_social:
            return move
    return min(moves, key=lambda move: _BY_WEIGHT.index(move.act))


# Words around a phrase that change nothing in what it does.
FILLER = re.compile(
    r"^(?:(?:ok(?:ay)?|well|so|um+|uh+|hm+|oh|and|but|ah|alright|right|please|then|now|just|anyway|also|yes|yeah|yep"
    r"|lol|haha|no(?= (?:that|this|it|you|i)\b))"
    r"(?:\s+|$))+|(?:\s+|^)(?:please|pls|plz|then|now|thanks?|anyway|though|tho|exactly|again|lol|haha)$"
)


@cache
def _patterns() -> dict[str, dict[str, re.Pattern[str]]]:
    """Return `social`, what needs no answer before it, and `about_the_answer`, what is said about one, each by act.

    In the order of the file, as some words serve for two.
    """
    read = tomllib.loads((files("qa.understand") / "talk.toml").read_text(encoding="utf-8"))
    words = read.pop("words")
    return {table: {act: _any(phrases, words) for act, phrases in acts.items()} for table, acts in read.items()}


def _any(phrases: list[str], words: dict[str, str]) -> re.Pattern[str]:
    """Return one pattern of all `phrases`, `<name>` in them replaced by the pattern of that name in `words`."""
    filled = (re.sub(r"<(\w+)>", lambda name: words.get(name[1], name[0]), phrase) for phrase in phrases)
    return re.compile("|".join(f"(?:{phrase})" for phrase in filled))
