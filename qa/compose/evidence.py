"""Scores the sentences of the passages that were read, for whether they answer.

A logistic regression fuses five kinds of evidence (training/forms.py): what the reader's tokens
say of the sentence, the best span that begins in it, its words and the heading's beside the question's, how near its
meaning is, and how well its passage was found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np

from index import Hit, Index
from index.search.lexical import Analyser
from index.types import SegmentKind
from qa.compose.blocks import Blocks
from qa.read import PassageReading
from qa.understand.verbs import has_finite_verb

# Sentences whose meaning is held against the question's, at most; and how much nearer in meaning (cosine) one sentence
# is than another at most: those that this would not bring to the front are far behind as it is.
NEAR, NEARER = 6, 0.6
# Sentences and headings whose stems are kept: one question asks for those of a sentence several times.
TEXTS_KEPT = 2048
# A line of so many words says of nothing that it is so.
FRAGMENT = 5
# What a paragraph without a verb loses, in logits, where it is to be said that something is so.
VERBLESS = 2.5
# What a sentence loses that only asks: the next may answer it.
ASKS = 2.5
# What stands in these blocks is no answer.
NO_ANSWERS = (SegmentKind.HEADING, SegmentKind.RUNNING_HEAD, SegmentKind.LINE_NUMBER)
# Margins outside of this tell no more.
LEAST, MOST = -15.0, 15.0
_LETTER = re.compile(r"[^\W\d_]")
# A line of links to other places of the same page: its table of contents; and the addresses of links.
_CONTENTS = re.compile(r"\W*(?:\[[^\]\n]*\]\(#[^)\s]*\)\W*)+")
_ADDRESS = re.compile(r"\]\([^)\s]*\)|\bhttps?://\S+")
# What ends a sentence, or says of one thing another, as in a glossary.
_MARKED = re.compile(r"[.!?][\W_]*$|:")
# A line for the program that makes the page: a template's tag, the fence of an admonition.
_DIRECTIVE = re.compile(r"\s*(?:\{([*%#{])[^\n]*[*%#}]\}|(?:/{3,}|:{3,})[^\n]*)\s*")
# A line of a few words in capitals: what plain text has for a heading ("4. SECURITY DEPOSIT").
_HEADLINE = re.compile(r"\s*(?:(?:\d+(?:\.\d+)*|[A-Z]|[IVX]+)[.)]\s+)?[A-Z][A-Z'’&/-]*(?:,? [A-Z'’&/-]+){0,6}\s*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """`document.text[start:end]`, a sentence of a passage that was read, and what speaks for it.

    `answers`, `margin`: the reader's logit that it answers, and the best span's margin over "no answer".
    `shared`, `shared_above`: of the question's content words those that stand in it, and in its heading or title, from
    0 to 1. `meaning`: the cosine of question and sentence, under its heading; 0 if it was not computed. `rank`,
    `retrieval`: its passage's place and score. `score`: the fused logit that it answers.
    """

    document_id: str
    start: int
    end: int
    answers: float
    margin: float
    shared: float
    shared_above: float
    rank: int
    retrieval: float
    meaning: float = 0.0
    score: float = 0.0

    @property
    def features(self) -> tuple[float, ...]:
        """Return the features in the order of `FEATURES`."""
        return (self.answers, self.margin, self.shared, self.shared_above, self.meaning, self.retrieval)


FEATURES = ("answers", "margin", "shared", "shared_above", "meaning", "retrieval")


@dataclass(frozen=True, slots=True)
class Fusion:
    """The weights of `FEATURES`, and the bias."""

    weights: tuple[float, ...]
    bias: float

    def __call__(self, sentence: Sentence) -> float:
        """Return the logit that the sentence answers."""
        return self.bias + sum(w * v for w, v in zip(self.weights, sentence.features, strict=True))


# Of a reader that no weights were fitted for: set by hand.
UNFITTED = Fusion((0.5, 0.25, 1.0, 1.0, 4.0, 3.0), -4.0)


def scored_sentences(
    question: str,
    index: Index,
    hits: Sequence[Hit],
    readings: Sequence[PassageReading],
    blocks: Callable[[str], Blocks],
    fusion: Fusion = UNFITTED,
    *,
    settles: bool = False,
) -> list[Sentence]:
    """Return the sentences of the passages that were read, best first, each once; headings and bare marks left out.

    `blocks`: those of a document, by its id. `settles`: a sentence is wanted that says that something is so; a list's
    names and figures that hold no word of the question are left out, unless nothing else is there.
    """
    asked = stems(question)
    scored_sentences: dict[tuple[str, int, int], Sentence] = {}
    for rank, (hit, reading) in enumerate(zip(hits, readings, strict=False)):
        document = blocks(hit.chunk.document_id)
        for start, end in index.sentences_within(hit.chunk):
            if not says_something(document, start, end):
                continue
            sentence = _of_reading(document, start, end, hit, rank, reading, asked)
            key = (hit.chunk.document_id, start, end)
            before = scored_sentences.get(key)
            if before is None or fusion(sentence) > fusion(before):
                scored_sentences[key] = sentence
    ranked = sorted(scored_sentences.values(), key=fusion, reverse=True)
    if settles:
        ranked = [s for s in ranked if s.shared > 0 or not _is_fragment(blocks(s.document_id), s)] or ranked
    sentences = _with_meaning(question, index, ranked, blocks, fusion)
    sentences = [replace(s, score=s.score - ASKS) if _asks(blocks(s.document_id), s) else s for s in sentences]
    if settles:
        sentences = [
            replace(s, score=s.score - VERBLESS) if _is_verbless(blocks(s.document_id), s) else s for s in sentences
        ]
    return sorted(sentences, key=lambda s: -s.score)


def says_something(blocks: Blocks, start: int, end: int) -> bool:
    """Return whether what stands there can be an answer: no heading, no contents, not marks or figures alone."""
    text = blocks.document.text
    if not _LETTER.search(text, start, end) or _CONTENTS.fullmatch(text, start, end):
        return False
    if _DIRECTIVE.fullmatch(text, start, end) or _HEADLINE.fullmatch(text, start, end):
        return False
    return blocks.kind(start) not in NO_ANSWERS


def _is_fragment(blocks: Blocks, sentence: Sentence) -> bool:
    return len(_ADDRESS.sub("", blocks.document.text[sentence.start : sentence.end]).split()) <= FRAGMENT


def _asks(blocks: Blocks, sentence: Sentence) -> bool:
    return blocks.document.text[sentence.start : sentence.end].rstrip("\"'”’)*_ \n").endswith("?")


def _is_verbless(blocks: Blocks, sentence: Sentence) -> bool:
    """Return whether it is a paragraph of its own without a finite verb, as a tagline is."""
    at = blocks.place(sentence.start)
    if at is None or blocks.every[at].kind is not SegmentKind.PARAGRAPH:
        return False
    words = blocks.document.text[sentence.start : sentence.end]
    alone = blocks.text(blocks.every[at]).strip() == words.strip()
    return alone and not _MARKED.search(words) and not has_finite_verb(words)


def stems(text: str) -> set[str]:
    """Return the stems of its content words."""
    return set(_stems(text))


def content_stems(text: str) -> list[str]:
    """Return the stems of its content words, in order."""
    return list(_stems(text))


@lru_cache(maxsize=TEXTS_KEPT)
def _stems(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_analyser()(text)))


def _of_reading(
    blocks: Blocks, start: int, end: int, hit: Hit, rank: int, reading: PassageReading, asked: set[str]
) -> Sentence:
    low, high = start - hit.chunk.start, end - hit.chunk.start
    margin = reading.evidence.margin(low, high) if reading.evidence else _best_span_in(reading, low, high)
    answers = reading.evidence.answers(low, high) if reading.evidence else 0.0
    words = blocks.document.text[start:end]
    return Sentence(
        blocks.document.id, start, end,
        answers=answers,
        margin=min(max(margin, LEAST), MOST),
        shared=_share(asked, words),
        shared_above=_share(asked, blocks.heading(start)),
        rank=rank,
        retrieval=hit.score,
    )  # fmt: skip


def _best_span_in(reading: PassageReading, low: int, high: int) -> float:
    """Return the margin of the best span that begins there, for a reader that gives only spans."""
    return max((span.margin for span in reading.spans if low <= span.start < high), default=LEAST)


def _share(asked: set[str], words: str) -> float:
    return len(asked & stems(_ADDRESS.sub("]", words))) / len(asked) if asked else 0.0


def _with_meaning(
    question: str, index: Index, ranked: Sequence[Sentence], blocks: Callable[[str], Blocks], fusion: Fusion
) -> list[Sentence]:
    """Return the sentences, with the cosine of their meaning and the question's if they may still be the best."""
    reach = NEARER * fusion.weights[FEATURES.index("meaning")]
    near = [s for s in ranked[:NEAR] if fusion(s) >= fusion(ranked[0]) - reach]
    texts = [_under_heading(blocks(s.document_id), s) for s in near]
    vectors = index.embedder.embed([question, *texts]) if near else np.zeros((1, 1))
    cosines = vectors[1:] @ vectors[0] if near else []
    # Others are taken to be as far as the farthest of those.
    farthest = float(min(cosines, default=0.0))
    meanings = [*map(float, cosines), *[farthest] * (len(ranked) - len(near))]
    weight = fusion.weights[FEATURES.index("meaning")]
    return [replace(s, meaning=m, score=fusion(s) + weight * m) for s, m in zip(ranked, meanings, strict=True)]


def _under_heading(blocks: Blocks, sentence: Sentence) -> str:
    words = blocks.document.text[sentence.start : sentence.end]
    heading = blocks.heading(sentence.start)
    return f"{heading}: {words}" if heading else words


@cache
def _analyser() -> Analyser:
    return Analyser()
