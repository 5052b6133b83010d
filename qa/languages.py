"""Warns where question or document is in a language that the shipped reader does not know."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from index import Document
from prompts import render

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier


class Languages:
    """The languages of `documents`, each detected on first use."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._language_of = cache(lambda document_id: other_language_of_document(documents[document_id].text))

    def warnings(self, question: str, likeliest: Sequence[str]) -> tuple[str, ...]:
        """Return a warning if the question or the likeliest document is in a language that the reader does not know.

        `likeliest`: the id of the document that the best answer stands in; empty where nothing was found.
        """
        of_question = other_language(question)
        of_document = self._language_of(likeliest[0]) if likeliest else None
        if of_question and of_document:
            words = {"language": of_question, "document": likeliest[0], "document_language": of_document}
            return (render("warning_both_languages", **words),)
        if of_question:
            return (render("warning_question_language", language=of_question),)
        if of_document:
            return (render("warning_document_language", document=likeliest[0], language=of_document),)
        return ()


# Words that hardly any other language writes. One in a question, or a fair share in a text, settles it without
# the detector, which takes a second to load.
_QUESTION_WORDS = frozenset(
    ["what", "when", "where", "which", "who", "whom", "whose", "why", "how", "does", "did", "the", "were"]
)
_TEXT_WORDS = frozenset(
    ["the", "of", "and", "to", "that", "is", "with", "for", "by", "from", "was", "are", "this", "it"]
)
_SHARE_OF_TEXT = 0.15
_WORD = re.compile(r"[^\W\d_]+")
# A shorter text looks like many languages. In bytes of UTF-8: a Chinese character says more than a letter.
_LEAST_BYTES = 8
_SURE = 0.5
# So much of a document is looked at.
_WORDS_READ = 500


def other_language(text: str) -> str | None:
    """Return the ISO 639 code of the language that `text` (a question) is in; None if English, or too short to tell."""
    english = any(word.lower() in _QUESTION_WORDS for word in _WORD.findall(text))
    return None if english else _detected(text)


def other_language_of_document(text: str) -> str | None:
    """Return the ISO 639 code of the language that `text` begins in; None if English, or too short to tell."""
    words = [match.group().lower() for match in islice(_WORD.finditer(text), _WORDS_READ)]
    english = sum(word in _TEXT_WORDS for word in words)
    return None if english >= _SHARE_OF_TEXT * len(words) else _detected(" ".join(words))


def _detected(text: str) -> str | None:
    if len("".join(_WORD.findall(text)).encode()) < _LEAST_BYTES:
        return None
    language, probability = _identifier().classify(text)
    return str(language) if language != "en" and probability >= _SURE else None


@cache
def _identifier() -> LanguageIdentifier:
    """Return the identifier of Lui and Baldwin 2012, as py3langid carries it on."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
