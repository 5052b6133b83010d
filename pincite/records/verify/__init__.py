"""Verifies exported answers against their documents: does every quotation still exist there?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from pathlib import Path, PurePosixPath

from index import Document, load
from index.errors import LoadError
from index.load import LoadConfig, is_url
from index.load.finding import lexical
from pincite.records.verify.cited_passage import shared_length
from pincite.records.verify.claims import read_claims
from pincite.records.verify.judging import judge, same_file, unrecognised
from pincite.records.verify.types import CitationFinding, CitationVerdict, Claim, FoundPlace, Verification
from qa.bundled import bundled_article
from qa.types import Citation

__all__ = ["CitationFinding", "CitationVerdict", "Claim", "FoundPlace", "Verification", "verify"]

Lookup = Callable[[Citation], "list[Document] | str"]
"""Returns the documents that a citation may mean, or the reason why there are none, in one line."""


def verify(
    path: str | Path, documents: Iterable[Document] | None = None, *, config: LoadConfig | None = None
) -> Verification:
    """Verify every citation of the exported file at `path` against `documents`, or against its own source if None.

    `config`: how the citations' own sources are loaded. If a source cannot be loaded, its citations are GONE, with the
    reason. Raises `ExportedFileError` for a file that cannot be opened, has no answers or is damaged.
    """
    claims, problems = read_claims(Path(path))
    config = config or LoadConfig()
    lookup = own_sources(config) if documents is None else among(documents, claims)
    return Verification(str(path), tuple(_best(claim, lookup, config.max_bytes) for claim in claims), tuple(problems))


def _best(claim: Claim, lookup: Lookup, max_bytes: int) -> CitationFinding:
    """Return the best finding for `claim` among the documents that it may mean."""
    candidates = lookup(claim.citation)
    if isinstance(candidates, str):
        unread = same_file(claim.citation, max_bytes)
        return unrecognised(claim) if unread else CitationFinding(claim, CitationVerdict.GONE, None, candidates)
    verdicts = list(CitationVerdict)
    return min((judge(claim, document) for document in candidates), key=lambda finding: verdicts.index(finding.verdict))


def among(documents: Iterable[Document], claims: Sequence[Claim]) -> Lookup:
    """Return a lookup in `documents`: by the same text, else the same id, else the same path, else the end of the path.

    If the file cites a single document, and `documents` has a single one, it is that one.
    """
    listed = list(documents)
    cited = {claim.citation.document_id for claim in claims}

    def lookup(citation: Citation) -> list[Document] | str:
        tests: list[Callable[[Document], bool]] = [
            lambda document: document.sha256 == citation.document_sha256,
            lambda document: document.id == citation.document_id,
            lambda document: _canonical(document.source) == _canonical(citation.source),
        ]
        for test in tests:
            matching = [document for document in listed if test(document)]
            if matching:
                return matching
        matching = _like_named(listed, citation)
        if not matching and len(listed) == len(cited) == 1:
            matching = listed
        return matching or f"none of the sources is {citation.document_id!r}"

    return lookup


def own_sources(config: LoadConfig) -> Lookup:
    """Return a lookup in the citations' own sources: URLs, and paths (relative ones from the working directory).

    Each source is loaded once, on first use.
    """
    loaded = cache(partial(_load, config=config))
    return lambda citation: loaded(citation.source)


def _load(source: str, config: LoadConfig) -> list[Document] | str:
    path: str | Path = source
    # Exports of a served page name documents without their folders, the bundled article too.
    if not is_url(source) and source == bundled_article().name and not Path(source).exists():
        path = bundled_article()
    try:
        return [load(path, encoding=config.encoding, max_bytes=config.max_bytes, allow_private=config.allow_private)]
    except LoadError as error:
        return str(error)


def _canonical(source: str) -> str:
    return source if is_url(source) else str(lexical(source))


def _like_named(documents: Sequence[Document], citation: Citation) -> list[Document]:
    """Return the documents whose paths share the longest ending with the citation's, at least the file name."""
    wanted = PurePosixPath(citation.document_id).parts[::-1]

    def shared(document: Document) -> int:
        return shared_length(PurePosixPath(document.source.replace("\\", "/")).parts[::-1], wanted)

    most = max(map(shared, documents), default=0)
    return [document for document in documents if most and shared(document) == most]
