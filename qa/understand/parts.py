"""Splits a question that asks two things or more into questions of their own.

"What grant was approved and how much was it?" asks what grant was approved, and how much the grant was. A part begins
as a question does; "between X and Y", "Romeo and Juliet" and "who founded it and later left" are not taken apart.
"""

from __future__ import annotations

import re

from qa.understand.followup import read_follow_up
from qa.understand.question_clause import AUXILIARY, OPENER, WH_WORD, QuestionClause
from qa.understand.verbs import PASSIVE, PAST

MOST = 4  # parts

_SUBJECT = r"(?:i|we|you|he|she|it|they|this|that|there|the|an?|my|your|our|these|those|any|anyone|someone)"
_MEASURE = r"how (?:many|much|long|old|often|far|tall|high|big|large)"
_WH = rf"(?:(?:in|on|at|by|for|from|to|of|with|since|under|until) )?{WH_WORD}"
_AND = r"(?:,? (?:and|&|plus)(?:,? (?:also|then|if so,?|if not,?))?,? |; )"
# Where a part ends and another begins; between bare question words a comma is enough ("who, when and where").
_BORDER = re.compile(
    rf"{_AND}(?=(?:{_WH}|{AUXILIARY} {_SUBJECT}\b|do(?:es)? (?!not\b|so\b)\w+ \w))"
    rf"|, (?=(?:{WH_WORD})(?:,| and {WH_WORD}))",
    re.IGNORECASE,
)
_BEGINS = re.compile(OPENER, re.IGNORECASE)
_FIRST_WORD = re.compile(rf"(?:{_MEASURE}|{_WH}|\w+)", re.IGNORECASE)
# "when", "how many soldiers": a question's front whose verb comes with the next part.
_NO_VERB = re.compile(rf"^(?:{WH_WORD}|{_MEASURE}(?: [\w-]+){{0,2}}|(?:what|which) [\w-]+)$", re.IGNORECASE)
_HAS_VERB = re.compile(rf" (?P<tail>{AUXILIARY} .+)$", re.IGNORECASE)
_VERB = re.compile(AUXILIARY, re.IGNORECASE)
_BE_OR_HAVE = re.compile(r"(?:is|are|was|were|has|have|had) (?:the|an?)\b", re.IGNORECASE)
_INVERTED = re.compile(rf"(?:(?:{_MEASURE}|{_WH})(?: [\w-]+)? )?{AUXILIARY}", re.IGNORECASE)
_CIRCUMSTANCE = re.compile(r"when|where|how|why", re.IGNORECASE)
_SAME_WAY = re.compile(r"^(?:how|why)$", re.IGNORECASE)

_LEANING = re.compile(r"\b(?:it|they|them|he|she|him|its|their|his|her|this|that|these|those)\b", re.IGNORECASE)
_PRONOUN = re.compile(
    r"\b(?:(?P<whole>it|they|them|he|she|him|these|those|(?:this|that)(?=$| (?:is|was|cost|happen)))"
    r"|(?P<owner>its|their|his|her(?= (?!(?:in|at|on|to|when|if|before|after|during|throughout|and)\b)\w)))\b"
    r"|\bher\b",
    re.IGNORECASE,
)
_BARE = re.compile(WH_WORD, re.IGNORECASE)
_WHO_DID = re.compile(r"^who (?P<verb>\w+) (?P<what>[^,]{1,60})$", re.IGNORECASE)
_PARTICIPLE = {past: participle for participle, past in PASSIVE.items()}
_OF_A_PERSON = frozenset({"he", "she", "him", "his", "her"})
_MANY = re.compile(r"(?<![sui])s$")
_DETERMINER = r"(?:the|an?|my|your|our|his|her|their|its|this|these|those|that|any|each|every)"
_WORDS = r"[\w'’&-]+"
_BE = r"(?:is|are|was|were|['’]s)"
_WHO_IS = re.compile(rf"who ?{_BE} ", re.IGNORECASE)
# How the first part names its subject, the plainest first.
_NAMES_SUBJECT = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # How many men did Leonidas have: the men of Leonidas
        rf"^how (?:many|much) (?P<noun>{_WORDS}) (?:do|does|did) (?P<owner>(?:the )?{_WORDS})"
        r" (?:have|own|command|lead)$",
        # What grant was approved, which of: the grant
        rf"^(?:what|which) (?P<noun>(?!kind|type|sort|time|year|day|date|{_BE}|{AUXILIARY}){_WORDS}) {AUXILIARY}",
        # What is the dose; who was the keeper of the light
        rf"^(?:what|who|where|when|how (?:much|big|old|tall|long|far)) ?{_BE} (?P<phrase>{_DETERMINER} .{{1,60}})$",
        rf"^(?:what|who|where) ?{_BE} (?P<phrase>{_WORDS}(?: {_WORDS})?)$",
        # Where can I see the docs; how do I open the hatch
        rf"^(?:where|how|when|why|who|which \w+) (?:{AUXILIARY}) (?:i|we|you|one|they|he|she|people) {_WORDS}"
        rf"(?: up| in| for| out| on| off)? (?P<phrase>{_DETERMINER} .{{1,50}})$",
        # Who wrote the report
        rf"^who (?!{AUXILIARY}){_WORDS} (?P<phrase>{_DETERMINER} {_WORDS}(?: {_WORDS})?)$",
        # How many tablets are in a pack
        rf"^how many (?P<noun>{_WORDS}) {AUXILIARY}",
    )
)
# When did the eruption begin; how much does the community permit cost: words up to the verb
_SUBJECT_AND_VERB = re.compile(
    rf"^(?:[\w'’]+ ){{1,3}}?(?:do|does|did|will|can|should|would|could) (?P<rest>{_DETERMINER} .+)$",
    re.IGNORECASE,
)
_PLAIN_VERBS = frozenset(PAST.values()) | {"look", "like", "do", "last", "mean", "come", "get", "be", "have", "go"}
_STOPS = frozenset("in on at by for from to of with before after until into during when if and".split())
_COUNTS_NOTHING = re.compile(rf"^(how (?:many|much)) (?={AUXILIARY})", re.IGNORECASE)


def parts_of(asking: QuestionClause) -> tuple[str, ...]:
    """Return the questions that a question in several parts asks, each on its own; empty where it asks one."""
    clauses = [part for clause in asking.clauses for part in _taken_apart(clause)]
    if len(clauses) < 2 or not all(_BEGINS.match(part) for part in clauses):
        return ()
    clauses = _with_shared_verb(clauses)[:MOST]
    first, *others = clauses
    on_their_own = [first, *(_leaning_on(first, other) for other in others)]
    return tuple(f"{asking.front}{part.strip(' ,')}?" for part in on_their_own)


def _taken_apart(clause: str) -> list[str]:
    if not _BEGINS.match(clause):
        return [clause]
    cuts = [border for border in _BORDER.finditer(clause) if _is_border(clause, border)]
    starts = [0, *(cut.end() for cut in cuts)]
    ends = [*(cut.start() for cut in cuts), len(clause)]
    parts = [clause[start:end] for start, end in zip(starts, ends, strict=True)]
    return [clause] if all(_SAME_WAY.match(part) for part in parts[:-1]) and len(parts) > 1 else parts


def _is_border(clause: str, border: re.Match[str]) -> bool:
    """Return whether a part may begin here: not between two subordinate clauses ("the man who came and who stayed")."""
    word = _FIRST_WORD.match(clause, border.end())
    before, after = clause[: border.start()].casefold(), clause[border.end() :]
    if word is None or f" {word[0].casefold()} " in before:
        return False
    if _BE_OR_HAVE.match(after) and not _INVERTED.match(before):
        return False  # "who chairs it and is the only one who votes"
    is_repeated = before.startswith(word[0].casefold()) and _CIRCUMSTANCE.fullmatch(word[0]) is not None
    return not is_repeated or after == word[0] or _VERB.search(after) is not None


def _with_shared_verb(parts: list[str]) -> list[str]:
    """Give the first part the second's verb: "How many soldiers", "how many ships did Xerxes bring"."""
    whole = list(parts)
    for i in range(len(parts) - 2, -1, -1):
        tail = _HAS_VERB.search(whole[i + 1])
        front = _NO_VERB.match(whole[i].strip(" ,"))
        if tail and front and (_BARE.fullmatch(front[0]) or _first_word(front[0]) == _first_word(parts[i + 1])):
            whole[i] = f"{whole[i].strip(' ,')} {tail['tail']}"
    return whole


def _first_word(part: str) -> str:
    word = _FIRST_WORD.match(part)
    return word[0].casefold() if word else ""


def _leaning_on(first: str, part: str) -> str:
    """Put the subject of `first` in the place of a word that stands for it in `part`, if that subject is plain."""
    if _BARE.fullmatch(part):
        return _filled(part, first)
    subjects = _subjects_of(first)
    pronoun = _PRONOUN.search(part)
    if pronoun:
        subject = next((s for s in subjects if _agrees(s, pronoun[0].casefold(), first)), None)
        if subject:
            instead = f"{subject}’s" if pronoun["owner"] else subject
            return part[: pronoun.start()] + instead + part[pronoun.end() :]
        # What it stands for is not plain: how many cats, and what does "it" cost?
        return f"{part} ({_bare(subjects[0])})" if subjects else part
    if subjects and _COUNTS_NOTHING.match(part):
        return _COUNTS_NOTHING.sub(lambda counts: f"{counts[1]} {_bare(subjects[0])} ", part)
    return read_follow_up(part, ({"question": first},)).best


def _filled(word: str, first: str) -> str:
    """Complete a bare question word with what `first` asks: "can I cancel", "how"; "who wrote this", "when"."""
    if re.match(AUXILIARY, first, re.IGNORECASE):
        return f"{word} {first[0].lower()}{first[1:]}"
    done = _WHO_DID.match(first)
    if done and done["verb"].casefold() in _PARTICIPLE:
        was = "were" if _MANY.search(done["what"]) else "was"
        return f"{word} {was} {done['what']} {_PARTICIPLE[done['verb'].casefold()]}"
    return read_follow_up(word, ({"question": first},)).best


def _agrees(subject: str, pronoun: str, first: str) -> bool:
    """Return whether `pronoun` may stand for `subject`: "it" for one thing, "she" for a person."""
    if pronoun in _OF_A_PERSON:
        return subject[:1].isupper() or _WHO_IS.match(first) is not None  # a name, or who somebody is
    return pronoun not in {"it", "its"} or not _MANY.search(subject)


def _subjects_of(first: str) -> list[str]:
    """Return the subjects that `first` names, the plainest first."""
    named = [_definite(match.groupdict()) for pattern in _NAMES_SUBJECT if (match := pattern.match(first))]
    if match := _SUBJECT_AND_VERB.match(first):
        named.append(_up_to_verb(match["rest"].split()))
    return [subject for subject in named if subject]


def _up_to_verb(words: list[str]) -> str:
    for at, word in enumerate(words[1:], 1):
        if at > 1 and word.casefold() in _PLAIN_VERBS | _STOPS:
            return " ".join(words[:at])
    return " ".join(words[:-1]) if 2 < len(words) <= 4 else ""


def _definite(named: dict[str, str | None]) -> str:
    phrase = named.get("phrase")
    if phrase:
        words = phrase.split()
        if _LEANING.fullmatch(words[0]) and len(words) == 1:
            return ""
        return " ".join(["the", *words[1:]]) if words[0].casefold() in {"a", "an"} else phrase
    noun, owner = named.get("noun"), named.get("owner")
    if not noun:
        return ""
    return f"{owner}’s {noun}" if owner else f"the {noun}"


def _bare(subject: str) -> str:
    return re.sub(rf"^{_DETERMINER} ", "", subject, flags=re.IGNORECASE)
