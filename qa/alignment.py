"""Sentences of a document beside those of its near copies: which are the same, which are other versions of one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from index import Index

Span = tuple[int, int]

_LIKE = 0.4  # how like a sentence has to be to count as another version of one: shared words, and neighbours
_NEIGHBOUR = 0.3  # what the same sentence before counts, and the same sentence after
_KEPT = 128  # documents whose sentences stay in memory
_WORD = re.compile(r"\w+")


class Alignment:
    """The sentences of the documents in `index`, by their words."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._spans = lru_cache(maxsize=_KEPT)(self._sentences)

    def text(self, document_id: str, span: Span) -> str:
        """The words there."""
        return self._index.documents[document_id].text[span[0] : span[1]]

    def same(self, document_id: str, sentence: Span, other: str) -> Span | None:
        """Where the document `other` says the same, but for case and marks; None where it does not."""
        return self._spans(other).get(plain_words(self.text(document_id, sentence)))

    def version(self, document_id: str, sentence: Span, other: str) -> Span | None:
        """The sentence that `other` has instead of one that it lacks; None where it has that one, or none like it.

        Of the sentences that `other` alone has, the one that shares most words with it, and stands beside the same
        sentences.
        """
        said = plain_words(self.text(document_id, sentence))
        own, theirs = self._spans(document_id), self._spans(other)
        if said in theirs:
            return None
        order, others = list(own), list(theirs)
        beside = _beside(order, order.index(said)) if said in own else ("", "")
        words = set(said.split())
        found, most = None, _LIKE
        for i, sentence_there in enumerate(others):
            if sentence_there in own:
                continue
            there = set(sentence_there.split())
            neighbours = sum(a == b != "" for a, b in zip(beside, _beside(others, i), strict=True))
            like = len(words & there) / len(words | there) + _NEIGHBOUR * neighbours
            if like >= most:
                found, most = theirs[sentence_there], like
        return found

    def _sentences(self, document_id: str) -> dict[str, Span]:
        """Where each sentence of a document stands first, by its words, in order."""
        found: dict[str, Span] = {}
        for span in self._index.sentences(document_id):
            found.setdefault(plain_words(self.text(document_id, span)), span)
        return found


def plain_words(sentence: str) -> str:
    """The words of a sentence without regard to case and marks; of one without words, the sentence."""
    return " ".join(_WORD.findall(sentence.casefold())) or sentence


def _beside(sentences: Sequence[str], i: int) -> tuple[str, str]:
    """The sentences before and after the one at `i`, empty at the ends."""
    return sentences[i - 1] if i else "", sentences[i + 1] if i + 1 < len(sentences) else ""
