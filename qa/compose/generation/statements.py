"""Makes questions of plain statements by rule: a question word takes the place of the words that answer.

Overgenerate and rank, as Heilman and Smith, "Good question! Statistical ranking for question generation", NAACL 2010,
with narrow rules in place of parse trees: "Ann Gray kept the light" gives "Who kept the light?", "The lamp was lit in
1851" gives "When was the lamp lit?". A sentence that no rule fits makes no question, rather than a stiff one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from qa.understand.clauses import Clause, Vocabulary
from qa.understand.verbs import PASSIVE, PAST, PRESENT

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
_PLACED = re.compile(rf" (?:in|at|near) (?:the )?(?!{_MONTH}){_PLACE}")
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
_SPELL = re.compile(r"(?:seconds|minutes|hours|days|weeks|months|years|decades|centuries|times)")
_MONEY = re.compile(
    r"^(?P<answer>[£$€] ?\d[\d,.]*\S*(?: (?:million|billion))?|"
    r"\d[\d,.]* (?:\w+ )?(?:euros|dollars|pounds|francs|crowns))(?P<after>.*)"
)
_MOVING = {"come", "go", "return", "travel", "move", "flee", "sail", "fly", "march", "withdraw", "retreat", "escape"}
_PREPOSITION = r"(?:in|on|at|to|of|for|from|with|by|upon|into|against|between|among|over|under|through)"
_LINKING = {"became", "remained", "said", "made", "went", "came", "stayed", "cost", "meant"}
_ASKED_IN_PRESENT = {"contains", "includes", "needs", "requires", "provides", "supports", "covers", "owns", "produces"}
_LENGTH = re.compile(
    rf"^(?P<answer>{_FIGURE} (?:metres|meters|kilometres|kilometers|miles|feet)) (?P<how>long|tall|high|wide|deep)\b"
)

SHORTEST, LONGEST = 3, 14  # words of a question

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
    match = _WHEN.fullmatch(clause.rest)
    if match and len(match["before"].split()) <= 7:
        word = "Since when" if match["answer"].startswith("since") else "When"
        place = match["after"].strip() if _PLACED.fullmatch(match["after"]) else ""
        yield from _inverted(word, clause, match["before"].rstrip(","), match["answer"], after=place)


def _where(clause: Clause) -> Made:
    match = _WHERE.fullmatch(clause.rest)
    if match and _is_of_the_verb(clause, match["before"], match["answer"]):
        back = "to" if clause.verb in {"return", "returned"} and match["answer"].startswith("to ") else ""
        yield from _inverted("Where", clause, match["before"], match["answer"], after=back)
    if clause.based:
        yield f"Where is {clause.asked_subject.replace('so-called ', '')} based?", clause.based


def _is_of_the_verb(clause: Clause, before: str, place: str) -> bool:
    """Return whether it happens at this place: "a language close to Greek" and "the war in Europe" are no places."""
    if place.startswith("to "):
        return not before and (clause.verb in _MOVING or PAST.get(clause.verb) in _MOVING)
    return not re.search(rf"\b{_PREPOSITION}\b", before) and (not before or bool(clause.auxiliary))


def _why(clause: Clause) -> Made:
    if clause.rest and (clause.auxiliary or clause.verb in PAST):
        yield from _inverted("Why", clause, clause.rest, "")


def _how_many(clause: Clause) -> Made:
    money = _MONEY.match(clause.rest)
    if money and clause.verb in {"cost", "costs"}:
        yield from _inverted("How much", clause, "", money["answer"])
        return
    match = _COUNT.match(clause.rest)
    spell = match and _SPELL.fullmatch(match["things"]) and clause.verb not in {"last", "lasted", "lasts"}
    if match and not money and not spell:
        after = match["after"].strip()
        word = f"How many {match['things']}"
        yield from ((question, match["answer"]) for question, _ in _inverted(word, clause, "", "", after=after))
    rest = f"{clause.verb} {clause.rest}".strip()
    if clause.figure and clause.auxiliary in {"were", "are", "have"} and not re.search(r" and \w+$", rest):
        yield f"How many {clause.figure[1]} {clause.auxiliary} {rest}?", clause.figure[0]
    if clause.auxiliary in {"is", "was"} and (size := _LENGTH.match(f"{clause.verb} {clause.rest}")):
        yield f"How {size['how']} {clause.auxiliary} {clause.asked_subject}?", size["answer"]


def _what_is(clause: Clause) -> Made:
    if clause.auxiliary not in {"is", "was"} or not clause.verb:
        return
    predicate = f"{clause.verb} {clause.rest}".strip()
    match = re.match(r"(?:a|an|the) [\w’'-]+ (?:(?!who|which|that)[\w’'-]+ ?)+$", predicate)
    if not match:
        return
    role = re.search(rf"\b{_ROLE}\b", predicate)
    if not role and re.match(r"the (?:only|first|last|main|\w+est)\b", predicate):
        yield f"What {clause.auxiliary} {predicate}?", clause.subject
    if role and predicate.startswith("the ") and clause.is_name:
        yield f"Who {clause.auxiliary} {predicate}?", clause.subject
    elif role and clause.is_name:
        yield f"Who {clause.auxiliary} {clause.subject}?", predicate
    elif not role and clause.is_name:
        yield f"What {clause.auxiliary} {clause.asked_subject}?", predicate


def _what_did(clause: Clause) -> Made:
    does = (clause.verb in PAST and clause.verb not in _LINKING) or clause.verb in _ASKED_IN_PRESENT
    if not does or clause.auxiliary not in {"", "has", "have", "will"} or len(clause.rest.split()) > 10:
        return
    if re.match(r"(?:the|a|an) \S+ \S", clause.rest) and not re.search(rf" {_PREPOSITION}$", clause.rest):
        yield from _inverted("What", clause, "", clause.rest)


def _who_is(clause: Clause) -> Made:
    if clause.apposition and clause.apposition.startswith("the ") and re.search(rf"\b{_ROLE}\b", clause.apposition):
        yield f"Who is {clause.apposition}?", clause.subject


STATEMENT_RULES: dict[str, Callable[[Clause], Made]] = {
    "when": _when,
    "who": _who_did,
    "how many": _how_many,
    "where": _where,
    "who is": _who_is,
    "what is": _what_is,
    "what": _what_did,
}
_BECAUSE = re.compile(r"\bbecause (?!of\b)", re.IGNORECASE)


def statement_questions(clause: Clause, sentence: str) -> Iterator[tuple[str, str, str]]:
    """Yield (kind, question, answer) for each rule that fits; for a reason, the answer is the whole sentence."""
    for kind, rule in STATEMENT_RULES.items():
        for question, answer in rule(clause):
            if SHORTEST <= len(question.split()) <= LONGEST:
                yield kind, question, answer
                break
    if _BECAUSE.search(sentence):
        yield from (("why", question, "") for question, _ in _why(clause))


def _inverted(word: str, clause: Clause, before: str, answer: str, *, after: str = "") -> Made:
    """Return the question that begins with `word`, has its verb before the subject, and ends before the answer."""
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


_ARTICLE = r"(?:(?:An?|The) )?"
_DEFINED = re.compile(
    rf"(?P<article>{_ARTICLE})(?P<thing>[\w’'/-]+(?: [\w’'/-]+){{0,2}}?)"
    r" (?:(?:is|are) (?:an?|the) (?:[\w’'-]+ ){1,4}?(?:that|which|who|where|in which|used|designed|intended|for|of)\b"
    r"|means? (?!that\b)\w+|refers? to\b|(?:is|are) defined as\b).{15,}",
    re.DOTALL,
)
# What leans on the sentences before, or names nothing.
_NO_THING = re.compile(
    r"\b(?:this|that|these|those|it|they|he|she|we|you|i|there|here|one|ones|each|both|such|our|your|their|his|her|its|my"
    r"|what|which|who|other|another|same|first|second|next|last|idea|goal|aim|result|reason|purpose|problem|thing"
    r"|following|above|below|and|or|but|if|when|as|in|on|at|of|for|to|by|with|from)\b",
    re.IGNORECASE,
)


def definition_questions(sentence: str, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield the question for what a thing is that `sentence` defines; none where it defines none."""
    words = " ".join(re.sub(r"[*`]", "", sentence).split())
    match = _DEFINED.fullmatch(words)
    if match is None or _NO_THING.search(match["thing"]):
        return
    thing, article = match["thing"], match["article"].lower()
    first = thing.split()[0].removesuffix("’s")
    if not article and first.lower() in vocabulary.common and first not in vocabulary.names:
        thing = thing[0].lower() + thing[1:]
    verb = "are" if re.search(r"(?<![sui])s\Z", thing) and re.match(r".* are\b", words) else "is"
    yield f"What {verb} {article}{thing}?"
