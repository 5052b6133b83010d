"""Finds near copies, documents that say nearly the same under different ids, by MinHash sketches of word shingles.

A. Broder 1997, "On the resemblance and containment of documents": a text is a set of shingles, runs of a few words, and
its sketch is the set of their smallest hashes. The share of the smallest hashes of two texts that both sketches hold
estimates the share of shingles that the texts have in common (their resemblance, the Jaccard index). datasketch does
the same but needs scipy; numpy alone needs a few lines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Sketch = NDArray[np.uint64]

WORDS = 4  # in a shingle
SKETCH_SIZE = 128  # hashes; the standard error of the estimate is at most 0.045
LEAST_RESEMBLANCE = 0.5  # of near copies
_PROBES = 12  # smallest hashes by which candidates are looked up; one pair in 4,000 has none of them in common
_MOST_HOLDERS = 200  # documents listed under a hash; a hash of more documents is of words that occur everywhere
_COMPARED = 20  # candidates that a document is compared with: those that share the most hashes
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class NearCopy:
    """The document `id` is a near copy of the document `of`. `share`: their resemblance, from 0 to 1."""

    id: str
    of: str
    share: float


def sketch(text: str) -> Sketch:
    """Return the `SKETCH_SIZE` smallest hashes of the shingles of `text`, ascending; fewer for a short text.

    A text of at most `WORDS` words is one shingle.
    """
    words = (crc32(match[0].encode()) for match in _WORD.finditer(text.casefold()))
    codes = np.fromiter(words, dtype=np.uint64)
    if not len(codes):
        return codes
    length = min(WORDS, len(codes))
    hashes = np.zeros(len(codes) - length + 1, dtype=np.uint64)
    for i in range(length):
        hashes = hashes * np.uint64(0x9E3779B97F4A7C15) + codes[i : len(codes) - length + 1 + i]
    return np.unique(_mixed(hashes))[:SKETCH_SIZE]


def resemblance(a: Sketch, b: Sketch) -> float:
    """Return the estimated share of shingles that two texts have in common, from their sketches."""
    smallest = np.union1d(a, b)[:SKETCH_SIZE]
    both = np.intersect1d(a, b, assume_unique=True)
    return float(np.isin(smallest, both, assume_unique=True).mean()) if len(smallest) else 0.0


def near_copies(ids: Sequence[str], sketches: Iterable[Sketch]) -> tuple[NearCopy, ...]:
    """Return the documents that are near copies of an earlier one, each with the earlier one that it resembles most.

    The earlier one is never a near copy itself, so that all near copies in a group name the same document.
    """
    copies: list[NearCopy] = []
    originals: dict[int, Sketch] = {}  # documents that are not near copies
    holders: dict[int, list[int]] = {}  # by hash, the originals that have it among their smallest
    for i, hashes in enumerate(sketches):
        probes = hashes[:_PROBES].tolist()
        shared = Counter(j for probe in probes for j in holders.get(probe, ()))
        scored = [(resemblance(hashes, originals[j]), -j) for j, _ in shared.most_common(_COMPARED)]
        share, other = max(scored, default=(0.0, 0))
        if share >= LEAST_RESEMBLANCE:
            copies.append(NearCopy(ids[i], ids[-other], round(share, 3)))
            continue
        originals[i] = hashes
        for probe in probes:
            listed = holders.setdefault(probe, [])
            if len(listed) < _MOST_HOLDERS:
                listed.append(i)
    return tuple(copies)


def grouped_copies(copies: Iterable[NearCopy]) -> dict[str, list[str]]:
    """Return the group of every document that is a near copy or has one, by id."""
    groups: dict[str, list[str]] = {}
    for copy in copies:
        groups[copy.id] = groups.setdefault(copy.of, [copy.of])
        groups[copy.id].append(copy.id)
    return groups


def copies_of(document_id: str, own: Sketch, others: Iterable[tuple[str, Sketch]]) -> tuple[NearCopy, ...]:
    """Return which of `others`, ids and sketches, a document with the sketch `own` is a near copy of, best first."""
    shares = ((resemblance(own, sketch), other) for other, sketch in others)
    alike = [(share, other) for share, other in shares if share >= LEAST_RESEMBLANCE]
    alike.sort(key=lambda pair: (-pair[0], pair[1]))
    return tuple(NearCopy(document_id, other, round(share, 3)) for share, other in alike)


def _mixed(hashes: Sketch) -> Sketch:
    """Return each hash spread over all 64 bits (the finaliser of SplitMix64)."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashes ^ (hashes >> np.uint64(31))
