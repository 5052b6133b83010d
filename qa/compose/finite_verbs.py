"""Tells whether words have a finite verb: whether they say that something is so.

There is no tagger here: auxiliaries, the forms of common verbs, a pronoun with a word behind it and the order to do
something count as one. In doubt, a verb is found.
"""

from __future__ import annotations

import re

from qa.understand.question_clause import AUXILIARY
from qa.understand.verbs import PAST, PRESENT

_AUXILIARY = re.compile(
    rf"\b(?:{AUXILIARY}|(?:is|are|was|were|have|has|had)\b)|['’](?:s|re|ve|ll|d|m)\b", re.IGNORECASE
)
_WHO_DOES = re.compile(
    r"\b(?:I|we|you|he|she|it|they|who|that|which|this|these|those|there|everyone|nobody|people) +[^\W\d_]",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_PLAIN = frozenset(PAST.values())


def has_finite_verb(words: str) -> bool:
    """Return whether a finite verb stands in `words`, as far as one can tell from forms alone."""
    if _AUXILIARY.search(words) or _WHO_DOES.search(words):
        return True
    lowered = [word.lower() for word in _WORD.findall(words)]
    return bool(lowered) and (lowered[0] in _PLAIN or any(word in PAST or word in PRESENT for word in lowered))
