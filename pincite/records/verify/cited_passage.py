"""Defines the parts of a citation that `verify` looks up: its quote within its sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Self

from pincite.records.verify.types import Claim

# A sentence that stands more often than this is judged by its first places.
MOST_PLACES = 100_000


@dataclass(frozen=True, slots=True)
class CitedPassage:
    """`before + quote + after` is the sentence, or the known part of it; `prefix` and `suffix` are around that.

    `start`: where the passage stood, in code points.
    """

    before: str
    quote: str
    after: str
    prefix: str
    suffix: str
    start: int

    @classmethod
    def of(cls, claim: Claim) -> Self:
        """Return the passage that `claim` is about."""
        c = claim.citation
        ahead, behind = c.start - c.sentence_start, c.sentence_end - c.end
        if claim.sentence is not None:
            before, after = claim.sentence[:ahead], claim.sentence[len(claim.sentence) - behind :]
        else:
            before, after = c.prefix[max(0, len(c.prefix) - ahead) :], c.suffix[:behind]
        prefix = c.prefix[: max(0, len(c.prefix) - len(before))]
        return cls(before, c.quote, after, prefix, c.suffix[len(after) :], c.start - len(before))

    @property
    def text(self) -> str:
        return self.before + self.quote + self.after

    def stands_at(self, text: str, start: int) -> bool:
        """Return whether `text` has the passage at `start`."""
        size = len(self.text)
        return start >= 0 and text.startswith(self.text, start) and self._cuts_no_word(text, start, start + size)

    def places(self, text: str) -> Iterator[tuple[int, int, int, int]]:
        """Yield where `text` has the passage: (its start, the quote's start and end, its end).

        First exactly; only if it is nowhere, ignoring white space and the composition of accented letters.
        """
        exact = islice(self._exact(text), MOST_PLACES)
        first = next(exact, None)
        if first is None:
            yield from islice(self._loose(text), MOST_PLACES)
            return
        yield first
        yield from exact

    def likeness(self, text: str, start: int, end: int) -> tuple[int, int]:
        """Return how well a place fits: unchanged characters around it, then its distance from the old place."""
        left, right = text[max(0, start - len(self.prefix)) : start], text[end : end + len(self.suffix)]
        return shared_length(left[::-1], self.prefix[::-1]) + shared_length(right, self.suffix), -abs(
            start - self.start
        )

    def _exact(self, text: str) -> Iterator[tuple[int, int, int, int]]:
        size, at = len(self.text), -1
        while (at := text.find(self.text, at + 1)) >= 0:
            if self._cuts_no_word(text, at, at + size):
                start = at + len(self.before)
                yield at, start, start + len(self.quote), at + size

    def _loose(self, text: str) -> Iterator[tuple[int, int, int, int]]:
        longest = max(self.text.split(), key=len, default="")
        if not any(form in text for form in _forms(longest)):
            return
        pattern = re.compile("".join(f"({_loosened(part)})" for part in (self.before, self.quote, self.after)))
        for match in pattern.finditer(text):
            if self._cuts_no_word(text, *match.span()):
                yield match.start(), match.start(2), match.end(2), match.end()

    def _cuts_no_word(self, text: str, start: int, end: int) -> bool:
        """Return whether `text[start:end]` ends between words wherever the passage did: "12" is not in "2012"."""
        mine, ahead, behind = self.text, text[max(0, start - 1) : start], text[end : end + 1]
        if self.prefix and not _joined(self.prefix[-1], mine[0]) and _joined(ahead, text[start]):
            return False
        return not (self.suffix and not _joined(mine[-1], self.suffix[0]) and _joined(text[end - 1], behind))


def _joined(left: str, right: str) -> bool:
    """Return whether the two characters, either of which may be none, belong to one word or one letter."""
    if right and unicodedata.combining(right):
        return bool(left)
    return bool(left and right) and (left.isalnum() or bool(unicodedata.combining(left))) and right.isalnum()


def shared_length(a: Sequence[str], b: Sequence[str]) -> int:
    """Return how many characters, lines or other parts `a` and `b` begin with in common."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _loosened(text: str) -> str:
    """Give a pattern for `text` whatever its white space is, and whether accents are characters of their own or not."""
    parts = re.split(r"(\s+)", text)
    return "".join(r"\s+" if part.isspace() else _either(_forms(part)) for part in parts if part)


def _either(forms: Sequence[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, forms))})"


def _forms(word: str) -> list[str]:
    """Return `word` as it is, and in Unicode's composed and decomposed normal forms."""
    return list(dict.fromkeys([word, unicodedata.normalize("NFC", word), unicodedata.normalize("NFD", word)]))
