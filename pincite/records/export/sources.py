"""Lists the documents that answers cite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa.types import Answer, Citation


def citations_of(answer: Answer) -> tuple[Citation, ...]:
    """Return the citations of `answer`, or its nearest statement."""
    return answer.citations if answer.nearest is None else (*answer.citations, answer.nearest)


def cited_documents(answers: Sequence[Answer]) -> list[Citation]:
    """Return the first citation of each document in each of its states, in the order in which they are cited."""
    cited_documents: dict[tuple[str, str], Citation] = {}
    for citation in _all(answers):
        cited_documents.setdefault((citation.document_id, citation.document_sha256), citation)
    return list(cited_documents.values())


def _all(answers: Sequence[Answer]) -> Iterator[Citation]:
    for answer in answers:
        yield from citations_of(answer)
