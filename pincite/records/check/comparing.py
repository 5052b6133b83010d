"""Compares a quotation with a stretch of a source, word by word (Ratcliff and Obershelp's matching, as in difflib)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise

from pincite.records.check.characters import HYPHENS
from pincite.records.check.locating import Spans
from pincite.records.check.meaning import contradicts, gap_problem, gap_words, is_weighty, turns
from pincite.records.check.pattern import MOST_REPLACED, Gap, Mark, Pattern
from pincite.records.check.sources import Sources
from pincite.records.check.words import PARTED, is_broken, spelt

NEARBY = 3  # words
MOST_PAIRS = 300_000  # of the same word; of more, words that are everywhere are passed over
_SENTENCE_END = re.compile(r"[.!?][”’\"')\]]*\s+\W{0,2}[A-Z]")
_STOP = re.compile(r"[.!?;]")
_OVER_EDGE = "it runs over the edge of a page; what is printed there was left out"
MOST_FURNITURE = 30  # words at the edge of a page that do not belong to its text


@dataclass(frozen=True, slots=True)
class Hunk:
    """Words `[a, b)` of the quotation in the place of words `[first, last)` of the sources."""

    a: int
    b: int
    first: int
    last: int


@dataclass(slots=True)
class Comparison:
    """A quotation compared with words `[first, last)` of the sources: the differences, and the agreement from 0 to 1.

    `similarity`: of all words; `weighty`: of those that say what it is about; `anyhow`: of these, in whatever order.
    """

    first: int
    last: int
    hunks: list[Hunk]
    similarity: float
    weighty: float = 1.0
    anyhow: float = 0.0
    notes: list[str] = field(default_factory=list)


def compare_exact(pattern: Pattern, sources: Sources, spans: Spans) -> Comparison:
    """Compare the quotation with the places of its parts: only case and the words that marks replace can differ."""
    result = Comparison(spans[0][0], spans[-1][1], _leading(pattern, sources, spans[0][0]), 1.0)
    for (first, last), (a, b) in zip(spans, pattern.parts(), strict=True):
        result.hunks += _other_case(pattern, a, b, sources.spelt(first, last), first)
    gaps = sorted(pattern.gaps.values(), key=lambda gap: gap.at)
    for gap, ((_, first), (last, _)) in zip(gaps, pairwise(spans), strict=True):
        if gap_problem(gap, sources.spelt(first, last)):
            result.hunks.append(Hunk(gap.at, gap.at, first, last))
        elif gap.mark is Mark.OMISSION and last > first and _SENTENCE_END.search(sources.following(first - 1, last)):
            result.notes.append(f"the words left out, {last - first}, run over the end of a sentence")
    return result


def _leading(pattern: Pattern, sources: Sources, first: int) -> list[Hunk]:
    """Return what stands before the quotation in its sentence, where brackets at its beginning name somebody else."""
    if pattern.leading is None:
        return []
    start = max(sources.bounds(first)[0], first - MOST_REPLACED)
    ends = [i for i in range(start, first) if _STOP.search(sources.following(i))]
    start = ends[-1] + 1 if ends else start
    if start < first and contradicts(gap_words(pattern.leading), sources.spelt(start, first)):
        return [Hunk(0, 0, start, first)]
    return []


def compare(pattern: Pattern, sources: Sources, window: tuple[int, int]) -> Comparison | None:
    """Compare the quotation with what is most like it in the words `window`; None if no word agrees."""
    words = sources.spelt(*window)
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
    result.weighty = _weighty_share(pattern, result.hunks)
    room = max(NEARBY, len(mine) // 2)
    near = slice(max(0, result.first - window[0] - room), result.last - window[0] + room)
    result.anyhow = _share_anyhow(pattern, theirs[near])
    return result


def _blocks(mine: list[str], theirs: list[str], pattern: Pattern) -> list[tuple[int, int, int]]:
    """Return the runs that agree, without those at the ends that are there by chance."""
    blocks = _matching(mine, theirs, 0, 0)
    while len(blocks) > 1 and _by_chance(blocks[0], blocks[1], pattern):
        del blocks[0]
    while len(blocks) > 1 and _by_chance(blocks[-1], blocks[-2], pattern):
        del blocks[-1]
    if not blocks:
        return []
    # What was dropped may agree with words nearer by, which difflib passed over for the others.
    (a, b, _), (c, d, size) = blocks[0], blocks[-1]
    near = max(0, b - a - NEARBY)
    before = _matching(mine[:a], theirs[near:b], 0, near) if a else []
    after = _matching(mine[c + size :], theirs[d + size :][: len(mine) - c - size + NEARBY], c + size, d + size)
    return [*before, *blocks, *after]


def _matching(mine: list[str], theirs: list[str], a: int, b: int) -> list[tuple[int, int, int]]:
    """Return the runs that agree, where the two lists begin at `a` and `b`."""
    here, there = Counter(mine), Counter(theirs)
    many = sum(count * there[word] for word, count in here.items()) > MOST_PAIRS
    matching_blocks = SequenceMatcher(None, mine, theirs, autojunk=many).get_matching_blocks()
    return [(a + block.a, b + block.b, block.size) for block in matching_blocks if block.size]


def _by_chance(edge: tuple[int, int, int], inner: tuple[int, int, int], pattern: Pattern) -> bool:
    """Return whether a run of a few words lies further from the next one in the source than in the quotation."""
    left, right = sorted((edge, inner))
    if any(left[0] + left[2] <= at <= right[0] for at in pattern.gaps):
        return False
    apart = (right[1] - left[1] - left[2]) - (right[0] - left[0] - left[2])
    return apart > max(2, 2 * edge[2])


def _between(blocks: list[tuple[int, int, int]], mine: int, theirs: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield the stretches between the runs; before the first and after the last, as long as the quotation's."""
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
    theirs = sources.spelt(hunk.first, hunk.last)
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
    stands_for = sources.spelt(*middle) if middle[0] < middle[1] else []
    if len(stands_for) > gap.most or gap_problem(gap, stands_for):
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
    """Return whether a word of either side is divided between lines: nobody can tell whether it has a hyphen."""
    theirs = any(is_broken(sources.raw(i)) for i in range(hunk.first, hunk.last))
    theirs = theirs or any(PARTED.fullmatch(sources.following(i)) for i in range(hunk.first, hunk.last - 1))
    return theirs or any(i in pattern.broken for i in range(hunk.a, hunk.b))


def _same_but_for_hyphens(mine: Sequence[str], kept: Sequence[int], sources: Sources) -> bool:
    """Return whether a source's words, without those between two pages, are `mine`, one of them perhaps divided."""
    theirs = [spelt(sources.raw(i)) for i in kept]
    divided = any(sources.following(i)[:1] in tuple(HYPHENS) for i in kept[:-1])
    return list(mine) == theirs or (divided and "".join(mine) == "".join(theirs))


def _on_lines_of_their_own(hunk: Hunk, words: Sequence[str], sources: Sources) -> bool:
    """Return whether words at the edge of a page stand apart from its text, and turn nothing round."""
    first, last = sources.bounds(hunk.first)
    if len(words) > MOST_FURNITURE or any(map(turns, words)) or hunk.first == first or hunk.last >= last:
        return False
    apart = "\n" in sources.following(hunk.first - 1) and "\n" in sources.following(hunk.last - 1)
    return apart and sources.begins_page(hunk.first - 1, hunk.last)


def _other_case(pattern: Pattern, a: int, b: int, words: Sequence[str], first: int) -> list[Hunk]:
    """Return the words that differ in case; the first letter of the quotation, and after a mark, may."""
    hunks: list[Hunk] = []
    for i in range(a, b):
        mine, theirs = pattern.words[i], words[i - a]
        if mine == theirs or (i in pattern.free and mine[1:] == theirs[1:]):
            continue
        near = slice(max(0, i - a - 1), i - a + 2)
        if _in_capitals(words[near]) or _in_capitals(pattern.words[a:b][near]):
            continue  # set in capitals, as a heading or the beginning of a chapter is
        hunks.append(Hunk(i, i + 1, first + i - a, first + i - a + 1))
    return hunks


def _in_capitals(words: Sequence[str]) -> bool:
    return len(words) > 1 and any(len(word) > 2 for word in words) and all(word.isupper() for word in words)


def _weighty_share(pattern: Pattern, hunks: Sequence[Hunk]) -> float:
    """Return the share of the quotation's words, without those that every text has, that agree."""
    weighty = {i for i, word in enumerate(pattern.words) if is_weighty(word)}
    if not weighty:
        return 1.0
    return 1 - len(weighty & {i for hunk in hunks for i in range(hunk.a, hunk.b)}) / len(weighty)


def _share_anyhow(pattern: Pattern, words: Sequence[str]) -> float:
    """Return the share of the quotation's weighty words that `words` have, in any order; 0 of fewer than three."""
    weighty = [word.lower() for word in pattern.words if is_weighty(word)]
    return sum(word in words for word in weighty) / len(weighty) if len(weighty) > 2 else 0.0
