"""Defines the results of checking a draft. Spans are half-open, in code points of the draft's or a document's text."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum

from pydantic import JsonValue

from qa.types import SCHEMA_VERSION


class Verdict(StrEnum):
    """The verdict on a quotation, best first."""

    VERBATIM = "verbatim"  # a source has the words, and the draft names no other place
    ALTERED = "altered"  # words were left out, put in or changed without a mark
    ELSEWHERE = "elsewhere"  # a source has the words, but not in the document or on the page that the draft names
    NOT_FOUND = "not_found"  # no source has similar words


class Change(StrEnum):
    """The kind of difference between a quotation and its source."""

    LEFT_OUT = "left_out"
    PUT_IN = "put_in"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Attribution:
    """The place that a draft gives for a quotation, in `words`. `document_ids`: the sources that it may mean.

    `unknown`: a name that no source has, or None. `pages`: first and last, from 1, or None. `start`: the offset given.
    """

    words: str
    document_ids: tuple[str, ...] = ()
    unknown: str | None = None
    pages: tuple[int, int] | None = None
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words that a draft quotes: `draft.text[start:end] == text`, without the marks around them. `number`: from 1.

    `rule`: the rule by which it counts as a quotation. `ascription`: its place according to the draft, or None.
    `marks`: its opening and closing quotation marks, "" for a block quote or a citation. `inside`: the number of the
    quotation that contains it, or None.
    """

    number: int
    start: int
    end: int
    text: str
    rule: str
    ascription: Attribution | None = None
    marks: str = ""
    inside: int | None = None


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """Words in quotation marks that are not checked, and the rule that exempts them."""

    start: int
    end: int
    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class SourcePlace:
    """A span of a source: `document.text[start:end] == text`. `page`: from 1, or None.

    `before`, `after`: the text around it. `where`: as `Citation.where`.
    """

    document_id: str
    source: str
    document_sha256: str
    start: int
    end: int
    text: str
    page: int | None
    heading: str | None
    before: str = ""
    after: str = ""
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Words that differ: `draft`, at `[start, end)` of the draft, and `source`, in the document. Either may be empty.

    `document_start`, `document_end`: the span of `source` in the document's text.
    """

    change: Change
    draft: str
    source: str
    start: int
    end: int
    document_start: int
    document_end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A quotation and the verdict on it.

    `place`: the span with its words, or the most similar span; None if no span is similar. `others`: the number of
    further places with the same words. `similarity`: the share of the words that agree, from 0 to 1. `notes`: further
    remarks, a line each.
    """

    quotation: Quotation
    verdict: Verdict
    place: SourcePlace | None
    differences: tuple[Difference, ...] = ()
    others: int = 0
    similarity: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return self.verdict is Verdict.VERBATIM


class Doubt(StrEnum):
    """The reason why a figure or a name is questioned."""

    ABSENT = "absent"  # no source has it
    OTHER_SUBJECT = "other_subject"  # sources have it, but in sentences about something else


@dataclass(frozen=True, slots=True)
class Question:
    """A number, date, sum or name outside the draft's quotations that a person should look at. `kind`: which of these.

    `sentence`: the draft's sentence. `place`: where a source has it, or None.
    """

    start: int
    end: int
    text: str
    kind: str
    doubt: Doubt
    sentence: str
    place: SourcePlace | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """All findings about a draft, in text order. `draft`: its name; `text`: the text that the offsets refer to.

    `documents`: id, source and sha256 of each source. `failures`: sources that could not be read, a line each.
    """

    draft: str
    text: str
    findings: tuple[Finding, ...]
    questions: tuple[Question, ...]
    left_alone: tuple[LeftAlone, ...]
    documents: tuple[tuple[str, str, str], ...]
    failures: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Return whether every quotation holds. Questions are for a person to answer."""
        return all(finding.holds for finding in self.findings)

    def count(self, verdict: Verdict) -> int:
        """Return how many quotations have `verdict`."""
        return sum(finding.verdict is verdict for finding in self.findings)

    def to_dict(self) -> dict[str, JsonValue]:
        """Return plain data for JSON, with `schema_version`."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "pincite-check",
            "draft": self.draft,
            "ok": self.ok,
            "counts": {verdict.value: self.count(verdict) for verdict in Verdict},
            "quotations": [
                {**asdict(finding.quotation), **{k: v for k, v in asdict(finding).items() if k != "quotation"}}
                for finding in self.findings
            ],
            "questions": [asdict(question) for question in self.questions],
            "left_alone": [asdict(left) for left in self.left_alone],
            "documents": [{"id": name, "source": source, "sha256": sha256} for name, source, sha256 in self.documents],
            "failures": list(self.failures),
        }
