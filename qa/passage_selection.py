"""Selects the passages to read: the best hits, pages that teach before changelogs, named documents first.

- Changelogs name everything and explain nothing: a question that is not about versions is better read in the page that
  teaches.
- What every page speaks of ("what is HTTPX?") is found on any page. The sentence that says what it is stands deeper
  among what is found, often on the page that introduces the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from index import Hit, Index
from qa.compose.sentence_kinds import COPULA, defines, thing_defined
from qa.dated_documents import DEPTH, DatedDocuments, documents_named, named_first
from qa.titled_documents import documents_titled
from qa.understand.question_clause import question_clause_of


def find_passages(index: Index, question: str, top_k: int, where: Sequence[str] | str) -> list[Hit]:
    """Return the `top_k` passages to read for `question`, of documents that meet the conditions `where`."""
    first = teaching_first(question, index.search(question, top_k + SPARE, where=where), top_k)
    if (named := _named(question, index)) is not None:
        return named_first(first, index.search(question, DEPTH, where=where), named, top_k)
    if thing := asks_for_definition(question):
        return defining_first(thing, first, index.search(question, DEFINING_DEPTH, where=where), index)
    return first


def _named(question: str, index: Index) -> DatedDocuments | None:
    """List documents that a question names by their time, by their title, or, of those of its time, by their title."""
    timed, titled = documents_named(question, index.names), documents_titled(question, index)
    if timed is None or titled is None:
        return timed or titled
    both = timed.asked & titled.asked
    return DatedDocuments(both or timed.asked, timed.others)


# So many passages more than are read are looked at for others to take a changelog's place.
SPARE = 5
_CHANGELOG = re.compile(
    r"(?:^|[/\\])(?:change[-_ ]?logs?|changes|release[-_ ]?notes?|releases|history|news|whats[-_ ]?new)\.\w+$",
    re.IGNORECASE,
)
_ABOUT_VERSIONS = re.compile(
    r"\b(?:versions?|releases?|released|change[ -]?logs?|changed|changes|added|removed|deprecated|dropped|upgrad\w+|"
    r"migrat\w+|new in|since when|breaking|v?\d+\.\d+)\b",
    re.IGNORECASE,
)


def teaching_first(question: str, hits: Sequence[Hit], most: int) -> list[Hit]:
    """Return the first `most` of `hits`, those of changelogs behind all others unless `question` is about versions."""
    if _ABOUT_VERSIONS.search(question):
        return list(hits[:most])
    chronicle = [bool(_CHANGELOG.search(hit.chunk.document_id)) for hit in hits]
    teaching = [hit for hit, is_one in zip(hits, chronicle, strict=True) if not is_one]
    return [*teaching, *(hit for hit, is_one in zip(hits, chronicle, strict=True) if is_one)][:most]


# So deep is searched, and so many passages that define come before the others.
DEFINING_DEPTH, MOST = 100, 2
LEAST = 0.5  # of `defines`
_FRONT = re.compile(r"(?:index|readme|introduction|intro|about|overview|home|glossary|definitions?|faq)", re.IGNORECASE)


def asks_for_definition(question: str) -> frozenset[str]:
    """Return the stems of the thing whose meaning is asked for; none where something else is asked."""
    return thing_defined(question_clause_of(question).clauses[-1])


def defining_first(thing: frozenset[str], hits: Sequence[Hit], deeper: Sequence[Hit], index: Index) -> list[Hit]:
    """Return as many of `hits`, with passages among `deeper` before them in which a sentence says what `thing` is.

    Those of the thing by its name come first, then those of a page that introduces others; all count as the best hit.
    """
    shares = {hit: _says_what_it_is(hit, thing, index) for hit in deeper}
    defining = [hit for hit in deeper if shares[hit] >= LEAST]
    defining.sort(key=lambda hit: (-shares[hit], _FRONT.fullmatch(PurePath(hit.chunk.document_id).stem) is None))
    best = max((hit.score for hit in deeper), default=0.0)
    first = [replace(hit, score=best) for hit in defining[:MOST]]
    chunks = {hit.chunk for hit in first}
    return [*first, *(hit for hit in hits if hit.chunk not in chunks)][: len(hits)]


def _says_what_it_is(hit: Hit, thing: frozenset[str], index: Index) -> float:
    """Return what `defines` does of the sentence in the passage that does it best."""
    text = index.documents[hit.chunk.document_id].text
    low = text[hit.chunk.start : hit.chunk.end].casefold()
    if not COPULA.search(low) or not all(stem[:-1] in low for stem in thing):
        return 0.0
    return max(defines(text[start:end], thing) for start, end in index.sentences_within(hit.chunk))
