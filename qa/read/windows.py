"""Cuts question and passage into token windows that the model can read whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Encoding

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Window:
    """`[CLS] question [SEP] part of a passage [SEP]`.

    `pair`: which (question, passage) it belongs to. `first`: the index in `ids` of the passage's first token.
    `offsets`: (start, end) of each passage token in the passage, code points. `words`: the word that each
    passage token is a piece of.
    """

    pair: int
    ids: tuple[int, ...]
    first: int
    offsets: tuple[tuple[int, int], ...]
    words: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SpecialTokens:
    """The token ids that frame a model's input."""

    cls: int
    sep: int
    pad: int
    double_sep: bool = False  # RoBERTa puts two between question and passage
    token_types: bool = True


def split_windows(
    pair: int, question: Sequence[int], passage: Encoding, *, size: int, special: SpecialTokens, overlap: int = 64
) -> Iterator[Window]:
    """Split into windows of at most `size` tokens that cover the whole passage; neighbours share `overlap` tokens."""
    head = [special.cls, *question, special.sep, *([special.sep] if special.double_sep else [])]
    room = size - len(head) - 1
    if room < 1:
        raise ValueError(f"a question of {len(question)} tokens leaves no room for a passage in a window of {size}")
    step = max(1, room - min(overlap, room // 2))
    belongs = passage.word_ids
    start = 0
    while True:
        stop = min(start + room, len(passage.ids))
        ids = (*head, *passage.ids[start:stop], special.sep)
        words = tuple(-1 if word is None else word for word in passage.word_ids[start:stop])
        yield Window(pair, ids, len(head), tuple(passage.offsets[start:stop]), words)
        if stop == len(passage.ids):
            return
        following = start + step
        while following > start + 1 and belongs[following] is not None and belongs[following] == belongs[following - 1]:
            following -= 1  # a window begins with a whole word
        start = following


def pad_windows(windows: Sequence[Window], special: SpecialTokens) -> tuple[Ints, Ints, Ints]:
    """Return `input_ids`, `attention_mask` and `token_type_ids`, each (windows, longest)."""
    ids = np.full((len(windows), max(len(w.ids) for w in windows)), special.pad, dtype=np.int64)
    mask = np.zeros_like(ids)
    types = np.zeros_like(ids)
    for row, window in enumerate(windows):
        ids[row, : len(window.ids)] = window.ids
        mask[row, : len(window.ids)] = 1
        if special.token_types:
            types[row, window.first : len(window.ids)] = 1
    return ids, mask, types
