"""Tells whether two stretches with the same words are punctuated alike. It is reported, and decides nothing."""

from __future__ import annotations

import re

from pincite.records.check.pattern import Pattern
from pincite.records.check.sources import Sources

_MARKS = re.compile(r"[,;:.!?]")


def other_punctuation(pattern: Pattern, draft: str, first: int, last: int, sources: Sources) -> bool:
    """Whether a stop, comma, colon, question or exclamation mark inside of the quotation is another in the source.

    At its end, and beside marks of omission, punctuation is the author's.
    """
    if pattern.gaps or last - first != len(pattern):
        return False
    text = sources.documents[sources.document_at(first)].text
    starts, ends = sources.starts[first:last].tolist(), sources.ends[first:last].tolist()
    return any(
        _marks(draft[pattern.ends[i] : pattern.starts[i + 1]]) != _marks(text[ends[i] : starts[i + 1]])
        for i in range(len(pattern) - 1)
    )


def _marks(between: str) -> list[str]:
    return _MARKS.findall(between) if len(between) < 40 else []
