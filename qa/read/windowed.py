"""Does what every reader shares: windows in, logits through the model, spans out."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa.read.protocol import PassageReading, Reading
from qa.read.spans import Logits, merge_windows, read_window, whole_characters
from qa.read.windows import Ints, SpecialTokens, Window, pad_windows, split_windows

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MIN_PASSAGE_TOKENS = 128


@dataclass(frozen=True, slots=True)
class TokenScore:
    """A token `passage[start:end]`, in code points: the probabilities that the answer `starts` and `ends` with it.

    They are the reader's own, the null answer included; of a passage in several windows, each token's highest.
    """

    start: int
    end: int
    starts: float
    ends: float


class WindowedReader:
    """A reader over a model that maps token windows to start and end logits. Subclasses give `_logits`.

    `batch_size`: windows that the model is given at a time.
    """

    id: str
    batch_size = 8

    def __init__(self, tokenizer: Tokenizer, special: SpecialTokens, window: int) -> None:
        self._tokenizer = tokenizer
        self._special = special
        self._window = window
        self.max_question_tokens = window - MIN_PASSAGE_TOKENS - 4

    def count_tokens(self, text: str) -> int:
        """Return how many of the model's tokens `text` is, without special ones."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def read(self, pairs: Sequence[tuple[str, str]], *, best: int = 5) -> Reading:
        """Return the `best` spans for each (question, passage).

        Raises `ValueError` for a question that leaves no room.
        """
        windows = self._windows(pairs)
        # Similar lengths together: padding costs time and changes nothing.
        windows.sort(key=lambda w: len(w.ids))
        batches = [windows[first : first + self.batch_size] for first in range(0, len(windows), self.batch_size)]
        inputs = [pad_windows(batch, self._special) for batch in batches]
        began = time.perf_counter()
        logits = self._all_logits(inputs)
        seconds = time.perf_counter() - began
        readings: dict[int, list[PassageReading]] = defaultdict(list)
        for batch, given in zip(batches, logits, strict=True):
            for row, window in enumerate(batch):
                read = read_window(window, given.row(row), best=best)
                whole = tuple(whole_characters(pairs[window.pair][1], span) for span in read.spans)
                readings[window.pair].append(replace(read, spans=whole))
        passages = tuple(merge_windows(readings[i], best=best) for i in range(len(pairs)))
        return Reading(passages, seconds * 1000)

    def token_scores(self, question: str, passage: str) -> tuple[TokenScore, ...]:
        """Return what the reader makes of each token of `passage`, in order."""
        token_scores: dict[tuple[int, int], TokenScore] = {}
        for window in self._windows([(question, passage)]):
            starts, ends = self._logits(*pad_windows([window], self._special))[:2]
            for i, (start, end) in enumerate(window.offsets, start=window.first):
                before = token_scores.get((start, end), TokenScore(start, end, 0.0, 0.0))
                # The null answer is the first token's logit; what follows the passage is padding or a separator.
                stop = window.first + len(window.offsets)
                shares = (_share(logits[0], window.first, stop, i) for logits in (starts, ends))
                highest = (max(a, b) for a, b in zip(shares, (before.starts, before.ends), strict=True))
                token_scores[start, end] = TokenScore(start, end, *highest)
        return tuple(token_scores[place] for place in sorted(token_scores))

    def _windows(self, pairs: Sequence[tuple[str, str]]) -> list[Window]:
        texts = list(dict.fromkeys(text for pair in pairs for text in pair))
        encoded = dict(zip(texts, self._tokenizer.encode_batch(texts, add_special_tokens=False), strict=True))
        return [
            window
            for i, (question, passage) in enumerate(pairs)
            for window in split_windows(
                i, encoded[question].ids, encoded[passage], size=self._window, special=self._special
            )
        ]

    def _all_logits(self, batches: Sequence[tuple[Ints, Ints, Ints]]) -> list[Logits]:
        """Yield the `_logits` of each batch."""
        return [self._logits(*batch) for batch in batches]

    def _logits(self, ids: Ints, mask: Ints, types: Ints) -> Logits:
        """Return what the model makes of a batch of windows."""
        raise NotImplementedError


def _share(logits: NDArray[np.float32], first: int, stop: int, token: int) -> float:
    """Return the softmax of `token` among the passage's tokens and the null answer."""
    inside = np.append(logits[first:stop], logits[0]).astype(np.float64)
    return float(np.exp(logits[token] - np.logaddexp.reduce(inside)))
