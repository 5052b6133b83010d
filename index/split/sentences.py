"""Splits a document into sentences by offsets, with nupunkt (Punkt, trained on legal and news text)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.load.parsed import trimmed
from index.types import Document, Segment, SegmentKind, Span

__all__ = ["Span", "split_sentences", "trimmed"]

# nupunkt may end a sentence after these titles, which precede a name.
_TITLE = re.compile(
    r"(?:^|[\s(\[\"'“‘])(?:Adm|Brig|Capt|Cmdr|Col|Cpl|Det|Dr|Gen|Gov|Hon|Insp|Lt|Maj|Messrs|Mr|Mrs|Ms|Msgr|Pfc|Pres|"
    r"Prof|Pvt|Rep|Rev|Sen|Sgt|Supt|St|Vice-Adm)\.\s+$"
)

# A run without white space that is too long to be a word, and how many of its last characters are kept.
_LONG_RUN = re.compile(r"(?<!\S)\S{400,}")
RUN_END = 100
LONGEST_ROW = 400  # characters; a longer row of a table is not one sentence
_LINE = re.compile(r"[^\r\n]+")


def split_sentences(document: Document) -> list[Span]:
    """Return half-open spans of the document's sentences, in order, without the white space around them.

    No sentence crosses the edge of a heading, paragraph or other block; pages do not end a sentence. In a table, each
    row is a sentence.
    Every character that is not white space lies in exactly one sentence, except hidden characters, and marks without a
    letter between blocks (a list's bullet, the line under a heading).
    """
    spans: list[Span] = []
    tables = {block.start: block.end for block in document.blocks() if block.kind is SegmentKind.TABLE}
    for start, end in _blocks(document):
        if tables.get(start) == end:
            spans += _rows(document.text, start, end)
            continue
        for a, b in _split(document.text[start:end]):
            spans.append((start + a, start + b))
    return spans


def _rows(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the rows of a table, each a sentence; a line without letters or digits belongs to the row before.

    A row longer than `LONGEST_ROW` is prose set in columns, and is split like other prose.
    """
    pending: Span | None = None
    for line in _LINE.finditer(text, start, end):
        first, last = line.span()
        if pending is not None and not any(map(str.isalnum, line[0])):
            pending = pending[0], last
            continue
        if pending is not None:
            yield from _row(text, *pending)
        pending = first, last
    if pending is not None:
        yield from _row(text, *pending)


def _row(text: str, start: int, end: int) -> Iterator[Span]:
    if end - start > LONGEST_ROW:
        yield from ((start + a, start + b) for a, b in _split(text[start:end]))
    else:
        yield from _words(text, start, end)


def _blocks(document: Document) -> Iterator[Span]:
    """Yield the spans that are split into sentences. A block inside another one cuts it."""
    text, position = document.text, 0
    around: Segment | None = None
    for block in document.blocks():
        if around is not None and block.end <= around.end:
            yield position, block.start
            position = block.end
            if block.kind is not SegmentKind.HIDDEN:
                yield block.start, block.end
            continue
        yield from _rest(text, around, position, block.start)
        around = block if block.kind is not SegmentKind.HIDDEN else None
        position = block.start if around else block.end
    yield from _rest(text, around, position, len(text)) if around or position else [(0, len(text))]


def _rest(text: str, around: Segment | None, position: int, end: int) -> Iterator[Span]:
    """Yield the rest of the block `around` from `position` on, and the text between blocks up to `end`."""
    if around is not None:
        yield position, around.end
        position = around.end
    yield from _between(text, position, end)


def _between(text: str, start: int, end: int) -> Iterator[Span]:
    if any(character.isalpha() for character in text[start:end]):
        yield start, end


def _split(text: str) -> Iterator[Span]:
    if not text.strip():
        return
    from nupunkt import sent_spans

    pending: int | None = None
    for start, end in sent_spans(_without_long_runs(text)):
        if pending is None:
            pending = start
        if end < len(text) and _TITLE.search(text, max(pending, end - 16), end):
            continue
        yield from _words(text, pending, end)
        pending = None
    if pending is not None:
        yield from _words(text, pending, len(text))


def _without_long_runs(text: str) -> str:
    """Replace most of every run without white space that is too long to be a word by letters.

    nupunkt reads the whole run for every mark in it. Offsets do not change, and neither does the end of the run.
    """

    def plain(run: re.Match[str]) -> str:
        return "x" * (len(run[0]) - RUN_END) + run[0][-RUN_END:]

    return _LONG_RUN.sub(plain, text)


def _words(text: str, start: int, end: int) -> Iterator[Span]:
    start, end = trimmed(text, start, end)
    if start < end:
        yield start, end
