"""Documents that a question names by their time: "the January 2025 minutes", of minutes/2025-01-14.md.

A passage of such minutes need not hold the date; their path, title or date does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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


def documents_named(question: str, names: Mapping[str, str]) -> frozenset[str]:
    """The ids of the documents whose names speak of the time that `question` speaks of; none where all do.

    `names`: of each document by id, what it is called: its path, title, date.
    """
    asked = Times.of(question)
    if not asked:
        return frozenset()
    named = frozenset(document_id for document_id, name in names.items() if asked.within(Times.of(name)))
    return named if len(named) < len(names) else frozenset()


def named_first(hits: Sequence[Hit], deeper: Sequence[Hit], named: frozenset[str], most: int) -> list[Hit]:
    """Of `hits` the first `most`, the best of the documents `named` among `deeper` hits before the others."""
    theirs = [hit for hit in deeper if hit.chunk.document_id in named][: max(1, round(SHARE * most))]
    chunks = {hit.chunk for hit in theirs}
    return [*theirs, *(hit for hit in hits if hit.chunk not in chunks)][:most]


def _number(month: str) -> int:
    return next(i for i, name in enumerate(_MONTHS, 1) if name.startswith(month[:3].casefold()))
