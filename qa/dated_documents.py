"""Finds documents that a question names by their time: "the January 2025 minutes", of minutes/2025-01-14.md.

A passage of such minutes may not contain the date; the path, title or date of the document does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from index import Hit

# So deep is searched for passages of the documents that are named, and so many of those that are read are theirs.
DEPTH, SHARE = 200, 0.6
_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = re.compile(
    rf"(?<![^\W_])(?:{'|'.join(f'{m[:3]}(?:{m[3:]})?' if m[3:] else m for m in _MONTHS)}|sept)(?![^\W_])", re.IGNORECASE
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_./ ]?(0[1-9]|1[0-2])(?!\d{3})")


@dataclass(frozen=True, slots=True)
class Times:
    """The years, and the months from 1 to 12, that a text names."""

    years: frozenset[str]
    months: frozenset[int]

    @classmethod
    def of(cls, words: str) -> Times:
        numeric = _NUMERIC.findall(words)
        years = {*_YEAR.findall(words), *(year for year, _ in numeric)}
        named = {
            _number(month_name)
            for month_name in _MONTH.findall(words)
            if month_name[0].isupper() or month_name.casefold() != "may"
        }
        return cls(frozenset(years), frozenset(named | {int(month) for _, month in numeric}))

    def __bool__(self) -> bool:
        return bool(self.years or self.months)

    def within(self, other: Times) -> bool:
        """Return whether `other` speaks of these years and months too; of one of several."""
        years = not self.years or bool(self.years & other.years)
        return years and (not self.months or bool(self.months & other.months))


_times = lru_cache(maxsize=200_000)(Times.of)  # of each document's name, computed once


@dataclass(frozen=True, slots=True)
class DatedDocuments:
    """The ids of the documents whose names match the time in the question, and of those that name another time."""

    asked: frozenset[str]
    others: frozenset[str]


def documents_named(question: str, names: Mapping[str, str]) -> DatedDocuments | None:
    """Return which documents `question` names by its time; None where it names none, or all.

    `names`: of each document by id, what it is called: its path, title, date.
    """
    asked = Times.of(question)
    if not asked:
        return None
    times = {document_id: _times(name) for document_id, name in names.items()}
    theirs = frozenset(document_id for document_id, time in times.items() if asked.within(time))
    if not theirs or len(theirs) == len(names):
        return None
    return DatedDocuments(theirs, frozenset(document_id for document_id, time in times.items() if time) - theirs)


def named_first(hits: Sequence[Hit], deeper: Sequence[Hit], named: DatedDocuments, most: int) -> list[Hit]:
    """Return the first `most` of `hits`, with the best hits of the documents that are asked about before them.

    These are found among `deeper` hits and count as much as the best hit; documents of another time are left out.
    """
    best = max((hit.score for hit in deeper), default=0.0)
    theirs = [hit for hit in deeper if hit.chunk.document_id in named.asked][: max(1, round(SHARE * most))]
    chunks = {hit.chunk for hit in theirs}
    rest = [hit for hit in hits if hit.chunk not in chunks and hit.chunk.document_id not in named.others]
    return [*(replace(hit, score=max(best, hit.score)) for hit in theirs), *rest][:most]


def _number(month: str) -> int:
    return next(i for i, name in enumerate(_MONTHS, 1) if name.startswith(month[:3].casefold()))
