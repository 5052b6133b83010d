"""Example questions that a document really answers: made from its sentences by rule, kept if they are answered.

A question takes the place of the words that answer it, in a sentence whose order it can keep: "Ann Gray kept the
light" gives "Who kept the light?", "The lamp was lit in 1851" gives "When was the lamp lit?".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index import Document
from index.sentences import split_sentences
from index.types import SegmentKind
from qa.types import Answer

TRIED = 24  # questions at most that are asked for one document
SURE = 0.5  # the confidence from which a question is shown
SHORTEST, LONGEST = 4, 18  # words of a question

_NAME = r"(?:[A-Z][\w’'-]*\.?(?: (?:of|the|al|de|von|van|bin|and)(?= [A-Z]))?(?: (?=[A-Z]))?)+"
_AUXILIARY = r"was|were|is|are|has been|have been|had been|will be"
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
)
_WHEN = rf"(?:in|on|since) (?:\d{{4}}|(?:\d{{1,2}} )?{_MONTH}(?: \d{{1,4}})?(?:,? \d{{4}})?)"
_SUBJECT = r"(?:(?:The|A|An|Its|Their|This|These) )?[\w’'-]+(?: [\w’'-]+){0,5}?"

_APPOSITION = re.compile(rf"^(?P<answer>{_NAME}), (?=(?:a|an|the) )(?P<rest>[^,]+), (?P<verb>[a-z]\w+)")
_DONE_WHEN = re.compile(rf"^(?P<subject>{_SUBJECT}) (?P<be>{_AUXILIARY}) (?P<rest>.*?)\b(?P<answer>{_WHEN})\b[^,;]*$")
_DONE_WHERE = re.compile(
    rf"^(?P<subject>{_SUBJECT}) (?P<be>{_AUXILIARY}) (?P<rest>[^,;]*?)\b(?P<answer>(?:in|at|near) {_NAME})$"
)
_DEFINED = re.compile(rf"^(?P<subject>(?:The )?{_NAME}) (?P<be>is|was) (?P<answer>(?:a|an|the) [^,;]+)")
_PAST = r"[a-z]+(?:ed|id|ept|ade|ook|ent|old|ave|rote)"
_DID = re.compile(rf"^(?P<answer>{_NAME}) (?P<rest>(?:had |has |have )?{_PAST} .+)$")
_COUNTED = re.compile(
    r"^(?P<answer>[A-Z][a-z]+|\d[\d,.]*) (?P<rest>(?:[a-z][\w’'-]* ){0,3}[a-z]\w*s (?:was|were|are|have|had) .+)$"
)
_NUMBERS = {"two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty"}
_PRONOUNS = {"he", "she", "it", "they", "this", "that", "these", "those", "there", "we", "i", "you", "its", "their"}


@dataclass(frozen=True, slots=True)
class _Draft:
    """A question and the sentence `[start, end)` that it was made of."""

    question: str
    start: int
    end: int


def example_questions(
    document: Document, ask: Callable[[str], Answer], *, first: Sequence[str] = (), most: int = 4
) -> list[str]:
    """Up to `most` questions that `ask` answers from `document` with confidence; those of `first` are tried first.

    A made question counts only if it is answered from its own sentence.
    """
    kept: list[str] = []
    for question in first:
        if len(kept) < most and _sure(ask(question), document):
            kept.append(question)
    for draft in list(_drafts(document))[:TRIED]:
        if len(kept) >= most:
            break
        answer = ask(draft.question)
        if _sure(answer, document) and draft.start <= answer.citations[0].start < draft.end:
            kept.append(draft.question)
    return kept


def _sure(answer: Answer, document: Document) -> bool:
    enough = answer.confidence is None or answer.confidence >= SURE
    return answer.answered and enough and answer.citations[0].document_id == document.id


def _drafts(document: Document) -> Iterator[_Draft]:
    """Questions made of the document's sentences, spread over it, and over the kinds."""
    prose = [s for s in document.segments if s.kind is SegmentKind.PARAGRAPH]
    places = [
        (start, end)
        for start, end in split_sentences(document)
        if end - start < 300 and (not prose or any(s.start <= start < s.end for s in prose))
    ]
    made: list[list[_Draft]] = [[] for _ in _RULES]
    for start, end in places:
        words = " ".join(document.text[start:end].split()).rstrip(".!?")
        for drafts, rule in zip(made, _RULES, strict=True):
            question = rule(words)
            if question is not None and SHORTEST <= len(question.split()) <= LONGEST:
                drafts.append(_Draft(question, start, end))
    while any(made):
        yield from (drafts.pop(0) for drafts in made if drafts)


def _when(sentence: str) -> str | None:
    found = _DONE_WHEN.match(sentence)
    return _inverted("When", found) if found else None


def _where(sentence: str) -> str | None:
    found = _DONE_WHERE.match(sentence)
    return _inverted("Where", found) if found else None


def _who_is(sentence: str) -> str | None:
    found = _APPOSITION.match(sentence)
    if not found or len(found["answer"].split()) < 2 or found["answer"].startswith(("The ", "In ", "At ", "On ")):
        return None
    return f"Who is {found['rest']}?"


def _what_is(sentence: str) -> str | None:
    found = _DEFINED.match(sentence)
    if not found or found["subject"].split()[0].casefold() in _PRONOUNS:
        return None
    return f"What {found['be']} {_lowered(found['subject'])}?"


def _who_did(sentence: str) -> str | None:
    found = _DID.match(sentence)
    if not found or "," in found["rest"] or not _is_name(found["answer"]):
        return None
    return f"Who {found['rest']}?"


def _how_many(sentence: str) -> str | None:
    found = _COUNTED.match(sentence)
    if not found or "," in found["rest"]:
        return None
    number = found["answer"]
    return f"How many {found['rest']}?" if number[0].isdigit() or number.casefold() in _NUMBERS else None


_RULES: tuple[Callable[[str], str | None], ...] = (_when, _who_is, _who_did, _where, _how_many, _what_is)


def _inverted(word: str, found: re.Match[str]) -> str | None:
    subject, be = found["subject"], found["be"]
    if subject.split()[0].casefold() in _PRONOUNS or "," in subject or "," in found["rest"]:
        return None
    first, *others = be.split()
    return " ".join([word, first, _lowered(subject), *others, found["rest"].strip()]).rstrip() + "?"


def _lowered(subject: str) -> str:
    word, space, rest = subject.partition(" ")
    return word.lower() + space + rest if word in {"The", "A", "An", "Its", "Their", "This", "These"} else subject


def _is_name(words: str) -> bool:
    parts = words.split()
    return len(parts) > 1 and parts[0].casefold() not in _PRONOUNS | {"the", "in", "on", "at", "by", "when", "after"}
