"""Turns a quotation into words to search for, and the marks where its author omitted, added or replaced words.

"…" (or three dots, with or without brackets) marks an omission; [brackets] mark words that were added or that replace
others; "[T]he" marks a letter whose case was changed; "[sic]" marks no change.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from pincite.records.check.marks import OPENING
from pincite.records.check.words import PARTED, Numbers, Offsets, Words, blanked, is_broken, plain_word, split_several

MOST_OMITTED = 3000  # words that one mark may omit
MOST_REPLACED = 12  # words that brackets may replace

_DOTS = r"(?:…|\.{3,}|\.[ \u00a0]\.[ \u00a0]\.(?:[ \u00a0]\.)?)"
_OMISSION = re.compile(rf"\\?[\[(]\s*{_DOTS}\s*\\?[\])]|{_DOTS}")
_LETTER = re.compile(r"\[(\w)\](?=\w)")
_SIC = re.compile(r"[\[(]\s*sic!?\s*[\])]", re.IGNORECASE)
_BRACKETS = re.compile(r"[\w'’-]*\\?\[([^\[\]]{1,300}?)\\?\](?!\()[\w'’-]*")
_FREEING = f"\u200b{OPENING}"  # a word after one of these may begin in either case: "[T]he", a nested quotation
_NOTE = re.compile(r"\[\^?\d{1,3}\]")


class Mark(StrEnum):
    """A change that the author of a quotation marks."""

    OMISSION = "omission"
    BRACKETS = "brackets"


_Marked = tuple[int, int, Mark, str]
"""A mark's start and end in the quotation, its kind, and the text in its brackets."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A mark before word `at`; `text`: the text in its brackets."""

    at: int
    mark: Mark
    text: str = ""

    @property
    def max_words(self) -> int:
        """Return how many words of the source it may omit or replace."""
        return MOST_OMITTED if self.mark is Mark.OMISSION else MOST_REPLACED


@dataclass(frozen=True, slots=True)
class Pattern:
    """The words to search for: `words[i]`, in plain letters, is at `[starts[i], ends[i])` of the draft.

    `free`: words whose first letter may have either case. `broken`: words hyphenated at a line end. `gaps`: marks by
    the index of the word after them. `leading`: brackets before the first word.
    """

    words: list[str]
    starts: list[int]
    ends: list[int]
    numbers: Numbers
    free: frozenset[int]
    broken: frozenset[int]
    gaps: dict[int, Gap]
    leading: Gap | None = None

    def __len__(self) -> int:
        return len(self.words)

    def parts(self) -> list[tuple[int, int]]:
        """Return the runs of words between marks, as half-open spans of word indices."""
        edges = [0, *sorted(self.gaps), len(self)]
        return list(pairwise(edges))


def patterns_of(quotations: Sequence[tuple[str, int]], *, markdown: bool = False) -> list[Pattern]:
    """Return the patterns of `quotations`, each given as its text and its start in the draft."""
    texts = [_LETTER.sub("\u200b\\1\u200b", _SIC.sub(lambda m: " " * len(m[0]), text)) for text, _ in quotations]
    marks = [list(_marks(text)) for text in texts]
    plain = [blanked(text, (mark[:2] for mark in own)) for text, own in zip(texts, marks, strict=True)]
    split = split_several(plain, markdown=markdown)
    bases = [base for _, base in quotations]
    return [_pattern(*parts) for parts in zip(texts, marks, split, bases, strict=True)]


def _pattern(text: str, marks: Sequence[_Marked], split: Words, base: int) -> Pattern:
    gaps = _gaps(marks, split.starts)
    raw = [split.raw(i) for i in range(len(split))]
    before = [text[start - 1 : start] for start in split.starts.tolist()]
    free = {0, *gaps, *(i for i, character in enumerate(before) if character and character in _FREEING)}
    return Pattern(
        [plain_word(word) for word in raw],
        (split.starts + base).tolist(),
        (split.ends + base).tolist(),
        split.numbers,
        frozenset(free),
        frozenset(i for i, word in enumerate(raw) if is_broken(word) or _is_parted(split, i)),
        {at: gap for at, gap in gaps.items() if 0 < at < len(split)},
        gaps[0] if 0 in gaps and gaps[0].mark is Mark.BRACKETS else None,
    )


def _is_parted(words: Words, i: int) -> bool:
    """Return whether a hyphen and white space, such as a former line break, separate a word from the next."""
    return i + 1 < len(words) and PARTED.fullmatch(words.text[words.ends[i] : words.starts[i + 1]]) is not None


def _marks(text: str) -> Iterator[_Marked]:
    omissions = [(m.start(), m.end()) for m in _OMISSION.finditer(text)]
    yield from ((start, end, Mark.OMISSION, "") for start, end in omissions)
    for match in _BRACKETS.finditer(text):
        before = bisect_left(omissions, (match.end(), 0))  # how many begin before its end
        inside = before > 0 and match.start() < omissions[before - 1][1]
        if not inside and not _NOTE.fullmatch(match[0]):
            yield match.start(), match.end(), Mark.BRACKETS, match[1]


def _gaps(marks: Sequence[_Marked], starts: Offsets) -> dict[int, Gap]:
    """Return the marks by the index of the word after them; an omission takes precedence over brackets."""
    gaps: dict[int, Gap] = {}
    for start, _, mark, text in marks:
        at = int(np.searchsorted(starts, start))
        if at not in gaps or mark is Mark.OMISSION:
            gaps[at] = Gap(at, mark, text)
    return gaps
