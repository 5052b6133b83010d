"""Finds what in a text is nearest to a passage: where its rare words stand close together.

Places are proposed by the passage's words, each occurrence for the place at which the passage would begin there, the
rarer the word the louder (as in seed-and-vote alignment); the best few are compared by difflib. So a long text costs
one search a word, whatever its length.
"""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from typing import NamedTuple

from index.split.sentences import trimmed

# So like the cited sentence, from 0 to 1, a passage has to be to count as it, changed.
LEAST_SIMILARITY = 0.6

_WORD = re.compile(r"\w+")
_LONGEST = 1000  # characters of a passage that are compared, the quote in their middle
_MOST_OCCURRENCES = 2000  # of a word; a more frequent one has nothing to say
_PROPOSED = 12


class Nearest(NamedTuple):
    """`text[start:end]` stands where the quote stood in its passage, and `text[first:last]` where that did.

    `similarity`: of the passages, from 0 to 1.
    """

    start: int
    end: int
    first: int
    last: int
    similarity: float


def nearest(text: str, before: str, quote: str, after: str) -> Nearest | None:
    """Return where `text` is most like `before + quote + after`; None if it has no word of it."""
    room = max(0, _LONGEST - len(quote)) // 2
    before, quote, after = before[max(0, len(before) - room) :], quote[:_LONGEST], after[:room]
    wanted = before + quote + after
    aligned = [_aligned(text, at, wanted, len(before), len(before) + len(quote)) for at in _proposed(text, wanted)]
    return max(
        (candidate for candidate in aligned if candidate is not None),
        key=lambda candidate: candidate.similarity,
        default=None,
    )


def _proposed(text: str, wanted: str) -> list[int]:
    """Return where the passage might begin, best first."""
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
    """Return the words of the passage and where they stand in it."""
    offsets: dict[str, list[int]] = {}
    for match in _WORD.finditer(wanted):
        offsets.setdefault(match[0], []).append(match.start())
    return offsets


def _occurrences(text: str, word: str) -> list[int]:
    """Return where `word` stands by itself; one place more than counts where there are many."""
    occurrences: list[int] = []
    end = 0
    while len(occurrences) <= _MOST_OCCURRENCES and (at := text.find(word, end)) >= 0:
        end = at + len(word)
        if not text[at - 1 : at].isalnum() and not text[end : end + 1].isalnum():
            occurrences.append(at)
    return occurrences


def _aligned(text: str, at: int, wanted: str, quote_start: int, quote_end: int) -> Nearest | None:
    """Return what stands about `at`, laid beside the passage."""
    slack = len(wanted) // 2 + 16
    base = max(0, at - slack)
    window = text[base : at + len(wanted) + 2 * slack]
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
