"""Defines the claims of an exported file, and the findings of verification."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum

from pydantic import JsonValue

from qa.types import SCHEMA_VERSION, Citation


class CitationVerdict(StrEnum):
    """The verdict on a citation, best first."""

    OK = "ok"  # the words are at the cited place
    MOVED = "moved"  # the document has changed, and the sentence is elsewhere
    REREAD = "reread"  # the file is unchanged, but its loader reads it differently now
    CHANGED = "changed"  # the words, or others of their sentence, differ from the document
    GONE = "gone"  # the document is missing, or has no similar sentence


@dataclass(frozen=True, slots=True)
class Claim:
    """A citation of an exported file. `number`: counted from 1 through the file.

    `sentence`: the file's text from `sentence_start` to `sentence_end`, or None if the file lacks it.
    `problem`: a contradiction of the file about this citation, in one line, or None.
    """

    number: int
    question: str
    citation: Citation
    sentence: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """The present place of cited words: `document.text[start:end] == text`; empty if only other words are left.

    `page`: from 1, or None. `passage`: the text around them that is compared with the cited sentence. `similarity`: of
    these two, from 0 to 1.
    """

    document_id: str
    start: int
    end: int
    text: str
    page: int | None
    passage: str
    similarity: float


@dataclass(frozen=True, slots=True)
class CitationFinding:
    """A claim and its verdict. `place`: the present place of its words, or of the most similar ones, or None.

    `note`: a further remark, in one line, or None.
    """

    claim: Claim
    verdict: CitationVerdict
    place: FoundPlace | None = None
    note: str | None = None

    def to_dict(self) -> dict[str, JsonValue]:
        """Return plain data for JSON."""
        citation = self.claim.citation
        names = ("document_id", "source", "start", "end", "quote", "page", "document_sha256")
        return {
            "number": self.claim.number,
            "question": self.claim.question,
            "verdict": self.verdict,
            **{name: getattr(citation, name) for name in names},
            "found": None if self.place is None else asdict(self.place),
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Verification:
    """All findings of a file, in file order. `problems`: how the file differs from its own data, a line each."""

    file: str
    findings: tuple[CitationFinding, ...]
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Return whether every citation is OK and the file has no problems."""
        return not self.problems and all(finding.verdict is CitationVerdict.OK for finding in self.findings)

    def count(self, verdict: CitationVerdict) -> int:
        """Return how many citations have `verdict`."""
        return sum(finding.verdict is verdict for finding in self.findings)

    def to_dict(self) -> dict[str, JsonValue]:
        """Return plain data for JSON, with `schema_version`."""
        return {
            "schema_version": SCHEMA_VERSION,
            "file": self.file,
            "ok": self.ok,
            "problems": list(self.problems),
            "counts": {verdict.value: self.count(verdict) for verdict in CitationVerdict},
            "citations": [finding.to_dict() for finding in self.findings],
        }
