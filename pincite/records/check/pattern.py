"""A quotation as words to look for, with the places where its author marks that words are left out or put in.

"…" (three dots, with or without brackets) marks an omission; [brackets] mark words put in or in place of others;
"[T]he" marks a letter whose case was changed, "[sic]" nothing at all.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from pincite.records.check.words import PARTED, Numbers, Offsets, Words, is_broken, spelt, split_words

MOST_OMITTED = 3000  # words that one mark of omission may stand for
MOST_REPLACED = 12  # words that brackets may stand in place of

_DOTS = r"(?:…|\.{3,}|\.[ \u00a0]\.[ \u00a0]\.(?:[ \u00a0]\.)?)"
_OMISSION = re.compile(rf"\\?[\[(]\s*{_DOTS}\s*\\?[\])]|{_DOTS}")
_LETTER = re.compile(r"\[(\w)\](?=\w)")
_SIC = re.compile(r"[\[(]\s*sic!?\s*[\])]", re.IGNORECASE)
_BRACKETS = re.compile(r"[\w'’-]*\\?\[([^\[\]]{1,300}?)\\?\](?!\()[\w'’-]*")
_NOTE = re.compile(r"\[\^?\d{1,3}\]")


class Mark(StrEnum):
    """What an author marks."""

    OMISSION = "omission"
    BRACKETS = "brackets"


@dataclass(frozen=True, slots=True)
class Gap:
    """A mark before word `at`; `text`: what stands in brackets."""

    at: int
    mark: Mark
    text: str = ""

    @property
    def most(self) -> int:
        """How many words of the source it may stand for."""
        return MOST_OMITTED if self.mark is Mark.OMISSION else MOST_REPLACED


@dataclass(frozen=True, slots=True)
class Pattern:
    """The words to look for: `words[i]` in plain letters at `[starts[i], ends[i])` of the draft.

    `free`: words whose first letter may have either case. `broken`: words divided between two lines. `gaps`: by the
    word they stand before.
    """

    words: list[str]
    starts: list[int]
    ends: list[int]
    numbers: Numbers
    free: frozenset[int]
    broken: frozenset[int]
    gaps: dict[int, Gap]

    def __len__(self) -> int:
        return len(self.words)

    def parts(self) -> list[tuple[int, int]]:
        """The runs of words between marks: first word and the one after the last."""
        edges = [0, *sorted(self.gaps), len(self)]
        return list(pairwise(edges))


def pattern_of(text: str, base: int = 0, *, markdown: bool = False) -> Pattern:
    """The pattern of the quotation `text`, which begins at `base` of its draft."""
    text = _LETTER.sub("\u200b\\1\u200b", _SIC.sub(lambda m: " " * len(m[0]), text))
    marks = list(_marks(text))
    plain = list(text)
    for start, end, _, _ in marks:
        plain[start:end] = " " * (end - start)
    split = split_words("".join(plain), markdown=markdown)
    gaps = _gaps(marks, split.starts)
    free = {0, *gaps, *(i for i in range(len(split)) if text[split.starts[i] - 1 : split.starts[i]] == "\u200b")}
    return Pattern(
        [spelt(text[start:end]) for start, end in zip(split.starts, split.ends, strict=True)],
        (split.starts + base).tolist(),
        (split.ends + base).tolist(),
        split.numbers,
        frozenset(free),
        frozenset(i for i in range(len(split)) if is_broken(split.raw(i)) or _is_parted(split, i)),
        {at: gap for at, gap in gaps.items() if 0 < at < len(split)},
    )


def _is_parted(words: Words, i: int) -> bool:
    """Whether a word is parted from the next by a hyphen and white space, as where a line's end was."""
    return i + 1 < len(words) and PARTED.fullmatch(words.text[words.ends[i] : words.starts[i + 1]]) is not None


def _marks(text: str) -> Iterator[tuple[int, int, Mark, str]]:
    omissions = [(m.start(), m.end()) for m in _OMISSION.finditer(text)]
    yield from ((start, end, Mark.OMISSION, "") for start, end in omissions)
    for match in _BRACKETS.finditer(text):
        before = bisect_left(omissions, (match.end(), 0))  # how many begin before its end
        inside = before > 0 and match.start() < omissions[before - 1][1]
        if not inside and not _NOTE.fullmatch(match[0]):
            yield match.start(), match.end(), Mark.BRACKETS, match[1]


def _gaps(marks: list[tuple[int, int, Mark, str]], starts: Offsets) -> dict[int, Gap]:
    """The marks by the word that they stand before; of several in one place, the one that allows most."""
    found: dict[int, Gap] = {}
    for start, _, mark, text in marks:
        at = int(np.searchsorted(starts, start))
        if at not in found or mark is Mark.OMISSION:
            found[at] = Gap(at, mark, text)
    return found
