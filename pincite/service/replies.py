"""Defines the replies to programs: a description of a document without its text, and a part of its text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from index import Document
from index.load import is_url
from index.near_copies import NearCopy
from qa.types import SCHEMA_VERSION, Answer, Citation
from qa.unread import recognised_text, unread_text


@dataclass(frozen=True, slots=True)
class OtherDocument:
    """The document that another one nearly repeats. `share`: their resemblance, from 0 to 1."""

    id: str
    share: float


@dataclass(frozen=True, slots=True)
class DescribedDocument:
    """A document without its text. `characters`: the length of the text."""

    id: str
    title: str | None
    media_type: str
    characters: int
    sha256: str
    unread: list[str]
    recognised: list[str]
    near_copy_of: OtherDocument | None
    metadata: dict[str, str | list[str]]

    @classmethod
    def of(cls, document: Document, copy: NearCopy | None = None) -> Self:
        """Describe `document`. `copy`: the near copy that it is of another one, or None."""
        title = document.metadata.get("title")
        metadata = {key: value if isinstance(value, str) else list(value) for key, value in document.metadata.items()}
        return cls(
            id=document.id,
            title=title if isinstance(title, str) else None,
            media_type=document.media_type,
            characters=len(document.text),
            sha256=document.sha256,
            unread=list(unread_text(document)),
            recognised=list(recognised_text(document)),
            near_copy_of=None if copy is None else OtherDocument(copy.of, copy.share),
            metadata=metadata,
        )


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """The characters `start` to `end` of a document, and its length in `characters`."""

    document_id: str
    document_sha256: str
    start: int
    end: int
    text: str
    page: int | None
    heading: str | None
    characters: int
    schema_version: int = SCHEMA_VERSION

    @classmethod
    def of(cls, document: Document, start: int, end: int) -> Self:
        """Cut the characters `start` to `end` out of `document`."""
        text, page, heading = document.text[start:end], document.page_at(start), document.heading_at(start)
        return cls(document.id, document.sha256, start, end, text, page, heading, len(document.text))


def public(answer: Answer) -> Answer:
    """Return `answer` without the server's paths: a source that is not a URL becomes its document's id."""
    nearest = None if answer.nearest is None else _without_path(answer.nearest)
    return replace(answer, citations=tuple(_without_path(citation) for citation in answer.citations), nearest=nearest)


def _without_path(citation: Citation) -> Citation:
    return citation if is_url(citation.source) else replace(citation, source=citation.document_id)
