"""Examples as windows of word pieces: `[CLS] question [SEP] passage [SEP]`, target spans as token positions."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from training.data import Example, Span

CLS, SEP, PAD = 101, 102, 0
NULL: Span = (0, 0)
# Of a sentence that holds the answer: the longest part that may be it, in word pieces.
LONGEST_PART = 20


@dataclass(frozen=True, slots=True)
class Feature:
    """One window. `ids`: word pieces, int32, (length,). `passage`: index of the passage's first token.

    `targets`: (first, last) token positions, inclusive; `[CLS]` alone when the window holds no answer, none at all when
    nobody knows. `evidence`: they are all parts of a sentence, one of which is right.
    """

    ids: NDArray[np.int32]
    passage: int
    targets: tuple[Span, ...]
    evidence: bool = False


def build_features(
    examples: Sequence[Example], tokenizer: Tokenizer, *, window: int, crop_share: float, rng: random.Random
) -> list[Feature]:
    """One window of at most `window` tokens an example, around its answer where the context is longer.

    `crop_share` of the contexts that would fit are cut as well: answers then stand anywhere in short
    passages too, and an epoch costs less.
    """
    questions = tokenizer.encode_batch([e.question for e in examples], add_special_tokens=False)
    contexts = {c: None for e in examples for c in [e.context]}
    encoded = dict(zip(contexts, tokenizer.encode_batch(list(contexts), add_special_tokens=False), strict=True))
    features = []
    for example, question in zip(examples, questions, strict=True):
        room = window - len(question.ids) - 3
        if room < 16:
            continue
        context = encoded[example.context]
        spans = [s for s in (_token_span(context, span) for span in example.spans) if s is not None]
        if example.spans and not spans:
            continue
        feature = _window(question.ids, context.ids, spans, room, crop_share, rng)
        if example.evidence and spans and feature.targets == (NULL,):
            continue  # the sentence is longer than the window
        features.append(_parts(feature) if example.evidence else feature)
    return features


def _token_span(context: Encoding, span: Span) -> Span | None:
    first, last = context.char_to_token(span[0]), context.char_to_token(span[1] - 1)
    return None if first is None or last is None else (first, last)


def _window(
    question: list[int], context: list[int], spans: list[Span], room: int, crop_share: float, rng: random.Random
) -> Feature:
    if len(context) > 96 and rng.random() < crop_share:
        room = min(room, rng.randint(96, 192))
    start = 0
    if len(context) > room:
        low, high = 0, len(context) - room
        if spans:
            first, last = rng.choice(spans)
            low, high = max(0, min(last - room + 1, high)), min(high, first)
        start = rng.randint(min(low, high), high)
    head = [CLS, *question, SEP]
    shift = len(head) - start
    inside = [(f + shift, e + shift) for f, e in spans if f >= start and e < start + room]
    ids = np.array([*head, *context[start : start + room], SEP], dtype=np.int32)
    return Feature(ids, len(head), tuple(inside) or (NULL,))


def _parts(feature: Feature) -> Feature:
    """The same window, its answer any part of the sentences that it points at."""
    if feature.targets == (NULL,):
        return feature
    spans = [
        (first, last)
        for start, end in feature.targets
        for first in range(start, end + 1)
        for last in range(first, min(end + 1, first + LONGEST_PART))
    ]
    return replace(feature, targets=tuple(spans), evidence=True)


def batches(features: Sequence[Feature], *, tokens: int, rng: random.Random) -> Iterator[list[int]]:
    """Indices of features in batches of at most `tokens` padded tokens, similar lengths together, in random order."""
    order = sorted(range(len(features)), key=lambda i: len(features[i].ids) + rng.uniform(-8, 8), reverse=True)
    groups: list[list[int]] = [[]]
    longest = 0
    for i in order:
        longest = max(longest, len(features[i].ids))
        if groups[-1] and (len(groups[-1]) + 1) * longest > tokens:
            groups.append([])
            longest = len(features[i].ids)
        groups[-1].append(i)
    rng.shuffle(groups)
    yield from groups


def pad(features: Sequence[Feature]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """`input_ids`, `attention_mask` and `token_type_ids`, each (batch, longest)."""
    longest = max(len(f.ids) for f in features)
    ids = np.full((len(features), longest), PAD, dtype=np.int64)
    mask = np.zeros_like(ids)
    types = np.zeros_like(ids)
    for row, feature in enumerate(features):
        length = len(feature.ids)
        ids[row, :length] = feature.ids
        mask[row, :length] = 1
        types[row, feature.passage : length] = 1
    return ids, mask, types
