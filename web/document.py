"""A Document as HTML: its headings, paragraphs, list items and pages, with no character of its text left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import prompts
from index.types import Document, Segment, SegmentKind
from web.marks import Span, escape, mark

__all__ = ["document_html"]

_TAGS = {
    SegmentKind.PARAGRAPH: "p",
    SegmentKind.LIST_ITEM: "div",
    SegmentKind.TABLE: "div",
    SegmentKind.CODE: "div",  # not "pre": an HTML parser drops a line feed that directly follows it
    SegmentKind.QUOTE: "blockquote",
}
# The page has a heading of its own, and so has the pane: the document's come below them.
_HEADINGS_ABOVE = 2
_DEEPEST_HEADING = 6


@dataclass(frozen=True, slots=True)
class _Block:
    """What becomes one element: its marker stands at `[start, body)`, its words at `[body, end)`."""

    start: int
    body: int
    end: int
    kind: SegmentKind | None  # None: text that no segment claims
    level: int = 1


def document_html(document: Document, spans: Iterable[Span] = ()) -> str:
    """`document` laid out as HTML, with `spans` marked. All of its text is there, in order, and escaped."""
    text = document.text
    spans = sorted(spans, key=lambda span: span.start)
    breaks = [segment for segment in document.segments if segment.kind is SegmentKind.PAGE]
    parts: list[str] = []
    for block in _blocks(text, document.segments, [page.start for page in breaks]):
        while breaks and breaks[0].start <= block.body:
            parts.append(_page_break(breaks.pop(0)))
        near = [span for span in spans if span.start < block.end and block.start < span.end]
        parts.append(_block_html(text, block, near))
    return "".join(parts)


def _blocks(text: str, segments: Sequence[Segment], page_starts: Sequence[int]) -> Iterator[_Block]:
    """The blocks of `text` and the stretches between them: together they are the whole text."""
    position = 0
    found = [segment for segment in segments if segment.kind is not SegmentKind.PAGE]
    for segment in sorted(found, key=lambda segment: segment.start):
        if segment.start < position:
            continue  # a loader that breaks its promise costs a paragraph's layout, never its text
        marker = _marker_start(text, position, segment.start)
        yield from _between(position, marker, page_starts)
        yield _Block(marker, segment.start, segment.end, segment.kind, segment.level or 1)
        position = segment.end
    yield from _between(position, len(text), page_starts)


def _marker_start(text: str, start: int, end: int) -> int:
    """Where a block's marker ("# ", "- ", "2. ") begins: after the last line break before the block."""
    line = max(text.rfind("\n", start, end), text.rfind("\r", start, end)) + 1
    line = max(line, start)
    return line if text[line:end].strip() else end


def _between(start: int, end: int, page_starts: Sequence[int]) -> Iterator[_Block]:
    edges = [start, *(page for page in page_starts if start < page < end), end]
    for left, right in pairwise(edges):
        if left < right:
            yield _Block(left, left, right, None)


def _block_html(text: str, block: _Block, spans: Sequence[Span]) -> str:
    marker = mark(text[block.start : block.body], spans, base=block.start)
    body = mark(text[block.body : block.end], spans, base=block.body)
    if block.kind is None:
        return _unclaimed(text[block.start : block.end], body)
    tag = _TAGS.get(block.kind) or f"h{min(block.level + _HEADINGS_ABOVE, _DEEPEST_HEADING)}"
    before = f'<span class="pc-marker">{marker}</span>' if marker else ""
    return f'<{tag} class="pc-{block.kind.value.replace("_", "-")}">{before}{body}</{tag}>'


def _unclaimed(text: str, body: str) -> str:
    """Text between blocks: white space and rules stay out of sight, words are a paragraph of their own."""
    if not text.strip():
        return body
    if any(character.isalnum() for character in text):
        return f'<div class="pc-plain">{body}</div>'
    return f'<span class="pc-rule">{body}</span>'


def _page_break(page: Segment) -> str:
    label = escape(prompts.render("page_page_break", number=page.number))
    return f'<div class="pc-page-break" role="separator" aria-label="{label}" data-label="{label}"></div>'
