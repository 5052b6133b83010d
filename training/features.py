"""Examples as windows of word pieces: `[CLS] question [SEP] passage [SEP]`, target spans as token positions."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from index import Document
from index.split.sentences import split_sentences
from training.data import Example, Span

CLS, SEP, PAD = 101, 102, 0
NULL: Span = (0, 0)
# Of whether a sentence answers, and of a verdict.
UNKNOWN = -1
# Of a sentence that holds the answer: the longest part that may be it, in word pieces.
LONGEST_PART = 20


@dataclass(frozen=True, slots=True)
class Feature:
    """One window. `ids`: word pieces, int32, (length,). `passage`: index of the passage's first token.

    `targets`: (first, last) token positions, inclusive; `[CLS]` alone when the window holds no answer, none at all when
    nobody knows. `evidence`: they are all parts of a sentence, one of which is right.
    `sentences`: (first, last) token positions of those that stand in the window; `answering`: for each 1 if it answers,
    0 if not, or UNKNOWN. `verdict`: see `training.heads.Verdict`, or UNKNOWN. `pair`: see `Example`.
    """

    ids: NDArray[np.int32]
    passage: int
    targets: tuple[Span, ...]
    evidence: bool = False
    sentences: tuple[Span, ...] = ()
    answering: tuple[int, ...] = ()
    verdict: int = UNKNOWN
    pair: str = ""

    @property
    def is_unlabelled(self) -> bool:
        """Whether nobody but a teacher knows anything of it."""
        return not self.targets and self.verdict == UNKNOWN and all(one == UNKNOWN for one in self.answering)


def build_features(
    examples: Sequence[Example], tokenizer: Tokenizer, *, window: int, crop_share: float, rng: random.Random
) -> list[Feature]:
    """Return one window of at most `window` tokens an example, around its answer where the context is longer.

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
        spans = _token_spans(context, example.spans)
        if example.spans and not spans:
            continue
        shown = spans or _token_spans(context, example.answering or ())
        start, length = _cut(len(context), shown, room, crop_share if example.verdict is None else 0.0, rng)
        feature = _with_sentences(_feature(question.ids, context.ids, spans, start, length), example, context, start)
        if not example.known:
            feature = replace(feature, targets=())
        elif example.evidence and spans and feature.targets == (NULL,):
            continue  # the sentence is longer than the window
        features.append(_parts(feature) if example.evidence else feature)
    return features


def _token_spans(context: Encoding, spans: Sequence[Span]) -> list[Span]:
    return [found for found in (_token_span(context, span) for span in spans) if found is not None]


def _token_span(context: Encoding, span: Span) -> Span | None:
    first, last = context.char_to_token(span[0]), context.char_to_token(span[1] - 1)
    return None if first is None or last is None else (first, last)


def _cut(length: int, shown: Sequence[Span], room: int, crop_share: float, rng: random.Random) -> tuple[int, int]:
    """Where the part of a context of `length` tokens begins that is read, and how long it is: one of `shown` in it."""
    if length > 96 and rng.random() < crop_share:
        room = min(room, rng.randint(96, 192))
    if length <= room:
        return 0, length
    low, high = 0, length - room
    if shown:
        first, last = rng.choice(shown)
        low, high = max(0, min(last - room + 1, high)), min(high, first)
    return rng.randint(min(low, high), high), room


def _feature(question: list[int], context: list[int], spans: list[Span], start: int, length: int) -> Feature:
    head = [CLS, *question, SEP]
    shift = len(head) - start
    inside = [(f + shift, e + shift) for f, e in spans if f >= start and e < start + length]
    ids = np.array([*head, *context[start : start + length], SEP], dtype=np.int32)
    return Feature(ids, len(head), tuple(inside) or (NULL,))


def _with_sentences(feature: Feature, example: Example, context: Encoding, start: int) -> Feature:
    """Return the same window with its sentences, half of each at least, and what is known of them."""
    shift, stop = feature.passage - start, len(feature.ids) - 1  # the last is [SEP]
    sentences, answering = [], []
    for span in example.sentences or _sentences(example.context):
        found = _token_span(context, span)
        if found is None:
            continue
        first, last = max(feature.passage, found[0] + shift), min(stop - 1, found[1] + shift)
        if 2 * (last - first + 1) >= found[1] - found[0] + 1:
            sentences.append((first, last))
            answering.append(_answers(span, example))
    verdict = UNKNOWN if example.verdict is None else int(example.verdict)
    return replace(feature, sentences=tuple(sentences), answering=tuple(answering), verdict=verdict, pair=example.pair)


def _answers(sentence: Span, example: Example) -> int:
    if example.answering is None and not example.known:
        return UNKNOWN
    wanted = example.spans if example.answering is None else example.answering
    return int(any(start < sentence[1] and sentence[0] < end for start, end in wanted))


@lru_cache(maxsize=100_000)
def _sentences(context: str) -> tuple[Span, ...]:
    return tuple(split_sentences(Document("context", context)))


def _parts(feature: Feature) -> Feature:
    """Return the same window, its answer any part of the sentences that it points at."""
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
    """Indices of features in batches of at most `tokens` padded tokens, similar lengths together, in random order.

    The halves of a minimal pair are in one batch.
    """
    pairs: dict[str, list[int]] = defaultdict(list)
    for i, feature in enumerate(features):
        pairs[feature.pair or f"#{i}"].append(i)
    lengths = {key: max(len(features[i].ids) for i in pair) for key, pair in pairs.items()}
    order = sorted(pairs, key=lambda key: lengths[key] + rng.uniform(-8, 8), reverse=True)
    groups: list[list[int]] = [[]]
    longest = 0
    for key in order:
        longest = max(longest, lengths[key])
        if groups[-1] and (len(groups[-1]) + len(pairs[key])) * longest > tokens:
            groups.append([])
            longest = lengths[key]
        groups[-1] += pairs[key]
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
