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
    at, end = start, len(text) if end is None else end
    wasted = 0
    while (mark := _OPENING.search(text, at, end)) is not None:
        at = mark.start()
        opening = _opening(text, at, start)
        stop = min(end, at + (LONGEST if wasted < WASTED else SHORTER))
        words, searched = _closed(text, at, opening, stop) if opening else (None, at)
        if words is None:
            wasted += searched - at
            at += 1
            continue
        if text[words.start : words.end].strip():
            yield words
        at = words.after


def _opening(text: str, at: int, first: int) -> str:
    """Return the mark that opens a quotation at `at`, or ""."""
    mark = "``" if text.startswith("``", at) and not text.startswith("```", at) else text[at]
    if mark not in _STYLES:
        return ""
    before = text[at - 1] if at > first else " "
    after = text[at + len(mark) : at + len(mark) + 1]
    if mark in "«‹「『《":
        return mark
    if not after or (after.isspace() and mark != "„") or before not in _OPENS_AFTER:
        return ""
    if mark in _SINGLE and (_ELIDED.match(text, at) or not (after.isalnum() or after in '([“"…«£$€')):
        return ""
    return mark


def _closed(text: str, at: int, mark: str, stop: int) -> tuple[MarkedWords | None, int]:
    """Return the quotation that `mark` opens at `at`, or None if nothing closes it, and where the search ended."""
    start = paragraph = at + len(mark)
    while True:
        last = _PARAGRAPH.search(text, paragraph, stop)
        limit = last.start() if last else stop
        closing = _closing(text, paragraph, limit, mark)
        if closing is not None:
            return MarkedWords(at, start, closing, closing + (2 if mark == "``" else 1)), closing
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
    for at in range(start, end):
        character = text[at]
        if character == mark and mark in closes and _opening(text, at, 0) and not _ends_word(text, at):
            return None  # another quotation opens: this one was never closed
        if character in closes and not (character == "“" and mark == "„" and depth == 0 and _opening(text, at, 0)):
            if depth == 0:
                return at
            depth -= 1
        elif character == mark:
            depth += 1
    return None


def _closing_single(text: str, start: int, end: int, mark: str) -> int | None:
    """Return where a single quotation ends: never at an apostrophe in a word, at a plural's only as a last resort."""
    closes = _STYLES[mark]
    plural: int | None = None
    depth = 0
    for at in range(start, end):
        character = text[at]
        if character == mark and mark not in closes and _opening(text, at, 0):
            depth += 1
        elif character in closes and not text[at + 1 : at + 2].isalnum() and not text[at - 1].isspace():
            if depth:
                depth -= 1
            elif text[at - 1] in "sz" and text[at + 1 : at + 2] == " " and text[at + 2 : at + 3].islower():
                plural = at if plural is None else plural
            else:
                return at
    return plural


def _ends_word(text: str, at: int) -> bool:
    return at > 0 and not text[at - 1].isspace()
