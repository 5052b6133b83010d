"""Settings of indexing and search. Unknown or impossible values raise at once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChunkConfig:
    """How documents are split.

    `max_tokens`: cl100k_base tokens of a chunk at most. `overlap`: sentences that a chunk repeats of the last one.
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
    """`depth`: candidates that each search contributes. `rrf_k`: the constant of reciprocal rank fusion."""

    depth: int = 50
    rrf_k: int = 60

    def __post_init__(self) -> None:
        if self.depth < 1 or self.rrf_k < 1:
            raise ValueError(f"depth {self.depth} and rrf_k {self.rrf_k} must be at least 1")
