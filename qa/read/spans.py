"""Turns a model's logits for a window into a reading of its passage: its best spans and what its tokens say."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.read.protocol import PassageReading, SpanScore, TokenEvidence, VerdictLogits
from qa.read.windows import Window

MAX_ANSWER_TOKENS = 48


def span_table(
    window: Window, start_logits: NDArray[np.float32], end_logits: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Return the logits of all spans, (tokens, longest): [i, j] is the span of j + 1 tokens that starts at token i.

    Logits: (length,), one for each token of the window, `[CLS]` first.
    """
    count = len(window.offsets)
    inside = slice(window.first, window.first + count)
    starts, ends = start_logits[inside].astype(np.float64), end_logits[inside].astype(np.float64)
    width = min(MAX_ANSWER_TOKENS, count)
    if count == 0:
        return np.zeros((0, 0))
    padded = np.concatenate([ends, np.full(width, -np.inf)])
    return np.asarray(starts[:, None] + np.lib.stride_tricks.sliding_window_view(padded, width)[:count])


def best_spans(
    window: Window,
    start_logits: NDArray[np.float32],
    end_logits: NDArray[np.float32],
    support: NDArray[np.float32] | None = None,
    *,
    table: NDArray[np.float64] | None = None,
    best: int,
) -> list[SpanScore]:
    """Return up to `best` spans of whole words that do not overlap, best first.

    Logits: (length,), one for each token of the window, `[CLS]` first. `support`: (length, 4), see `_supported`.
    `table`: the window's `span_table`, which is changed. Source of the null margin: Devlin et al. 2019, section 4.3.
    """
    count = len(window.offsets)
    if count == 0:
        return []
    scores = span_table(window, start_logits, end_logits) if table is None else table
    width = scores.shape[1]
    inside = slice(window.first, window.first + count)
    null = float(start_logits[0]) + float(end_logits[0])
    normaliser = _log_sum(start_logits[inside].astype(np.float64), start_logits[0]) + _log_sum(
        end_logits[inside].astype(np.float64), end_logits[0]
    )
    begins = np.arange(count)[:, None]
    lasts = begins + np.arange(width)
    spans: list[SpanScore] = []
    while len(spans) < best:
        first, length = divmod(int(np.argmax(scores)), width)
        logit = float(scores[first, length])
        if not np.isfinite(logit):
            break
        scores[first, length] = -np.inf
        low, high = _whole_words(window, first, first + length)
        start, end = window.offsets[low][0], window.offsets[high][1]
        if start < end and all(end <= other.start or other.end <= start for other in spans):
            supported = 0.0 if support is None else _supported(support, window.first, low, high)
            spans.append(SpanScore(start, end, logit - null, float(np.exp(logit - normaliser)), supported))
            scores[(begins <= high) & (lasts >= low)] = -np.inf  # all that share a token with it
    return spans


def whole_characters(passage: str, span: SpanScore) -> SpanScore:
    """Return `span` with the combining marks of its last letter, and without white space before it.

    Tokenizers that strip accents leave a mark outside the letter's offsets; some count the space before a word in.
    """
    start, end = span.start, span.end
    while end < len(passage) and unicodedata.category(passage[end]).startswith("M"):
        end += 1
    while start < end - 1 and passage[start].isspace():
        start += 1
    return replace(span, start=start, end=end)


def _supported(support: NDArray[np.float32], first: int, low: int, high: int) -> float:
    """Return a span's support: that of `[CLS]`, the mean of the question's tokens, its first token and its last.

    Each has a column of `support`; the span is the passage's tokens `low` to `high`, the passage begins at `first`.
    """
    question = support[1 : first - 1, 1]
    asked = float(question.mean()) if len(question) else 0.0
    return float(support[0, 0]) + asked + float(support[first + low, 2]) + float(support[first + high, 3])


def _log_sum(logits: NDArray[np.float64], null: np.float32) -> float:
    return float(np.logaddexp.reduce(np.append(logits, null)))


def _whole_words(window: Window, first: int, last: int) -> tuple[int, int]:
    """Return the tokens `first` to `last`, both inclusive, and those that belong to the same words."""
    words = window.words
    while first > 0 and words[first] >= 0 and words[first - 1] == words[first]:
        first -= 1
    while last + 1 < len(words) and words[last] >= 0 and words[last + 1] == words[last]:
        last += 1
    return first, last


class Logits(NamedTuple):
    """Of a batch of windows: each token as an answer's start and end, (windows, length).

    `support`: what each token adds to a span's support, (windows, length, 4), see `qa.read.spans`; of a reader that
    has learnt that. `sentences`: what each token adds to its sentence's score, (windows, length); `verdicts`: of each
    window yes, no and neither, (windows, 3).
    """

    starts: NDArray[np.float32]
    ends: NDArray[np.float32]
    support: NDArray[np.float32] | None = None
    sentences: NDArray[np.float32] | None = None
    verdicts: NDArray[np.float32] | None = None

    def row(self, which: int) -> Logits:
        """Return those of one window, without the first axis."""
        return Logits(*(None if part is None else part[which] for part in self))  # type: ignore[arg-type]


def read_window(window: Window, logits: Logits, *, best: int) -> PassageReading:
    """Return what the `logits` of one window say of its part of the passage."""
    table = span_table(window, logits.starts, logits.ends)
    starts = np.array([start for start, _ in window.offsets], dtype=np.int64)
    null = float(logits.starts[0]) + float(logits.ends[0])
    margins = (table.max(axis=1) - null if len(starts) else np.zeros(0)).astype(np.float32)
    inside = None
    if logits.sentences is not None:
        inside = logits.sentences[window.first : window.first + len(window.offsets)]
    spans = best_spans(window, logits.starts, logits.ends, logits.support, table=table, best=best)
    verdict = None if logits.verdicts is None else VerdictLogits(*(float(value) for value in logits.verdicts))
    return PassageReading(tuple(spans), TokenEvidence(starts, margins, inside), verdict)


def merge_windows(readings: Sequence[PassageReading], *, best: int) -> PassageReading:
    """Return what several windows of one passage say together.

    Of spans that overlap the better one; of a token in two windows the higher margin and the mean of its logits; of
    verdicts the one that is surest that it is not neither.
    """
    kept: list[SpanScore] = []
    for span in sorted((span for reading in readings for span in reading.spans), key=lambda s: -s.margin):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    verdicts = [reading.verdict for reading in readings if reading.verdict is not None]
    verdict = min(verdicts, key=lambda v: v.probabilities[2], default=None)
    evidence = [reading.evidence for reading in readings if reading.evidence is not None]
    return PassageReading(tuple(kept[:best]), _merged(evidence), verdict)


def _merged(parts: Sequence[TokenEvidence]) -> TokenEvidence | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    starts, where = np.unique(np.concatenate([part.starts for part in parts]), return_inverse=True)
    margins = np.full(len(starts), -np.inf, dtype=np.float32)
    np.maximum.at(margins, where, np.concatenate([part.margins for part in parts]))
    logits = [part.logits for part in parts if part.logits is not None]
    if len(logits) < len(parts):
        return TokenEvidence(starts, margins)
    means = np.bincount(where, np.concatenate(logits)) / np.bincount(where)
    return TokenEvidence(starts, margins, means.astype(np.float32))
