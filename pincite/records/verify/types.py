"""Defines what a file claims, and what verification finds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum

from pydantic import JsonValue

from qa.types import SCHEMA_VERSION, Citation


class CitationVerdict(StrEnum):
    """What became of a citation, best first."""

    OK = "ok"  # the words stand where it says
    MOVED = "moved"  # the document has changed, and its sentence stands elsewhere
    REREAD = "reread"  # the file is the same, but another version of its loader reads it differently now
    CHANGED = "changed"  # the words, or others of their sentence, are not the document's
    GONE = "gone"  # there is no such document, or nothing like the sentence in it


@dataclass(frozen=True, slots=True)
class Claim:
    """A citation of an exported file. `number` counts from 1 through the file.

    `sentence`: the text from `sentence_start` to `sentence_end` by the file, or None where it does not have it.
    `problem`: how the file contradicts itself about this citation, in one line, or None.
    """

    number: int
    question: str
    citation: Citation
    sentence: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """Where words stand now: `document.text[start:end] == text`, empty where only the rest of a sentence is left.

    `page`: from 1, or None. `passage`: the words around them that are held to the cited sentence; `similarity`: how
    like it they are, from 0 to 1.
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
    """A claim and what became of it. `place`: where its words, or the nearest to them, stand now; None if GONE.

    `note`: what else there is to know, in one line, or None.
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
    """All findings of a file, in its order. `problems`: what the file shows that its data do not have, a line each."""

    file: str
    findings: tuple[CitationFinding, ...]
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Return whether every citation is OK, and the file shows nothing else."""
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
