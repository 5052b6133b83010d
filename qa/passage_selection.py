"""Selects the passages to read: the best hits, pages that teach before changelogs, named documents first."""

from __future__ import annotations

from collections.abc import Sequence

from index import Hit, Index
from qa.changelogs import SPARE, teaching_first
from qa.dated_documents import DEPTH, DatedDocuments, documents_named, named_first
from qa.definition_passages import DEPTH as DEFINED
from qa.definition_passages import asks_for_definition, defining_first
from qa.titled_documents import documents_titled


def find_passages(index: Index, question: str, top_k: int, where: Sequence[str] | str) -> list[Hit]:
    """Return the `top_k` passages to read for `question`, of documents that meet the conditions `where`."""
    first = teaching_first(question, index.search(question, top_k + SPARE, where=where), top_k)
    if (named := _named(question, index)) is not None:
        return named_first(first, index.search(question, DEPTH, where=where), named, top_k)
    if thing := asks_for_definition(question):
        return defining_first(thing, first, index.search(question, DEFINED, where=where), index)
    return first


def _named(question: str, index: Index) -> DatedDocuments | None:
    """The documents that a question names by their time, by their title, or of those of its time by their title."""
    timed, titled = documents_named(question, index.names), documents_titled(question, index)
    if timed is None or titled is None:
        return timed or titled
    both = timed.asked & titled.asked
    return DatedDocuments(both or timed.asked, timed.others)
