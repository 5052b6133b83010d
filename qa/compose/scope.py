"""Finds the part of a document that a phrase means, such as "the section on refunds"."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from index.types import Document
from qa.compose.centrality import Floats
from qa.compose.outline import KeyCandidate, Section

Analyse = Callable[[str], list[str]]

# Stems that say which kind of part is meant, and nothing of its subject.
_GENERIC = frozenset(
    "section chapter part paragraph passag bit page articl text document stori author main point".split()
)
_IN_HEADING = 0.6  # of a scope's words, so many stand in the heading that it names
_NEAR = (0.6, 0.3)  # what a sentence's relevance counts for those one and two places from it


def scope_words(scope: str, analyse: Analyse) -> frozenset[str]:
    """Return the stems that name the subject of `scope`; all of its stems where nothing else is left."""
    stems = frozenset(analyse(scope))
    return stems - _GENERIC or stems


def sections_about(document: Document, parts: Sequence[Section], words: frozenset[str], analyse: Analyse) -> list[int]:
    """The numbers of the sections whose headings name `words` best, and of those inside them; none if none does."""
    shares = []
    for part in parts:
        heading = frozenset(analyse(document.text[slice(*part.heading)])) if part.heading else frozenset[str]()
        shares.append(len(words & heading) / len(words) if words else 0.0)
    best = max(shares, default=0.0)
    if best < _IN_HEADING:
        return []
    named = [part for part, share in zip(parts, shares, strict=True) if share == best]
    return [i for i, part in enumerate(parts) if any(n.start <= part.start < n.end for n in named)]


def word_relevance(stems: Sequence[Sequence[str]], words: frozenset[str]) -> Floats:
    """Return (n,): from 0 to 1, how much of `words` stands in each sentence and near it; rare words count more."""
    sets = [frozenset(sentence) & words for sentence in stems]
    weights = {word: np.log(1 + len(stems) / count) for word in words if (count := sum(word in s for s in sets))}
    total = sum(weights.values()) or 1.0
    own = np.array([sum(weights[word] for word in s) / total for s in sets], dtype=np.float64)
    best = own.copy()
    for distance, share in enumerate(_NEAR, 1):
        best[distance:] = np.maximum(best[distance:], share * own[:-distance])
        best[:-distance] = np.maximum(best[:-distance], share * own[distance:])
    return best


def within(candidates: Sequence[KeyCandidate], numbers: Sequence[int]) -> list[int]:
    """Return the positions of the candidates that stand in the sections `numbers`."""
    wanted = frozenset(numbers)
    return [i for i, candidate in enumerate(candidates) if candidate.section in wanted]
