"""Finds near copies: documents that say nearly the same under other names, by min-wise sketches of word shingles.

A. Broder 1997, "On the resemblance and containment of documents": a text is the set of its runs of a few words; of the
hashes of these the smallest are kept, and the share that two texts have in common among the smallest of both estimates
the share of runs that they have in common (their resemblance, after Jaccard). datasketch does the same but needs
scipy; with numpy alone it takes a few lines.
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

WORDS = 4  # of a shingle
KEPT = 128  # hashes of a text; the estimate's standard error is at most 0.045
LIKE = 0.5  # resemblance from which one document is a near copy of another
_PROBES = 12  # smallest hashes by which near copies are looked for; of 4,000 pairs one has none of them in common
_CROWD = 200  # documents of one hash that are looked at; a hash of more is of words that stand everywhere
_COMPARED = 20  # documents that share most hashes with one, which are compared with it
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class NearCopy:
    """The document `id` says nearly what `of` says, which came before it. `share`: their resemblance, from 0 to 1."""

    id: str
    of: str
    share: float


def sketch(text: str) -> Sketch:
    """Return the `KEPT` smallest hashes of the shingles of `text`, rising; fewer for a short text.

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
    return np.unique(_mixed(hashes))[:KEPT]


def resemblance(a: Sketch, b: Sketch) -> float:
    """Return the share of their shingles that two texts have in common, by their sketches."""
    smallest = np.union1d(a, b)[:KEPT]
    both = np.intersect1d(a, b, assume_unique=True)
    return float(np.isin(smallest, both, assume_unique=True).mean()) if len(smallest) else 0.0


def near_copies(ids: Sequence[str], sketches: Iterable[Sketch]) -> tuple[NearCopy, ...]:
    """Return which documents say nearly what an earlier one says, each beside the earlier one that it is most like.

    The earlier one is never a near copy itself, so that all documents of a group name the same.
    """
    near_copies: list[NearCopy] = []
    firsts: dict[int, Sketch] = {}  # documents that are no near copies
    holders: dict[int, list[int]] = {}  # by hash, which of them have it among their smallest
    for i, own in enumerate(sketches):
        probes = own[:_PROBES].tolist()
        shared = Counter(j for probe in probes for j in holders.get(probe, ()))
        like = [(resemblance(own, firsts[j]), -j) for j, _ in shared.most_common(_COMPARED)]
        share, other = max(like, default=(0.0, 0))
        if share >= LIKE:
            near_copies.append(NearCopy(ids[i], ids[-other], round(share, 3)))
            continue
        firsts[i] = own
        for probe in probes:
            crowd = holders.setdefault(probe, [])
            if len(crowd) < _CROWD:
                crowd.append(i)
    return tuple(near_copies)


def grouped_copies(copies: Iterable[NearCopy]) -> dict[str, list[str]]:
    """Return each document that has near copies or is one, with its group."""
    groups: dict[str, list[str]] = {}
    for copy in copies:
        groups[copy.id] = groups.setdefault(copy.of, [copy.of])
        groups[copy.id].append(copy.id)
    return groups


def copies_of(document_id: str, own: Sketch, others: Iterable[tuple[str, Sketch]]) -> tuple[NearCopy, ...]:
    """Return which of `others`, ids and sketches, the document that `own` is of is a near copy of, the likest first."""
    shares = ((resemblance(own, sketch), other) for other, sketch in others)
    alike = sorted(((share, other) for share, other in shares if share >= LIKE), key=lambda one: (-one[0], one[1]))
    return tuple(NearCopy(document_id, other, round(share, 3)) for share, other in alike)


def _mixed(hashes: Sketch) -> Sketch:
    """Return each hash spread over all 64 bits (the finaliser of SplitMix64)."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashes ^ (hashes >> np.uint64(31))
