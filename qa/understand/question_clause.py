"""Finds the clause that asks: the question without the story before it, the greeting and the courtesies."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.understand.spelling import respell

STORY = 30  # words
LONGEST = 600  # characters of the clause that the rules look at

AUXILIARY = (
    r"(?:(?:do|does|did|is|are|was|were|has|have|had|could|would|should|might|must)(?:n['’]?t)?"
    r"|am|will|won['’]?t|can(?:not|['’]?t)?|shall|may)\b"
)
WH_WORD = r"(?:what|which|who|whom|whose|when|where|why|how)(?:['’](?:s|re|d|ll))?\b"
_PREPOSITION = (
    r"(?:in|on|at|by|for|from|to|of|with|under|until|since|during|through|after|before|about|into|over|within)"
)
# How a question begins: with its question word, alone or after a preposition, or with its verb.
OPENER = rf"(?:(?:{_PREPOSITION} )?{WH_WORD}|{AUXILIARY}(?= (?!of\b)))"

_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=\W?[^\W\d])|\n\s*\n|\n(?=[A-Z])")
# "U.S.", "v.", "Inc.": their mark ends no sentence.
_ABBREVIATED = re.compile(
    r"(?:^|[\s.(])(?:[A-Za-z]|Gov|Gen|Col|Rev|Hon|Fig|Art|Sec|St|No|Co|(?i:vs|sr|jr|inc|lt|sgt|capt|dr|mr|mrs|ms|corp|ltd"
    r"|prof|etc|approx|e\.g|i\.e))\.$"
)
_BEGINS = re.compile(
    rf"(?:{OPENER}|(?:please )?(?:summari[sz]e|list|name|explain|describe|define|tell|give|show|sum up)\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(rf"\b{WH_WORD}|^{OPENER}", re.IGNORECASE)
# Courtesies, one after another, before the question.
_LEAD = re.compile(
    r"""^\W*(?:
      (?:hi|hello|hey|dear\ \w+|good\ (?:morning|afternoon|evening))\b(?:\ (?:there|all|everyone|team))?[\s,.!:-]*
    | (?:ok(?:ay)?|so|well|and|but|also|um+|just|please|kindly|sorry|excuse\ me|thanks|quick\ question|question
        |my\ question\ is|the\ question\ is|then)\b[\s,.:!-]+
    | (?:can|could|would|will)\ (?:you|u|someone|somebody|anyone|anybody)\s+(?:please\s+|kindly\s+|maybe\s+|just\s+)?
        (?=(?:tell|explain|give|list|show|summari[sz]e|describe|name|help|find|clarify|walk|sum|outline|remind|write
             |define|make|provide)\b)
    | (?:can|could|may)\ (?:i|we)\ (?:please\ )?(?:get|have|see)\ (?=
        (?:an?|the|some|your)\ (?:\w+\ )?(?:summary|overview|outline)\b)
    | (?:do|does|would)\ (?:you|anyone|anybody)\ (?:happen\ to\ )?know\s+(?:if\ you\ know\s+)?(?=wh|how|if\b)
    | (?:i|we|he|she|they)(?:['’](?:d|m|re)|\ am|\ are)?\s+(?:just\s+|really\s+)?
        (?:want|wants|need|needs|would\ like|like|wonder|wondering|was\ wondering|were\ wondering|curious|trying
           |have)(?:ed)?\s+
        (?:(?:to\ )?(?:know|find\ out|ask|see|hear|understand|learn|figure\ out)\s+)?(?:about\s+)?(?=wh|how\b|if\b)
    | (?:tell|remind|show)\ (?:me|us)[\s,:]+(?:please[\s,]+)?(?=(?:wh|how\b|if\b))
    | (?:find|find\ out|let\ me\ know|clarify|help\ me\ (?:understand|find(?:\ out)?))\s+(?=(?:wh|how\b|if\b))
    | any(?:one|body)?\ (?:idea|know|clue)s?\s+(?=(?:wh|how\b|if\b))
    | (?:does|do|did)\ (?:it|this|the|they)\ (?:\w+\ ){0,3}?(?:say|mention|specify|state|tell|explain)
        (?:\ (?:me|us|you))?\ +(?=(?:wh|how\b))
    )""",
    re.IGNORECASE | re.VERBOSE,
)
# "…, our officer needs to know whether …"
_EMBEDDED = re.compile(
    r"\b(?:(?:needs?|want(?:s|ed)?|like|love|trying|asked (?:me|us)) to (?:know|find out|understand|see)"
    r"|wonder(?:s|ed|ing)?|(?:not|isn['’]t|un)\s?(?:sure|clear|certain)|question is|curious)"
    r"[:,]? (?=(?:wh|how\b|if\b))",
    re.IGNORECASE,
)
# Where a clause asks that something else stands before: "With yearly releases, how many …", "If I cancel, do I …".
_FRONT = re.compile(
    rf"^.{{2,400}}(?:[,:;–—?]| -) ?(?=(?:{_PREPOSITION} )?{WH_WORD}"
    rf"|{AUXILIARY} (?:(?:i|we|you|he|she|it|they|this|that|there|the|an?|my|your|our|their|these|those)\b"
    r"|(?-i:[A-Z])))"
    # without a mark between: "my pump leaks what do I do"
    r"|^.{2,400} (?=(?:what|how|why|where|when)(?: much| many| long| often)? "
    r"(?:do|does|did|can|could|should|would|will|must) (?:i|we|you|he|she|it|they|the)\b)",
    re.IGNORECASE,
)
# "When I cancel, …" is no question yet, "when do I cancel" is one.
_ASKS_ALREADY = re.compile(rf"(?!(?:when|where|while) (?!{AUXILIARY})){OPENER}", re.IGNORECASE)
_PLEASANTRY = re.compile(
    r"\b(?:can|could|would) (?:you|anyone|someone|anybody|somebody) (?:please )?(?:help|assist)\b[^?]{0,40}\?|^thank|"
    r"^(?:please )?help\b|^any (?:help|ideas?|thoughts)\b|^(?:quick )?question\b|^(?:many )?thanks|^cheers",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class QuestionClause:
    """The clauses that ask: one, or several questions in a row. `front`: the words that hedge the first."""

    clauses: tuple[str, ...]
    front: str = ""


def question_clause_of(question: str) -> QuestionClause:
    """Return the clauses of `question` that ask, with the words that ask spelt right."""
    sentences = _sentences(question)
    asking = _asking_sentences([s for s in sentences if not _PLEASANTRY.search(s)] or sentences)
    if not asking:
        return QuestionClause((question.strip(),))
    clauses = [_without_courtesies(respell(_within(sentence))) for sentence in asking]
    front, first = _front_of(clauses[0])
    return QuestionClause((first, *clauses[1:]), front)


def without_story(question: str) -> str:
    """Return the clauses that ask, of a question of more than `STORY` words; a shorter one as it is.

    The story before them helps to find the passages, but distracts the reader.
    """
    if len(question.split()) <= STORY:
        return question
    asking = question_clause_of(question)
    return f"{asking.front}{' '.join(asking.clauses)}?"


def _sentences(question: str) -> list[str]:
    sentences: list[str] = []
    for piece in _SENTENCE.split(question):
        words = " ".join(piece.split())
        if sentences and _ABBREVIATED.search(sentences[-1][-8:]):
            sentences[-1] += f" {words}"
        elif words.strip(" .?!"):
            sentences.append(words)
    return sentences


def _asking_sentences(sentences: list[str]) -> list[str]:
    marked = [s for s in sentences if s.rstrip().endswith("?")]
    if not marked:
        begun = [s for s in sentences if _BEGINS.match(_without_courtesies(respell(s[:LONGEST])))]
        return begun[-1:] or sentences[-1:]
    last = sentences.index(marked[-1])
    before = sentences[last - 1] if last else ""
    if _BEGINS.match(before) and before not in marked and not _ASKS.search(marked[-1]):
        return [f"{before} {marked[-1]}"]  # what looked like an end was an abbreviation's mark
    return [before, sentences[last]] if before in marked else [sentences[last]]


def _within(sentence: str) -> str:
    """Return the part of a long sentence that follows "needs to know" or "wonder", cut to what the rules look at."""
    embedded = _EMBEDDED.search(sentence)
    clause = sentence[embedded.end() :] if embedded else sentence
    return clause[:LONGEST] if embedded else clause[-LONGEST:]


def _without_courtesies(clause: str) -> str:
    for _ in range(4):
        shorter = _LEAD.sub("", clause, count=1)
        if shorter == clause or not shorter:
            break
        clause = shorter
    return clause.strip().rstrip("?!. ").strip()


def _front_of(clause: str) -> tuple[str, str]:
    front = None if _ASKS_ALREADY.match(clause) else _FRONT.match(clause)
    return (clause[: front.end()], clause[front.end() :]) if front else ("", clause)
