"""Splits a document into sentences by offsets, with nupunkt (Punkt, trained on legal and news text)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.types import Document, Segment, SegmentKind

Span = tuple[int, int]

# nupunkt sees these as possible ends; before a capitalised name they never are.
_TITLE = re.compile(
    r"(?:^|[\s(\[\"'“‘])(?:Adm|Brig|Capt|Cmdr|Col|Cpl|Det|Dr|Gen|Gov|Hon|Insp|Lt|Maj|Messrs|Mr|Mrs|Ms|Msgr|Pfc|Pres|"
    r"Prof|Pvt|Rep|Rev|Sen|Sgt|Supt|St|Vice-Adm)\.\s+$"
)


def split_sentences(document: Document) -> list[Span]:
    """Half-open spans of the document's sentences, in order, without the white space around them.

    No sentence crosses the edge of a heading, paragraph or other block; pages do not end a sentence.
    Every character that is not white space lies in exactly one sentence, but for marks without a letter
    between blocks (a list's bullet, the line under a heading).
    """
    spans = []
    for start, end in _blocks(document.text, document.segments):
        for a, b in _split(document.text[start:end]):
            spans.append((start + a, start + b))
    return spans


def _blocks(text: str, segments: Sequence[Segment]) -> Iterator[Span]:
    position = 0
    for block in (s for s in segments if s.kind is not SegmentKind.PAGE):
        yield from _between(text, position, block.start)
        yield block.start, block.end
        position = block.end
    yield from _between(text, position, len(text)) if position else [(0, len(text))]


def _between(text: str, start: int, end: int) -> Iterator[Span]:
    if any(character.isalpha() for character in text[start:end]):
        yield start, end


def _split(text: str) -> Iterator[Span]:
    if not text.strip():
        return
    from nupunkt import sent_spans

    pending: int | None = None
    for start, end in sent_spans(text):
        if pending is None:
            pending = start
        if end < len(text) and _TITLE.search(text, max(pending, end - 16), end):
            continue
        yield from _trimmed(text, pending, end)
        pending = None
    if pending is not None:
        yield from _trimmed(text, pending, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end
