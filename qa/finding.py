"""The passages that are read: the best that search finds, what teaches before what chronicles, what is named first."""

from __future__ import annotations

from collections.abc import Sequence

from index import Hit, Index
from qa.changelogs import SPARE, teaching_first
from qa.naming import DEPTH, documents_named, named_first


def find_passages(index: Index, question: str, top_k: int, where: Sequence[str] | str) -> list[Hit]:
    """The `top_k` passages to read for `question`, of documents that meet the conditions `where`."""
    first = teaching_first(question, index.search(question, top_k + SPARE, where=where), top_k)
    if (named := documents_named(question, index.names)) is None:
        return first
    return named_first(first, index.search(question, DEPTH, where=where), named, top_k)
