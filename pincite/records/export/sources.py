"""The documents that answers cite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa.types import Answer, Citation


def citations_of(answer: Answer) -> tuple[Citation, ...]:
    """All that `answer` shows of documents: its citations, or the nearest statement."""
    return answer.citations if answer.nearest is None else (*answer.citations, answer.nearest)


def cited_documents(answers: Sequence[Answer]) -> list[Citation]:
    """Of each document, in each of its states, the first citation; in the order in which they are cited."""
    found: dict[tuple[str, str], Citation] = {}
    for citation in _all(answers):
        found.setdefault((citation.document_id, citation.document_sha256), citation)
    return list(found.values())


def _all(answers: Sequence[Answer]) -> Iterator[Citation]:
    for answer in answers:
        yield from citations_of(answer)
