"""Documents that a question names by their time: "the January 2025 minutes", of minutes/2025-01-14.md.

A passage of such minutes need not hold the date; their path, title or date does.
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
    """The years, and the months of the year from 1, that some words speak of."""

    years: frozenset[str]
    months: frozenset[int]

    @classmethod
    def of(cls, words: str) -> Times:
        numeric = _NUMERIC.findall(words)
        years = {*_YEAR.findall(words), *(year for year, _ in numeric)}
        named = {_number(found) for found in _MONTH.findall(words) if found[0].isupper() or found.casefold() != "may"}
        return cls(frozenset(years), frozenset(named | {int(month) for _, month in numeric}))

    def __bool__(self) -> bool:
        return bool(self.years or self.months)

    def within(self, other: Times) -> bool:
        """Whether `other` speaks of these years and months too; of one of several."""
        years = not self.years or bool(self.years & other.years)
        return years and (not self.months or bool(self.months & other.months))


@dataclass(frozen=True, slots=True)
class Named:
    """The ids of the documents whose names speak of the time that is asked about, and of those that name another."""

    asked: frozenset[str]
    others: frozenset[str]


def documents_named(question: str, names: Mapping[str, str]) -> Named | None:
    """Which documents `question` names by its time; None where it names none, or all.

    `names`: of each document by id, what it is called: its path, title, date.
    """
    asked = Times.of(question)
    if not asked:
        return None
    times = {document_id: _times(name) for document_id, name in names.items()}
    theirs = frozenset(document_id for document_id, time in times.items() if asked.within(time))
    if not theirs or len(theirs) == len(names):
        return None
    return Named(theirs, frozenset(document_id for document_id, time in times.items() if time) - theirs)


def named_first(hits: Sequence[Hit], deeper: Sequence[Hit], named: Named, most: int) -> list[Hit]:
    """Of `hits` the first `most`, with the best of the documents that are asked about before them.

    These are found among `deeper` hits and count as much as the best hit; documents of another time are left out.
    """
    best = max((hit.score for hit in deeper), default=0.0)
    theirs = [hit for hit in deeper if hit.chunk.document_id in named.asked][: max(1, round(SHARE * most))]
    chunks = {hit.chunk for hit in theirs}
    rest = [hit for hit in hits if hit.chunk not in chunks and hit.chunk.document_id not in named.others]
    return [*(replace(hit, score=max(best, hit.score)) for hit in theirs), *rest][:most]


@lru_cache(maxsize=200_000)
def _times(name: str) -> Times:
    """`Times.of`, found out once for each document's name."""
    return Times.of(name)


def _number(month: str) -> int:
    return next(i for i, name in enumerate(_MONTHS, 1) if name.startswith(month[:3].casefold()))
