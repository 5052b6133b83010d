"""Example questions that a document really answers: made from its sentences by rule, kept if they are answered.

A question takes the place of the words that answer it: "Ann Gray kept the light" gives "Who kept the light?", "The
lamp was lit in 1851" gives "When was the lamp lit?". The rules are narrow: a sentence that none of them fits makes no
question, rather than a stiff one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index import Document
from index.split.sentences import split_sentences
from index.types import SegmentKind
from qa.types import Answer
from qa.understand.clauses import Clause, Vocabulary, clause_of
from qa.understand.verbs import PASSIVE, PAST, PRESENT

TRIED = 24  # questions at most that are asked for one document
SURE = 0.5  # the confidence from which a question is shown
SHORTEST, LONGEST = 3, 14  # words of a question
LOOKED_AT = 120  # paragraphs, spread over the document: a long one has more than anybody waits for
LONGEST_PARAGRAPH = 3_000  # characters

_ROLE = (
    r"(?:minister|president|director|captain|master|engineer|mayor|spokes(?:man|woman|person)|chief|head|chair(?:man|"
    r"woman)?|professor|author|founder|officer|manager|leader|king|queen|actor|actress|writer|poet|scientist|warden|"
    r"secretary|judge|ambassador|governor|senator|coach|architect|artist|painter|singer|composer|historian|lawyer)"
)
_NAME = r"[A-Z][\w’'-]*\.?(?: (?:of|de|von|van|bin|al|el) (?=[A-Z])| )?(?:[A-Z][\w’'-]*\.?(?: |$))*[A-Z][\w’'-]*\.?"
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
)
_YEAR = r"(?:early |late |mid-|the (?:spring|summer|autumn|fall|winter) of )?\d{4}"
_DATE = rf"(?:{_YEAR}|(?:\d{{1,2}} )?{_MONTH}(?: \d{{1,2}})?(?:,? \d{{4}})?)"
_PLACE = rf"(?:{_NAME}|[A-Z][\w’'-]+)(?: (?:district|province|region|county|city|valley|area)(?: of {_NAME})?)?"
_WHEN = re.compile(rf"(?P<before>.*?) ?\b(?P<answer>(?:in|on|since) {_DATE})\b(?P<after>.*)")
_WHERE = re.compile(rf"(?P<before>.*?) ?\b(?P<answer>(?:in|at|near|to) (?:the )?(?!{_MONTH}){_PLACE})$")
_FIGURE = (
    r"(?:(?:about|around|nearly|almost|over|some|more than|at least) )?(?:\d[\d,.]*|two|three|four|five|six|"
    r"seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|"
    r"hundreds of|thousands of|dozens of)(?: (?:hundred|thousand|million|billion))?"
)
_COUNT = re.compile(
    rf"^(?P<answer>{_FIGURE}) (?P<things>(?:(?!of |in |on |at |by )[A-Za-z-]+ ){{0,3}}?"
    r"[a-z-]+(?:s|people|men|women|children)(?: of [a-z-]+)?)\b"
    r"(?P<after>(?: (?:in|on|at|from|to|during|near|by|a|per|every|for) .*)?)$",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"^(?P<answer>[£$€] ?\d[\d,.]*\S*(?: (?:million|billion))?|"
    r"\d[\d,.]* (?:\w+ )?(?:euros|dollars|pounds|francs|crowns))(?P<after>.*)"
)
_LINKING = {"became", "remained", "said", "made", "went", "came", "stayed", "cost", "meant"}
_ASKED_IN_PRESENT = {"contains", "includes", "needs", "requires", "provides", "supports", "covers", "owns", "produces"}
_LENGTH = re.compile(
    rf"^(?P<answer>{_FIGURE} (?:metres|meters|kilometres|kilometers|miles|feet)) (?P<how>long|tall|high|wide|deep)\b"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A question, the words that should answer it, and the sentence `[start, end)` that it was made of."""

    question: str
    answer: str
    start: int
    end: int


def example_questions(
    document: Document, ask: Callable[[str], Answer], *, first: Sequence[str] = (), most: int = 4
) -> list[str]:
    """Up to `most` questions that `ask` answers from `document` with confidence; those of `first` are tried first.

    A made question counts only if it is answered with the words that it was made for, from their own sentence.
    """
    kept: list[str] = []
    for question in first:
        if len(kept) < most and _sure(ask(question), document):
            kept.append(question)
    used: set[int] = set()
    for draft in drafts(document)[:TRIED]:
        if len(kept) >= most:
            break
        if draft.start in used or draft.question in kept:
            continue
        answer = ask(draft.question)
        if _sure(answer, document) and _as_meant(answer, draft):
            kept.append(draft.question)
            used.add(draft.start)
    return kept


def drafts(document: Document) -> list[Draft]:
    """Questions made of the document's sentences, kinds in turn, so that few are alike."""
    made: list[list[Draft]] = [[] for _ in _RULES]
    places = list(_sentences(document))
    vocabulary = Vocabulary.of("\n".join(document.text[start:end] for start, end in places))
    for start, end in places:
        clause = clause_of(document.text[start:end], vocabulary)
        if clause is None:
            continue
        for found, rule in zip(made, _RULES, strict=True):
            for question, answer in rule(clause):
                if SHORTEST <= len(question.split()) <= LONGEST:
                    found.append(Draft(question, answer, start, end))
                    break
    ordered: list[Draft] = []
    while any(made):
        ordered += [found.pop(0) for found in made if found]
    return ordered


def _sentences(document: Document) -> Iterator[tuple[int, int]]:
    """The sentences of some of its paragraphs, from all parts of it."""
    prose = [(s.start, s.end) for s in document.segments if s.kind is SegmentKind.PARAGRAPH]
    if not document.segments:
        prose = [(0, len(document.text))]
    every = max(1, -(-len(prose) // LOOKED_AT))
    for start, end in prose[::every]:
        paragraph = document.text[start : min(end, start + LONGEST_PARAGRAPH)]
        if paragraph.strip():
            yield from ((start + a, start + b) for a, b in split_sentences(Document("", paragraph)))


def _sure(answer: Answer, document: Document) -> bool:
    enough = answer.confidence is None or answer.confidence >= SURE
    return answer.answered and enough and answer.citations[0].document_id == document.id


def _as_meant(answer: Answer, draft: Draft) -> bool:
    cited = answer.citations[0]
    quote = " ".join(cited.quote.casefold().split())
    meant = draft.answer.casefold()
    return draft.start <= cited.start < draft.end and (quote in meant or meant in quote)


Made = Iterator[tuple[str, str]]
"""Questions and the words that should answer them, the best first."""


def _who_did(clause: Clause) -> Made:
    if clause.verb in PAST and clause.is_name and not clause.auxiliary:
        yield f"Who {clause.verb} {clause.rest}?", clause.subject
    if clause.relative in PAST:
        yield f"Who {clause.relative} {clause.relative_rest}?", clause.subject
    if clause.auxiliary in {"was", "were"} and clause.verb in PASSIVE:
        by = re.match(rf"^(?P<before>.*?) ?\bby (?P<answer>(?:the )?(?:so-called )?{_NAME})(?P<after>.*)$", clause.rest)
        if by and not by["before"]:
            yield f"Who {PASSIVE[clause.verb]} {clause.asked_subject}{by['after']}?", by["answer"]


def _when(clause: Clause) -> Made:
    found = _WHEN.fullmatch(clause.rest)
    if found and len(found["before"].split()) <= 7:
        word = "Since when" if found["answer"].startswith("since") else "When"
        yield from _inverted(word, clause, found["before"], found["answer"])


def _where(clause: Clause) -> Made:
    if found := _WHERE.fullmatch(clause.rest):
        yield from _inverted("Where", clause, found["before"], found["answer"])
    if clause.based:
        yield f"Where is {clause.asked_subject} based?", clause.based


def _how_many(clause: Clause) -> Made:
    money = _MONEY.match(clause.rest)
    if money and clause.verb in {"cost", "costs"}:
        yield from _inverted("How much", clause, "", money["answer"])
        return
    found = _COUNT.match(clause.rest)
    if found and not money:
        after = found["after"].strip()
        word = f"How many {found['things']}"
        yield from ((question, found["answer"]) for question, _ in _inverted(word, clause, "", "", after=after))
    if clause.figure and clause.auxiliary in {"were", "are", "have"}:
        rest = f"{clause.verb} {clause.rest}".strip()
        yield f"How many {clause.figure[1]} {clause.auxiliary} {rest}?", clause.figure[0]
    if clause.auxiliary in {"is", "was"} and (size := _LENGTH.match(f"{clause.verb} {clause.rest}")):
        yield f"How {size['how']} {clause.auxiliary} {clause.asked_subject}?", size["answer"]


def _what_is(clause: Clause) -> Made:
    if clause.auxiliary not in {"is", "was"} or not clause.verb:
        return
    said = f"{clause.verb} {clause.rest}".strip()
    found = re.match(r"(?:a|an|the) (?:(?!who|which|that)[\w’'-]+ ?)+$", said)
    if not found:
        return
    role = re.search(rf"\b{_ROLE}\b", said)
    if not role and re.match(r"the (?:only|first|last|main|\w+est)\b", said):
        yield f"What {clause.auxiliary} {said}?", clause.subject
    if role and said.startswith("the ") and clause.is_name:
        yield f"Who {clause.auxiliary} {said}?", clause.subject
    elif role and clause.is_name:
        yield f"Who {clause.auxiliary} {clause.subject}?", said
    elif not role and clause.is_name:
        yield f"What {clause.auxiliary} {clause.asked_subject}?", said


def _what_did(clause: Clause) -> Made:
    does = (clause.verb in PAST and clause.verb not in _LINKING) or clause.verb in _ASKED_IN_PRESENT
    if not does or clause.auxiliary not in {"", "has", "have", "will"} or len(clause.rest.split()) > 10:
        return
    if re.match(r"(?:the|a|an) ", clause.rest) and not re.search(r" (?:in|on|at|of|for|to|by|with)$", clause.rest):
        yield from _inverted("What", clause, "", clause.rest)


def _who_is(clause: Clause) -> Made:
    if clause.apposition and clause.apposition.startswith("the ") and re.search(rf"\b{_ROLE}\b", clause.apposition):
        yield f"Who is {clause.apposition}?", clause.subject


_RULES: tuple[Callable[[Clause], Made], ...] = (_when, _who_did, _how_many, _where, _who_is, _what_is, _what_did)


def _inverted(word: str, clause: Clause, before: str, answer: str, *, after: str = "") -> Made:
    """The question that begins with `word`, has its verb before the subject, and ends before the answer."""
    asked = clause.asked_subject
    if clause.auxiliary in {"had", "had been"} and clause.verb in PASSIVE:  # what was then is simply past now
        first, verb = ("did", PAST.get(PASSIVE[clause.verb], "")) if clause.auxiliary == "had" else ("was", clause.verb)
        words = [word, first, asked, verb, before, after]
    elif clause.auxiliary:
        first, *others = clause.auxiliary.split()
        words = [word, first, asked, *others, clause.verb, before, after]
    elif clause.verb in PAST:
        words = [word, "did", asked, PAST[clause.verb], before, after]
    elif clause.verb in PRESENT:
        words = [word, "does", asked, PRESENT[clause.verb], before, after]
    else:
        return
    yield " ".join(filter(None, words)) + "?", answer
