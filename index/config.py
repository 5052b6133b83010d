"""Settings of indexing and search. Unknown or impossible values raise at once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChunkConfig:
    """Settings for splitting documents into passages.

    `max_tokens`: the most cl100k_base tokens of a passage. `overlap`: sentences repeated from the passage before.
    """

    max_tokens: int = 160
    overlap: int = 1

    def __post_init__(self) -> None:
        if self.max_tokens < 16:
            raise ValueError(f"max_tokens is {self.max_tokens}; a chunk needs at least 16")
        if self.overlap < 0:
            raise ValueError(f"overlap is {self.overlap}; it cannot be negative")


@dataclass(frozen=True, slots=True)
class SearchConfig:
    """`depth`: candidates from each search. `dense_weight`: from 0 (search by words only) to 1 (by meaning only)."""

    depth: int = 50
    dense_weight: float = 0.5

    def __post_init__(self) -> None:
        if self.depth < 1:
            raise ValueError(f"depth is {self.depth}; each search contributes at least 1 candidate")
        if not 0.0 <= self.dense_weight <= 1.0:
            raise ValueError(f"dense_weight is {self.dense_weight}; give a number from 0 to 1")
