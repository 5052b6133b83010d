"""Where sentences begin and end, roughly: a draft's, and that of a source around a place."""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(
    r"(?<!\b[A-Z])(?<!\bMr)(?<!\bDr)(?<!\bMrs)(?<!\bSt)[.!?][”’\"')\]]*\s+(?=\W{0,2}[A-Z0-9])|\n[ \t>]*\n"
)
_REACH = 600  # characters


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """The sentences of `text`."""
    start = 0
    for match in _END.finditer(text):
        yield start, match.end()
        start = match.end()
    if start < len(text):
        yield start, len(text)


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence that the characters `[start, end)` are in."""
    base, limit = max(0, start - _REACH), min(len(text), end + _REACH)
    before = [match.end() for match in _END.finditer(text, base, start)]
    after = _END.search(text, end, limit)
    return (before[-1] if before else base), (after.start() + 1 if after else limit)
