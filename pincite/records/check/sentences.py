"""Finds roughly where sentences begin and end: a draft's, and a source's around a place."""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(
    r"(?<!\b[A-Z])(?<!\bMr)(?<!\bDr)(?<!\bMrs)(?<!\bSt)[.!?][”’\"')\]]*\s+(?=\W{0,2}[A-Z0-9])|\n[ \t>]*\n"
)
_REACH = 600  # characters
_LONGEST = 1_000  # characters of a sentence; of a longer one, each such part is one


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the sentences of `text`."""
    start = 0
    for match in _END.finditer(text):
        yield from _parts(text, start, match.end())
        start = match.end()
    if start < len(text):
        yield from _parts(text, start, len(text))


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _LONGEST:
        space = text.rfind(" ", start + 1, start + _LONGEST)
        cut = space + 1 if space > 0 else start + _LONGEST
        yield start, cut
        start = cut
    yield start, end


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the sentence that the characters `[start, end)` are in."""
    base, limit = max(0, start - _REACH), min(len(text), end + _REACH)
    before = [match.end() for match in _END.finditer(text, base, start)]
    after = _END.search(text, end, limit)
    return (before[-1] if before else base), (after.start() + 1 if after else limit)
