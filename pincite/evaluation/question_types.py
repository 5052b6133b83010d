"""Groups questions by type and by the length of the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ASKED = re.compile(
    r"\b(?P<many>how\s+(?:many|much))\b|\b(?P<how>how)\b|\b(?P<who>who|whom|whose)(?:'s)?\b|\b(?P<why>why)\b"
    r"|\b(?P<where>where)\b|\b(?P<when>when|(?:what|which)\s+(?:year|date|day|month|decade|century|time)s?)\b"
    r"|\b(?P<what>what|which)\b",
    re.IGNORECASE,
)
_YES_NO = re.compile(
    r"\W*(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must)(?:n['’]t)?\b",
    re.IGNORECASE,
)
_NAMES = {
    "many": "how many",
    "how": "how",
    "who": "who",
    "why": "why",
    "where": "where",
    "when": "when",
    "what": "what",
}
TYPES = ("who", "when", "where", "why", "how", "how many", "what", "yes/no", "other")
LENGTHS = ("no answer", "1 word", "2-3 words", "4-7 words", "8 or more words")


def question_type(question: str) -> str:
    """Return one of `TYPES`: what the first question word asks for, "yes/no" where the question opens with a verb.

    "What year" asks when; "how much" counts as "how many"; "which" as "what".
    """
    if _YES_NO.match(question):
        return "yes/no"
    match = _ASKED.search(question)
    return _NAMES[str(match.lastgroup)] if match else "other"


def answer_length(answers: Sequence[str]) -> str:
    """Return one of `LENGTHS`: how many words the shortest of the gold answers has."""
    if not answers:
        return LENGTHS[0]
    words = min(len(answer.split()) for answer in answers)
    return LENGTHS[1 + (words > 1) + (words > 3) + (words > 7)]
