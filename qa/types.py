"""Defines the values that qa/ gives out: answers, each pinned to the place where its words stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

SCHEMA_VERSION = 2  # 1 had no forms, parts and focus, and no replies


class Form(StrEnum):
    """What kind of answer a question asks for."""

    SPAN = "span"  # who, when, where, how many: the words
    LIST = "list"  # several things, or several parts: each item or part a citation of its own
    STATEMENT = "statement"  # yes or no, what is said, comparisons: the sentence, or two, that settles it
    PASSAGE = "passage"  # why, how, what happens if, what is: neighbouring sentences, a list, a row, a code block
    OVERVIEW = "overview"  # what is this about, summarise: key sentences in the document's order
    REPLY = "reply"  # talk, and talk about the answer before: words of our own


class Status(StrEnum):
    """Whether the document's own words answer the question."""

    ANSWERED = "answered"
    ABSTAINED = "abstained"
    REPLIED = "replied"  # talk, which asks nothing of the document


class Reason(StrEnum):
    """Why there is no answer."""

    LOW_CONFIDENCE = "low_confidence"  # candidates were found, but none is likely enough to be right
    NOT_DISCUSSED = "not_discussed"  # nothing is said on the subject
    NOT_SAID = "not_said"  # the subject is there, what is asked about it is not
    PREMISE_DIFFERS = "premise_differs"  # the text says otherwise than the question takes for granted
    UNREAD = "unread"  # parts of the documents that were searched could not be read


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim span and its place: `document.text[start:end] == quote`, in code points.

    `sentence_start`, `sentence_end`: the sentence (or sentences) around it. `page`: from 1, or None.
    `heading`: the words of the heading it stands under, or None. `added`: the spans, within the quote, of characters
    that the loader put in for what the eye sees and text loses, such as a caret before an exponent. `file_sha256`: of
    the bytes that the document was read from, None where they are not known.
    `prefix`, `suffix`: characters before and after, as in W3C text-quote selectors (32 unless
    `AskConfig.context` says otherwise).
    `document_sha256`: of the document's text in UTF-8.
    `part`: of a question in several parts, the one that this answers. `focus_start`, `focus_end`: within a sentence or
    passage, the words that matter most, or None. `where`: where a person looks besides page and heading, outermost
    first: ("slide", "3"), or of a table's cell ("row", "3") and ("column", "Port"); of words that were recognised in a
    picture ("recognised", "RapidOCR 3.10.0"). `boxes`: where such words stand in it, a line each: page (or the number
    of a picture), left, top, right and bottom, in points from its top left corner (of a picture, in pixels).
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
    part: str | None = None
    focus_start: int | None = None
    focus_end: int | None = None
    where: tuple[tuple[str, str], ...] = ()
    boxes: tuple[tuple[int, float, float, float, float], ...] = ()

    @property
    def recognised_by(self) -> str | None:
        """The program that recognised its words, or some of them, in a picture; None if they were read as text."""
        return dict(self.where).get("recognised")


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds. `read` is the reader session's own run time; `total` is from question to answer."""

    retrieve: float = 0.0
    read: float = 0.0
    cite: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a question: an answer, an abstention or a reply.

    `read_as`: the question after a follow-up has been resolved. `text`: the answer's words, None on abstention; of a
    reply, ours. `confidence`: calibrated probability that a person would accept what is cited, given for abstentions
    too; None for a reader or a form that has no calibration. `citations`: the answer's place first, then further
    places; of a list and an overview in the document's order. `nearest`: on abstention, the closest sentence that the
    document does say, or None. `reason`: why it abstained, None when answered.
    `warnings`: what the reader should know before trusting it, such as a question in another language. `unread`: on
    abstention, what of the documents that were searched could not be read, a sentence each. `form`: what is cited.
    `parts`: of a question in several parts, each as a question; `missing`: those that nothing answers. `verdict`: "yes"
    or "no", only where that is calibrated.
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
    form: Form = Form.SPAN
    parts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    verdict: str | None = None

    def __post_init__(self) -> None:
        if (self.status is Status.REPLIED) != (self.form is Form.REPLY):
            raise ValueError("a reply, and nothing else, has the form of one")
        if self.status is Status.REPLIED:
            if self.text is None:
                raise ValueError("a reply has a text")
        elif (self.status is Status.ANSWERED) != (self.text is not None and bool(self.citations)):
            raise ValueError("an answer has a text and a citation; an abstention has neither")

    @property
    def answered(self) -> bool:
        return self.status is Status.ANSWERED

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON, with `schema_version`."""
        return {"schema_version": SCHEMA_VERSION, **asdict(self)}


Turn = Mapping[str, Any]
"""One earlier exchange: `{"question": …, "answer": …}`, the answer None where there was none; or `Answer.to_dict()`."""
