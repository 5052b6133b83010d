"""Documents as keys of caches."""

from __future__ import annotations

from index.types import Document

__all__ = ["ByContent"]


class ByContent:
    """A document that is equal to another if both say the same and come from the same file."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._key = (document.sha256, document.source, document.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ByContent) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)
