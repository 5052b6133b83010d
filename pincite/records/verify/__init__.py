"""Verifies exported answers against their documents: is every quotation still there?"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from index.load import LoadConfig
from index.types import Document
from pincite.records.verify.claims import read_claims
from pincite.records.verify.documents import Held, given, own
from pincite.records.verify.judging import judge
from pincite.records.verify.pictures import same_file, unrecognised
from pincite.records.verify.types import Claim, Finding, FoundPlace, Verdict, Verification

__all__ = ["Claim", "Finding", "FoundPlace", "Verdict", "Verification", "verify"]


def verify(
    path: str | Path, documents: Iterable[Document] | None = None, *, config: LoadConfig | None = None
) -> Verification:
    """Verify every citation of the exported file at `path` against `documents`; None: against its own source.

    `config`: how own sources are loaded. Raises `ExportedFileError` for a file that cannot be opened, that holds no
    answers or is damaged. A source that cannot be loaded makes its citations GONE, with the reason.
    """
    claims, problems = read_claims(Path(path))
    config = config or LoadConfig()
    held = own(config) if documents is None else given(documents, claims)
    return Verification(str(path), tuple(_best(claim, held, config.max_bytes) for claim in claims), tuple(problems))


def _best(claim: Claim, held: Held, max_bytes: int) -> Finding:
    """Return the best finding for `claim` among the documents that it may mean."""
    candidates = held(claim.citation)
    if isinstance(candidates, str):
        return (
            unrecognised(claim)
            if same_file(claim.citation, max_bytes)
            else Finding(claim, Verdict.GONE, None, candidates)
        )
    verdicts = list(Verdict)
    return min((judge(claim, document) for document in candidates), key=lambda finding: verdicts.index(finding.verdict))
