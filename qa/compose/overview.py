"""An overview of a document, of a part of it, or of several documents: their key sentences, in order.

Of a whole document those sentences are chosen that together hold most of the words that it speaks of (coverage, see
`qa.compose.centrality`), from as many sections as there is room for, half of them from the lead, which tells what it is
about (Edmundson, "New methods in automatic extracting", JACM 1969). Of a part, sentences are scored by their relevance
to it, by what they share with the others and by their place, and chosen by maximal marginal relevance. Nothing is read
by a reader; only for a part is anything embedded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.search.lexical import Analyser
from index.split.sentences import Span
from index.types import Document
from qa.compose.centrality import Floats, covering, diverse, lexrank, scaled, word_centrality, word_weights
from qa.compose.outline import KeyCandidate, KeyTopic, key_candidates, key_topics, lead, sections, without_links
from qa.compose.scope import Analyse, scope_words, sections_about, within, word_relevance

Embed = Callable[[Sequence[str]], NDArray[np.float32]]

MOST_EMBEDDED = 80
"""So many sentences are embedded for the overview of a part: what scores best by words and place."""
MOST_WEIGHED = 200
"""Among so many sentences those are chosen that cover a document: the lead, and what scores best by words and place."""

# Shares of a sentence's score: words in common, cosines with the others, place, and relevance to a scope.
# Chosen on QMSum's training and validation meetings.
_WORDS, _VECTORS, _PLACE, _RELEVANCE = 0.35, 0.25, 0.4, 0.8
# What a sentence of so many characters gains, and one of twice as many loses.
_FULL, _LONG, _COMFORTABLE = 0.4, 0.2, 250
# What place counts beside coverage, and that a section is not told of yet.
_LEADING, _SPREAD = 0.2, 0.3
_NOVELTY = 0.8  # of the score, against likeness to what is chosen
_NEIGHBOURS = 0.15  # likeness that two sentences side by side have in addition
_LONGEST = 550  # characters of one sentence
_RELEVANT = 0.5  # of the best relevance, so much is about the scope
_UNRELATED = 0.25  # cosine; no sentence is about a scope whose words it does not hold and that is no nearer


@dataclass(frozen=True, slots=True)
class _Pool:
    """Sentences to choose from; `words`: their stems, `places`: from 0 to 1, how much each leads what it stands in."""

    candidates: Sequence[KeyCandidate | KeyTopic]
    words: list[list[str]]
    places: Floats
    relevance: Floats  # to the scope, by words; zeros without one
    lead: list[int]  # positions

    @property
    def lengths(self) -> list[int]:
        """Characters of each."""
        return [c.end - c.start for c in self.candidates]

    def at(self, positions: Sequence[int]) -> _Pool:
        """The sentences at `positions` alone."""
        picked = np.asarray(positions, dtype=np.intp)
        return _Pool(
            [self.candidates[i] for i in positions],
            [self.words[i] for i in positions],
            self.places[picked],
            self.relevance[picked],
            [new for new, old in enumerate(positions) if old in self.lead],
        )

    def scores(self) -> Floats:
        """What is known of each sentence without its vector."""
        lengths = np.array(self.lengths) / _COMFORTABLE
        full = _FULL * lengths.clip(0, 1) - _LONG * (lengths - 1).clip(0)
        central = _WORDS * scaled(word_centrality(self.words))
        return central + _PLACE * self.places + _RELEVANCE * self.relevance + full

    def best(self, most: int) -> _Pool:
        """The `most` best of them, the lead among them."""
        scores = self.scores()
        scores[self.lead] += 10
        return self.at(sorted(np.argsort(-scores, kind="stable")[:most].tolist()))


def overview_of_document(
    document: Document,
    sentences: Sequence[Span],
    embed: Embed,
    *,
    scope: str | None = None,
    most: int = 6,
    most_characters: int = 1400,
    most_embedded: int = MOST_EMBEDDED,
) -> list[Span]:
    """Spans of up to `most` key sentences of `document`, in its order, together at most `most_characters` long.

    `sentences`: its sentences as `index.split.sentences` makes them. `embed`: texts to unit vectors; at most
    `most_embedded` sentences are embedded, and none without a scope. `scope`: what of the document is meant ("the
    section on refunds", "the war between X and Y"); nothing comes back where it says nothing of that.
    """
    pool = _pool(document, sentences, Analyser(), scope)
    if not pool.candidates:
        return []
    if scope is None:
        chosen, pool = _covering(pool, most, most_characters)
    else:
        pool = pool.best(most_embedded)
        chosen = _about(pool, document.text, scope, embed, most, most_characters)
    return [(pool.candidates[i].start, pool.candidates[i].end) for i in sorted(chosen)]


def _covering(pool: _Pool, most: int, room: int) -> tuple[list[int], _Pool]:
    """The positions that cover what `pool` speaks of best, of the pool that comes with them."""
    weights = word_weights([_concepts(words) for words in pool.words])
    pool = pool.best(MOST_WEIGHED)
    chosen = covering(
        [_concepts(words) for words in pool.words], weights, _LEADING * pool.places, pool.lengths,
        most=most, room=room, groups=[c.section for c in pool.candidates], spread=_SPREAD, first=pool.lead,
    )  # fmt: skip
    return chosen, pool


def _concepts(words: Sequence[str]) -> list[str]:
    """Words and pairs of neighbours: Gillick and Favre, "A scalable global model for summarization", 2009."""
    return [*words, *(f"{one} {other}" for one, other in pairwise(words))]


def _about(pool: _Pool, text: str, scope: str, embed: Embed, most: int, room: int) -> list[int]:
    """The positions of what is about `scope`, as little alike as may be; none where nothing is."""
    texts = [text[c.start : c.end] for c in pool.candidates]
    vectors = np.asarray(embed([*texts, scope]), dtype=np.float64)
    similarity = vectors[:-1] @ vectors[:-1].T
    scores = _scoped(pool.scores(), pool.relevance, similarity, vectors[:-1] @ vectors[-1])
    likeness = similarity + _NEIGHBOURS * _near(pool.candidates)
    return diverse(scores, likeness, pool.lengths, most=most, room=room, weight=_NOVELTY)


def _scoped(scores: Floats, by_words: Floats, similarity: Floats, cosines: Floats) -> Floats:
    """`scores` with the nearness to a scope; minus infinity for what is not about it."""
    bias = (by_words + cosines.clip(0)) / 2
    if not by_words.any() and cosines.max() < _UNRELATED:
        return np.full(len(scores), -np.inf)
    drawn = scores + _VECTORS * scaled(lexrank(similarity, bias)) + _RELEVANCE * bias
    return np.where(bias >= _RELEVANT * bias.max(), drawn, -np.inf)


def _near(candidates: Sequence[KeyCandidate | KeyTopic]) -> Floats:
    """(n, n): 1 for the same place, falling with the sentences between."""
    places = np.arange(len(candidates))
    return np.asarray(np.exp(-np.abs(places[:, None] - places[None, :]) / 3), dtype=np.float64)


def _pool(document: Document, sentences: Sequence[Span], analyse: Analyse, scope: str | None) -> _Pool:
    """What of `document` an overview chooses from: of all of it, or of the sections that `scope` names."""
    parts = sections(document, sentences)
    found = [c for c in key_candidates(document, sentences, parts) if c.end - c.start <= _LONGEST]
    topics = [] if scope else key_topics(document, sentences, parts, found)
    candidates: Sequence[KeyCandidate | KeyTopic] = topics or found
    words = [analyse(without_links(document.text[c.start : c.end])) for c in candidates]
    places = np.array([c.share if isinstance(c, KeyTopic) else 1 / (1 + c.place) for c in candidates])
    about = scope_words(scope, analyse) if scope else frozenset[str]()
    relevance = word_relevance(words, about) if about and words else np.zeros(len(words))
    leading = [] if scope or topics else lead(found, parts)
    if not (leading or topics or scope):
        places = np.zeros(len(found))
    pool = _Pool(candidates, words, places, relevance, leading)
    named = within(found, sections_about(document, parts, about, analyse)) if about else []
    return pool.at(named) if named else pool


@dataclass(frozen=True, slots=True)
class Passages:
    """A document, its sentences, and the spans of it that are near to what is asked; all of it where there are none."""

    document: Document
    sentences: Sequence[Span]
    near: Sequence[Span] = ()

    def nearby(self) -> list[Span]:
        """Its sentences that reach into `near`."""
        if not self.near:
            return list(self.sentences)
        return [(a, b) for a, b in self.sentences if any(a < end and start < b for start, end in self.near)]


def overview_of_collection(
    nearest: Sequence[Passages],
    embed: Embed,
    *,
    scope: str | None = None,
    most: int = 6,
    per_document: int = 2,
    most_characters: int = 1400,
) -> list[tuple[str, Span]]:
    """(document id, span) of up to `most` key sentences of several documents, grouped by document as in `nearest`.

    `nearest`: the documents nearest to what is asked, the nearest first; as many as there is room for tell up to
    `per_document` sentences each, `most_characters` all together. A document that says nothing of `scope` is left out.
    At most twice as many documents are looked into as are to be told of; with a scope, of each its share of
    `MOST_EMBEDDED`.
    """
    told = -(-most // per_document)
    found: list[tuple[str, Span]] = []
    for passages in nearest[: 2 * told]:
        spans = overview_of_document(
            passages.document,
            passages.nearby(),
            embed,
            scope=scope,
            most=min(per_document, most - len(found)),
            most_characters=most_characters - sum(end - start for _, (start, end) in found),
            most_embedded=max(1, MOST_EMBEDDED // told),
        )
        found += [(passages.document.id, span) for span in spans]
    return found
