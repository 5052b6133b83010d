"""A span in a table's cell, moved to the cell whose row and column the question names.

A reader of plain text sees a table's rows as lines, and may take the right column of the wrong row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from index.types import Document, Segment, SegmentKind
from qa.candidates import Candidate

_WORD = re.compile(r"[^\W_]+")
LOOKED_AT = 3  # candidates, the best ones


def in_named_cells(
    candidates: Sequence[Candidate], documents: Mapping[str, Document], question: str
) -> list[Candidate]:
    """`candidates`, the best of them moved from a cell to its neighbour that the question names.

    That is the one cell that has all of its headers but one, where the question names the other's and not its own.
    """
    asked = _words(question)
    found: list[Candidate] = []
    for number, candidate in enumerate(candidates):
        document = documents.get(candidate.document_id)
        moved = _moved(candidate, document, asked) if document is not None and number < LOOKED_AT else candidate
        if not any(_overlap(moved, other) for other in found):
            found.append(moved)
    return found


def _moved(candidate: Candidate, document: Document, asked: Set[str]) -> Candidate:
    cells = [segment for segment in document.segments if segment.kind is SegmentKind.CELL]
    own = next((cell for cell in cells if cell.start <= candidate.start and candidate.end <= cell.end), None)
    if own is None or len(own.headers) < 2:
        return candidate
    named = [cell for cell in cells if _is_named_instead(document.text, cell, own, asked)]
    if len(named) != 1:
        return candidate
    start, end = named[0].start, named[0].end
    return replace(candidate, start=start, end=end, words=document.text[start:end].casefold())


def _is_named_instead(text: str, cell: Segment, own: Segment, asked: Set[str]) -> bool:
    mine, others = set(own.headers) - set(cell.headers), set(cell.headers) - set(own.headers)
    if len(mine) != 1 or len(others) != 1 or len(cell.headers) != len(own.headers):
        return False
    (before,), (after,) = mine, others
    return _is_named(text, after, asked) and not _is_named(text, before, asked)


def _is_named(text: str, header: tuple[int, int], asked: Set[str]) -> bool:
    words = _words(text[header[0] : header[1]])
    return bool(words) and words <= asked


def _words(text: str) -> set[str]:
    """The words of a text without regard to case and to the ending of a plural."""
    return {word.casefold().removesuffix("s") for word in _WORD.findall(text)}


def _overlap(a: Candidate, b: Candidate) -> bool:
    return a.document_id == b.document_id and a.start < b.end and b.start < a.end
