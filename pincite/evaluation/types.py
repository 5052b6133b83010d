"""Defines a question with its gold answers, and groups questions by type and by length of the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from index.types import Document


class Rules(StrEnum):
    """The SQuAD script whose scoring is used, 1.1 or 2.0: they differ only where a text normalises to nothing."""

    V1_1 = "1.1"
    V2_0 = "2.0"


class Scope(StrEnum):
    """The documents that are searched for a question: its own paragraph (or document) only, or all."""

    PARAGRAPH = "paragraph"
    COLLECTION = "collection"


class Withheld(StrEnum):
    """What is withheld from a third of the answerable questions to test refusals: their article or their paragraph."""

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
    """A question and its gold answers; a question without answers is unanswerable.

    `document`: the paragraph that comes with the pair, or None. `title`: the article of that paragraph, or "".
    `place`: the file and the row, for error messages. `rules`: how it is scored. `source`: the id of the document
    that contains the answer, or "". `spans`: for each answer its span in the source, or None if the row gives none;
    an answer with the text "" is given by its span. `history`: the turns before the question,
    `{"question": …, "answer": …}`, the latest last.
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


_QUESTION_WORD = re.compile(
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
    """Return one of `TYPES`, by the first question word; "yes/no" if the question begins with an auxiliary verb.

    "What year" counts as "when", "how much" as "how many", "which" as "what".
    """
    if _YES_NO.match(question):
        return "yes/no"
    match = _QUESTION_WORD.search(question)
    kind = "other" if match is None else str(match.lastgroup)
    return "how many" if kind == "many" else kind


def answer_length(answers: Sequence[str]) -> str:
    """Return one of `LENGTHS`, by the number of words of the shortest gold answer."""
    if not answers:
        return LENGTHS[0]
    words = min(len(answer.split()) for answer in answers)
    return LENGTHS[1 + (words > 1) + (words > 3) + (words > 7)]
