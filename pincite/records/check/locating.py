"""Locates a quotation in the sources: first its exact places, then likely ones by votes of its runs of 1 to 3 words."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import numpy as np

from pincite.records.check.pattern import Mark, Pattern
from pincite.records.check.sources import SEED, Seeds
from pincite.records.check.words import Numbers, Offsets

Spans = list[tuple[int, int]]
"""For each part of a quotation, the words `[first, last)` of the sources that match it."""

MOST_CHAINS = 2000
PROPOSED = 8  # windows that are compared word by word
PROPOSED_LONG = 3  # of a long quotation
LONG = 300  # words
MOST_VOTES = 4_000
OMITTED_NEARBY = 300  # words that a mark may omit where the rest is not exact


def exact_places(pattern: Pattern, seeds: Seeds) -> list[Spans]:
    """Return every place with all parts of the quotation, word for word, in order, and as close as its marks allow."""
    parts = pattern.parts()
    places = [seeds.exact(pattern.numbers[first:last]) for first, last in parts]
    sizes = [last - first for first, last in parts]
    if len(parts) == 1:
        return [[(place, place + sizes[0])] for place in places[0].tolist()]
    limits = [pattern.gaps[first].max_words for first, _ in parts[1:]]
    listed = [array.tolist() for array in places]
    anchor = min(range(len(parts)), key=lambda i: len(listed[i]))
    chains = (_chain(seeds, listed, sizes, limits, anchor, place) for place in listed[anchor][:MOST_CHAINS])
    return [chain for chain in chains if chain is not None]


def _chain(
    seeds: Seeds, places: list[list[int]], sizes: list[int], limits: list[int], anchor: int, place: int
) -> Spans | None:
    """Return the spans of all parts, the anchor at `place`, each closest to its neighbour; None if one is missing."""
    first, last = seeds.sources.bounds(place)
    spans = [(place, place + sizes[anchor])]
    for i in range(anchor + 1, len(places)):
        end = spans[-1][1]
        at = bisect_left(places[i], end)
        if at == len(places[i]) or places[i][at] > end + limits[i - 1] or places[i][at] + sizes[i] > last:
            return None
        spans.append((places[i][at], places[i][at] + sizes[i]))
    for i in range(anchor - 1, -1, -1):
        start = spans[0][0]
        at = bisect_right(places[i], start - sizes[i]) - 1
        if at < 0 or places[i][at] < max(first, start - sizes[i] - limits[i]):
            return None
        spans.insert(0, (places[i][at], places[i][at] + sizes[i]))
    return spans


def likely_windows(pattern: Pattern, seeds: Seeds) -> Spans:
    """Return windows that may contain the altered quotation, best first: the words `[first, last)` of the sources."""
    size = len(pattern)
    coarse = max(6, size // 4)
    omissions = sum(gap.mark is Mark.OMISSION for gap in pattern.gaps.values())
    slack = max(6, min(size // 3, 400)) + coarse + OMITTED_NEARBY * omissions
    windows: Spans = []
    for at in _beginnings(pattern.numbers, seeds, coarse):
        first, last = seeds.sources.bounds(max(0, min(at + size // 2, len(seeds.sources) - 1)))
        window = max(first, at - slack), min(last, at + size + slack)
        if window[0] < window[1] and all(abs(window[0] - other[0]) > coarse for other in windows):
            windows.append(window)
        if len(windows) == (PROPOSED_LONG if size > LONG else PROPOSED):
            break
    return windows


def _beginnings(numbers: Numbers, seeds: Seeds, coarse: int) -> list[int]:
    """Return the words at which the quotation may begin, best first, to within `coarse` words."""
    places, weights = _votes(numbers, seeds)
    if not len(places):
        return []
    # Each place votes for two stretches that overlap by half, so that no edge splits the votes.
    stretches_voted = np.concatenate([2 * (places // coarse), 2 * ((places + coarse // 2) // coarse) + 1])
    stretches, inverse = np.unique(stretches_voted, return_inverse=True)
    scores = np.bincount(inverse, weights=np.tile(weights, 2))
    best = stretches[np.argsort(-scores, kind="stable")[: 4 * PROPOSED]].tolist()
    return [(key // 2) * coarse - (key % 2) * (coarse // 2) for key in best]


def _votes(numbers: Numbers, seeds: Seeds) -> tuple[Offsets, Offsets]:
    """Return a start of the quotation for each occurrence of one of its runs, and a weight: rare runs weigh most."""
    lengths = range(1, min(SEED, len(numbers)) + 1)
    counts = [seeds.counts(numbers, length) for length in lengths]
    votes = np.concatenate(counts)
    order = np.argsort(votes, kind="stable")
    order = order[votes[order] > 0]
    total = np.cumsum(votes[order])
    order = order[: max(1, int(np.searchsorted(total, MOST_VOTES, side="right")))]
    places, weights, first = [], [], 0
    for length, count in zip(lengths, counts, strict=True):
        offsets = np.sort(order[(order >= first) & (order < first + len(count))]) - first
        first += len(count)
        places.append(seeds.places(numbers, length, offsets))
        weights.append(np.repeat(length * 1000 // count[offsets] + length, count[offsets]))
    return np.concatenate(places), np.concatenate(weights)
