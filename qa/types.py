"""The values that qa/ hands out: answers, each pinned to the place where its words stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Self

SCHEMA_VERSION = 1


class Status(StrEnum):
    """Whether the document's own words answer the question."""

    ANSWERED = "answered"
    ABSTAINED = "abstained"


class Reason(StrEnum):
    """Why there is no answer."""

    LOW_CONFIDENCE = "low_confidence"  # a span was found, but it is not likely enough to be right
    UNREAD = "unread"  # parts of the documents that were searched could not be read
    NOT_DISCUSSED = "not_discussed"  # in every passage, the reader held "no answer" for likelier than any span


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim span and its place: `document.text[start:end] == quote`, in code points.

    `sentence_start`, `sentence_end`: the sentence (or sentences) around it. `page`: from 1, or None.
    `heading`: the words of the heading it stands under, or None. `added`: the spans, within the quote, of characters
    that the loader put in for what the eye sees and text loses, such as a caret before an exponent. `file_sha256`: of
    the bytes that the document was read from, None where they are not known.
    `prefix`, `suffix`: a few characters before and after, as in W3C text-quote selectors (32 unless
    `AskConfig.context` says otherwise).
    `document_sha256`: of the document's text in UTF-8.
    """

    document_id: str
    source: str
    start: int
    end: int
    quote: str
    sentence_start: int
    sentence_end: int
    page: int | None
    prefix: str
    suffix: str
    document_sha256: str
    heading: str | None = None
    added: tuple[tuple[int, int], ...] = ()
    file_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds. `read` is the reader session's own run time; `total` is from question to answer."""

    retrieve: float
    read: float
    cite: float
    total: float

    @classmethod
    def none(cls) -> Self:
        """Of an answer whose clock has not been read yet."""
        return cls(0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question got.

    `read_as`: the question after a follow-up has been resolved. `text`: the answer's words, None on
    abstention. `confidence`: calibrated probability that the best candidate is right (F1 ≥ 0.5 against a
    person's answer), given for abstentions too; None only for a reader that has no calibration.
    `citations`: the answer's place first, then further places. `nearest`: on abstention, the closest
    sentence that the document does say, or None. `reason`: why it abstained, None when answered.
    `warnings`: what the reader should know before trusting it, such as a question in another language. `unread`: on
    abstention, what of the documents that were searched could not be read, a sentence each.
    """

    question: str
    read_as: str
    status: Status
    text: str | None
    confidence: float | None
    citations: tuple[Citation, ...]
    nearest: Citation | None
    reason: Reason | None
    timings: Timings
    warnings: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.status is Status.ANSWERED) != (self.text is not None and bool(self.citations)):
            raise ValueError("an answer has a text and a citation; an abstention has neither")

    @property
    def answered(self) -> bool:
        return self.status is Status.ANSWERED

    def with_timings(self, timings: Timings) -> Answer:
        return replace(self, timings=timings)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON, with `schema_version`."""
        return {"schema_version": SCHEMA_VERSION, **asdict(self)}


Turn = Mapping[str, str | None]
"""One earlier exchange: `{"question": …, "answer": …}`, the answer None where there was none."""
