"""Tells whether a text is in English, the one language that the shipped reader was trained on."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

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
    """Lui and Baldwin 2012, as py3langid carries it on."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
