"""What of a citation has to be found again: its quote within its sentence, as far as the file has that."""

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
class Passage:
    """`before + quote + after` is the sentence, or what is known of it; `prefix` and `suffix` stand around that.

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
        """The passage that `claim` is about."""
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
        """Whether `text` has the passage at `start`."""
        size = len(self.text)
        return start >= 0 and text.startswith(self.text, start) and self._cuts_no_word(text, start, start + size)

    def places(self, text: str) -> Iterator[tuple[int, int, int, int]]:
        """Where `text` has the passage: (its start, the quote's start and end, its end).

        First as it is; only if it is nowhere, with white space and the composition of accented letters left aside.
        """
        exact = islice(self._exact(text), MOST_PLACES)
        first = next(exact, None)
        if first is None:
            yield from islice(self._loose(text), MOST_PLACES)
            return
        yield first
        yield from exact

    def likeness(self, text: str, start: int, end: int) -> tuple[int, int]:
        """How well a place fits: characters around it that are as they were, then its nearness to where it was."""
        left, right = text[max(0, start - len(self.prefix)) : start], text[end : end + len(self.suffix)]
        return _shared(left[::-1], self.prefix[::-1]) + _shared(right, self.suffix), -abs(start - self.start)

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
        """Whether `text[start:end]` ends between words wherever the passage did: "12" does not stand in "2012"."""
        mine, ahead, behind = self.text, text[max(0, start - 1) : start], text[end : end + 1]
        if self.prefix and not _joined(self.prefix[-1], mine[0]) and _joined(ahead, text[start]):
            return False
        return not (self.suffix and not _joined(mine[-1], self.suffix[0]) and _joined(text[end - 1], behind))


def _joined(left: str, right: str) -> bool:
    """Whether the two characters, either of which may be none, belong to one word or one letter."""
    if right and unicodedata.combining(right):
        return bool(left)
    return bool(left and right) and (left.isalnum() or bool(unicodedata.combining(left))) and right.isalnum()


def _shared(a: str, b: str) -> int:
    """How many characters `a` and `b` begin with in common."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _loosened(text: str) -> str:
    """A pattern for `text` whatever its white space is, and whether accents are characters of their own or not."""
    parts = re.split(r"(\s+)", text)
    return "".join(r"\s+" if part.isspace() else _either(_forms(part)) for part in parts if part)


def _either(forms: Sequence[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, forms))})"


def _forms(word: str) -> list[str]:
    """`word` as it is, and in Unicode's composed and decomposed normal forms."""
    return list(dict.fromkeys([word, unicodedata.normalize("NFC", word), unicodedata.normalize("NFD", word)]))
