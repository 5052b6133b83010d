"""Renders a Document as HTML with its author's layout and every character of its text.

Without tags the HTML is the document's text. So offsets are the same in both, and the page's script can place marks.
Mark-up such as Markdown's is kept, but hidden.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from threading import Lock

from cachetools import LRUCache, cached

from index.load.markdown.inline import Inline, InlineKind, inlines
from index.types import Document, Segment, SegmentKind
from pincite.html.marks import MarkedSpan, escape, mark
from pincite.html.words import words_html
from pincite.web.layout import MARKDOWN, CellRow, HtmlBlock, HtmlList, blocks, cells, corner, grouped, head_rows
from pincite.web.names import content_key, labels

__all__ = ["document_html", "excerpt_html"]

_TAGS: dict[SegmentKind, str] = {
    **dict.fromkeys((kind for kind in SegmentKind if kind is not SegmentKind.HEADING), "p"),
    SegmentKind.QUOTE: "blockquote",
}
# The page and the pane each have a heading; the document's headings are below these.
_HEADINGS_ABOVE = 2
_DEEPEST_HEADING = 6
_FENCE = re.compile(r"^(?:[ \t>]*)(?:`{3,}|~{3,})[^\r\n]*(?:\r\n?|\n)?", re.MULTILINE)
_STYLES = {
    InlineKind.SYNTAX: ("span", "pc-marker"),
    InlineKind.EMPHASIS: ("em", "pc-em"),
    InlineKind.STRONG: ("strong", "pc-strong"),
    InlineKind.CODE: ("code", "pc-inline-code"),
    InlineKind.LINK: ("span", "pc-link"),
    InlineKind.ENTITY: ("span", "pc-entity"),
    InlineKind.BREAK: ("span", "pc-break"),
}


def document_html(document: Document, spans: Iterable[MarkedSpan] = (), *, images: str | None = None) -> str:
    """Render `document` as HTML, with `spans` marked. All of its text is kept, in order, and escaped.

    `images`: the address of the pages' pictures, up to the page's number; None if there are none.
    """
    return _Layout(document, spans, images).html()


def excerpt_html(document: Document, start: int, end: int, spans: Sequence[MarkedSpan] = ()) -> str:
    """Render the characters `[start, end)` of `document` for a quotation, in its own styles, with `spans` marked.

    Several blocks become an element each. A table shows only the rows that `spans` touch, below the headers of their
    columns; all its rows if there are no spans.
    """
    parts: list[tuple[str, SegmentKind | None]] = []
    for block in blocks(document, start=start, end=end):
        first, last = max(start, block.body), min(end, block.end)
        if first >= last:
            continue
        if block.kind is SegmentKind.TABLE:
            rows = list(_rows_of(document, block, first, last, spans))
            parts += [(_head_html(document, row), None) for row in rows[:1] if spans and _head_html(document, row)]
            parts += [(_row_html(document, row, first, last, spans), None) for row in rows]
        elif block.kind is not None or any(character.isalnum() for character in document.text[first:last]):
            parts.append((_inline_html(document, block, first, last, spans), block.kind))
    if len(parts) == 1:
        return parts[0][0]
    return "".join(f'<span class="pc-part pc-part-{kind or "row"}">{html}</span>' for html, kind in parts)


def _rows_of(
    document: Document, block: HtmlBlock, first: int, last: int, spans: Sequence[MarkedSpan]
) -> Iterator[CellRow]:
    start = max(block.body, document.text.rfind("\n", block.body, first) + 1)
    stop = document.text.find("\n", last, block.end)
    touched_lines = replace(block, body=start, end=block.end if stop < 0 else stop)
    for row in cells(document.text, touched_lines, document):
        left, right = row[0][0], row[-1][3]
        touched = not spans or any(span.start < right and left < span.end for span in spans)
        if touched and left < last and first < right:
            yield row


def _head_html(document: Document, row: CellRow) -> str:
    """Render the headers of a row's columns; return "" if it has none."""
    headers: list[str] = []
    first = bisect_left(document.segments, row[0][0], key=lambda segment: segment.start)
    for segment in document.segments[first:]:
        if segment.start >= row[-1][3]:
            break
        if segment.kind is SegmentKind.CELL and (heads := document.column_headers(segment)):
            headers.append(
                " / ".join(mark(document.text[a:b], _styles_within(document, a, a, b), base=a) for a, b in heads)
            )
    words = " · ".join(headers)
    return f'<span class="pc-row pc-row-head">{words}</span>' if words else ""


def _row_html(document: Document, row: CellRow, first: int, last: int, spans: Sequence[MarkedSpan]) -> str:
    shown = []
    for _, body, stop, _ in row:
        left, right = max(body, first), min(stop, last)
        if left < right:
            styles = _styles_within(document, body, left, right)
            shown.append(mark(document.text[left:right], [*spans, *styles], base=left))
    return f'<span class="pc-row">{" · ".join(shown)}</span>'


def _inline_html(document: Document, block: HtmlBlock, first: int, last: int, spans: Sequence[MarkedSpan]) -> str:
    styles = _styles_within(document, block.body, first, last)
    return mark(document.text[first:last], [*spans, *styles], base=first)


def _styles_within(document: Document, body: int, first: int, last: int) -> list[MarkedSpan]:
    """Return the inline styles between `first` and `last` of the block that begins at `body`."""
    return [span for span in _styles(document).get(body, ()) if span.start < last and first < span.end]


class _Layout:
    def __init__(self, document: Document, spans: Iterable[MarkedSpan], images: str | None) -> None:
        self.document = document
        self.text = document.text
        self.spans = sorted(spans, key=lambda span: span.start)
        self.images = images
        self.styles = _styles(document)
        self.labels = labels(document)

    def html(self) -> str:
        pages = [segment for segment in self.document.segments if segment.kind is SegmentKind.PAGE]
        html_blocks = list(blocks(self.document, page_starts=[page.start for page in pages]))
        parts: list[str] = []
        opened = False
        while html_blocks or pages:
            if pages and (not html_blocks or pages[0].start <= html_blocks[0].body):
                parts.append(("</section>" if opened else "") + self._page(pages.pop(0)))
                opened = True
                continue
            until = next((n for n, b in enumerate(html_blocks) if pages and pages[0].start <= b.body), len(html_blocks))
            parts += [self._group(group) for group in grouped(self.document, html_blocks[:until])]
            html_blocks = html_blocks[until:]
        return "".join(parts) + ("</section>" if opened else "")

    def _page(self, page: Segment) -> str:
        label = words_html("page_page_break", number=page.number)
        sheet = ""
        if self.images is not None:
            described = words_html("page_page_image", number=page.number)
            sheet = (
                f'<div class="pc-sheet"><img src="{escape(self.images)}{page.number}" alt="{described}" loading="lazy">'
                "</div>"
            )
        return f'<section class="pc-page" aria-label="{label}" data-page="{page.number}" data-label="{label}">{sheet}'

    def _group(self, group: HtmlBlock | HtmlList) -> str:
        first: HtmlBlock | HtmlList = group
        while isinstance(first, HtmlList):
            first = first.items[0][0]
        above = "".join(self.labels.get(first.body, ())) if first.kind is not None else ""
        return above + (self._list(group) if isinstance(group, HtmlList) else self._block(group))

    def _list(self, listing: HtmlList) -> str:
        tag = "ol" if listing.ordered else "ul"
        start = f' start="{listing.first}"' if listing.ordered and listing.first != 1 else ""
        items = []
        for item in listing.items:
            inside = "".join(self._item_part(part) for part in item)
            items.append(f'<li class="pc-list-item">{inside}</li>')
        return f'<{tag} class="pc-list" role="list"{start}>{"".join(items)}</{tag}>'

    def _item_part(self, part: HtmlBlock | HtmlList) -> str:
        if isinstance(part, HtmlList):
            return self._list(part)
        body = self._marked(part.body, part.end)
        return f'{self._marker(part)}<div class="pc-item">{body}</div>' if part.kind is not None else body

    def _block(self, block: HtmlBlock) -> str:
        if block.kind is None:
            return self._unclaimed(block)
        if block.kind is SegmentKind.TABLE:
            return self._table(block)
        if block.kind is SegmentKind.HIDDEN:
            return self._hidden(block.start, block.end)
        marker, body = self._marker(block), self._marked(block.body, block.end)
        if block.kind is SegmentKind.CODE:
            # A parser drops a line feed that directly follows "<pre>", and only there.
            return f'<pre class="pc-code" tabindex="0">{marker}<code>{body}</code></pre>'
        tag = _TAGS.get(block.kind) or f"h{min(block.level + _HEADINGS_ABOVE, _DEEPEST_HEADING)}"
        return f'<{tag} class="pc-{block.kind.value.replace("_", "-")}">{marker}{body}</{tag}>'

    def _table(self, block: HtmlBlock) -> str:
        rows, cell_rows = [], cells(self.text, block, self.document)
        heads, empty = head_rows(self.document, block, cell_rows), corner(self.document, block, cell_rows)
        width = max((len(row) for row in cell_rows), default=0)
        for number, row in enumerate(cell_rows):
            # Header cells only in rows that the format or its loader declares as headers.
            tag = ' scope="col"' if number < heads else ""
            name = "th" if tag else "td"
            inside = ["<td></td>"] * (empty if number == 0 else 0)
            for start, body, stop, end in row:
                before, after = self._hidden(start, body), self._hidden(stop, end)
                inside.append(f"<{name}{tag}>{before}{self._marked(body, stop)}{after}</{name}>")
            inside += ["<td></td>"] * (width - len(inside))
            rows.append(f"<tr>{''.join(inside)}</tr>")
        label = words_html("page_table_label")
        return (
            f'{self._marker(block)}<div class="pc-table" tabindex="0" role="region" aria-label="{label}">'
            f"<table><tbody>{''.join(rows)}</tbody></table></div>"
        )

    def _marker(self, block: HtmlBlock) -> str:
        return self._hidden(block.start, block.body)

    def _hidden(self, start: int, end: int) -> str:
        return f'<span class="pc-marker">{self._marked(start, end)}</span>' if start < end else ""

    def _marked(self, start: int, end: int) -> str:
        inside = [span for span in self.spans if span.start < end and start < span.end]
        styles = [span for span in self.styles.get(start, ()) if span.end <= end]
        return mark(self.text[start:end], [*inside, *styles], base=start)

    def _unclaimed(self, block: HtmlBlock) -> str:
        """Render text between blocks: white space and rules are hidden, words become a paragraph."""
        text, body = self.text[block.start : block.end], self._marked(block.start, block.end)
        if not text.strip():
            return body
        if any(character.isalnum() for character in text):
            return f'<div class="pc-plain">{body}</div>'
        return f'<span class="pc-rule" aria-hidden="true">{body}</span>'


def _styles(document: Document) -> dict[int, list[MarkedSpan]]:
    """Return the inline styles of a Markdown document by block, whose key is where its words begin."""
    return _styles_of(document) if document.media_type == MARKDOWN else {}


@cached(LRUCache(32), key=content_key, lock=Lock())
def _styles_of(document: Document) -> dict[int, list[MarkedSpan]]:
    text = document.text
    fences: dict[int, list[MarkedSpan]] = {}
    ranges: list[tuple[int, int]] = []
    for block in blocks(document):
        if block.kind is SegmentKind.TABLE:
            ranges += [(body, stop) for row in cells(document.text, block, document) for _, body, stop, _ in row]
        elif block.kind is SegmentKind.CODE:
            matches = _FENCE.finditer(text, block.body, block.end)
            fences[block.body] = [MarkedSpan(f.start(), f.end(), "pc-marker", tag="span") for f in matches]
        elif block.kind is not None:
            ranges.append((block.body, block.end))
    ranges = [(start, end) for start, end in ranges if start < end]
    styled = zip(ranges, inlines(text, ranges), strict=True)
    return fences | {start: [_style(inline) for inline in inside] for (start, _), inside in styled}


def _style(inline: Inline) -> MarkedSpan:
    tag, css_class = _STYLES[inline.kind]
    label = (inline.shown or None) if inline.kind is InlineKind.ENTITY else None
    return MarkedSpan(inline.start, inline.end, css_class, label=label, tag=tag)
