"""Start and end logits into the best spans of a passage."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from qa.read.protocol import PassageReading, SpanScore
from qa.read.windows import Window

MAX_ANSWER_TOKENS = 48


def best_spans(
    window: Window,
    start_logits: NDArray[np.float32],
    end_logits: NDArray[np.float32],
    support: NDArray[np.float32] | None = None,
    *,
    best: int,
) -> list[SpanScore]:
    """Up to `best` spans of whole words that do not overlap, best first.

    Logits: (length,), one for each token of the window, `[CLS]` first. `support`: (length, 4), see `_supported`. Source
    of the null margin: Devlin et al. 2019, section 4.3.
    """
    count = len(window.offsets)
    if count == 0:
        return []
    inside = slice(window.first, window.first + count)
    starts, ends = start_logits[inside].astype(np.float64), end_logits[inside].astype(np.float64)
    null = float(start_logits[0]) + float(end_logits[0])
    normaliser = _log_sum(starts, start_logits[0]) + _log_sum(ends, end_logits[0])
    width = min(MAX_ANSWER_TOKENS, count)
    # scores[i, j]: a span that starts at token i and is j + 1 tokens long
    padded = np.concatenate([ends, np.full(width, -np.inf)])
    scores = starts[:, None] + np.lib.stride_tricks.sliding_window_view(padded, width)[:count]
    begins = np.arange(count)[:, None]
    lasts = begins + np.arange(width)
    found: list[SpanScore] = []
    while len(found) < best:
        first, length = divmod(int(np.argmax(scores)), width)
        logit = float(scores[first, length])
        if not np.isfinite(logit):
            break
        scores[first, length] = -np.inf
        low, high = _whole_words(window, first, first + length)
        start, end = window.offsets[low][0], window.offsets[high][1]
        if start < end and all(end <= other.start or other.end <= start for other in found):
            supported = 0.0 if support is None else _supported(support, window.first, low, high)
            found.append(SpanScore(start, end, logit - null, float(np.exp(logit - normaliser)), supported))
            scores[(begins <= high) & (lasts >= low)] = -np.inf  # all that share a token with it
    return found


def merge_windows(spans: Iterable[SpanScore], *, best: int) -> PassageReading:
    """The best spans of several windows of one passage, without those that overlap a better one."""
    kept: list[SpanScore] = []
    for span in sorted(spans, key=lambda s: -s.margin):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return PassageReading(tuple(kept[:best]))


def whole_characters(passage: str, span: SpanScore) -> SpanScore:
    """`span` with the combining marks that belong to its last letter, and without white space before it.

    Tokenizers that strip accents leave a mark outside the letter's offsets; some count the space before a word in.
    """
    start, end = span.start, span.end
    while end < len(passage) and unicodedata.category(passage[end]).startswith("M"):
        end += 1
    while start < end - 1 and passage[start].isspace():
        start += 1
    return replace(span, start=start, end=end)


def _supported(support: NDArray[np.float32], first: int, low: int, high: int) -> float:
    """A span's support: that of `[CLS]`, the mean of the question's tokens, its first token and its last.

    Each has a column of `support`; the span is the passage's tokens `low` to `high`, the passage begins at `first`.
    """
    question = support[1 : first - 1, 1]
    asked = float(question.mean()) if len(question) else 0.0
    return float(support[0, 0]) + asked + float(support[first + low, 2]) + float(support[first + high, 3])


def _log_sum(logits: NDArray[np.float64], null: np.float32) -> float:
    return float(np.logaddexp.reduce(np.append(logits, null)))


def _whole_words(window: Window, first: int, last: int) -> tuple[int, int]:
    """The tokens `first` to `last`, both inclusive, and those that belong to the same words."""
    words = window.words
    while first > 0 and words[first] >= 0 and words[first - 1] == words[first]:
        first -= 1
    while last + 1 < len(words) and words[last] >= 0 and words[last + 1] == words[last]:
        last += 1
    return first, last
