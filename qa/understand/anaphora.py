"""Finds words of a question that stand for something said before, and what they can stand for.

What a pronoun can stand for is checked for person, thing and number, and "it" and "there" that stand for nothing ("is
it possible", "are there any") are left alone, after Lappin and Leass, An Algorithm for Pronominal Anaphora Resolution
(1994).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from qa.understand.mentions import ADJECTIVES, FUNCTION_WORDS, Mention, MentionKind, is_verb, mentions_in


class StandsFor(StrEnum):
    """What a word can stand for."""

    PERSON = "person"  # he, she
    THING = "thing"  # it
    SEVERAL = "several"  # they
    THIS = "this"  # this, that
    NOUN = "noun"  # that phase, this company
    PLACE = "place"  # there
    TIME = "time"  # then


@dataclass(frozen=True, slots=True)
class Slot:
    """`question[start:end]` stands for something else. `noun`: of "that phase", the phase. `owns`: "its", "their"."""

    start: int
    end: int
    stands: StandsFor
    noun: str = ""
    owns: bool = False


_PRONOUN = re.compile(
    r"(?<![\w’'-])(?P<word>he|she|him|himself|herself|it|itself|they|them|themselves|his|hers|her|its|theirs|their|there"
    r"|then|this|that|these|those)(?P<short>['’](?:s|re|ve|d|ll))?(?![\w’'-])",
    re.IGNORECASE,
)
_STANDS = {
    **dict.fromkeys(["he", "she", "him", "his", "her", "hers", "himself", "herself"], StandsFor.PERSON),
    **dict.fromkeys(["it", "its", "itself"], StandsFor.THING),
    **dict.fromkeys(["they", "them", "their", "theirs", "these", "those", "themselves"], StandsFor.SEVERAL),
    **dict.fromkeys(["this", "that"], StandsFor.THIS),
    "there": StandsFor.PLACE,
    "then": StandsFor.TIME,
}
_MOST = 20  # words of one question that are looked at
_DO = frozenset("do does did done doing".split())
_MODALS = _DO | frozenset("can could would will should may might must".split())
_LAST_WORD = re.compile(r"\s+[\w-]+\s*[?.!]*$")
_OWNS = {"his", "its", "their"}
_MODAL = (
    r"(?:possible|impossible|necessary|important|true|likely|unlikely|good|bad|better|best|easy|hard|difficult|legal|"
    r"illegal|safe|ok|okay|fine|worth|common|normal|useful|allowed|required|recommended|advisable|too late|known|said|"
    r"believed|clear|certain|wise|essential|really|a good idea|a bad idea|time|safer|easier|harder|cheaper|wiser)"
)
_EMPTY_IT = re.compile(
    rf"\b(?:is|was|be|would|will|isn['’]t) it (?:\w+ )?{_MODAL}\b.*\b(?:to|that|for|if)\b"
    rf"|\bit(?: is|['’]s| was| would be| will be) (?:\w+ )?{_MODAL}\b.*\b(?:to|that|if)\b"
    r"|\b(?:is|was) it (?:still |also |really )?(?:true|right|correct|so)\s*[?.!]*$"
    r"|\b(?:does|did|would) it mean (?:to|for|if|when|that)\b"
    r"|\b(?:does|did|will|would) it take\b|\bit (?:take|takes|took) \w+ to\b|\bwhat time is it\b"
    r"|\b(?:does|did) it (?:\w+ )?(?:say|mention|state|tell|explain|describe|specify)\b"
    r"|\bit (?:says?|states?|mentions?)\b"
    r"|\bit (?:seems?|appears?|rains?|snows?|turns out)\b|\b(?:was|is) it that\b",
    re.IGNORECASE,
)
_EXISTS = re.compile(
    r"\b(?:is|are|was|were|be|been|isn['’]t|aren['’]t|wasn['’]t|will|can|could) there\b"
    r"(?! (?:now|then|today)\b)(?!\s*[?.!]*$)"
    r"|\bthere(?:['’]s|['’]re| is| are| was| were| will| can| has| have| any| be| been| exist| a| more| must| should"
    r"| might| may)\b|\b(?:out|over) there\b",
    re.IGNORECASE,
)
_BEFORE_THAT = frozenset(
    """is was does did do can of about for with in to after before on by than like from at why how when if and
    would could will has had are were or but during since under within behind besides against despite what where
    should not doing know think so""".split()
)
_NOT_A_NOUN = (
    FUNCTION_WORDS
    | ADJECTIVES
    | frozenset(
        """happen happens happened mean means work works occur come came change get true make take affect compare relate
    differ apply matter cause help possible exist way""".split()
    )
)
_NOUN = re.compile(
    r"\s+((?:[\w-]+\s+)??([a-z][\w-]*))(?=\s*(?:[?.,;!’']|$)|\s+(?:"
    + "|".join(sorted(_NOT_A_NOUN - {"way"}))
    + r")\b|\s+\w+ed\b)"
)
_NOT_AFTER_THAT = frozenset("the a an i he she it they we you there this".split())
_NOW = re.compile(
    r"(?:and |but |so )?(?:can|could|should|shall|may|must|will|would|do|does|is|are|am|has|have)\b", re.IGNORECASE
)
_TELLS = re.compile(
    r"(?:[\w’']+, )*(?:so |and |but |now |please |ok(?:ay)? )*"
    r"(?:tell|show|list|give|explain|describe|name|compare|what|which|who|whom"
    r"|whose|when|where|why|how|i (?:want|need|would|was|am)|i['’](?:d|m)|let)\b",
    re.IGNORECASE,
)
# What "this" and "that" stand before is said by its name, or at length.
_NAMED = re.compile(
    rf"\s+(?:[A-Z]\w+(?: [A-Z]\w+)* [a-z]+\b|(?:{'|'.join(sorted(ADJECTIVES))}) [\w-]+ [\w-]+s?(?=\s*(?:[?.!,;]|$)))"
)
_TIMES = frozenset("year day month week time date period century decade season night morning evening".split())
_CLAUSE = re.compile(
    r"[,.;:!?]|\b(?:if|when|because|and|but|while|before|after|that|so|or|although|once|unless)\b", re.IGNORECASE
)


def slots_of(question: str) -> list[Slot]:
    """Return where `question` has words that stand for something said before it, in order."""
    own = mentions_in(question)
    empty = [match.span() for pattern in (_EMPTY_IT, _EXISTS) for match in pattern.finditer(question)]
    slots = []
    for match in islice(_PRONOUN.finditer(question), _MOST):
        if any(start <= match.start() < end for start, end in empty) or not _asks(question, match.start()):
            continue
        slot = _slot(question, match)
        if slot is not None and not _has_own(question, slot, own):
            slots.append(slot)
            if slot.stands is StandsFor.NOUN:  # it stands for something said before, so no word stands for it
                own = [mention for mention in own if mention.text not in question[slot.start : slot.end]]
    return slots


def _slot(question: str, match: re.Match[str]) -> Slot | None:
    word = match["word"].casefold()
    start, end = match.span("word")
    before = question[:start].split()
    previous = before[-1].casefold() if before else ""
    after = re.match(r"\s+([\w’'-]+)", question[match.end() :])
    following = after[1].casefold() if after and not match["short"] else ""
    if word in {"this", "that", "these", "those"}:
        return _demonstrative(question, match, previous, following)
    if word == "then" and (following or previous in {"", "and", "if"} or previous.endswith(",")):
        return None
    if word == "then" and _NOW.match(question):
        return None  # "can I take the lift then?": in that case
    if previous in _DO and word == "it" and not following:
        return None  # "why did she do it?": not a thing
    owns = word in _OWNS or (word == "her" and following != "" and following not in FUNCTION_WORDS)
    return Slot(start, end, _STANDS[word], owns=owns)


def _demonstrative(question: str, match: re.Match[str], previous: str, following: str) -> Slot | None:
    word, (start, end) = match["word"].casefold(), match.span("word")
    leads = previous.strip(",") in _BEFORE_THAT or is_verb(previous) or previous[-1:] in {"", ",", ".", ";", "!"}
    if word in {"that", "those"} and not leads:
        return None  # "the river that …"
    predicate = previous in _MODALS and _LAST_WORD.match(question[end:])  # "how much would this cost?"
    if _NAMED.match(question[end:]) and word in {"this", "that"} and leads:
        return None  # "this Deep Impact mission"
    if following and following not in _NOT_A_NOUN and not predicate:
        return _with_noun(question, start, end)
    remark = word in {"this", "that"} and _states(question, start)
    if match["short"] or previous == "thanks" or remark or (previous in _DO and not following):
        return None  # "that's great", "that sounds reasonable.", "why did he do that?"
    if word == "that" and following in _NOT_AFTER_THAT:
        return None
    return Slot(start, end, _STANDS[word])


def _asks(question: str, at: int) -> bool:
    """Return whether the sentence at `at` asks or commands; remarks on the answer need no rewriting."""
    start = max(question.rfind(mark, 0, at) for mark in ".!?") + 1
    sentence = re.match(r"[^.!?]*([.!?]?)", question[start:])
    if sentence is None or sentence[1] in {"?", ""}:
        return True
    return _TELLS.match(sentence[0].strip()) is not None


def _states(question: str, start: int) -> bool:
    """Return whether the sentence at `start` begins there and is no question: a remark on the answer."""
    before, after = question[:start].rstrip(), re.match(r"[^.!?]*([.!?]?)", question[start:])
    return (not before or before[-1] in ",.;!?") and after is not None and after[1] != "?"


def _with_noun(question: str, start: int, end: int) -> Slot | None:
    """Resolve "that phase": all of it stands for something."""
    rest = _NOUN.match(question[end:])
    if not rest or any(_is_no_noun(word) for word in rest[1].split()):
        return None
    return Slot(start, end + rest.end(1), StandsFor.NOUN, noun=rest[2].casefold())


def _is_no_noun(word: str) -> bool:
    return word.casefold() in _NOT_A_NOUN or is_verb(word) or word.endswith("ly")


def _has_own(question: str, slot: Slot, own: list[Mention]) -> bool:
    """Return whether an earlier clause of the question says what the word stands for."""
    if slot.stands in {StandsFor.NOUN, StandsFor.TIME}:
        return False
    before = question[: slot.start]
    for mention in own:
        at = before.find(mention.text)
        if at < 0 or not can_stand_for(mention, slot):
            continue
        if _CLAUSE.search(before, at + len(mention.text)) or (slot.owns and at > 0) or mention.kind is MentionKind.NAME:
            return True
    return False


def can_stand_for(mention: Mention, slot: Slot) -> bool:
    """Return whether person, thing and number agree."""
    kind, stands = mention.kind, slot.stands
    if stands is StandsFor.PERSON:
        return kind in {MentionKind.PERSON, MentionKind.NAME} and not mention.several
    if stands is StandsFor.PLACE:
        return kind in {MentionKind.PLACE, MentionKind.NAME} and not mention.several
    if stands is StandsFor.TIME:
        return kind is MentionKind.TIME
    if stands is StandsFor.THING or stands is StandsFor.THIS:
        plural = mention.several and kind is not MentionKind.NAME  # "Friends" may be a series
        return kind not in {MentionKind.PERSON, MentionKind.NUMBER, MentionKind.TIME} and not (
            stands is StandsFor.THING and plural
        )
    if stands is StandsFor.SEVERAL:
        return kind not in {MentionKind.NUMBER, MentionKind.TIME}
    return kind is not MentionKind.NUMBER and (kind is not MentionKind.TIME or slot.noun in _TIMES)
