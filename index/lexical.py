"""Lexical search: BM25 (Robertson; Lucene's variant, k1 = 1.5, b = 0.75), by bm25s."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from index.errors import IndexCorruptError

if TYPE_CHECKING:
    import bm25s

_WORD = r"(?u)\b\w+\b"


class Bm25:
    """BM25 over texts by position. English stop words are left out."""

    def __init__(self, engine: bm25s.BM25, size: int) -> None:
        self._engine = engine
        self._size = size

    @classmethod
    def build(cls, texts: Sequence[str]) -> Self:
        import bm25s

        engine = bm25s.BM25()
        # An empty vocabulary is refused by bm25s; a word that no question holds keeps such a collection valid.
        tokens = [words or ["\x00"] for words in _analyse(texts)]
        engine.index(tokens, show_progress=False)
        return cls(engine, len(texts))

    @classmethod
    def load(cls, folder: Path, size: int) -> Self:
        import bm25s

        try:
            return cls(bm25s.BM25.load(str(folder), allow_pickle=False, show_progress=False), size)
        except (OSError, ValueError, KeyError) as error:
            raise IndexCorruptError(f"{str(folder)!r} is not a BM25 index; build the index again") from error

    def save(self, folder: Path) -> None:
        self._engine.save(str(folder), allow_pickle=False, show_progress=False)

    def __len__(self) -> int:
        return self._size

    def search(self, query: str, k: int) -> list[tuple[int, float]]:
        """At most `k` (position, BM25 score) pairs, best first, without texts that share no word with the query."""
        words = [word for word in _analyse([query])[0] if word in self._engine.vocab_dict]
        if not words:
            return []
        found, scores = self._engine.retrieve([words], k=min(k, self._size), show_progress=False)
        return [(int(p), float(s)) for p, s in zip(found[0], scores[0], strict=True) if s > 0]


def _analyse(texts: Sequence[str]) -> list[list[str]]:
    import bm25s

    words: list[list[str]] = bm25s.tokenize(
        list(texts), token_pattern=_WORD, stopwords="en", return_ids=False, show_progress=False
    )
    return words
