"""Defines questions with the answers that people gave to them, and groups them by type and length of the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from index.types import Document


class Rules(StrEnum):
    """Which official script scores: SQuAD 1.1's or 2.0's. They differ only where a text normalises to nothing."""

    V1_1 = "1.1"
    V2_0 = "2.0"


class Scope(StrEnum):
    """The documents that a question is asked of: its own paragraph (or document) alone, or all."""

    PARAGRAPH = "paragraph"
    COLLECTION = "collection"


class Withheld(StrEnum):
    """The part of the collection that is withheld from a third of the answerable questions, to test refusals."""

    ARTICLE = "article"
    PARAGRAPH = "paragraph"


class EvalVerdict(StrEnum):
    """The verdict on a question, in the order of the report. See `pincite.evaluation.judging`."""

    RIGHT = "right"
    NOT_RETRIEVED = "not_retrieved"
    NOT_READ = "not_read"
    WRONG_SPAN = "wrong_span"
    WRONGLY_DECLINED = "wrongly_declined"
    WRONGLY_ANSWERED = "wrongly_answered"
    RIGHTLY_DECLINED = "rightly_declined"


Span = tuple[int, int]
"""Half-open, in code points of a document's text."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and the texts that count as its answer; no texts means that it cannot be answered.

    `document`: the text it is asked of, None where the whole file is asked of one source. `title`: the article
    it comes from, or "". `place`: the file and the row, for error messages. `rules`: how it is scored.
    `source`: the id of the document that holds the answer, or "". `spans`: for each answer where it stands there,
    or None where the row does not say; an answer whose text is "" is told by its span alone.
    `history`: the turns before the question, `{"question": …, "answer": …}`, the latest last.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    document: Document | None = None
    title: str = ""
    place: str = ""
    rules: Rules = Rules.V2_0
    source: str = ""
    spans: tuple[Span | None, ...] = ()
    history: tuple[Mapping[str, str | None], ...] = ()

    @property
    def answerable(self) -> bool:
        """Return whether the source holds an answer."""
        return bool(self.answers)


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
TYPES = ("who", "when", "where", "why", "how", "how many", "what", "yes/no", "other")
LENGTHS = ("no answer", "1 word", "2-3 words", "4-7 words", "8 or more words")


def question_type(question: str) -> str:
    """Return one of `TYPES`: what the first question word asks for, "yes/no" where the question opens with a verb.

    "What year" asks when; "how much" counts as "how many"; "which" as "what".
    """
    if _YES_NO.match(question):
        return "yes/no"
    match = _ASKED.search(question)
    kind = "other" if match is None else str(match.lastgroup)
    return "how many" if kind == "many" else kind


def answer_length(answers: Sequence[str]) -> str:
    """Return one of `LENGTHS`: how many words the shortest of the gold answers has."""
    if not answers:
        return LENGTHS[0]
    words = min(len(answer.split()) for answer in answers)
    return LENGTHS[1 + (words > 1) + (words > 3) + (words > 7)]
