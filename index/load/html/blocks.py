"""The blocks of an HTML tree as a browser shows them: headings, paragraphs, list items, tables, code and quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, repeat
from typing import Any

from index.load.parsed import Composer, table_text, visible
from index.types import SegmentKind

Element = Any  # lxml's

# Elements that begin on a line of their own (HTML Living Standard, 15.3); all others stand in the line.
BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary table "
    "tbody td tfoot th thead tr ul".split()
)
# Nothing of these is read: what is not text, and what people fill in.
UNSEEN = frozenset(
    "script style template noscript head title meta link base iframe object embed applet svg canvas audio video map "
    "area select option optgroup datalist input textarea progress meter rp rt rtc annotation annotation-xml".split()
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_ITEMS = frozenset(("li", "dt", "dd"))
_BREAK = "\v"  # stands for a line break until white space is put together
_EMPTY_LINE = re.compile(r"\v[ \t\r\n\f]*\v")
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_START = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Around:
    """What text is that stands in no block of its own. Of a list's item: how deep it is, its number in a numbered list.

    `depth` counts the lists that enclose it.
    """

    kind: SegmentKind = SegmentKind.PARAGRAPH
    depth: int = 0
    number: int | None = None


_PARAGRAPH = Around()


def add_blocks(composer: Composer, parent: Element, around: Around = _PARAGRAPH) -> None:
    """Append what stands in `parent`; text beside its blocks is what `around` says."""
    loose = [parent.text or ""]
    numbers = _numbers(parent)
    for child in parent:
        if _holds_block(child):
            _add(composer, around, "".join(loose))
            loose = []
            _block(composer, child, around, numbers)
        else:
            loose.append(_flat(child))
        loose.append(child.tail or "")
    _add(composer, around, "".join(loose))


def is_element(node: Element) -> bool:
    """Whether `node` is an element, and no comment or processing instruction."""
    return isinstance(node.tag, str)


def words_of(element: Element) -> str:
    """All that is read of an element, in one line."""
    return _spaced(_flat(element))


def preformatted(element: Element) -> str:
    """All that is read of an element, white space as it is written."""
    return "".join(_lines(element))


def _holds_block(element: Element) -> bool:
    if not is_element(element) or element.tag in UNSEEN:
        return False
    return element.tag in BLOCKS or any(_holds_block(child) for child in element)


def _numbers(parent: Element) -> Iterator[int | None]:
    """The numbers of the items in a list."""
    if parent.tag != "ol":
        return repeat(None)
    start = parent.get("start", "").strip()
    return count(int(start) if _START.fullmatch(start) else 1)


def _block(composer: Composer, element: Element, around: Around, numbers: Iterator[int | None]) -> None:
    tag = element.tag
    if tag in _HEADINGS:
        composer.add(SegmentKind.HEADING, words_of(element), level=int(tag[1]))
    elif tag == "summary":
        composer.add(SegmentKind.HEADING, words_of(element), level=4)
    elif tag == "pre":
        composer.add(SegmentKind.CODE, visible(preformatted(element)).strip("\r\n"))
    elif tag == "table":
        _table(composer, element)
    elif tag in _ITEMS:
        add_blocks(composer, element, Around(SegmentKind.LIST_ITEM, around.depth + 1, next(numbers)))
    elif tag == "blockquote":
        add_blocks(composer, element, Around(SegmentKind.QUOTE, around.depth))
    else:
        add_blocks(composer, element, around)


def _add(composer: Composer, around: Around, text: str) -> None:
    """An empty line made of line breaks ends a block."""
    level = around.depth if around.kind is SegmentKind.LIST_ITEM else None
    for part in _EMPTY_LINE.split(text):
        composer.add(around.kind, _spaced(part), level=level, number=around.number)


def _table(composer: Composer, table: Element) -> None:
    """A table that lays out a page is read cell by cell, any other row by row."""
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table"), None) is table]
    cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
    for caption in table.findall("caption"):
        composer.add(SegmentKind.PARAGRAPH, words_of(caption))
    if any(_lays_out(cell) for row in cells for cell in row):
        for row in cells:
            for cell in row:
                add_blocks(composer, cell)
    else:
        composer.add(SegmentKind.TABLE, table_text([[words_of(cell) for cell in row] for row in cells]))


def _lays_out(cell: Element) -> bool:
    return next(cell.iter("table", "h1", "h2", "h3", "pre"), None) is not None or len(cell.findall("p")) > 2


def _flat(element: Element) -> str:
    """The words of an element, a line break as a sign of its own, and space around blocks in it."""
    if not is_element(element) or element.tag in UNSEEN:
        return ""
    if element.tag == "br":
        return _BREAK
    around = " " if element.tag in BLOCKS else ""
    parts = [around, element.text or ""]
    for child in element:
        parts += [_flat(child), child.tail or ""]
    return "".join([*parts, around])


def _lines(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if is_element(child) and child.tag not in UNSEEN:
            yield "\n" if child.tag == "br" else ""
            yield from _lines(child)
        yield child.tail or ""


def _spaced(text: str) -> str:
    """White space as a browser shows it: one space, but a no-break space stays."""
    return _SPACE.sub(" ", visible(text)).strip(" ")
