"""Ranks passages that define a thing first, for a question that asks what it is.

What every page speaks of ("what is HTTPX?") is found on any page. The sentence that says what it is stands deeper among
what is found, often on the page that introduces the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from index import Hit, Index
from qa.compose.sentence_kinds import COPULA, defines, thing_defined
from qa.understand.question_clause import question_clause_of

# So deep is searched, and so many passages that define come before the others.
DEPTH, MOST = 100, 2
LEAST = 0.5  # of `defines`
_FRONT = re.compile(r"(?:index|readme|introduction|intro|about|overview|home|glossary|definitions?|faq)", re.IGNORECASE)


def asks_for_definition(question: str) -> frozenset[str]:
    """Return the stems of the thing whose meaning is asked for; none where something else is asked."""
    return thing_defined(question_clause_of(question).clauses[-1])


def defining_first(thing: frozenset[str], hits: Sequence[Hit], deeper: Sequence[Hit], index: Index) -> list[Hit]:
    """As many of `hits`, with passages among `deeper` before them in which a sentence says what `thing` is.

    Those of the thing by its name come first, then those of a page that introduces others; all count as the best hit.
    """
    said = {hit: _says_what_it_is(hit, thing, index) for hit in deeper}
    found = [hit for hit in deeper if said[hit] >= LEAST]
    found.sort(key=lambda hit: (-said[hit], _FRONT.fullmatch(PurePath(hit.chunk.document_id).stem) is None))
    best = max((hit.score for hit in deeper), default=0.0)
    first = [replace(hit, score=best) for hit in found[:MOST]]
    chunks = {hit.chunk for hit in first}
    return [*first, *(hit for hit in hits if hit.chunk not in chunks)][: len(hits)]


def _says_what_it_is(hit: Hit, thing: frozenset[str], index: Index) -> float:
    """As `defines`, of the sentence in the passage that does it best."""
    text = index.documents[hit.chunk.document_id].text
    low = text[hit.chunk.start : hit.chunk.end].casefold()
    if not COPULA.search(low) or not all(stem[:-1] in low for stem in thing):
        return 0.0
    return max(defines(text[start:end], thing) for start, end in index.sentences_within(hit.chunk))
