"""Compares a quotation with part of a source, word by word, by difflib's matching (Ratcliff and Obershelp 1988)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise

from pincite.records.check.characters import HYPHENS
from pincite.records.check.locating import Spans
from pincite.records.check.meaning import changes_meaning, contradicts, gap_problem, gap_words, is_content_word
from pincite.records.check.pattern import MOST_REPLACED, Gap, Mark, Pattern
from pincite.records.check.sources import Sources
from pincite.records.check.words import PARTED, is_broken, plain_word

NEARBY = 3  # words
MOST_PAIRS = 300_000  # of equal words; with more, difflib ignores the most frequent words
_SENTENCE_END = re.compile(r"[.!?][”’\"')\]]*\s+\W{0,2}[A-Z]")
_STOP = re.compile(r"[.!?;]")
_OVER_EDGE = "it runs over the edge of a page; what is printed there was left out"
MOST_FURNITURE = 30  # words at the edge of a page that do not belong to its text


@dataclass(frozen=True, slots=True)
class Hunk:
    """A difference: the quotation has its words `[a, b)` where the sources have their words `[first, last)`."""

    a: int
    b: int
    first: int
    last: int


@dataclass(slots=True)
class Comparison:
    """A quotation compared with words `[first, last)` of the sources: the differences, and the agreement from 0 to 1.

    `similarity`: of all words, in order; `content`: of the content words, in order; `unordered`: of these in any order.
    """

    first: int
    last: int
    hunks: list[Hunk]
    similarity: float
    content: float = 1.0
    unordered: float = 0.0
    notes: list[str] = field(default_factory=list)


def compare_exact(pattern: Pattern, sources: Sources, spans: Spans) -> Comparison:
    """Compare the quotation with a place that has its words: only case, and words that marks replace, can differ."""
    result = Comparison(spans[0][0], spans[-1][1], _leading(pattern, sources, spans[0][0]), 1.0)
    for (first, last), (a, b) in zip(spans, pattern.parts(), strict=True):
        result.hunks += _other_case(pattern, a, b, sources.plain_words(first, last), first)
    gaps = sorted(pattern.gaps.values(), key=lambda gap: gap.at)
    for gap, ((_, first), (last, _)) in zip(gaps, pairwise(spans), strict=True):
        if gap_problem(gap, sources.plain_words(first, last)):
            result.hunks.append(Hunk(gap.at, gap.at, first, last))
        elif gap.mark is Mark.OMISSION and last > first and _SENTENCE_END.search(sources.following(first - 1, last)):
            result.notes.append(f"the words left out, {last - first}, run over the end of a sentence")
    return result


def _leading(pattern: Pattern, sources: Sources, first: int) -> list[Hunk]:
    """Return the words before the quotation in its sentence if the brackets at its beginning contradict them."""
    if pattern.leading is None:
        return []
    start = max(sources.bounds(first)[0], first - MOST_REPLACED)
    ends = [i for i in range(start, first) if _STOP.search(sources.following(i))]
    start = ends[-1] + 1 if ends else start
    if start < first and contradicts(gap_words(pattern.leading), sources.plain_words(start, first)):
        return [Hunk(0, 0, start, first)]
    return []


def compare(pattern: Pattern, sources: Sources, window: tuple[int, int]) -> Comparison | None:
    """Compare the quotation with the most similar words in `window`; None if no word agrees."""
    words = sources.plain_words(*window)
    mine, theirs = [w.lower() for w in pattern.words], [w.lower() for w in words]
    blocks = _blocks(mine, theirs, pattern)
    if not blocks:
        return None
    matched = sum(size for _, _, size in blocks)
    result = Comparison(0, 0, [], 0.0)
    covered = 0
    for a, b, j1, j2 in _between(blocks, len(mine), len(theirs)):
        hunk = Hunk(a, b, window[0] + j1, window[0] + j2)
        kept, note = _unexplained(hunk, pattern, sources)
        result.hunks += kept
        result.notes += [note] if note and note not in result.notes else []
        agreed = not kept and a < b
        matched += (b - a) if agreed else 0
        covered += sum(max(0, rest.last - rest.first) for rest in kept) + ((b - a) if agreed else 0)
    for a, j, size in blocks:
        result.hunks += _other_case(pattern, a, a + size, words[j : j + size], window[0] + j)
        covered += size
    result.hunks += _leading(pattern, sources, window[0] + blocks[0][1]) if not blocks[0][0] else []
    result.hunks.sort(key=lambda hunk: (hunk.a, hunk.first))
    result.first, result.last = _extent(blocks, len(mine), len(theirs), window[0])
    result.similarity = 2 * matched / (len(mine) + covered)
    result.content = _content_share(pattern, result.hunks)
    room = max(NEARBY, len(mine) // 2)
    near = slice(max(0, result.first - window[0] - room), result.last - window[0] + room)
    result.unordered = _unordered_share(pattern, theirs[near])
    return result


def _blocks(mine: list[str], theirs: list[str], pattern: Pattern) -> list[tuple[int, int, int]]:
    """Return the runs that agree, without those at the ends that match by chance."""
    blocks = _matching(mine, theirs, 0, 0)
    while len(blocks) > 1 and _by_chance(blocks[0], blocks[1], pattern):
        del blocks[0]
    while len(blocks) > 1 and _by_chance(blocks[-1], blocks[-2], pattern):
        del blocks[-1]
    if not blocks:
        return []
    # The words of dropped runs may agree with closer words, which difflib did not choose.
    (a, b, _), (c, d, size) = blocks[0], blocks[-1]
    near = max(0, b - a - NEARBY)
    before = _matching(mine[:a], theirs[near:b], 0, near) if a else []
    after = _matching(mine[c + size :], theirs[d + size :][: len(mine) - c - size + NEARBY], c + size, d + size)
    return [*before, *blocks, *after]


def _matching(mine: list[str], theirs: list[str], a: int, b: int) -> list[tuple[int, int, int]]:
    """Return the runs that agree. `a`, `b`: the indices of the first words of the two lists."""
    my_counts, their_counts = Counter(mine), Counter(theirs)
    many = sum(count * their_counts[word] for word, count in my_counts.items()) > MOST_PAIRS
    matching_blocks = SequenceMatcher(None, mine, theirs, autojunk=many).get_matching_blocks()
    return [(a + block.a, b + block.b, block.size) for block in matching_blocks if block.size]


def _by_chance(edge: tuple[int, int, int], inner: tuple[int, int, int], pattern: Pattern) -> bool:
    """Return whether a short run is much further from its neighbour in the source than in the quotation."""
    left, right = sorted((edge, inner))
    if any(left[0] + left[2] <= at <= right[0] for at in pattern.gaps):
        return False
    apart = (right[1] - left[1] - left[2]) - (right[0] - left[0] - left[2])
    return apart > max(2, 2 * edge[2])


def _between(blocks: list[tuple[int, int, int]], mine: int, theirs: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield the words between the runs; before the first and after the last, as many as the quotation has there."""
    a, b, _ = blocks[0]
    if a:
        yield 0, a, max(0, b - a), b
    for (a1, b1, size), (a2, b2, _) in pairwise(blocks):
        if a1 + size < a2 or b1 + size < b2:
            yield a1 + size, a2, b1 + size, b2
    a, b, size = blocks[-1]
    if a + size < mine:
        yield a + size, mine, b + size, min(theirs, b + size + mine - a - size)


def _extent(blocks: list[tuple[int, int, int]], mine: int, theirs: int, base: int) -> tuple[int, int]:
    (a, b, _), (c, d, size) = blocks[0], blocks[-1]
    return base + max(0, b - a), base + min(theirs, d + size + mine - c - size)


def _unexplained(hunk: Hunk, pattern: Pattern, sources: Sources) -> tuple[list[Hunk], str | None]:
    """Return the part of a hunk that neither a mark nor the page's layout explains, and notes on the rest."""
    mine = pattern.words[hunk.a : hunk.b]
    theirs = sources.plain_words(hunk.first, hunk.last)
    if mine and "".join(mine) == "".join(theirs) and _is_broken(hunk, sources, pattern):
        return [], None
    kept = sources.in_text(hunk.first, hunk.last) if hunk.first < hunk.last else []
    if mine and len(kept) < len(theirs) and _same_but_for_hyphens(mine, kept, sources):
        return [], _OVER_EDGE
    gap = next((pattern.gaps[at] for at in range(hunk.a, hunk.b + 1) if at in pattern.gaps), None)
    if gap is not None:
        return _around_gap(hunk, gap, sources), None
    if not mine and (not kept or _on_lines_of_their_own(hunk, theirs, sources)):
        return [], _OVER_EDGE
    return _word_by_word(hunk), None


def _around_gap(hunk: Hunk, gap: Gap, sources: Sources) -> list[Hunk]:
    before, after = gap.at - hunk.a, hunk.b - gap.at
    middle = max(hunk.first, min(hunk.first + before, hunk.last)), max(hunk.first, hunk.last - after)
    hunks: list[Hunk] = []
    if before:
        hunks += _word_by_word(Hunk(hunk.a, gap.at, hunk.first, middle[0]))
    stands_for = sources.plain_words(*middle) if middle[0] < middle[1] else []
    if len(stands_for) > gap.max_words or gap_problem(gap, stands_for):
        hunks.append(Hunk(gap.at, gap.at, *middle))
    if after:
        hunks += _word_by_word(Hunk(gap.at, hunk.b, max(middle), hunk.last))
    return hunks


def _word_by_word(hunk: Hunk) -> list[Hunk]:
    size = hunk.b - hunk.a
    if size != hunk.last - hunk.first or size == 1:
        return [hunk]
    return [Hunk(hunk.a + i, hunk.a + i + 1, hunk.first + i, hunk.first + i + 1) for i in range(size)]


def _is_broken(hunk: Hunk, sources: Sources, pattern: Pattern) -> bool:
    """Return whether a word of either side is divided at a line end: its hyphen may or may not belong to it."""
    theirs = any(is_broken(sources.raw(i)) for i in range(hunk.first, hunk.last))
    theirs = theirs or any(PARTED.fullmatch(sources.following(i)) for i in range(hunk.first, hunk.last - 1))
    return theirs or any(i in pattern.broken for i in range(hunk.a, hunk.b))


def _same_but_for_hyphens(mine: Sequence[str], kept: Sequence[int], sources: Sources) -> bool:
    """Return whether the words `kept` of a source are `mine`, apart from a word that is divided at a hyphen."""
    theirs = [plain_word(sources.raw(i)) for i in kept]
    divided = any(sources.following(i)[:1] in tuple(HYPHENS) for i in kept[:-1])
    return list(mine) == theirs or (divided and "".join(mine) == "".join(theirs))


def _on_lines_of_their_own(hunk: Hunk, words: Sequence[str], sources: Sources) -> bool:
    """Return whether words at the edge of a page are on lines of their own, and none reverses or limits a statement."""
    first, last = sources.bounds(hunk.first)
    if len(words) > MOST_FURNITURE or any(map(changes_meaning, words)) or hunk.first == first or hunk.last >= last:
        return False
    apart = "\n" in sources.following(hunk.first - 1) and "\n" in sources.following(hunk.last - 1)
    return apart and sources.begins_page(hunk.first - 1, hunk.last)


def _other_case(pattern: Pattern, a: int, b: int, words: Sequence[str], first: int) -> list[Hunk]:
    """Return the words that differ in case, except in a first letter that may have either case (`Pattern.free`)."""
    hunks: list[Hunk] = []
    for i in range(a, b):
        mine, theirs = pattern.words[i], words[i - a]
        if mine == theirs or (i in pattern.free and mine[1:] == theirs[1:]):
            continue
        near = slice(max(0, i - a - 1), i - a + 2)
        if _in_capitals(words[near]) or _in_capitals(pattern.words[a:b][near]):
            continue  # set in capitals, like a heading or the beginning of a chapter
        hunks.append(Hunk(i, i + 1, first + i - a, first + i - a + 1))
    return hunks


def _in_capitals(words: Sequence[str]) -> bool:
    return len(words) > 1 and any(len(word) > 2 for word in words) and all(word.isupper() for word in words)


def _content_share(pattern: Pattern, hunks: Sequence[Hunk]) -> float:
    """Return the share of the quotation's content words that agree."""
    content = {i for i, word in enumerate(pattern.words) if is_content_word(word)}
    if not content:
        return 1.0
    return 1 - len(content & {i for hunk in hunks for i in range(hunk.a, hunk.b)}) / len(content)


def _unordered_share(pattern: Pattern, words: Sequence[str]) -> float:
    """Return the share of the quotation's content words that are in `words`; 0 if it has fewer than three."""
    content = [word.lower() for word in pattern.words if is_content_word(word)]
    return sum(word in words for word in content) / len(content) if len(content) > 2 else 0.0
