"""Makes documents keys of caches, by their content."""

from __future__ import annotations

from index.types import Document

__all__ = ["DocumentKey"]


class DocumentKey:
    """A document as a key of a cache: equal if the text and the file are the same."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._key = (document.sha256, document.source, document.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DocumentKey) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)
