"""Makes an overview of a document, a part of it, or several documents: their key sentences, in order.

Of a whole document those sentences are chosen that together hold most of what it says again and again (coverage of
pairs of neighbouring words: Gillick and Favre, "A scalable global model for summarization", 2009, chosen greedily, see
`qa.compose.centrality`), from as many sections as there is room for. Half of them come from the lead, which tells what
the document is about (Edmundson, "New methods in automatic extracting", JACM 1969); a story has none. Of a part,
sentences are scored by their relevance to it, by what they share with the others and by their place, and chosen by
maximal marginal relevance. Nothing is read by a reader; only for a part is anything embedded.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.search.lexical import Analyser
from index.split.sentences import Span
from index.types import Document
from qa.compose.centrality import Floats, covering, diverse, lexrank, scaled, word_centrality, word_weights
from qa.compose.draft import DraftAnswer, Material, Place
from qa.compose.outline import (
    Analyse,
    KeyCandidate,
    KeyTopic,
    Section,
    all_words,
    key_candidates,
    key_topics,
    lead,
    scope_words,
    sections,
    sections_about,
    standing_alone,
    within,
    without_links,
    word_relevance,
)
from qa.compose.titles import names_by_title
from qa.types import Form

Embed = Callable[[Sequence[str]], NDArray[np.float32]]

MOST_CHARACTERS = 1400  # of an overview
MOST_EMBEDDED = 80
"""So many sentences are embedded for the overview of a part: what scores best by words and place."""

# Of a whole document, beside coverage: place, a section that is not told of yet, and length, where a sentence of
# `_COMFORTABLE` characters gains `_WHOLE_FULL` and one of twice as many loses `_WHOLE_LONG` of that again.
# Chosen on QMSum's training and validation meetings and on SQuALITY's training stories.
# Of a document in sections, what stands first in one counts more: set by hand, as those texts have none.
_OPENING, _FEWEST_SECTIONS, _FEWEST_SENTENCES = 0.35, 3, 3
_LEADING, _SPREAD, _WHOLE_FULL, _WHOLE_LONG = 0.1, 0.15, 0.6, 0.4
_STEEP = 1.5  # the power of the logarithm of a pair's sentences that it weighs
_SMALL = 0.6  # of its weight a pair of two stop words has; Gillick and Favre leave them out
_AGAIN = 0.5  # of its weight a pair keeps each time that it is chosen

# Of a part: shares of a sentence's score, words in common, cosines with the others, place, and relevance to the scope.
# Chosen on QMSum's training and validation meetings.
_WORDS, _VECTORS, _PLACE, _RELEVANCE = 0.35, 0.25, 0.4, 0.8
_FULL, _LONG, _COMFORTABLE = 0.4, 0.2, 250
_NOVELTY = 0.8  # of the score, against likeness to what is chosen
_NEIGHBOURS = 0.15  # likeness that two sentences side by side have in addition
_LONGEST = 550  # characters of one sentence
_RELEVANT = 0.5  # of the best relevance, so much is about the scope
_UNRELATED = 0.25  # cosine; no sentence is about a scope whose words it does not hold and that is no nearer


def overview_of_document(
    document: Document,
    sentences: Sequence[Span],
    embed: Embed,
    *,
    scope: str | None = None,
    most: int = 6,
    most_characters: int = MOST_CHARACTERS,
    most_embedded: int = MOST_EMBEDDED,
) -> list[Span]:
    """Return spans of up to `most` key sentences of `document`, in its order, at most `most_characters` in all.

    `sentences`: its sentences as `index.split.sentences` makes them. `embed`: texts to unit vectors; at most
    `most_embedded` sentences are embedded, and none without a scope. `scope`: what of the document is meant ("the
    section on refunds", "the war between X and Y"); the result is empty if the document says nothing of it.
    """
    parts = sections(document, sentences)
    candidates = [c for c in key_candidates(document, sentences, parts) if c.end - c.start <= _LONGEST]
    if not candidates:
        return []
    if scope is None:
        return _of_whole(document, sentences, parts, candidates, most, most_characters)
    pool = _pool(document, parts, candidates, scope).best(most_embedded)
    chosen = _about(pool, document.text, scope, embed, most, most_characters)
    return [(pool.candidates[i].start, pool.candidates[i].end) for i in sorted(chosen)]


def _of_whole(
    document: Document,
    sentences: Sequence[Span],
    parts: Sequence[Section],
    key_candidates: Sequence[KeyCandidate],
    most: int,
    room: int,
) -> list[Span]:
    """Return the sentences, or the topics of a document of lists, that cover what the document speaks of best."""
    topics = key_topics(document, sentences, parts, key_candidates)
    key_candidates = standing_alone(document, key_candidates, least=most)
    candidates: Sequence[KeyCandidate | KeyTopic] = topics or key_candidates
    leading = [] if topics else lead(document, key_candidates, parts)
    in_chapters = leading != list(range(len(leading)))
    place = _OPENING if _has_sections(parts, key_candidates) and not in_chapters else _LEADING
    places = np.array([c.share if isinstance(c, KeyTopic) else bool(leading) / (1 + c.place) for c in candidates])
    lengths = [c.end - c.start for c in candidates]
    pairs, weights = _weighed_pairs([document.text[c.start : c.end] for c in candidates], Analyser())
    chosen = covering(
        pairs, weights, place * places + _by_length(lengths, _WHOLE_FULL, _WHOLE_LONG), lengths,
        most=most, room=room, groups=[c.section for c in candidates], spread=_SPREAD, first=leading, again=_AGAIN,
    )  # fmt: skip
    return [(candidates[i].start, candidates[i].end) for i in sorted(chosen)]


def _has_sections(parts: Sequence[Section], found: Sequence[KeyCandidate]) -> bool:
    """Return whether several headings have several sentences each below them."""
    sizes = Counter(c.section for c in found)
    return sum(sizes[i] >= _FEWEST_SENTENCES for i, part in enumerate(parts) if part.heading) >= _FEWEST_SECTIONS


def _weighed_pairs(texts: Sequence[str], analyse: Analyse) -> tuple[list[list[str]], dict[str, float]]:
    """Return the pairs of neighbouring words of each text, as stems, and what each pair weighs."""
    stems: dict[str, str] = {}
    small: set[str] = set()
    pairs = []
    for text in texts:
        words = all_words(without_links(text))
        for word in words:
            if word not in stems:
                stems[word] = " ".join(analyse(word))
        own = [(f"{stems[a] or a} {stems[b] or b}", bool(stems[a] or stems[b])) for a, b in pairwise(words)]
        small.update(pair for pair, says_something in own if not says_something)
        pairs.append([pair for pair, _ in own])
    weights = word_weights(pairs)
    return pairs, {pair: weight**_STEEP * (_SMALL if pair in small else 1) for pair, weight in weights.items()}


def _by_length(lengths: Sequence[int], full: float, long: float) -> Floats:
    """Return what a sentence gains up to a comfortable length, and loses beyond it."""
    sizes = np.array(lengths) / _COMFORTABLE
    return np.asarray(full * sizes.clip(0, 1) - long * (sizes - 1).clip(0), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Pool:
    """Sentences to choose from, with their stems and, by words, their relevance to the scope."""

    candidates: Sequence[KeyCandidate]
    words: list[list[str]]
    relevance: Floats

    @property
    def lengths(self) -> list[int]:
        """Characters of each."""
        return [c.end - c.start for c in self.candidates]

    def at(self, positions: Sequence[int]) -> _Pool:
        """Return the sentences at `positions` alone."""
        picked = np.asarray(positions, dtype=np.intp)
        return _Pool(
            [self.candidates[i] for i in positions], [self.words[i] for i in positions], self.relevance[picked]
        )

    def scores(self) -> Floats:
        """Return what is known of each sentence without its vector."""
        places = np.array([1 / (1 + c.place) for c in self.candidates])
        central = _WORDS * scaled(word_centrality(self.words))
        return central + _PLACE * places + _RELEVANCE * self.relevance + _by_length(self.lengths, _FULL, _LONG)

    def best(self, most: int) -> _Pool:
        """Return the `most` best of them."""
        return self.at(sorted(np.argsort(-self.scores(), kind="stable")[:most].tolist()))


def _pool(document: Document, parts: Sequence[Section], candidates: Sequence[KeyCandidate], scope: str) -> _Pool:
    """Return what of `document` the overview of a part chooses from: the sections that `scope` names, or all of it."""
    analyse = Analyser()
    words = [analyse(without_links(document.text[c.start : c.end])) for c in candidates]
    about = scope_words(scope, analyse)
    relevance = word_relevance(words, about) if about else np.zeros(len(words))
    named = within(candidates, sections_about(document, parts, about, analyse)) if about else []
    pool = _Pool(candidates, words, relevance)
    return pool.at(named) if named else pool


def _about(pool: _Pool, text: str, scope: str, embed: Embed, most: int, room: int) -> list[int]:
    """Return the positions of what is about `scope`, as little alike as may be; none where nothing is."""
    texts = [text[c.start : c.end] for c in pool.candidates]
    vectors = np.asarray(embed([*texts, scope]), dtype=np.float64)
    similarity = vectors[:-1] @ vectors[:-1].T
    scores = _scoped(pool.scores(), pool.relevance, similarity, vectors[:-1] @ vectors[-1])
    likeness = similarity + _NEIGHBOURS * _near(len(texts))
    return diverse(scores, likeness, pool.lengths, most=most, room=room, weight=_NOVELTY)


def _scoped(scores: Floats, by_words: Floats, similarity: Floats, cosines: Floats) -> Floats:
    """Add the nearness to a scope to `scores`; minus infinity for sentences that are not about it."""
    bias = (by_words + cosines.clip(0)) / 2
    if not by_words.any() and cosines.max() < _UNRELATED:
        return np.full(len(scores), -np.inf)
    drawn = scores + _VECTORS * scaled(lexrank(similarity, bias)) + _RELEVANCE * bias
    return np.where(bias >= _RELEVANT * bias.max(), drawn, -np.inf)


def _near(size: int) -> Floats:
    """Return (n, n): 1 for the same place, less with each sentence between."""
    places = np.arange(size)
    return np.asarray(np.exp(-np.abs(places[:, None] - places[None, :]) / 3), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class OverviewSource:
    """A document, its sentences, and the spans of it that are near to what is asked; all of it where there are none."""

    document: Document
    sentences: Sequence[Span]
    near: Sequence[Span] = ()

    def nearby(self) -> list[Span]:
        """Return its sentences that reach into `near`."""
        if not self.near:
            return list(self.sentences)
        return [(a, b) for a, b in self.sentences if any(a < end and start < b for start, end in self.near)]


def overview_of_collection(
    nearest: Sequence[OverviewSource],
    embed: Embed,
    *,
    scope: str | None = None,
    most: int = 6,
    per_document: int = 2,
) -> list[tuple[str, Span]]:
    """Return (document id, span) of up to `most` key sentences of several documents, grouped and ordered as `nearest`.

    `nearest`: the documents nearest to the question, nearest first; each gives up to `per_document` sentences, as long
    as there is room for `MOST_CHARACTERS` in all. A document that says nothing of `scope` is left out. At most twice
    as many documents are searched as are used; with a scope, each embeds its share of `MOST_EMBEDDED`.
    """
    told = -(-most // per_document)
    spans_by_document: list[tuple[str, Span]] = []
    for passages in nearest[: 2 * told]:
        spans = overview_of_document(
            passages.document,
            passages.nearby(),
            embed,
            scope=scope,
            most=min(per_document, most - len(spans_by_document)),
            most_characters=MOST_CHARACTERS - sum(end - start for _, (start, end) in spans_by_document),
            most_embedded=max(1, MOST_EMBEDDED // told),
        )
        spans_by_document += [(passages.document.id, span) for span in spans]
    return spans_by_document


def summary(material: Material) -> DraftAnswer:
    """Return the key sentences of the documents that were found, by document, each in its order.

    It has no confidence: too few people were asked what they expect of an overview.
    """
    scope, embed = material.asked.scope, material.index.embedder.embed
    near: dict[str, list[Span]] = defaultdict(list)
    for hit in material.hits:
        near[hit.chunk.document_id].append((hit.chunk.start, hit.chunk.end))
    documents = material.index.documents
    named = [document_id for document_id in near if scope and names_by_title(scope, documents[document_id])]
    if len(named) == 1 or len(near) == 1:
        (document_id,) = named or near
        spans = overview_of_document(
            documents[document_id], material.index.sentences(document_id), embed, scope=None if named else scope
        )
        spans_by_document = [(document_id, span) for span in spans]
    else:
        nearest = [
            OverviewSource(documents[i], material.index.sentences(i), spans if scope else ())
            for i, spans in near.items()
        ]
        spans_by_document = overview_of_collection(nearest, embed, scope=scope)
    places = tuple(Place(document_id, start, end) for document_id, (start, end) in spans_by_document)
    return DraftAnswer(Form.OVERVIEW, places, None, likely=bool(places))
