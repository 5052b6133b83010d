"""Reads a follow-up question with the exchange before it, so that it can be searched for on its own.

Three shapes, by rule and in this order; anything else is left as it is:

- a bare question word ("When?", "And where exactly?", "When did it happen?") takes over the question before it;
- "What about X?" asks the question before it of X;
- a pronoun ("he", "they", "its") stands for the name that was answered or, failing that, asked about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.types import Turn

_LEAD = re.compile(r"^(?:and|but|so|then|also|ok(?:ay)?)\b[\s,]+", re.IGNORECASE)
_BARE = re.compile(
    r"^(who|whom|when|where|why|how|how many|how much|how long|which|what)(?: exactly| else)?\s*\?*$", re.IGNORECASE
)
_AUXILIARY = r"(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|should|may|might)\b"
_EVENT = re.compile(r"^(when|where|why|how)\b.* (?:it|this|that) (?:happen|occur|take place)\b", re.IGNORECASE)
_QUESTION_WORD = re.compile(
    rf"^(?:(?:on |in |at |for |to |from |by )?(?:what|which)(?: (?!{_AUXILIARY})\w+)?|who|whom|whose|when|where|why"
    r"|how(?: many| much| long| old)?)\b",
    re.IGNORECASE,
)
_WHAT_ABOUT = re.compile(r"^(?:what|how) about (.+?)\s*\?*$", re.IGNORECASE)
_NAME = re.compile(r"\b[A-Z][\w'’-]*(?:\s+(?:(?:of|the|al|de|von|van|bin)\s+)?[A-Z][\w'’-]*)*")
_PRONOUN = re.compile(r"\b(he|she|him|they|them|it|his|their|its|her)\b", re.IGNORECASE)
_POSSESSIVE = {"his", "their", "its"}
_OPENERS = {"Who", "What", "When", "Where", "Why", "How", "Which", "Whose", "Whom", "Did", "Does", "Do", "Is", "Are",
            "Was", "Were", "Has", "Have", "Had", "Can", "Could", "Will", "Would", "In", "On", "At", "And", "But", "The",
            "A", "An", "I", "By", "For", "From", "To"}  # fmt: skip
# A sentence's first words, which its capital would make part of the name after them.
_OPENING = re.compile(rf"(?:(?:{'|'.join(sorted(_OPENERS - {'The', 'A', 'An', 'I'}))})\s+)+(?=[A-Z])")


def resolve(question: str, history: Sequence[Turn]) -> str:
    """`question` as it reads on its own after the turns of `history`, the latest last."""
    if not history:
        return question
    earlier = str(history[-1].get("question") or "").strip()
    answer = str(history[-1].get("answer") or "").strip()
    asked = _LEAD.sub("", question.strip())
    if bare := _BARE.match(asked) or _EVENT.match(asked):
        return _with_question_word(bare[1], earlier, answer) or question
    if about := _WHAT_ABOUT.match(asked):
        return _about(about[1], earlier) or question
    return _without_pronoun(question, earlier, answer)


def _with_question_word(word: str, earlier: str, answer: str) -> str | None:
    rest = _QUESTION_WORD.sub("", earlier, count=1).strip()
    if not rest or rest == earlier:
        return None
    asked_for_person = re.match(r"who|whom", earlier, re.IGNORECASE)
    if asked_for_person and answer:  # "Who met Dar? - Araghchi. - When?" asks when Araghchi met Dar
        rest = f"{answer} {rest}"
    return f"{word.capitalize()} {rest}"


def _about(subject: str, earlier: str) -> str | None:
    names = _names(earlier)
    if not names:
        return None
    last = names[-1]
    return f"{earlier[: last.start()]}{subject}{earlier[last.end() :]}"


def _without_pronoun(question: str, earlier: str, answer: str) -> str:
    pronoun = _PRONOUN.search(question)
    if pronoun is None or any(name.start() < pronoun.start() for name in _names(question)):
        return question  # the question has a name of its own for the pronoun to stand for
    name = _antecedent(earlier, answer)
    if name is None:
        return question
    word = pronoun[1].lower()
    followed = re.match(r"\s+[a-z]", question[pronoun.end() :]) is not None
    owned = word in _POSSESSIVE or (word == "her" and followed)
    return f"{question[: pronoun.start()]}{name}{'’s' if owned else ''}{question[pronoun.end() :]}"


def _antecedent(earlier: str, answer: str) -> str | None:
    if answer and _NAME.fullmatch(answer) and len(answer.split()) <= 6:
        return answer
    names = _names(earlier)
    return names[0][0] if names else None


def _names(text: str) -> list[re.Match[str]]:
    found = []
    for match in _NAME.finditer(text):
        opening = _OPENING.match(text, match.start(), match.end())
        name = _NAME.match(text, opening.end()) if opening else match
        if name is not None and name[0] not in _OPENERS:
            found.append(name)
    return found
