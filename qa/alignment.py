"""Aligns a document's sentences with those of its near copies: the same ones, and other versions of one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from index import Index
from qa.compose.blocks import Span
from qa.compose.evidence import stems

_LIKE = 0.4  # how like a sentence has to be to count as another version of one: shared words, and neighbours
_NEIGHBOUR = 0.3  # what the same sentence before counts, and the same sentence after
_NEAR = 30  # characters in which the next word is looked for
_KEPT = 128  # documents whose sentences stay in memory
_WORD = re.compile(r"\w+")
# "B" of "product B", "3" of "Model 3"; a number after a small letter is a value, in which versions may well differ.
_SIGN = re.compile(r"(?<!^)\b(?:[A-Z]\w*[ -](\d+)|([A-HJ-Z]))\b")


class Alignment:
    """Looks up sentences of the documents in `index` by their words."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._spans = lru_cache(maxsize=_KEPT)(self._sentences)
        self.spoken_of = lru_cache(maxsize=_KEPT)(self._spoken_of)

    def text(self, document_id: str, span: Span) -> str:
        """Return the words there."""
        return self._index.documents[document_id].text[span[0] : span[1]]

    def stems_at(self, document_id: str, span: Span) -> frozenset[str]:
        """Return the stems of some words, and of those beside them."""
        text, (start, end) = self._index.documents[document_id].text, span
        before, after = text[max(0, start - _NEAR) : start].split(), text[end : end + _NEAR].split()
        return frozenset(stems(" ".join([*before[-1:], text[start:end], *after[:1]])))

    def same(self, document_id: str, sentence: Span, other: str) -> Span | None:
        """Return where the document `other` has the same sentence, apart from case and marks; None if it has not."""
        return self._spans(other).get(plain_words(self.text(document_id, sentence)))

    def version(self, document_id: str, sentence: Span, other: str) -> Span | None:
        """Return the sentence of `other` that replaces one it lacks; None if it has that one, or none like it.

        Chosen among the sentences that only `other` has: it shares most words with the missing one, beside the same
        sentences.
        """
        sentence_words = plain_words(self.text(document_id, sentence))
        own, theirs = self._spans(document_id), self._spans(other)
        if sentence_words in theirs:
            return None
        order, others = list(own), list(theirs)
        beside = _beside(order, order.index(sentence_words)) if sentence_words in own else ("", "")
        words = set(sentence_words.split())
        best, most = None, _LIKE
        for i, sentence_there in enumerate(others):
            if sentence_there in own:
                continue
            other_words = set(sentence_there.split())
            neighbours = sum(a == b != "" for a, b in zip(beside, _beside(others, i), strict=True))
            like = len(words & other_words) / len(words | other_words) + _NEIGHBOUR * neighbours
            if like >= most:
                best, most = theirs[sentence_there], like
        return best

    def _spoken_of(self, asked: frozenset[str], document_id: str) -> frozenset[str]:
        """Return the stems in `asked` that occur in the document, or in its title, path or date."""
        text = self._index.documents[document_id].text
        name = self._index.names.get(document_id, document_id)
        return frozenset(s for s in asked if (word := _beginning(s)).search(text) or word.search(name))

    def _sentences(self, document_id: str) -> dict[str, Span]:
        """Return where each sentence of a document stands first, by its words, in order."""
        sentences: dict[str, Span] = {}
        for span in self._index.sentences(document_id):
            sentences.setdefault(plain_words(self.text(document_id, span)), span)
        return sentences


def asked_words(question: str) -> frozenset[str]:
    """Return the stems of a question's content words, with single capitals, and without numbers that are no names."""
    signs = {(match[1] or match[2]).casefold() for match in _SIGN.finditer(question)}
    return frozenset(signs | {stem for stem in stems(question) if not stem.isdecimal()})


@lru_cache(maxsize=1000)
def _beginning(stem: str) -> re.Pattern[str]:
    """Return a pattern for words that begin with the stem; for a number or one or two letters, for the whole word."""
    whole = len(stem) < 3 or stem.isdecimal()
    return re.compile(
        rf"(?<![^\W_]){re.escape(stem if whole or len(stem) < 5 else stem[:-1])}" + r"(?![^\W_])" * whole, re.I
    )


def plain_words(sentence: str) -> str:
    """Return the words of a sentence in small letters and without marks; a sentence without words as it is."""
    return " ".join(_WORD.findall(sentence.casefold())) or sentence


def _beside(sentences: Sequence[str], i: int) -> tuple[str, str]:
    """Return the sentences before and after the one at `i`, empty at the ends."""
    return sentences[i - 1] if i else "", sentences[i + 1] if i + 1 < len(sentences) else ""
