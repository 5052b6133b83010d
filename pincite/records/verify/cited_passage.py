"""Finds the cited passage, a quote within its sentence, in a text: the same words, or the most similar ones.

Similar places are found by seed-and-vote alignment: each occurrence of one of the passage's words votes for the place
where the passage would begin, and rare words have more weight. difflib compares the best few places. So the cost is one
search of the text for each word.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice
from typing import NamedTuple, Self

from index.split.sentences import trimmed
from pincite.records.verify.types import Claim

# A sentence with more places than this is judged by the first ones.
MOST_PLACES = 100_000


@dataclass(frozen=True, slots=True)
class CitedPassage:
    """`before + quote + after` is the sentence, or the known part of it; `prefix` and `suffix` are the text around it.

    `start`: the former offset of the passage, in code points.
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

    def places(self, text: str) -> list[tuple[int, int, int, int]]:
        """Return the places of the passage in `text`: (its start, the quote's start and end, its end).

        If it has no exact place, white space and the composition of accented letters may differ.
        """
        return list(islice(self._exact(text), MOST_PLACES)) or list(islice(self._loose(text), MOST_PLACES))

    def likeness(self, text: str, start: int, end: int) -> tuple[int, int]:
        """Return a sort key for places: the unchanged characters around it, then its closeness to the old place."""
        left, right = text[max(0, start - len(self.prefix)) : start], text[end : end + len(self.suffix)]
        return shared_length(left[::-1], self.prefix[::-1]) + shared_length(right, self.suffix), -abs(
            start - self.start
        )

    def _exact(self, text: str) -> Iterator[tuple[int, int, int, int]]:
        size, position = len(self.text), -1
        while (position := text.find(self.text, position + 1)) >= 0:
            if self._cuts_no_word(text, position, position + size):
                start = position + len(self.before)
                yield position, start, start + len(self.quote), position + size

    def _loose(self, text: str) -> Iterator[tuple[int, int, int, int]]:
        longest = max(self.text.split(), key=len, default="")
        if not any(form in text for form in _forms(longest)):
            return
        pattern = re.compile("".join(f"({_loosened(part)})" for part in (self.before, self.quote, self.after)))
        for match in pattern.finditer(text):
            if self._cuts_no_word(text, *match.span()):
                yield match.start(), match.start(2), match.end(2), match.end()

    def _cuts_no_word(self, text: str, start: int, end: int) -> bool:
        """Return whether `text[start:end]` has word edges where the passage had them: "12" is not in "2012"."""
        mine, ahead, behind = self.text, text[max(0, start - 1) : start], text[end : end + 1]
        if self.prefix and not _joined(self.prefix[-1], mine[0]) and _joined(ahead, text[start]):
            return False
        return not (self.suffix and not _joined(mine[-1], self.suffix[0]) and _joined(text[end - 1], behind))


def _joined(left: str, right: str) -> bool:
    """Return whether two characters, either of which may be "", belong to one word or one letter."""
    if right and unicodedata.combining(right):
        return bool(left)
    return bool(left and right) and (left.isalnum() or bool(unicodedata.combining(left))) and right.isalnum()


def shared_length(a: Sequence[str], b: Sequence[str]) -> int:
    """Return the length of the common beginning of `a` and `b`, in characters, lines or other items."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _loosened(text: str) -> str:
    """Return a pattern for `text` with any white space, and with accents composed or decomposed."""
    parts = re.split(r"(\s+)", text)
    either = (f"(?:{'|'.join(map(re.escape, _forms(part)))})" for part in parts)
    return "".join(r"\s+" if part.isspace() else forms for part, forms in zip(parts, either, strict=True) if part)


def _forms(word: str) -> list[str]:
    """Return `word` as it is, and in Unicode's composed and decomposed normal forms."""
    return list(dict.fromkeys([word, unicodedata.normalize("NFC", word), unicodedata.normalize("NFD", word)]))


# The similarity, from 0 to 1, from which a passage counts as the cited sentence, changed.
LEAST_SIMILARITY = 0.6

_WORD = re.compile(r"\w+")
_LONGEST = 1000  # characters of a passage that are compared, the quote in their middle
_MOST_OCCURRENCES = 2000  # of a word; more frequent words do not vote
_PROPOSED = 12


class Nearest(NamedTuple):
    """`text[start:end]` corresponds to the quote, and `text[first:last]` to the whole passage.

    `similarity`: of the passages, from 0 to 1.
    """

    start: int
    end: int
    first: int
    last: int
    similarity: float


def nearest(text: str, before: str, quote: str, after: str) -> Nearest | None:
    """Return the place in `text` most similar to `before + quote + after`; None if it has none of its words."""
    room = max(0, _LONGEST - len(quote)) // 2
    before, quote, after = before[max(0, len(before) - room) :], quote[:_LONGEST], after[:room]
    wanted = before + quote + after
    span = len(before), len(before) + len(quote)
    aligned = [_aligned(text, position, wanted, *span) for position in _proposed(text, wanted)]
    return max(
        (candidate for candidate in aligned if candidate is not None),
        key=lambda candidate: candidate.similarity,
        default=None,
    )


def _proposed(text: str, wanted: str) -> list[int]:
    """Return offsets at which the passage may begin, best first."""
    votes: Counter[int] = Counter()
    coarse = max(8, len(wanted) // 4)
    for word, offsets in _offsets(wanted).items():
        places = _occurrences(text, word)
        if 0 < len(places) <= _MOST_OCCURRENCES:
            for place in places:
                for offset in offsets:
                    votes[(place - offset) // coarse] += 1_000_000 * len(word) // len(places)
    return [bucket * coarse for bucket, _ in votes.most_common(_PROPOSED)]


def _offsets(wanted: str) -> dict[str, list[int]]:
    """Return the words of the passage with their offsets in it."""
    offsets: dict[str, list[int]] = {}
    for match in _WORD.finditer(wanted):
        offsets.setdefault(match[0], []).append(match.start())
    return offsets


def _occurrences(text: str, word: str) -> list[int]:
    """Return the offsets of `word` as a whole word, at most one more than `_MOST_OCCURRENCES`."""
    occurrences: list[int] = []
    end = 0
    while len(occurrences) <= _MOST_OCCURRENCES and (position := text.find(word, end)) >= 0:
        end = position + len(word)
        if not text[position - 1 : position].isalnum() and not text[end : end + 1].isalnum():
            occurrences.append(position)
    return occurrences


def _aligned(text: str, position: int, wanted: str, quote_start: int, quote_end: int) -> Nearest | None:
    """Return the alignment of the passage with the text around `position`, or None."""
    slack = len(wanted) // 2 + 16
    base = max(0, position - slack)
    window = text[base : position + len(wanted) + 2 * slack]
    matcher = SequenceMatcher(None, wanted, window, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size > 2 or block.size == len(wanted)]
    if not blocks:
        return None
    matched = sum(block.size for block in blocks)
    first, last = blocks[0].b, blocks[-1].b + blocks[-1].size
    start, end = 0, len(window)
    for a, b, size in blocks:
        if a <= quote_start:
            start = min(b + quote_start - a, b + size)
        if a + size >= quote_end:
            end = max(b, b + quote_end - a)
            break
    else:
        end = last
    if blocks[0].a > quote_start:
        start = first
    start, end = _whole_words(window, start, max(start, end))
    similarity = 2 * matched / (len(wanted) + last - first)
    first, last = _whole_words(window, min(first, start), max(last, end))
    return Nearest(base + start, base + end, base + first, base + last, similarity)


def _whole_words(window: str, start: int, end: int) -> tuple[int, int]:
    """Widen `[start, end)` to whole words, without white space at the ends."""
    while 0 < start < len(window) and window[start - 1].isalnum() and window[start].isalnum():
        start -= 1
    while 0 < end < len(window) and window[end - 1].isalnum() and window[end].isalnum():
        end += 1
    return trimmed(window, start, end)
