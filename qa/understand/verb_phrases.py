"""Resolves verb phrases that stand for one said before ("why did she do it?"), and "it" where it stands for an event.

"Do it", "do that" and "do so" take the verb phrase of the question before, under the auxiliary of the new one, as in
Hardt, An Empirical Approach to VP Ellipsis (1997): the nearest verb phrase is the likeliest by far. "It" after "how did
X die?" is not X but the event: a noun made of the verb phrase.
"""

from __future__ import annotations

import re

from qa.understand.verbs import PAST

_DO_IT = re.compile(
    r"^(?P<lead>(?:why|how|when|where)\s+)?(?P<aux>did|does|do|can|could|would|will|should|may|must)(?:n['’]t)?\s+"
    r"(?P<who>(?!not\b)[\w’' -]+?)\s+do\s+(?:it|that|this|so)\b"
    r"(?P<rest>(?:\s+(?:in|on|at|for|with|without|using|by|again|now|then|when|if|after|before|too)\b[^?.!]*)?)[?.!]*$",
    re.IGNORECASE,
)
_WHO = re.compile(r"^(?:who|which \w+|what)\s+(?P<predicate>[a-z][\w-]*(?:\s.+)?)$", re.IGNORECASE)
_MODAL = re.compile(
    r"^(?:(?:why|how|when|where|what if)\s+)?(?:did|does|do|can|could|would|will|should|may|must)\s+(?P<rest>.+)$",
    re.IGNORECASE,
)
_BE = re.compile(r"^(?:was|were|is|are)\b\s*")
_DID = re.compile(
    r"^(?:how|why|when|where) did (?P<who>[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*) (?P<verb>[a-z]+)(?P<rest>[^?]*)\??$",
    re.IGNORECASE,
)
_DONE_TO = re.compile(r"^(?:he|she|it|they) (?:was|were) (?P<done>[a-z]+(?:ed|en|in|ot|un|ung|old|ost|ought))\b")
_PLAIN = frozenset(PAST.values())
_NOUNS = {"die": "death", "arrive": "arrival", "fail": "failure", "begin": "beginning", "lose": "loss"}


def with_verb_phrase(question: str, earlier: str) -> str | None:
    """Put the verb phrase of `earlier` in the place of "do it" in `question`; None if either has none."""
    match = _DO_IT.match(question.strip())
    phrase = _verb_phrase(earlier.strip().rstrip("?!. ")) if match else None
    if match is None or phrase is None:
        return None
    lead, who, rest = (match["lead"] or "").strip(), match["who"].strip(), match["rest"]
    if be := _BE.match(phrase):
        words = [lead, be[0].strip(), who, phrase[be.end() :]]
    else:
        words = [lead, match["aux"], who, phrase]
    return f"{' '.join(word for word in words if word)}{rest}?"


def _verb_phrase(question: str) -> str | None:
    """Return the verb phrase: "kill the guards" of "Who killed the guards", "drive" of "can I drive"."""
    if modal := _MODAL.match(question):
        words = modal["rest"].split()
        at = next((i for i, word in enumerate(words[1:6], start=1) if word in _PLAIN), None)
        return " ".join(words[at:]) if at is not None else None
    if (who := _WHO.match(question)) is None:
        return None
    verb, _, rest = who["predicate"].partition(" ")
    if _BE.match(verb + " "):
        return who["predicate"] if rest else None
    return f"{PAST[verb]} {rest}".strip() if verb in PAST else None


def event_of(earlier: str) -> str | None:
    """Name the event of a question: "Philip’s death" for "How did Philip die?"; None if it has no event with a name."""
    match = _DID.match(earlier)
    if not match or match["verb"] not in _PLAIN or not match["who"][0].isupper():
        return None
    who, verb, rest = match["who"], match["verb"], match["rest"].rstrip()
    if verb in _NOUNS:
        return f"{who}{'’' if who.endswith('s') else '’s'} {_NOUNS[verb]}{rest}"
    return f"{who} {_gerund(verb)}{rest}"


def event_of_answer(earlier: str, answer: str) -> str | None:
    """Name the event of an answer: "Philip being assassinated" for "How did Philip die? - He was assassinated"."""
    match, done = _DID.match(earlier), _DONE_TO.match(answer[:1].lower() + answer[1:])
    return f"{match['who']} being {done['done']}" if match and done and match["who"][0].isupper() else None


def _gerund(verb: str) -> str:
    if verb.endswith("ie"):
        return f"{verb[:-2]}ying"
    return f"{verb[:-1]}ing" if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) else f"{verb}ing"
