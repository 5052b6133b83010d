"""Finds the headings of a document: those that its format marks, or lines of plain text that look like one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.split.sentences import Span
from index.types import Document, SegmentKind

_UNDERLINED = re.compile(r"\S[^\n]{0,118}\n([=\-~^*#\"'+])\1{2,}\s*\Z")
_CAPTION = re.compile(r"[\[(<{]|(?:fig(?:ure)?|table|illustration|photo(?:graph)?)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LONGEST = 80  # characters


def find_headings(document: Document, sentences: Sequence[Span]) -> list[tuple[int, int, int]]:
    """Return (start, end, level) of each heading: those that are marked, or else the lines that look like one."""
    marked = [(s.start, s.end, s.level or 1) for s in document.segments if s.kind is SegmentKind.HEADING]
    return marked or list(_guessed_headings(document, sentences))


def _guessed_headings(document: Document, sentences: Sequence[Span]) -> Iterator[tuple[int, int, int]]:
    """Guess the headings of plain text: a line of its own, underlined, in capitals or in Title Case, without a stop."""
    paragraphs = {(s.start, s.end) for s in document.segments if s.kind is SegmentKind.PARAGRAPH}
    levels: dict[str, int] = {}
    for start, end in sentences:
        text = document.text[start:end]
        if (start, end) not in paragraphs:
            continue
        if underlined := _UNDERLINED.match(text.replace("\r\n", "\n")):
            yield start, end, levels.setdefault(underlined[1], len(levels) + 1)
        elif _looks_like_heading(text):
            yield start, end, levels.setdefault("", len(levels) + 1)


def _looks_like_heading(text: str) -> bool:
    words = _WORD.findall(text)
    if "\n" in text or len(text) > _LONGEST or not words or text[-1] in ".,;:!?" or _CAPTION.match(text):
        return False
    if not 2 <= len(words) <= 10 or "://" in text:
        return False
    capitals = sum(word[0].isupper() for word in words if len(word) > 3)
    return text.isupper() or (words[0][0].isupper() and capitals == sum(len(word) > 3 for word in words) > 0)
