"""Describes how an index was made, and refuses what does not go with that; the same for every kind of store."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from index.config import ChunkConfig
from index.embed import Embedder
from index.errors import EmbedderMismatchError, IndexStoreError, IndexVersionError
from index.search.lexical import ANALYSIS


@dataclass(frozen=True, slots=True)
class BuildInfo:
    """How the chunks, vectors and words of an index were made. Every manifest begins with it."""

    embedder: str
    dimension: int
    analysis: str
    chunk_config: ChunkConfig

    @staticmethod
    def now(embedder: Embedder, config: ChunkConfig) -> BuildInfo:
        """Return how this Pincite makes an index with `embedder`."""
        return BuildInfo(embedder.id, embedder.dimension, ANALYSIS, config)

    def refuse_other_makers(self, where: str, embedder: Embedder | None) -> None:
        """Raise if another embedder (None: any) or another analysis made the index at `where`."""
        if embedder is not None and (self.embedder, self.dimension) != (embedder.id, embedder.dimension):
            raise EmbedderMismatchError(
                f"{where!r} was built with the embedder {self.embedder!r} of dimension {self.dimension}, not "
                f"{embedder.id!r} of dimension {embedder.dimension}; open it with that embedder or "
                f"{rebuild_hint(where)}"
            )
        if self.analysis != ANALYSIS:
            raise IndexVersionError(
                f"{where!r} holds words analysed as {self.analysis!r}, this Pincite asks for {ANALYSIS!r}; "
                f"{rebuild_hint(where)}"
            )

    def refuse_other_chunks(self, where: str, chunks: ChunkConfig | None) -> None:
        """Raise `IndexStoreError` if documents are to be split otherwise than they are at `where`."""
        if chunks is not None and chunks != self.chunk_config:
            raise IndexStoreError(
                f"{where!r} was built with {self.chunk_config}, not {chunks}; leave the settings out or "
                f"{rebuild_hint(where)}"
            )


def rebuild_hint(where: str | Path) -> str:
    """Return the way out for an index that cannot be used."""
    return f"build it again with `pincite index PATH --out {shlex.quote(str(where))} --rebuild`"


def no_index(where: str | Path) -> str:
    """Return the message for a place without an index."""
    return f"{str(where)!r} holds no index; make one with `pincite index PATH --out {shlex.quote(str(where))}`"
