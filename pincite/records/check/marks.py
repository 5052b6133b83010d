"""Finds words in quotation marks of any style, also nested, or over several paragraphs that each repeat the mark.

It finds the outermost quotations of a text; its caller searches the text between their marks for nested ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 30_000  # characters between two marks
WASTED = 2_000_000  # characters searched in vain after marks that nothing closes; from then on the limit is `SHORTER`
SHORTER = 100
_PARAGRAPH = re.compile(r"\n[ \t>]*\n")
_STYLES = {
    "“": "”", "„": "“”", "«": "»", "»": "«", "‹": "›", "›": "‹", "‘": "’", "‚": "‘’", "「": "」", "『": "』",
    "《": "》", '"': '"', "'": "'", "＂": "＂", "❝": "❞", "``": "''",
}  # fmt: skip
OPENING = "“„«»‹›‘‚「『《\"'＂❝`"
_OPENING = re.compile(f"[{OPENING}]")
_SINGLE = "‘‚'"
_BEFORE_PARAGRAPH = " \t>\n“„«»‹›\"'‘‚「『"  # may precede the mark that a new paragraph repeats
_ELIDED = re.compile(r"['‘](?:\d\ds\b|(?:tis|twas|em|til|cause|bout|round|n)\b)", re.IGNORECASE)
_OPENS_AFTER = " \t\r\n\u00a0\u202f([{-–—/“„«‘‚\"'*_>|:"


@dataclass(frozen=True, slots=True)
class MarkedWords:
    """Words between quotation marks: `text[start:end]` without the marks, `text[outer:after]` with them."""

    outer: int
    start: int
    end: int
    after: int


def outermost_quotations(text: str, start: int = 0, end: int | None = None) -> Iterator[MarkedWords]:
    """Yield the outermost quotations of `text[start:end]`."""
    position, end = start, len(text) if end is None else end
    wasted = 0
    while (mark := _OPENING.search(text, position, end)) is not None:
        position = mark.start()
        opening = _opening(text, position, start)
        stop = min(end, position + (LONGEST if wasted < WASTED else SHORTER))
        words, searched = _closed(text, position, opening, stop) if opening else (None, position)
        if words is None:
            wasted += searched - position
            position += 1
            continue
        if text[words.start : words.end].strip():
            yield words
        position = words.after


def _opening(text: str, position: int, first: int) -> str:
    """Return the mark that opens a quotation at `position`, or ""."""
    mark = "``" if text.startswith("``", position) and not text.startswith("```", position) else text[position]
    if mark not in _STYLES:
        return ""
    before = text[position - 1] if position > first else " "
    after = text[position + len(mark) : position + len(mark) + 1]
    if mark in "«‹「『《":
        return mark
    if not after or (after.isspace() and mark != "„") or before not in _OPENS_AFTER:
        return ""
    if mark in _SINGLE and (_ELIDED.match(text, position) or not (after.isalnum() or after in '([“"…«£$€')):
        return ""
    return mark


def _closed(text: str, position: int, mark: str, stop: int) -> tuple[MarkedWords | None, int]:
    """Return the quotation that `mark` opens at `position`, None if nothing closes it, and where the search ended."""
    start = paragraph = position + len(mark)
    while True:
        last = _PARAGRAPH.search(text, paragraph, stop)
        limit = last.start() if last else stop
        closing = _closing(text, paragraph, limit, mark)
        if closing is not None:
            return MarkedWords(position, start, closing, closing + (2 if mark == "``" else 1)), closing
        if last is None:
            return None, stop
        paragraph = last.end()
        while paragraph < stop and text[paragraph] in _BEFORE_PARAGRAPH and not text.startswith(mark, paragraph):
            paragraph += 1
        if not text.startswith(mark, paragraph):
            return None, paragraph
        paragraph += len(mark)


def _closing(text: str, start: int, end: int, mark: str) -> int | None:
    if mark in _SINGLE:
        return _closing_single(text, start, end, mark)
    closes = _STYLES[mark]
    if mark == "``":
        position = text.find(closes, start, end)
        return position if position >= 0 else None
    depth = 0
    for i in range(start, end):
        character = text[i]
        if character == mark and mark in closes and _opening(text, i, 0) and not _ends_word(text, i):
            return None  # another quotation opens: this one was never closed
        if character in closes and not (character == "“" and mark == "„" and depth == 0 and _opening(text, i, 0)):
            if depth == 0:
                return i
            depth -= 1
        elif character == mark:
            depth += 1
    return None


def _closing_single(text: str, start: int, end: int, mark: str) -> int | None:
    """Return where a single quotation ends: never at an apostrophe in a word, at a plural's only as a last resort."""
    closes = _STYLES[mark]
    plural: int | None = None
    depth = 0
    for i in range(start, end):
        character = text[i]
        if character == mark and mark not in closes and _opening(text, i, 0):
            depth += 1
        elif character in closes and not text[i + 1 : i + 2].isalnum() and not text[i - 1].isspace():
            if depth:
                depth -= 1
            elif text[i - 1] in "sz" and text[i + 1 : i + 2] == " " and text[i + 2 : i + 3].islower():
                plural = i if plural is None else plural
            else:
                return i
    return plural


def _ends_word(text: str, position: int) -> bool:
    return position > 0 and not text[position - 1].isspace()
